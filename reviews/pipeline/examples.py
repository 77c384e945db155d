"""The proof that a check carries with it: small packages, written out file by file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Example:
    """A package small enough to read, for ``GOOD`` and ``BAD`` of a check.

    ``files`` maps addresses to text. Addresses are those of findings: the top folder comes
    first and ``!/`` enters an archive, so ``{"demo/Chart.yaml": ..., "demo/values.yaml": ...}``
    is a bare chart and ``{"demo/package/demo-1.0.0.tgz!/demo/Chart.yaml": ...}`` a service
    package.

    ``mended`` holds, for a bad example, every file that the proposed edits change, as it is
    afterwards. It is empty where the check has no more than a remedy in words.
    """

    files: Mapping[str, str]
    mended: Mapping[str, str] = field(default_factory=dict)
