"""Remedies address the partner; others read of the partner."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from reviews.pipeline.core.findings import DONE_ON_APPROVAL
from reviews.pipeline.core.messages import Message
from reviews.templatetags import remedy_words
from reviews.templatetags.remedy_words import said_to
from tests import factories

PIPELINE = Path("reviews/pipeline")


def test_each_remedy_that_asks_nothing_of_the_partner_has_words_for_others() -> None:
    marked = re.compile(r'_\(\s*((?:"[^"]*"\s*)+)[,)]')
    found = {
        "".join(re.findall(r'"([^"]*)"', each))
        for file in PIPELINE.rglob("*.py")
        for each in marked.findall(file.read_text(encoding="utf-8"))
    }
    asks_nothing = {each for each in found if each.startswith("You need not")}
    assert set(remedy_words._TO_OTHERS) == asks_nothing
    for template, other in remedy_words._TO_OTHERS.items():
        assert re.findall(r"%\(\w+\)s", template) == re.findall(r"%\(\w+\)s", other.template)


def test_what_asks_for_something_is_the_same_for_everybody() -> None:
    words = Message("Add %(file)s.", {"file": "README.md"})
    assert said_to(words, is_member=False) is words
    assert said_to(DONE_ON_APPROVAL, is_member=True) is DONE_ON_APPROVAL
    assert said_to(None, is_member=False) is None


@pytest.mark.django_db
def test_pages_of_the_partner_say_you_and_those_of_reviewers_do_not(client: Client) -> None:
    submission = factories.in_review()
    pages = [reverse(name, args=[submission.pk]) for name in ("submission", "changes", "review")]

    client.force_login(factories.rita())
    seen = [client.get(address).content.decode() for address in pages]
    assert ["You need not do anything" in each or "You do not need" in each for each in seen] == [
        False
    ] * 3
    assert all("The partner need not do anything" in each for each in seen)

    client.force_login(factories.petra())
    seen = [client.get(address).content.decode() for address in pages[:2]]
    assert all("You need not do anything" in each for each in seen)
    assert not any("The partner need not" in each for each in seen)
