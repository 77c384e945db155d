"""Secrets that the database keeps: sealed with a key that follows from the portal's own."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"osc-portal: passwords of registries"
_KEY_BYTES = 32


def seal(secret: str) -> str:
    """``secret`` as text that only a portal with the same ``PORTAL_SECRET_KEY`` can open."""
    return _fernet().encrypt(secret.encode()).decode("ascii")


def unseal(sealed: str) -> str | None:
    """What was sealed; None where that was done with another key, or it is damaged."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeError):
        return None


def _fernet() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE)
    return Fernet(urlsafe_b64encode(derived.derive(str(settings.SECRET_KEY).encode())))
