"""Rows stand in pairs or in one column; what is far from everything of interest is folded."""

from __future__ import annotations

from reviews.pipeline.core.findings import Edit
from reviews.pipeline.diff.files import diff_edits
from reviews.pipeline.diff.layout import DiffNotes, DiffRow, DiffStretch, lay_out_diff

NO_NOTES = DiffNotes({}, {})


def numbered(count: int) -> bytes:
    return b"".join(b"line %d\n" % number for number in range(1, count + 1))


def edit(before: bytes, old: str, new: str) -> Edit:
    start = before.index(old.encode())
    return Edit("values.yaml", start, start + len(old.encode()), old, new)


def insertion(before: bytes, behind: str, new: str) -> Edit:
    start = before.index(behind.encode()) + len(behind.encode())
    return Edit("values.yaml", start, start, "", new)


def reported(rows: tuple[DiffRow, ...]) -> list[str]:
    """Each row as the numbers of its two sides."""
    return [
        f"{row.before.before if row.before else '.'}|{row.after.after if row.after else '.'}"
        for row in rows
    ]


def shape(stretches: tuple[DiffStretch, ...]) -> list[tuple[str, bool, tuple[int, ...]]]:
    """Each stretch as its first and last row, whether it is folded, and its notes."""
    return [
        (f"{reported(each.rows)[0]}..{reported(each.rows)[-1]}", each.folded, each.notes)
        for each in stretches
    ]


def test_a_changed_line_stands_beside_what_it_became() -> None:
    before = numbered(2)
    diff = diff_edits(before, [edit(before, "line 2", "second")], context=None)
    (stretch,) = lay_out_diff(diff, NO_NOTES, side_by_side=True)
    assert reported(stretch.rows) == ["1|1", "2|2"]
    assert [row.changed for row in stretch.rows] == [False, True]


def test_in_one_column_a_changed_line_stands_above_what_it_became() -> None:
    before = numbered(2)
    diff = diff_edits(before, [edit(before, "line 2", "second")], context=None)
    (stretch,) = lay_out_diff(diff, NO_NOTES, side_by_side=False)
    assert reported(stretch.rows) == ["1|1", "2|.", ".|2"]


def test_more_lines_than_before_stand_beside_nothing() -> None:
    before = numbered(2)
    diff = diff_edits(before, [edit(before, "line 1", "a\nb\nc")], context=None)
    (stretch,) = lay_out_diff(diff, NO_NOTES, side_by_side=True)
    assert reported(stretch.rows) == ["1|1", ".|2", ".|3", "2|4"]


def test_lines_far_from_a_change_are_folded() -> None:
    before = numbered(60)
    diff = diff_edits(before, [edit(before, "line 30\n", "thirty\n")], context=None)
    assert shape(lay_out_diff(diff, NO_NOTES, side_by_side=True)) == [
        ("1|1..26|26", True, ()),
        ("27|27..33|33", False, ()),
        ("34|34..60|60", True, ()),
    ]


def test_a_few_lines_are_not_worth_folding() -> None:
    before = numbered(15)
    diff = diff_edits(before, [edit(before, "line 12\n", "twelve\n")], context=None)
    assert shape(lay_out_diff(diff, NO_NOTES, side_by_side=True)) == [("1|1..15|15", False, ())]


def test_a_note_to_an_edit_stands_below_its_last_line() -> None:
    before = numbered(3)
    edits = [insertion(before, "line 1\n", "a\nb\n"), edit(before, "line 3", "three")]
    diff = diff_edits(before, edits, context=None)
    assert shape(lay_out_diff(diff, DiffNotes({0: [7], 1: [8, 9]}, {}), side_by_side=True)) == [
        ("1|1...|3", False, (7,)),
        ("2|4..3|5", False, (8, 9)),
    ]


def test_a_note_to_a_line_keeps_its_neighbours_in_sight() -> None:
    diff = diff_edits(numbered(40), [], context=None)
    assert shape(lay_out_diff(diff, DiffNotes({}, {20: [1]}), side_by_side=True)) == [
        ("1|1..16|16", True, ()),
        ("17|17..20|20", False, (1,)),
        ("21|21..23|23", False, ()),
        ("24|24..40|40", True, ()),
    ]


def test_a_note_to_a_line_that_is_not_there_stands_at_the_end() -> None:
    diff = diff_edits(numbered(3), [], context=None)
    assert shape(lay_out_diff(diff, DiffNotes({}, {99: [1]}), side_by_side=True)) == [
        ("1|1..3|3", False, (1,))
    ]


def test_of_a_diff_without_all_its_lines_it_is_said_what_is_missing() -> None:
    before = numbered(100)
    edits = [edit(before, "line 20\n", "twenty\n"), edit(before, "line 70\n", "seventy\n")]
    stretches = lay_out_diff(diff_edits(before, edits), NO_NOTES, side_by_side=True)
    assert [(reported(each.rows)[0], each.skipped) for each in stretches] == [
        ("17|17", 16),
        ("67|67", 43),
    ]


def test_an_empty_file_has_no_rows() -> None:
    assert lay_out_diff(diff_edits(b"", [], context=None), NO_NOTES, side_by_side=True) == ()
