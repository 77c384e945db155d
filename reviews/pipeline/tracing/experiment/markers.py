"""Marks: what is added to a value so that it can be seen where the value went.

A mark is valid in a host, in a path and in a tag, and leaves a version a version: a value
``1.25`` becomes ``1.25-zq0001``. Read back from a rendered image, it says which value ends
at that offset. A value that is empty becomes ``zq0001z`` alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ...manifests.references import ImageReference, NotAReference
from ...manifests.workloads import Use, references_in
from ...package.chart_values import ValueLeaf
from ...yaml.source import helm_text

_MARK = re.compile(r"-zq(\d{4})")
_FILL = re.compile(r"zq(\d{4})z")
CHECKSUM = re.compile(r"(?<![0-9A-Za-z:@])[0-9a-f]{7,128}(?![0-9A-Za-z])")
"""A checksum in a text; a digest of an image is none."""
# The rest of an image whose beginning is a template action in the value.
_AFTER_ACTION = re.compile(r"\}\}(?:/[\w.-]+)+(?::[\w.-]+)?(?![\w./:@{-])")
_DELIMITER = re.compile(r"[/:@]")
LARGEST = 10_000
_LONG_TEXT = 10_000  # characters


@dataclass(frozen=True, slots=True)
class MarkPoint:
    """One mark after ``text[:offset]`` of a leaf's text."""

    leaf: ValueLeaf
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Contribution:
    """A part of a rendered image that a leaf provides, letter by letter.

    ``image[start:end]`` is ``text[leaf_start:leaf_start + end - start]`` of the leaf, as the
    engine prints it. ``fills`` marks an empty leaf: a value written there would take the
    place of ``image[start:end]``, followed by ``separator``.
    """

    leaf: ValueLeaf
    start: int
    end: int
    leaf_start: int
    text: str
    fills: bool = False
    separator: str = ""

    @property
    def leaf_end(self) -> int:
        """Where the part ends in the leaf's text."""
        return self.leaf_start + self.end - self.start


def printed(leaf: ValueLeaf) -> str:
    """The leaf's value as a template prints it: ``7.20`` unquoted prints ``7.2``."""
    value = leaf.leaf.value
    return value if isinstance(value, str) else helm_text(value)


def mark_points(leaf: ValueLeaf) -> tuple[MarkPoint, ...]:
    """Where to mark a leaf: after its last letter and after each part a template may cut off."""
    text = printed(leaf)
    # Templates often cut a slash off the end, and never one that a mark follows.
    offsets = {len(text.rstrip("/")) or len(text)}
    if "\n" in text or " " in text or "=" in text:
        inside = {end for _start, end in references_in(text)}
        inside |= {match.end() for match in _AFTER_ACTION.finditer(text)}
        offsets = inside or offsets
    else:
        offsets |= _part_ends(text)
    return tuple(MarkPoint(leaf, text, offset) for offset in sorted(offsets))


def _part_ends(text: str) -> set[int]:
    try:
        reference = ImageReference.parse(text)
    except NotAReference:
        return set()
    if not reference.tag and not reference.digest:
        return set()
    return {
        len(text) - len(reference.digest) - 1 if reference.digest else 0,
        _location_end(text, reference.tag, reference.digest),
    } - {0}


def _location_end(text: str, tag: str, digest: str) -> int:
    end = len(text)
    if digest:
        end -= len(digest) + 1
    if tag:
        end -= len(tag) + 1
    return end


class Marking:
    """Numbered marks on a set of leaves, to be rendered and read back."""

    def __init__(self, leaves: Iterable[ValueLeaf]) -> None:
        self.points: list[MarkPoint] = []
        self.marked: list[tuple[ValueLeaf, str]] = []
        for leaf in leaves:
            self._add(leaf)

    def _add(self, leaf: ValueLeaf) -> None:
        points = mark_points(leaf)
        if len(self.points) + len(points) >= LARGEST:
            return
        text = points[0].text if points else ""
        value, last = "", 0
        for point in points:
            value += text[last : point.offset] + f"-zq{len(self.points):04d}"
            last = point.offset
            self.points.append(point)
        self.marked.append((leaf, value + text[last:]))

    def contributions(self, use: Use, marked: str) -> tuple[Contribution, ...] | None:
        """The contributions to ``use`` by the marks in ``marked``, the same string rendered again.

        None when the strings differ by more than marks: then a mark changed what was built,
        and nothing can be read off.
        """
        use, marked = beside_consequences(use, marked, _MARK)
        parts = _MARK.split(marked)
        plain = "".join(parts[0::2])
        if len(plain) != len(use.text) or not is_same(plain, use.text):
            return None
        contributions: list[Contribution] = []
        position, floor = 0, 0
        for before, number in zip(parts[0::2], parts[1::2], strict=False):
            position += len(before)
            point = self.points[int(number)]
            length = _common_suffix(point.text[: point.offset], use.text[floor:position])
            if length:
                contributions.append(_contribution(use, point, position, length))
                floor = position
        return tuple(
            _joined(
                [
                    contribution
                    for contribution in contributions
                    if contribution.end > contribution.start
                ]
            )
        )

    def leaves_in(self, text: str) -> list[ValueLeaf]:
        """The leaves whose marks are to be seen in ``text``."""
        numbers = dict.fromkeys(map(int, _MARK.findall(text)))
        return [self.points[each].leaf for each in numbers if each < len(self.points)]


