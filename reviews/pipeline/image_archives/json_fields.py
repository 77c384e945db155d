"""Fields of untrusted JSON: each has the type that is asked for, or raises ``UnusableArchive``."""

from __future__ import annotations

import json
import re
from typing import Any

from ..archive.refusals import amount, printable
from ..core.messages import Message, _
from .contents import Blob
from .errors import UnusableArchive
from .model import Flaw

_LONGEST_TEXT = 1024
_LONGEST_LIST = 10_000
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


def parsed(blob: Blob) -> object:
    """The JSON in ``blob``."""
    name = printable(blob.name)
    if blob.is_sparse:
        raise _incomplete(
            _("“%(name)s” in it is stored sparsely. Save the image again.", name=name)
        )
    if blob.is_too_large:
        raise _incomplete(
            _(
                "“%(name)s” in it has %(size)s where a manifest or a configuration is expected,"
                " or others need as much. Save fewer images into one archive.",
                name=name,
                size=amount(blob.size),
            )
        )
    try:
        return json.loads((blob.content or b"").decode("utf-8"))
    except RecursionError:
        raise _incomplete(
            _("“%(name)s” in it is nested too deeply. Save the image again.", name=name)
        ) from None
    except ValueError:
        raise _incomplete(
            _("“%(name)s” in it is no valid JSON. Save the image again.", name=name)
        ) from None


class Fields:
    """An object of the JSON in the file ``name``."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise _incomplete(
                _(
                    "“%(name)s” in it has something else where an object is expected. Save the"
                    " image again with “docker save” or “skopeo copy”.",
                    name=printable(name),
                )
            )
        self._value: dict[str, Any] = value
        self._name = name

    def text(self, key: str) -> str:
        """A text that can be shown and stored, "" where the field is not there or null."""
        value = self._value.get(key)
        if value is None:
            return ""
        return self._shown(value, key)

    def required(self, key: str) -> str:
        """A text that must be there."""
        return self.text(key) or self._shown(None, key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; an empty one where the field is not there or null."""
        return tuple(self._shown(each, key) for each in self._list(key))

    def digest(self, key: str = "digest") -> str:
        """A SHA-256 or SHA-512 digest."""
        return self._digest(self._value.get(key), key)

    def digests(self, key: str) -> tuple[str, ...]:
        """A list of digests; an empty one where the field is not there or null."""
        return tuple(self._digest(each, key) for each in self._list(key))

    def size(self) -> int:
        """The field ``size`` in bytes."""
        value = self._value.get("size")
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._wrong("size")
        return value

    def fields(self, key: str) -> Fields:
        """An object inside; an empty one where the field is not there or null."""
        value = self._value.get(key)
        return Fields({} if value is None else value, self._name)

    def list_of_fields(self, key: str) -> list[Fields]:
        """A list of objects; an empty one where the field is not there or null."""
        return [Fields(each, self._name) for each in self._list(key)]

    def __contains__(self, key: str) -> bool:
        return self._value.get(key) is not None

    def _list(self, key: str) -> list[object]:
        value = self._value.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > _LONGEST_LIST:
            raise self._wrong(key)
        return value

    def _shown(self, value: object, key: str) -> str:
        # What cannot be shown cannot be stored either: PostgreSQL takes no NUL, UTF-8 no half pair.
        if not isinstance(value, str) or not value.isprintable() or len(value) > _LONGEST_TEXT:
            raise self._wrong(key)
        return value

    def _digest(self, value: object, key: str) -> str:
        if not isinstance(value, str) or not _DIGEST.fullmatch(value):
            raise self._wrong(key)
        return value

    def _wrong(self, key: str) -> UnusableArchive:
        return _incomplete(
            _(
                "“%(name)s” in it holds something unexpected as “%(key)s”. Save the image again"
                " with “docker save” or “skopeo copy”.",
                name=printable(self._name),
                key=key,
            )
        )


def _incomplete(words: Message) -> UnusableArchive:
    return UnusableArchive(Flaw.INCOMPLETE, words)
