"""Folded lines are a link to them in the complete file."""

from __future__ import annotations

from reviews.templatetags.folds import Fold, fold_link


def test_a_fold_leads_to_its_lines() -> None:
    html = fold_link(Fold(3, 9, 1), 'a "b"&.yaml', "/files/?rev=2")

    assert html == (
        '<p class="fold" data-first="3" data-last="9" data-shift="1">'
        '<a href="/files/?rev=2&amp;file=a%20%22b%22%26.yaml#L3">Lines 3 to 9, unchanged</a></p>'
    )


def test_one_line_and_none() -> None:
    assert "Line 4, unchanged" in fold_link(Fold(4, 4, 0), "a", "/files/")
    assert fold_link(None, "a", "/files/") == ""
