from __future__ import annotations

from .scalars import changed_values


def paths(before: str, after: str) -> list[list[str]]:
    return [sorted(group) for group in changed_values(before.encode(), after.encode())]


def test_a_new_text_is_a_change() -> None:
    assert paths("a: {b: [x, y]}\nc: 1\n", "a: {b: [x, z]}\nc: 1\n") == [["a.b[1]"]]


def test_other_quotes_and_comments_are_no_change() -> None:
    assert paths("a: x # one\n", 'a: "x" # two\n') == []


def test_a_number_that_becomes_a_string_is_a_change() -> None:
    assert paths("a: 1\n", "a: '1'\n") == [["a"]]


def test_a_scalar_that_is_new_or_gone_is_a_change() -> None:
    assert paths("a: {}\n", "a:\n  b: 1\n") == [["a"], ["a.b"]]


def test_an_anchor_changes_with_all_its_aliases() -> None:
    before = "a: &t v1\nb: *t\nc:\n  <<: &m {d: v1}\n  e: 1\n"
    assert paths(before, before.replace("&t v1", "&t v2")) == [["a", "b"]]


def test_a_key_of_its_own_wins_over_a_merged_one() -> None:
    before = "m: &m {d: v1}\nc:\n  d: own\n  <<: *m\n"
    assert paths(before, before.replace("{d: v1}", "{d: v2}")) == [["m.d"]]
