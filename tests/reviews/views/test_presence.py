"""Reviewers see who else looks at a package just now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import Event, LastLook, Submission
from tests import factories

pytestmark = pytest.mark.django_db


def ask(user: User, submission: Submission, named: list[int] | None = None) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    answer = client.post(reverse("there", args=[submission.pk]), {"named": named or []})
    return answer.status_code, answer.content.decode()


def open_page(user: User, submission: Submission) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("review", args=[submission.pk])).content.decode()


def test_who_opens_a_review_is_seen_by_who_has_it_open() -> None:
    submission, rita, ralf = factories.in_review(), factories.rita(), factories.ralf()
    assert "is looking at this" not in open_page(rita, submission)

    page = open_page(ralf, submission)
    _status, answer = ask(rita, submission)

    assert '<span translate="no">rita</span> is looking at this, too' in page
    assert '<span translate="no">ralf</span> is looking at this, too' in answer
    assert ask(rita, submission, [ralf.pk]) == (204, "")


def test_the_page_asks_with_its_token() -> None:
    submission = factories.in_review()
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.rita())
    page = client.get(reverse("review", args=[submission.pk])).content.decode()
    form = page.partition('<form id="others"')[2].partition("</form>")[0]
    token = form.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]

    answer = client.post(reverse("there", args=[submission.pk]), {"csrfmiddlewaretoken": token})

    assert answer.status_code == 204


def test_who_is_gone_for_ninety_seconds_is_no_longer_named() -> None:
    submission, rita, ralf = factories.in_review(), factories.rita(), factories.ralf()
    open_page(rita, submission)
    for seconds, is_named in ((80, True), (91, False)):
        LastLook.objects.filter(user=rita).update(at=timezone.now() - timedelta(seconds=seconds))
        _status, page = ask(ralf, submission)
        assert ("is looking at this, too" in page) is is_named


def test_an_open_page_writes_nothing_into_the_log() -> None:
    submission, rita = factories.in_review(), factories.rita()
    before = Event.objects.count()

    ask(rita, submission)
    ask(rita, submission)

    assert Event.objects.count() == before
    assert LastLook.objects.filter(user=rita).count() == 1


def test_partners_neither_ask_nor_are_named() -> None:
    submission, petra = factories.in_review(), factories.petra()
    client = Client()
    client.force_login(petra)
    client.get(reverse("submission", args=[submission.pk]))

    status, _page = ask(petra, submission)
    assert status == 404
    assert "is looking at this" not in open_page(factories.rita(), submission)
