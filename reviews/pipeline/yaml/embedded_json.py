"""JSON inside a YAML string (``alm-examples``, ``defaultConfiguration``).

Every value is known with the bytes of the YAML file that spell it, through whatever quoting
or folding lies between, so that an edit of one JSON string touches these bytes and no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Flag, auto

from ..core.findings import Edit
from ..core.messages import Message, _
from .source import Leaf, Path, YamlSource, YamlValue, dotted
from .spelling import CannotEdit, escaped
from .text import WrittenText

# Possessive, as a string has one way to be read: going back would need memory for each character.
_TOKEN = re.compile(
    r'[ \t\n\r]*(?:(?P<string>"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<word>true|false|null)|(?P<punctuation>[\[\]{},:]))"
)
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)
_BLANK = re.compile(r"[ \t\n\r]*")
_DEEPEST = 200
_MOST_STEPS = 5_000_000  # of all paths together: what their memory is bounded by
_MOST_VALUES = 200_000  # lists and maps among them; real ones have some thousands
_NEEDS_ESCAPE = re.compile(r"[\x7f-\x9f\xad\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


class JsonBroken(Exception):  # noqa: N818 - a verdict on the text, not an error of ours
    """The string is no JSON; ``message`` is for the partner.

    ``line`` and ``column`` are those of the YAML file, 1-based.
    """

    def __init__(self, message: Message, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class JsonLeaf:
    """One JSON scalar. ``path`` begins at the JSON's own root.

    ``start`` and ``end`` are byte offsets in the YAML file, JSON quotes included; both are
    None where the value runs over a fold of the YAML text. ``line`` and ``column`` are the
    file's, 1-based, columns in code points.
    """

    path: Path
    value: YamlValue
    start: int | None
    end: int | None
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A scalar in the JSON text: offsets are code points of the text."""

    path: Path
    token: str
    start: int
    end: int


class _Expected(Flag):
    """What may come next in the JSON text; several where there is a choice."""

    VALUE = auto()
    KEY = auto()
    COLON = auto()
    COMMA = auto()
    END_OF_LIST = auto()
    END_OF_MAP = auto()
    NOTHING = 0


_PUNCTUATION = {
    ":": _Expected.COLON,
    ",": _Expected.COMMA,
    "[": _Expected.VALUE,
    "{": _Expected.VALUE,
    "]": _Expected.END_OF_LIST,
    "}": _Expected.END_OF_MAP,
}
"""What each character is, as a part of the text: a bracket that opens begins a value."""


class _BrokenAt(Exception):  # noqa: N818 - caught and given its place a few lines below
    def __init__(self, message: Message, offset: int) -> None:
        super().__init__(str(message))
        self.message = message
        self.offset = offset


class JsonInYaml:
    """The JSON text that one leaf of a YAML file holds."""

    def __init__(self, source: YamlSource, leaf: Leaf) -> None:
        self.source = source
        self.leaf = leaf
        self.text = leaf.text
        self._written = WrittenText(source, leaf)
        self._found: dict[JsonLeaf, _Found] = {}
        for found in self._scanned():
            self._found[self._leaf(found)] = found
        self.leaves = tuple(self._found)
        self._by_path = {each.path: each for each in self.leaves}

    @classmethod
    def parse(cls, source: YamlSource, leaf: Leaf) -> JsonInYaml:
        """Read the JSON in ``leaf``. Raises JsonBroken."""
        return cls(source, leaf)

    def leaf_at(self, path: Path) -> JsonLeaf | None:
        """The value at ``path``; of two equal keys the last counts, as to Go's reader."""
        return self._by_path.get(path)

    def replace(self, leaf: JsonLeaf, new: str) -> Edit:
        """The edit that makes ``leaf`` the JSON string ``new``. Raises CannotEdit."""
        if leaf.start is None or leaf.end is None:
            raise CannotEdit(
                _(
                    "%(path)s in %(holder)s runs over a line break of the YAML text. Write it"
                    " on one line.",
                    path=dotted(leaf.path),
                    holder=dotted(self.leaf.path),
                )
            )
        before = self.source.data[leaf.start : leaf.end].decode()
        after = _in_yaml(_json_string(new), self.leaf.style)
        return Edit(self.source.file, leaf.start, leaf.end, before, after)

    def replace_within(self, leaf: JsonLeaf, start: int, end: int, new: str) -> Edit:
        """The edit that puts ``new`` in the place of a part of a JSON string, nothing else.

        ``start`` and ``end`` are code points of the string's value. Raises CannotEdit.
        """
        found = self._found[leaf]
        offsets = _offsets_in(found.token)
        span = self._written.span(found.start + offsets[start], found.start + offsets[end])
        if span is None:
            raise CannotEdit(
                _(
                    "the text of %(holder)s is laid out in a way that is not edited automatically",
                    holder=dotted(self.leaf.path),
                )
            )
        before = self.source.data[slice(*span)].decode()
        return Edit(
            self.source.file, *span, before, _in_yaml(_json_string(new)[1:-1], self.leaf.style)
        )

    def place_within(self, leaf: JsonLeaf, start: int) -> tuple[int, int]:
        """Line and column in the file of the character ``start`` of a JSON string's value."""
        found = self._found[leaf]
        return self._written.place(found.start + _offsets_in(found.token)[start])

    def _scanned(self) -> list[_Found]:
        try:
            return list(_scan(self.text))
        except _BrokenAt as broken:
            raise JsonBroken(broken.message, *self._written.place(broken.offset)) from None

    def _leaf(self, found: _Found) -> JsonLeaf:
        line, column = self._written.place(found.start)
        start: int | None = None
        end: int | None = None
        span = self._written.span(found.start, found.end)
        if span is not None and not self._written.is_folded(found.start, found.end):
            start, end = span
        return JsonLeaf(found.path, _value(found.token), start, end, line, column)


