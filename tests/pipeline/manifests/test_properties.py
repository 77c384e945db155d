"""Texts of lines name=value."""

from __future__ import annotations

from reviews.pipeline.manifests.properties import properties_of


def test_names_are_taken_apart_at_their_dots() -> None:
    text = "# of the agent\nagent.image.tag = 1\nagent.image.name='a/b'\n\n[more]\nexport A_B=c=d\n"
    assert properties_of(text) == {
        "agent": {"image": {"tag": "1", "name": "a/b"}},
        "A_B": "c=d",
    }


def test_a_name_below_one_with_a_value_is_left_out() -> None:
    assert properties_of("image=a\nimage.tag=1\n") == {"image": "a"}


def test_a_text_with_other_lines_is_none() -> None:
    assert properties_of("a=b\nif true; then\n") is None
    assert properties_of("") is None