def beside_consequences(use: Use, marked: str, marks: re.Pattern[str] = _MARK) -> tuple[Use, str]:
    """The image's own line of the string, and of the string rendered with marks.

    A checksum or a name in another line may follow from what was marked. The string is given
    whole where its lines are not the same ones in the same order, or where only marks differ.
    """
    plain, lines = _without_marks(marked, marks)
    begins = _line_begins(use.text)
    if len(begins) != len(lines) or (plain == use.text and len(plain) < _LONG_TEXT):
        return use, marked
    start = use.text.rfind("\n", 0, use.start) + 1
    end = use.text.find("\n", use.end)
    line = use.text[start : end if end >= 0 else len(use.text)]
    if "\n" in line:
        return use, marked
    own = replace(use, text=line, start=use.start - start, end=use.end - start)
    return own, lines[bisect_right(begins, start) - 1]


# A text of thousands of images is asked for once for each of them.
@lru_cache(maxsize=8)
def _without_marks(marked: str, marks: re.Pattern[str]) -> tuple[str, list[str]]:
    """The text without its marks, and its lines with them."""
    return "".join(marks.split(marked)[0::2]), marked.split("\n")


@lru_cache(maxsize=8)
def _line_begins(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def is_same(text: str, other: str) -> bool:
    """Whether two texts are equal but for checksums, which follow from what is around them."""
    return text == other or CHECKSUM.sub("#", text) == CHECKSUM.sub("#", other)


def _contribution(use: Use, point: MarkPoint, position: int, length: int) -> Contribution:
    """The contribution that precedes ``position``, cut to the image inside the string."""
    start = max(position - length, use.start)
    end = max(start, min(position, use.end))
    if length < point.offset:
        start = _first_whole(use.text, start, end)
    leaf_start = point.offset - length + (start - (position - length))
    return Contribution(point.leaf, start - use.start, end - use.start, leaf_start, point.text)


def _first_whole(text: str, start: int, end: int) -> int:
    """The start without the rest of a word that another text begins.

    ``quay.io/a`` and ``docker.io/a`` have ``/a`` in common, and not ``.io/a``.
    """
    if start == 0 or not (text[start - 1].isalnum() and start < end):
        return start
    delimiter = _DELIMITER.search(text, start, end)
    return delimiter.start() if delimiter else end


def _common_suffix(left: str, right: str) -> int:
    length = 0
    for a, b in zip(reversed(left), reversed(right), strict=False):
        if a != b:
            break
        length += 1
    return length


def _joined(contributions: list[Contribution]) -> list[Contribution]:
    """Neighbouring parts of one leaf as one part."""
    result: list[Contribution] = []
    for contribution in contributions:
        last = result[-1] if result else None
        touches = (
            last is not None and last.leaf is contribution.leaf and last.end == contribution.start
        )
        if last is not None and touches and last.leaf_end == contribution.leaf_start:
            result[-1] = Contribution(
                contribution.leaf, last.start, contribution.end, last.leaf_start, contribution.text
            )
        else:
            result.append(contribution)
    return result


class EmptyMarking:
    """Marks in empty leaves, to see which images a text written there would reach."""

    def __init__(self, leaves: Iterable[ValueLeaf]) -> None:
        self.leaves = tuple(leaves)
        self.marked = [(leaf, f"zq{index:04d}z") for index, leaf in enumerate(self.leaves)]

    def contributions(self, use: Use, marked: str) -> tuple[Contribution, ...]:
        """The parts of ``use`` that texts in the empty leaves would take the place of.

        ``marked`` is the string of the use rendered again with all of them filled in.
        """
        use, marked = beside_consequences(use, marked, _FILL)
        if marked[: use.start] != use.text[: use.start]:
            return ()
        pieces = _FILL.split(marked[use.start :])
        between, numbers = pieces[0::2], [int(number) for number in pieces[1::2]]
        behind = use.text[use.end :]
        if not numbers or not between[-1].endswith(behind):
            return ()
        between[-1] = between[-1][: len(between[-1]) - len(behind)]
        spans = _spans_between(use.image, between)
        return tuple(
            Contribution(
                self.leaves[number],
                start,
                end,
                0,
                "",
                fills=True,
                separator="" if following[:1] in {"/", ":", "@", ""} else "/",
            )
            for number, (start, end), following in zip(numbers, spans, between[1:], strict=False)
            if start == 0 or end > start
        )


def _spans_between(image: str, between: Sequence[str]) -> list[tuple[int, int]]:
    """The spans of ``image`` that fall between the texts, () where these are not what it has.

    A slash that only follows a text put in front may be new.
    """
    if not image.startswith(between[0]):
        return []
    spans, position = [], len(between[0])
    for index, text in enumerate(between[1:], 1):
        is_last = index == len(between) - 1
        for each in (text, text.removeprefix("/")):
            found = len(image) - len(each) if is_last else image.find(each, position)
            if found >= position and image[found : found + len(each)] == each:
                break
        else:
            return []
        spans.append((position, found))
        position = found + len(each)
    return spans
