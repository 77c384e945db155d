"""The rules of whom customers can write to."""

from __future__ import annotations

from ..contract import Check
from . import (
    contact,
    contact_email,
    maintainer,
    operator_contact,
)

PACKAGE_CHECKS: tuple[Check, ...] = (
    maintainer,
    contact,
    contact_email,
    operator_contact,
)
