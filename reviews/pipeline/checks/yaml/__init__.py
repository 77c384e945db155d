"""The rules of every YAML file: that it parses, and that it says what its author meant."""

from __future__ import annotations

from ..contract import Check
from . import (
    fixed_names,
    fullwidth_punctuation,
    valid_yaml,
    version_spelling,
)

PACKAGE_CHECKS: tuple[Check, ...] = (
    fullwidth_punctuation,
    valid_yaml,
    fixed_names,
    version_spelling,
)
