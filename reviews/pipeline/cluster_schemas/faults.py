"""What the API server would refuse in a manifest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ..core.messages import Message

Pointer = tuple[str | int, ...]


class FaultKind(StrEnum):
    """What is wrong, as far as it needs a rule of its own; nothing refuses what is DEPRECATED."""

    UNSERVED = "unserved"
    DEPRECATED = "deprecated"
    UNKNOWN_FIELD = "unknown-field"
    WRONG_VALUE = "wrong-value"
    NAME = "name"
    SELECTOR = "selector"
    DUPLICATE = "duplicate"
    CUSTOM_RESOURCE = "custom-resource"
    CUSTOM_FIELD = "custom-field"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in one manifest.

    ``pointer`` leads to the field, () for the manifest as a whole. ``message`` says what is wrong
    there, ``help`` how to fix it. Two faults with one ``cause`` are the same mistake. ``text`` is
    what is too long, ``most`` how many characters it may have. ``is_missing`` says that a field is
    not there.
    """

    kind: FaultKind
    pointer: Pointer
    message: Message
    help: Message
    text: str = ""
    most: int = 0
    is_missing: bool = False

    @property
    def cause(self) -> tuple[object, ...]:
        """What is equal in copies of the same mistake: items of lists are taken together."""
        return (self.kind, generic(self.pointer), str(self.message))


def generic(pointer: Iterable[str | int]) -> tuple[str, ...]:
    """The pointer with ``*`` in place of the numbers of items."""
    return tuple("*" if isinstance(part, int) else part for part in pointer)


def shown(pointer: Iterable[str | int]) -> str:
    """The pointer as people write it, for any item of a list: ``spec.containers[].name``."""
    text = ""
    for part in pointer:
        if isinstance(part, int):
            text += "[]"
        elif "." in part or "/" in part:
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text
