"""A form with a file, read while it arrives (RFC 7578): nothing of the file is kept in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.utils.http import parse_header_parameters

from ..pipeline.core.messages import Message, _

_LONGEST_HEADERS = 16 * 1024
_LONGEST_BOUNDARY = 200


class Malformed(Exception):  # noqa: N818 - it says what the body is
    """The body is no multipart form; the words say where it is wrong."""

    def __init__(self, words: Message) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True, slots=True)
class Part:
    """The beginning of a part: a field, or a file where ``file_name`` is not None."""

    name: str
    file_name: str | None


class _At(Enum):
    BOUNDARY = "boundary"
    HEADERS = "headers"
    CONTENT = "content"
    END = "end"


def boundary_of(content_type: str) -> bytes:
    """The boundary of a form by its Content-Type. Malformed: it has none."""
    kind, options = parse_header_parameters(content_type)
    boundary = str(options.get("boundary", ""))
    if kind != "multipart/form-data" or not 0 < len(boundary) <= _LONGEST_BOUNDARY:
        raise Malformed(_("the Content-Type is not multipart/form-data with a boundary"))
    if not boundary.isascii():
        raise Malformed(_("the boundary is not ASCII"))
    return boundary.encode()


class FormReader:
    """Takes the bytes of a form in any pieces and gives the parts with their content."""

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._rest = b"\r\n"  # as if a line had ended before the first boundary
        self._at = _At.CONTENT
        self._is_preamble = True

    def feed(self, data: bytes) -> Iterator[Part | bytes]:
        """The parts that begin in ``data``, each followed by pieces of its content.

        Malformed: it is no form.
        """
        self._rest += data
        steps = {
            _At.BOUNDARY: self._after_boundary,
            _At.HEADERS: self._headers,
            _At.CONTENT: self._content,
            _At.END: self._ignore,
        }
        is_moving = True
        while is_moving:
            before = (self._at, len(self._rest))
            found = steps[self._at]()
            if found:
                yield found
            is_moving = (self._at, len(self._rest)) != before

    def end(self) -> None:
        """The form is over. Malformed: its last boundary is missing."""
        if self._at is not _At.END:
            raise Malformed(_("its last boundary is missing"))

    def _content(self) -> bytes:
        place = self._rest.find(self._delimiter)
        if place < 0:
            # The delimiter may have begun at the end of what is there.
            place = max(0, len(self._rest) - len(self._delimiter) + 1)
            content, self._rest = self._rest[:place], self._rest[place:]
        else:
            content = self._rest[:place]
            self._rest = self._rest[place + len(self._delimiter) :]
            self._at = _At.BOUNDARY
        return b"" if self._is_preamble else content

    def _after_boundary(self) -> None:
        self._is_preamble = False
        if len(self._rest) < 2:
            return
        if self._rest[:2] == b"--":
            self._at = _At.END
        elif self._rest[:2] == b"\r\n":
            self._rest = self._rest[2:]
            self._at = _At.HEADERS
        else:
            raise Malformed(_("a boundary is followed by something else than the end of its line"))

    def _headers(self) -> Part | None:
        lines, end, rest = self._rest.partition(b"\r\n\r\n")
        if len(lines) > _LONGEST_HEADERS:
            raise Malformed(
                _("the headers of a part have more than %(most)s bytes", most=_LONGEST_HEADERS)
            )
        if not end:
            return None
        self._rest, self._at = rest, _At.CONTENT
        # The content of a part may be empty, and its delimiter begins with the end of a line.
        return _part(lines.decode("utf-8", "replace"))

    def _ignore(self) -> None:
        self._rest = b""


def _part(lines: str) -> Part:
    for line in lines.split("\r\n"):
        name, _colon, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            kind, options = parse_header_parameters(value.strip())
            if kind == "form-data" and "name" in options:
                file_name = options.get("filename")
                return Part(str(options["name"]), None if file_name is None else str(file_name))
    raise Malformed(_("a part has no name"))
