"""Which lines of a text became which, from known edits or from two texts alone.

Two texts are compared by lines that occur once in both (patience diff), which stays near
linear whatever the texts hold; ``difflib`` sees short stretches only, its time being cubic
at worst.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from ..core.findings import Edit

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_WORD = re.compile(rb"[\w.\x80-\xff-]+|[^\w.\x80-\xff-]")
_SHORT = 80  # lines, of both sides together, of a stretch that is left to difflib
_MOST_SHORT = 20_000  # lines that difflib sees in all
_ROUNDS = 8  # how often a stretch is split by lines that are unique within it


@dataclass(frozen=True, slots=True)
class Change:
    """Lines ``before`` to ``before_end`` became ``after`` to ``after_end`` (0-based, exclusive)."""

    before: int
    before_end: int
    after: int
    after_end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Bytes of one side that changed, and the position in its list of the edit that did it."""

    start: int
    end: int
    edit: int | None = None


class Side:
    """One text cut into lines, and the marks on it, in order and disjoint."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.lines: list[bytes] = _LINE.findall(data)
        self.marks: list[Mark] = []
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def line_of(self, offset: int) -> int:
        """The line that an offset is on; behind the last line break, one more than there is."""
        line = bisect_right(self.starts, offset) - 1
        unended = line == len(self.lines) > 0 and not self.data.endswith(b"\n")
        return line - 1 if unended else line

    def marks_on(self, line: int) -> list[Mark]:
        """The marks that touch a line; one that ends where the line begins does not."""
        first = bisect_right(self.marks, self.starts[line], key=lambda mark: mark.end)
        behind = bisect_left(self.marks, self.starts[line + 1], key=lambda mark: mark.start)
        return self.marks[first:behind]


def changes_of_edits(old: Side, new: Side, edits: Sequence[Edit]) -> list[Change]:
    """The lines that ``edits`` of ``old`` touch; both sides get their marks."""
    regions: list[list[int]] = []  # first line, line behind the last, shift before, shift behind
    shift = 0
    for number in sorted(range(len(edits)), key=lambda each: edits[each].order):
        edit, length = edits[number], len(edits[number].after.encode())
        old.marks.append(Mark(edit.start, edit.end, number))
        new.marks.append(Mark(edit.start + shift, edit.start + shift + length, number))
        first, behind = old.line_of(edit.start), old.line_of(edit.end) + 1
        grown = shift + length - (edit.end - edit.start)
        if regions and first < regions[-1][1]:
            regions[-1][1:] = [max(behind, regions[-1][1]), regions[-1][2], grown]
        else:
            regions.append([first, behind, shift, grown])
        shift = grown
    changes = (_change_of_region(old, new, *region) for region in regions)
    return [change for change in changes if change is not None]


def _change_of_region(
    old: Side, new: Side, first: int, behind: int, shift: int, grown: int
) -> Change | None:
    behind = min(behind, len(old.lines))
    after = bisect_left(new.starts, old.starts[first] + shift)
    after_end = bisect_left(new.starts, old.starts[behind] + grown)
    return _trimmed(old.lines, new.lines, Change(first, behind, after, after_end))


def changes_of_texts(old: Side, new: Side) -> list[Change]:
    """The lines that differ, in order."""
    found: list[Change] = []
    waiting = [(Change(0, len(old.lines), 0, len(new.lines)), _ROUNDS)]
    room = _MOST_SHORT
    while waiting:
        stretch, rounds = waiting.pop()
        change = _trimmed(old.lines, new.lines, stretch)
        if change is None:
            continue
        anchors = _anchors(old.lines, new.lines, change) if rounds else []
        if anchors:
            waiting.extend((part, rounds - 1) for part in reversed(_parts(change, anchors)))
            continue
        size = change.before_end - change.before + change.after_end - change.after
        if size > _SHORT or room < size:
            found.append(change)
        else:
            room -= size
            found.extend(_of_short_stretch(old.lines, new.lines, change))
    return found


def _trimmed(old: list[bytes], new: list[bytes], change: Change) -> Change | None:
    """The change without the lines that its ends share; None where nothing is left."""
    before, before_end = change.before, change.before_end
    after, after_end = change.after, change.after_end
    while before < before_end and after < after_end and old[before] == new[after]:
        before, after = before + 1, after + 1
    while before < before_end and after < after_end and old[before_end - 1] == new[after_end - 1]:
        before_end, after_end = before_end - 1, after_end - 1
    same = before == before_end and after == after_end
    return None if same else Change(before, before_end, after, after_end)


def _anchors(old: list[bytes], new: list[bytes], change: Change) -> list[tuple[int, int]]:
    """Pairs of lines that occur once on either side, the most that rise on both."""
    one, other = old[change.before : change.before_end], new[change.after : change.after_end]
    times, times_other = Counter(one), Counter(other)
    places = {line: at for at, line in enumerate(other, change.after) if times_other[line] == 1}
    return _longest_rising(
        [
            (at, places[line])
            for at, line in enumerate(one, change.before)
            if times[line] == 1 and line in places
        ]
    )


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of pairs with rising first numbers, the most whose second numbers rise too."""
    tops: list[int] = []  # of each length, the smallest second number that ends such a run
    ends: list[int] = []  # the pair that ends it
    previous: list[int] = []
    for number, (_first, second) in enumerate(pairs):
        length = bisect_left(tops, second)
        tops[length : length + 1] = [second]
        ends[length : length + 1] = [number]
        previous.append(ends[length - 1] if length else -1)
    rising: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        rising.append(pairs[number])
        number = previous[number]
    return rising[::-1]


def _parts(change: Change, anchors: list[tuple[int, int]]) -> list[Change]:
    """What lies between the anchors."""
    edges = [(change.before - 1, change.after - 1), *anchors, (change.before_end, change.after_end)]
    return [Change(here[0] + 1, there[0], here[1] + 1, there[1]) for here, there in pairwise(edges)]


def _of_short_stretch(old: list[bytes], new: list[bytes], change: Change) -> Iterator[Change]:
    before, after = change.before, change.after
    one, other = old[before : change.before_end], new[after : change.after_end]
    for kind, *lines in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            start, end, start_other, end_other = lines
            yield Change(before + start, before + end, after + start_other, after + end_other)


def mark_words(old: Side, new: Side, change: Change) -> None:
    """Mark what differs within lines that are opposite each other, else whole lines."""
    removed, added = range(change.before, change.before_end), range(change.after, change.after_end)
    if len(removed) != len(added):
        old.marks.extend(Mark(old.starts[each], old.starts[each + 1]) for each in removed)
        new.marks.extend(Mark(new.starts[each], new.starts[each + 1]) for each in added)
        return
    for one, other in zip(removed, added, strict=True):
        head, tail = _shared_ends(old.lines[one], new.lines[other])
        old.marks.append(Mark(old.starts[one] + head, old.starts[one + 1] - tail))
        new.marks.append(Mark(new.starts[other] + head, new.starts[other + 1] - tail))


def _shared_ends(one: bytes, other: bytes) -> tuple[int, int]:
    """How many bytes two lines share at their beginning and at their end, in whole words."""
    words, others = _WORD.findall(one), _WORD.findall(other)
    most = min(len(words), len(others))
    head = next((at for at in range(most) if words[at] != others[at]), most)
    most -= head
    tail = next((at for at in range(most) if words[-at - 1] != others[-at - 1]), most)
    return sum(map(len, words[:head])), sum(map(len, words[len(words) - tail :]))
