"""Signatures that ``cosign verify --key`` takes, by a key of the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import sleep

from ..pipeline.core.messages import Message
from .records import PublishedImage
from .target import LayoutTarget, Target


def check_signing_key(pem: bytes) -> Message | None:
    """Why ``pem`` is no key to sign with (ECDSA P-256, private, unencrypted PEM); None if it is."""
    raise NotImplementedError


def sign(
    target: Target | LayoutTarget,
    published: Iterable[PublishedImage],
    pem: bytes,
    *,
    wait: Callable[[float], None] = sleep,
) -> tuple[str, ...]:
    """Sign what each reference names; the addresses of the signatures (``…:sha256-….sig``).

    Missing images and those not asked for are left out; a signature that is there already by
    this key stays. Raises like ``publish``; ValueError for what ``check_signing_key`` objects to.
    """
    raise NotImplementedError
