"""A diff shows what an edit changes, to the byte, and applies with the ordinary tools."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.pipeline.core.findings import Edit
from reviews.pipeline.diff.files import (
    DiffLine,
    FileDiff,
    Hunk,
    TextSpan,
    diff_edits,
    diff_texts,
    unified,
)

FILE = "shop/values.yaml"
ADDRESS = "etcd/package/etcd-6.7.0.tgz!/etcd/values.yaml"


def edit(before: bytes, old: str, new: str) -> Edit:
    start = before.index(old.encode())
    return Edit(FILE, start, start + len(old.encode()), old, new)


def drawn(diff: FileDiff) -> list[str]:
    """Each line with its sign, its numbers and its changed pieces in brackets."""
    signs = {"context": " ", "removed": "-", "added": "+"}
    return [
        f"{signs[line.kind]} {line.before or '.'} {line.after or '.'} "
        + "".join(f"[{span.text}]" if span.changed else span.text for span in line.spans)
        for hunk in diff.hunks
        for line in hunk.lines
    ]


def rebuilt(diff: FileDiff) -> tuple[bytes, bytes]:
    """Both sides, put together again from the lines of a diff with all its context."""
    lines = [line for hunk in diff.hunks for line in hunk.lines]
    before = "".join(line.text + line.ending for line in lines if line.kind != "added")
    after = "".join(line.text + line.ending for line in lines if line.kind != "removed")
    return before.encode(), after.encode()


def applied(folder: Path, before: bytes, patch: str) -> bytes:
    (folder / "shop").mkdir()
    (folder / FILE).write_bytes(before)
    subprocess.run(
        ["git", "apply", "--unsafe-paths", "--whitespace=nowarn", "-"],
        input=patch.encode(),
        cwd=folder,
        check=True,
        env={"GIT_CEILING_DIRECTORIES": str(folder.parent), "PATH": "/usr/bin:/bin"},
    )
    return (folder / FILE).read_bytes()


def test_an_edit_is_drawn_with_exactly_its_bytes_marked() -> None:
    before = b"image:\n  registry: docker.io # c\n  tag: 1\n"
    assert diff_edits(before, [edit(before, "docker.io", "swr.example.com")]) == FileDiff(
        hunks=(
            Hunk(
                skipped=0,
                before=1,
                before_count=3,
                after=1,
                after_count=3,
                lines=(
                    DiffLine("context", 1, 1, (TextSpan("image:", changed=False),), "\n"),
                    DiffLine(
                        "removed",
                        2,
                        None,
                        (
                            TextSpan("  registry: ", changed=False),
                            TextSpan("docker.io", changed=True),
                            TextSpan(" # c", changed=False),
                        ),
                        "\n",
                        (0,),
                    ),
                    DiffLine(
                        "added",
                        None,
                        2,
                        (
                            TextSpan("  registry: ", changed=False),
                            TextSpan("swr.example.com", changed=True),
                            TextSpan(" # c", changed=False),
                        ),
                        "\n",
                        (0,),
                    ),
                    DiffLine("context", 3, 3, (TextSpan("  tag: 1", changed=False),), "\n"),
                ),
            ),
        ),
        added=1,
        removed=1,
        skipped=0,
    )


def test_two_edits_of_one_line_are_one_change() -> None:
    before = b"a: {r: docker.io, p: bitnami/etcd}\n"
    edits = [edit(before, "bitnami", "osc"), edit(before, "docker.io", "swr")]
    diff = diff_edits(before, edits)
    assert drawn(diff) == [
        "- 1 . a: {r: [docker.io], p: [bitnami]/etcd}",
        "+ . 1 a: {r: [swr], p: [osc]/etcd}",
    ]
    assert [line.edits for line in diff.hunks[0].lines] == [(1, 0), (1, 0)]


def test_edits_far_apart_stand_in_hunks_of_their_own() -> None:
    before = b"".join(b"k%d: old%d\n" % (n, n) for n in range(30))
    edits = [
        edit(before, "old2\n", "new\n"),
        edit(before, "old9", "new"),
        edit(before, "old25", "new"),
    ]
    diff = diff_edits(before, edits)
    assert [(hunk.skipped, hunk.before, hunk.before_count) for hunk in diff.hunks] == [
        (0, 1, 13),
        (9, 23, 7),
    ]
    assert (diff.added, diff.removed, diff.skipped) == (3, 3, 1)
    assert [line.edits for hunk in diff.hunks for line in hunk.lines if line.kind == "added"] == [
        (0,),
        (1,),
        (2,),
    ]


@pytest.mark.parametrize(
    ("before", "edits", "lines"),
    [
        (b"a: 1\nb: 2\n", [Edit(FILE, 5, 5, "", "k: v\n")], ["  1 1 a: 1", "+ . 2 [k: v]", "  2 3 b: 2"]),
        (b"a: 1\n", [Edit(FILE, 5, 5, "", "k: v\n")], ["  1 1 a: 1", "+ . 2 [k: v]"]),
        (b"e:\n  a: 1\n", [Edit(FILE, 5, 5, "", "k: v\n  ")], ["  1 1 e:", "+ . 2   [k: v]", "  2 3   a: 1"]),
        (b"a: 1", [Edit(FILE, 4, 4, "", "\nk: v")], ["- 1 . a: 1", "+ . 1 a: 1", "+ . 2 [k: v]"]),
        (b"", [Edit(FILE, 0, 0, "", "k: v\n")], ["+ . 1 [k: v]"]),
        (b"", [Edit(FILE, 0, 0, None, "k: v\nl: w")], ["+ . 1 [k: v]", "+ . 2 [l: w]"]),
        (b"e: {}\n", [Edit(FILE, 2, 5, " {}", "\n  k: v")], ["- 1 . e:[ {}]", "+ . 1 e:", "+ . 2 [  k: v]"]),
        (b"a: 1\nb: 2\n", [Edit(FILE, 0, 5, "a: 1\n", "")], ["- 1 . [a: 1]", "  2 1 b: 2"]),
        (b"a: 1\r\nb: 2\r\n", [Edit(FILE, 3, 4, "1", "9")], ["- 1 . a: [1]", "+ . 1 a: [9]", "  2 2 b: 2"]),
        ("名: 值\n".encode(), [Edit(FILE, 5, 8, "值", "新")], ["- 1 . 名: [值]", "+ . 1 名: [新]"]),
        (b"a: 1\n", [], []),
        (b"a: 1\n", [Edit(FILE, 3, 4, "1", "1")], []),
    ],
)  # fmt: skip
def test_insertions_and_deletions_are_drawn_as_such(
    before: bytes, edits: list[Edit], lines: list[str]
) -> None:
    assert drawn(diff_edits(before, edits)) == lines


def test_an_edit_marks_only_the_lines_it_touches() -> None:
    before = b"a: 1\nb: 2\n"
    edits = [Edit(FILE, 5, 5, "", "k: v\n"), Edit(FILE, 8, 9, "2", "3")]
    marked = {
        line.text: line.edits for hunk in diff_edits(before, edits).hunks for line in hunk.lines
    }
    assert marked == {"a: 1": (), "b: 2": (1,), "k: v": (0,), "b: 3": (1,)}


def test_line_breaks_are_distinguished_from_the_text() -> None:
    (hunk,) = diff_texts(b"a\r\nb\nc", b"a\r\nb\nd").hunks
    assert [(line.text, line.ending) for line in hunk.lines] == [
        ("a", "\r\n"),
        ("b", "\n"),
        ("c", ""),
        ("d", ""),
    ]


def test_two_texts_are_compared_by_words() -> None:
    before = b"a: 1\nimage: docker.io/bitnami/etcd:3.5 # c\nz: 1\n"
    after = b"a: 1\nimage: swr.example.com/osc/etcd:3.5 # c\nz: 1\ny: 2\n"
    assert drawn(diff_texts(before, after)) == [
        "  1 1 a: 1",
        "- 2 . image: [docker.io/bitnami]/etcd:3.5 # c",
        "+ . 2 image: [swr.example.com/osc]/etcd:3.5 # c",
        "  3 3 z: 1",
        "+ . 4 [y: 2]",
    ]


def test_lines_without_a_partner_are_marked_whole() -> None:
    assert drawn(diff_texts(b"a\nb c\nz\n", b"a\nb d\nx\nz\n")) == [
        "  1 1 a",
        "- 2 . [b c]",
        "+ . 2 [b d]",
        "+ . 3 [x]",
        "  3 4 z",
    ]


def test_a_moved_block_between_unique_lines_is_found() -> None:
    before = b"one\n\ntwo\n\nthree\n\nfour\n"
    after = b"one\n\nthree\n\nfour\n\ntwo\n"
    assert diff_texts(before, after).added == diff_texts(before, after).removed == 2


def test_bytes_that_are_no_text_are_drawn_as_replacement_characters() -> None:
    assert drawn(diff_texts(b"a \xff b\n", b"a \xfe b\n")) == [
        "- 1 . a [\ufffd] b",
        "+ . 1 a [\ufffd] b",
    ]


def test_without_context_only_changes_are_drawn() -> None:
    assert drawn(diff_texts(b"a\nb\nc\n", b"a\nx\nc\n", context=0)) == ["- 2 . [b]", "+ . 2 [x]"]


def test_the_whole_file_is_drawn_where_all_context_is_asked_for() -> None:
    before = b"".join(b"line %d\n" % n for n in range(1000))
    after = before.replace(b"line 500\n", b"line five hundred\n")
    diff = diff_texts(before, after, context=None)
    assert rebuilt(diff) == (before, after)
    assert rebuilt(diff_texts(before, before, context=None)) == (before, before)
    assert diff_texts(before, before).hunks == ()
    assert diff_texts(b"", b"", context=None).hunks == ()


def test_more_lines_than_can_be_drawn_are_counted() -> None:
    before = b"".join(b"line %d\n" % n for n in range(100))
    diff = diff_texts(before, b"", most_lines=30)
    assert (sum(len(hunk.lines) for hunk in diff.hunks), diff.left_out, diff.removed) == (
        30,
        70,
        100,
    )
    both = diff_texts(
        before, before.replace(b"line 5\n", b"x\n").replace(b"line 95\n", b"y\n"), most_lines=3
    )
    assert (len(both.hunks), both.left_out) == (1, 13)


def test_many_lines_that_are_all_alike_are_compared_in_bounded_time() -> None:
    diff = diff_texts(b"same\n" * 200_000, b"other\n" + b"same\n" * 150_000 + b"end\n", context=0)
    assert (diff.added, diff.removed) == (150_002, 200_000)


def test_many_short_stretches_are_compared_in_bounded_time() -> None:
    numbers = random.Random(1)  # noqa: S311 - any sequence will do, as long as it is this one
    before, after = bytearray(), bytearray()
    for stretch in range(2000):
        anchor = b"unique %d\n" % stretch
        before += anchor + b"".join(numbers.choice([b"x\n", b"y\n"]) for _ in range(40))
        after += anchor + b"".join(numbers.choice([b"x\n", b"y\n"]) for _ in range(40))
    diff = diff_texts(bytes(before), bytes(after), context=None, most_lines=10**6)
    assert rebuilt(diff) == (bytes(before), bytes(after))


CASES = [
    (b"a: 1\nb: 2\n", b"a: 1\nb: 3\n"),
    (b"a: 1\nb: 2", b"a: 1\nb: 2\n"),
    (b"a: 1\nb: 2\n", b"a: 1\nb: 2"),
    (b"a: 1\nb: 2", b"a: 9\nb: 2"),
    (b"a: 1\n", b"a: 1\nb: 2\n"),
    (b"a: 1\nb: 2\n", b"b: 2\n"),
    (b"a: 1\r\nb: 2\r\n", b"a: 1\r\nb: 3\r\n"),
    ("\ufeff名: 值\n".encode(), "\ufeff名: 新\n".encode()),
    (b"x\x0cy\rz\xe2\x80\xa8w\n", b"x\x0cy\rq\xe2\x80\xa8w\n"),
    (b"\n".join(b"%d" % n for n in range(40)), b"\n".join(b"%d" % (n if n % 17 else 0) for n in range(40))),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), CASES)
def test_a_unified_diff_applies(tmp_path: Path, before: bytes, after: bytes) -> None:
    assert applied(tmp_path, before, unified(before, after, FILE)) == after


def test_a_unified_diff_has_three_lines_of_context() -> None:
    before = b"".join(b"%d\n" % n for n in range(1, 10))
    assert unified(before, before.replace(b"5", b"five"), ADDRESS) == (
        f"--- a/{ADDRESS}\n+++ b/{ADDRESS}\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
    )


def test_ranges_of_one_line_and_of_none_are_written_as_patch_reads_them() -> None:
    assert unified(b"a\n", b"b\n", "f").splitlines()[2] == "@@ -1 +1 @@"
    assert unified(b"", b"a\nb\n", "f").splitlines()[2] == "@@ -0,0 +1,2 @@"


def test_a_new_file_comes_from_nowhere() -> None:
    assert unified(None, b"a\n", "f") == "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n"


def test_nothing_changed_is_no_diff() -> None:
    assert unified(b"a\n", b"a\n", "f") == ""


def test_a_name_cannot_forge_lines_of_the_diff() -> None:
    header = unified(b"a\n", b"b\n", "my file\n+++ b/evil").split("@@")[0]
    assert header == "--- a/my file?+++ b/evil\t\n+++ b/my file?+++ b/evil\t\n"


LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"\n", b"c d\n", b"c e\r\n", b"f"]), max_size=30)


@settings(deadline=None, max_examples=500, derandomize=True, database=None)
@given(before=LINES, after=LINES)
def test_any_two_texts_can_be_rebuilt_from_their_diff(
    before: list[bytes], after: list[bytes]
) -> None:
    sides = b"".join(before), b"".join(after)
    assert rebuilt(diff_texts(*sides, context=None)) == sides


@settings(deadline=None, max_examples=500, derandomize=True, database=None)
@given(before=LINES, data=st.data())
def test_any_edits_can_be_rebuilt_from_their_diff(before: list[bytes], data: st.DataObject) -> None:
    text = b"".join(before)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    edits = [
        Edit(FILE, start, end, text[start:end].decode(), data.draw(st.sampled_from(["", "x", "y\n", "\nz"])))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]  # fmt: skip
    after = text
    for each in sorted(edits, key=lambda edit: edit.order, reverse=True):
        after = after[: each.start] + each.after.encode() + after[each.end :]
    assert rebuilt(diff_edits(text, edits, context=None)) == (text, after)
