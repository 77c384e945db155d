from __future__ import annotations

import pytest

from .archives import content_at, spliced, unexplained
from .boxes import VALUES, chart, tgz

MOVE = {
    "file": "demo/values.yaml",
    "start": VALUES.index("docker.io"),
    "end": VALUES.index(" # here"),
    "before": "docker.io",
    "after": "swr.example.com",
}
MOVED = VALUES.replace("docker.io", "swr.example.com")


def test_an_edit_explains_the_bytes_it_changes() -> None:
    difference = unexplained(chart(), chart(MOVED), [MOVE])
    assert (difference.bytes, difference.members) == (0, [])


def test_a_byte_outside_the_edits_is_counted() -> None:
    difference = unexplained(chart(), chart(MOVED.replace("# here", "# Here")), [MOVE])
    assert (difference.bytes, difference.members) == (1, [])


def test_an_edit_that_was_not_made_is_counted() -> None:
    assert unexplained(chart(), chart(), [MOVE]).bytes > 0


def test_missing_and_new_members_are_reported() -> None:
    before = tgz({"a/x": "12345", "a/y": ""})
    after = tgz({"a/y": "", "a/z": ""})
    difference = unexplained(before, after, [])
    assert (difference.bytes, difference.members) == (
        5,
        ["other members, or in another order", "a/x is gone"],
    )


def test_another_mode_is_reported() -> None:
    difference = unexplained(tgz({"a/x": "1"}), tgz({"a/x": "1"}, mode=0o755), [])
    assert difference.members == ["a/x has another type or mode"]


def test_an_edit_inside_a_packed_chart_leaves_its_other_files_compared() -> None:
    inner = {"sub/values.yaml": "tag: 1\n", "sub/README.md": "hello"}
    edit = {
        "file": "demo/charts/sub.tgz!/sub/values.yaml",
        "start": 5,
        "end": 6,
        "before": "1",
        "after": "2",
    }
    before = tgz({"demo/charts/sub.tgz": tgz(inner)})
    good = tgz({"demo/charts/sub.tgz": tgz(inner | {"sub/values.yaml": "tag: 2\n"})})
    bad = tgz(
        {"demo/charts/sub.tgz": tgz({"sub/values.yaml": "tag: 2\n", "sub/README.md": "help!"})}
    )
    assert unexplained(before, good, [edit]).bytes == 0
    assert unexplained(before, bad, [edit]).bytes == 2
    assert content_at(before, "demo/charts/sub.tgz!/sub/README.md") == b"hello"
    assert content_at(before, "demo/none") is None


def test_an_edit_that_expects_other_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="does not hold at 0 what its edit replaces"):
        spliced(b"abc", [{"file": "f", "start": 0, "end": 1, "before": "x", "after": "y"}])


def test_edits_are_made_where_the_original_has_them() -> None:
    edits = [
        {"file": "f", "start": 0, "end": 1, "before": "a", "after": "long"},
        {"file": "f", "start": 2, "end": 2, "before": "", "after": "+"},
        {"file": "f", "start": 2, "end": 2, "before": "", "after": "-"},
        {"file": "f", "start": 2, "end": 3, "before": "c", "after": "C"},
    ]
    assert spliced(b"abc", edits) == b"longb+-C"
