"""What a partner writes by hand to fix a finding: the portal says it exactly, and applies it not.

A value that only the partner can choose is given as an example that is valid as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

SettingValue: TypeAlias = "str | bool | tuple[SettingValue, ...] | Mapping[str, SettingValue]"


@dataclass(frozen=True, slots=True)
class Setting:
    """``value`` is to be written at ``path`` of the YAML file at the address ``file``.

    ``choices`` are the words that are allowed there, () where any text is.
    ``is_example`` says that the value stands for one that only the partner knows.
    """

    file: str
    path: tuple[str | int, ...]
    value: SettingValue
    choices: tuple[str, ...] = ()
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class NewLine:
    """Line ``line`` (1-based) of the text file at the address ``file`` is to read ``text``."""

    file: str
    line: int
    text: str


ByHand: TypeAlias = Setting | NewLine
