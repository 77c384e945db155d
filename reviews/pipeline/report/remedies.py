"""What the partner writes by hand, as blocks that can be pasted: one for each place.

Findings that want something at the same place share its block, so that no key is written twice.
Each block is made by the edits that the portal itself would make: it fits the file as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from itertools import islice
from typing import TypeAlias

from ..core.findings import Edit, Finding
from ..core.policy import Limits
from ..core.remedies import ByHand, NewLine, Setting
from ..diff.files import diff_edits
from ..yaml.edit import CannotEdit, fill, replace, set_keys
from ..yaml.source import Path, YamlBroken, YamlSource, dotted
from .around import indent_of, keys_around, lines_of
from .model import Choice, OriginalLine, Remedy, RemedyLine

_LARGEST = 1 << 20  # bytes of a file in which a place is looked for

Wanted: TypeAlias = tuple[int, ByHand]
"""The position of a finding, and a part of what it wants."""


def remedies(
    findings: Sequence[Finding],
    content_of: Callable[[str], bytes | None],
    read: Iterable[YamlSource],
    limits: Limits,
) -> tuple[Remedy, ...]:
    """The blocks for all ``findings``, by the first finding that each of them fixes.

    ``content_of`` gives the bytes of the file at an address, None where there is none; ``read``
    are files that were parsed already.

    A finding of which a part does not fit its file is left to its words: half a remedy is none.
    """
    sources = {source.file: source for source in read}
    blocks: list[_Block] = []
    for file, wanted in _by_file(findings).items():
        data = content_of(file)
        if data is not None and len(data) <= _LARGEST:
            blocks += _joined(_blocks_of(_File(file, data, sources.get(file), limits), wanted))
    return tuple(_whole(findings, blocks))


def _by_file(findings: Sequence[Finding]) -> dict[str, list[Wanted]]:
    found: dict[str, list[Wanted]] = {}
    for position, finding in enumerate(findings):
        for each in finding.by_hand:
            found.setdefault(each.file, []).append((position, each))
    return found


@dataclass
class _Block:
    """The edit of one place, and all that is wanted there."""

    file: _File
    edit: Edit
    wanted: list[Wanted]


def _joined(blocks: Iterable[_Block]) -> Iterable[_Block]:
    """The blocks of a file, those that are written behind the same line as one.

    Pasted one by one, the second would come between the first and what that continues.
    """
    found: dict[tuple[int, int], _Block] = {}
    for block in sorted(blocks, key=lambda block: block.edit.order):
        key = (block.edit.start, block.edit.end)
        if key not in found:
            found[key] = block
            continue
        known = found[key]
        edit = replace_fields(known.edit, after=known.edit.after + block.edit.after)
        found[key] = _Block(block.file, edit, [*known.wanted, *block.wanted])
    return found.values()


def _whole(findings: Sequence[Finding], blocks: Sequence[_Block]) -> Iterator[Remedy]:
    """The blocks of the findings of which each part is in one, in the order of the findings."""
    parts = Counter(position for block in blocks for position, _each in block.wanted)
    whole = {at for at, count in parts.items() if count == len(findings[at].by_hand)}
    found = (_remedy(block, whole.intersection(at for at, _ in block.wanted)) for block in blocks)
    written = (each for each in found if each.findings and each.lines)
    return iter(sorted(written, key=lambda each: each.findings))


@dataclass
class _File:
    """A file of the package; ``known`` is what was read of it, None where nobody did."""

    address: str
    data: bytes
    known: YamlSource | None
    limits: Limits

    def source(self) -> YamlSource | None:
        """The file as YAML, None where it is none."""
        if self.known is not None:
            return self.known
        try:
            return YamlSource.parse(self.data, self.address, self.limits)
        except YamlBroken:
            return None


def _blocks_of(file: _File, wanted: Sequence[Wanted]) -> Iterator[_Block]:
    lines: dict[int, list[tuple[int, NewLine]]] = {}
    settings: list[tuple[int, Setting]] = []
    for position, each in wanted:
        if isinstance(each, NewLine):
            lines.setdefault(each.line, []).append((position, each))
        else:
            settings.append((position, each))
    for of_line in lines.values():
        # Two findings that want the same line to read differently want a person.
        edit = _edit_of_line(file, of_line[0][1])
        if edit is not None and len({each.text for _at, each in of_line}) == 1:
            yield _Block(file, edit, list(of_line))
    source = file.source() if settings else None
    if source is None:
        return
    for group in _grouped(source, settings):
        edit = _edit_of(source, [each for _at, each in group])
        if edit is not None:
            yield _Block(file, edit, list(group))


def _grouped(
    source: YamlSource, wanted: Iterable[tuple[int, Setting]]
) -> Iterable[list[tuple[int, Setting]]]:
    """The settings of one place: the innermost map that is there, or the value to replace."""
    groups: dict[tuple[bool, Path], list[tuple[int, Setting]]] = {}
    for position, each in wanted:
        is_there = source.leaf_at(each.path) is not None
        parents = max(len(source.nodes_along(each.path)) - 1, 0)
        place = each.path if is_there else each.path[:parents]
        groups.setdefault((is_there, place), []).append((position, each))
    return groups.values()


def _edit_of(source: YamlSource, settings: Sequence[Setting]) -> Edit | None:
    """The edit that writes ``settings``, all of one place; None where none does."""
    values = {each.path: each.value for each in settings}
    if any(each.value != values[each.path] for each in settings):
        return None
    leaf = source.leaf_at(settings[0].path)
    try:
        if leaf is None:
            return set_keys(source, values)[0]
        value = settings[0].value
        if leaf.path != settings[0].path or leaf.aliased_by:
            return None
        return replace(source, leaf, value) if isinstance(value, str) else fill(source, leaf, value)
    except (CannotEdit, ValueError):
        return None


def _edit_of_line(file: _File, wanted: NewLine) -> Edit | None:
    """The edit that replaces the line, None where there is no such line."""
    lines = file.data.split(b"\n")
    if not 0 < wanted.line <= len(lines):
        return None
    start = sum(len(line) + 1 for line in lines[: wanted.line - 1])
    before = lines[wanted.line - 1].removesuffix(b"\r")
    try:
        text = before.decode()
    except UnicodeDecodeError:
        return None
    return Edit(file.address, start, start + len(before), text, wanted.text)


def _remedy(block: _Block, positions: Iterable[int]) -> Remedy:
    settings = [each for _at, each in block.wanted if isinstance(each, Setting)]
    choices = {dotted(each.path): each.choices for each in settings if each.choices}
    return Remedy(
        block.file.address,
        tuple(_lines(block.file.data, block.edit)),
        tuple(sorted(positions)),
        tuple(Choice(path, words) for path, words in choices.items()),
        any(each.is_example for each in settings),
    )


def _lines(data: bytes, edit: Edit) -> Iterator[RemedyLine]:
    """The lines that ``edit`` changes, below the keys around them."""
    hunks = diff_edits(data, [edit], context=0).hunks
    for hunk in hunks[:1]:
        first = next((line.text for line in hunk.lines if line.kind == "added"), "")
        count = hunk.before - 1
        for each in _around(lines_of(data)[:count], first):
            yield RemedyLine("context", each.line, each.text)
    for hunk in hunks:
        for line in hunk.lines:
            yield RemedyLine(line.kind, line.after or line.before, line.text)


def _around(above: list[str], line: str) -> list[OriginalLine]:
    """The keys around ``line``; where there are none, the line above it."""
    numbered = range(len(above), 0, -1)
    last = (OriginalLine(at, above[at - 1]) for at in numbered if above[at - 1].strip())
    return keys_around(above, indent_of(line)) or list(islice(last, 1))
