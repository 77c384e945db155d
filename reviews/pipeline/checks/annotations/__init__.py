"""The rules of the annotations that the service catalogue reads."""

from __future__ import annotations

from ..contract import Check
from . import (
    architectures,
    categories,
    devices,
    known_category,
    list_form,
    scenes,
    source_annotation,
    source_is_isv,
    source_place,
    source_word,
)

PACKAGE_CHECKS: tuple[Check, ...] = (
    list_form,
    source_annotation,
    source_word,
    source_is_isv,
    source_place,
    categories,
    known_category,
    architectures,
    scenes,
    devices,
)