def _offsets_in(token: str) -> list[int]:
    """For each character of a JSON string's value, and for its end, the offset in the token."""
    offsets, at = [], 1
    for match in _CHARACTER.finditer(token, 1, len(token) - 1):
        offsets.append(match.start())
        at = match.end()
    return [*offsets, at]


def _value(token: str) -> YamlValue:
    """The value of a JSON scalar; half a surrogate pair becomes U+FFFD, as to Go's reader."""
    if token[0] == '"':
        text: str = json.loads(token)
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    # Python refuses to convert very long whole numbers.
    value: YamlValue = json.loads(token) if len(token) < 300 else float(token)
    return value


def _json_string(text: str) -> str:
    """``text`` as a JSON string that a YAML text can hold as it is."""
    return json.dumps(text, ensure_ascii=_NEEDS_ESCAPE.search(text) is not None)


def _in_yaml(token: str, style: str) -> str:
    if style == "single":
        return token.replace("'", "''")
    return escaped(token) if style == "double" else token


def _scan(text: str) -> Iterator[_Found]:
    """The scalars of a JSON text with their paths. Raises _BrokenAt."""
    path: list[str | int] = []
    opened: list[str] = []
    expected = _Expected.VALUE
    offset = steps = values = 0
    before = lexeme = ""
    while expected:
        match = _TOKEN.match(text, offset)
        kind = match.lastgroup if match else None
        if match is None or kind is None:
            words = _("This is not JSON: something else is expected here. Correct it.")
            raise _BrokenAt(words, _at(text, offset))
        before, lexeme, start, offset = lexeme, match[kind], match.start(kind), match.end()
        found = _found(kind, lexeme, expected)
        values += found is _Expected.VALUE
        if values > _MOST_VALUES:
            words = _("The JSON holds more than %(limit)d values. Split it.", limit=_MOST_VALUES)
            raise _BrokenAt(words, start)
        if lexeme in {"]", "}"} and before == ",":
            words = _(
                "This is not JSON: nothing follows this comma before “%(token)s”. Remove the"
                " comma.",
                token=lexeme,
            )
            raise _BrokenAt(words, text.rindex(",", 0, start))
        if found not in expected:
            words = _("This is not JSON: “%(token)s” is not expected here.", token=lexeme[:40])
            raise _BrokenAt(words, start)
        if found is _Expected.KEY:
            path[-1] = str(_value(lexeme))
            expected = _Expected.COLON
        elif found is _Expected.COLON:
            expected = _Expected.VALUE
        elif found is _Expected.COMMA:
            last = path[-1]
            path[-1] = last + 1 if isinstance(last, int) else last
            expected = _Expected.VALUE if opened[-1] == "[" else _Expected.KEY
        elif lexeme in {"[", "{"}:
            _refuse_depth(opened, start)
            opened.append(lexeme)
            path.append(0 if lexeme == "[" else "")
            expected = _in_opened(lexeme)
        elif found is _Expected.VALUE:
            steps += len(path)
            if steps > _MOST_STEPS:
                raise _BrokenAt(_("The JSON holds too many nested values. Split it."), start)
            yield _Found(tuple(path), lexeme, start, offset)
            expected = _behind_value(opened)
        else:
            opened.pop()
            path.pop()
            expected = _behind_value(opened)
    if _at(text, offset) < len(text):
        raise _BrokenAt(_("Text follows the end of the JSON. Remove it."), _at(text, offset))


def _found(kind: str, lexeme: str, expected: _Expected) -> _Expected:
    """Which part of a JSON text a token is; a string is a key where one is expected."""
    if kind == "punctuation":
        return _PUNCTUATION[lexeme]
    return _Expected.KEY if kind == "string" and _Expected.KEY in expected else _Expected.VALUE


def _in_opened(bracket: str) -> _Expected:
    """What may come behind a bracket that opens."""
    if bracket == "[":
        return _Expected.VALUE | _Expected.END_OF_LIST
    return _Expected.KEY | _Expected.END_OF_MAP


def _behind_value(opened: list[str]) -> _Expected:
    if not opened:
        return _Expected.NOTHING
    end = _Expected.END_OF_LIST if opened[-1] == "[" else _Expected.END_OF_MAP
    return _Expected.COMMA | end


def _refuse_depth(opened: list[str], start: int) -> None:
    if len(opened) >= _DEEPEST:
        raise _BrokenAt(
            _("The JSON is nested deeper than %(limit)d levels. Make it flatter.", limit=_DEEPEST),
            start,
        )


def _at(text: str, offset: int) -> int:
    match = _BLANK.match(text, offset)
    return match.end() if match else offset
