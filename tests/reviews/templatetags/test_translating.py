"""A text that is written in a template is looked up once for each language, and never mixed up."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils.translation import override


def drawn(source: str, language: str, **context: object) -> str:
    with override(language):
        return Template("{% load i18n %}" + source).render(Context(context))


def test_each_language_has_its_own_text_however_often_it_is_drawn() -> None:
    template = Template("{% load i18n %}{% translate 'Verdict' %}")
    found = []
    for language in ("en", "zh-hans", "en", "zh-hans"):
        with override(language):
            found.append(template.render(Context()))
    assert found == ["Verdict", "审核结论", "Verdict", "审核结论"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{% translate '100 %' %}", "100 %"),
        ("{% translate 'a <b> & c' %}", "a <b> & c"),
        ("{% translate name %}", "&lt;b&gt;"),
        ("{% translate 'Verdict'|upper %}", "VERDICT"),
        ("{% translate 'Verdict' noop %}", "Verdict"),
        ("{% translate 'Verdict' as said %}[{{ said }}]", "[Verdict]"),
        ("{% trans 'Verdict' %}", "Verdict"),
    ],
)
def test_it_is_as_the_tag_that_it_takes_the_place_of(source: str, said: str) -> None:
    assert [drawn(source, "en", name="<b>") for _time in range(2)] == [said, said]


def test_a_name_is_looked_up_each_time() -> None:
    template = Template("{% load i18n %}{% translate name %}")
    assert [template.render(Context({"name": each})) for each in ("a", "b")] == ["a", "b"]
