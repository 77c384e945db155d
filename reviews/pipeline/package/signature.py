"""Files that confirm the bytes of another: signatures and checksums.

Source: Helm's provenance files (``demo-1.0.0.tgz.prov``) and the usual endings of detached
signatures and checksums.
"""

from __future__ import annotations

_ENDINGS = (".prov", ".asc", ".sig", ".sha256", ".sha256sum", ".sha512", ".sha512sum", ".md5")


def is_signature(name: str) -> bool:
    """Whether a file of this name signs another."""
    return name.lower().endswith(_ENDINGS)
