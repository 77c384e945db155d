"""A reviewer's own filters of the queue, and what the queue says of turns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.actions.saved_views import MOST_VIEWS
from reviews.models import PortalPolicy, SavedView, Submission
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita(client: Client) -> Client:
    client.force_login(factories.rita())
    return client


def names() -> list[str]:
    return list(SavedView.objects.values_list("name", flat=True))


def save(client: Client, name: str, query: str) -> str:
    sent = {"name": name, "query": query}
    return client.post(reverse("save-view"), sent, follow=True).content.decode()


def test_what_the_queue_shows_is_saved_opened_and_deleted(rita: Client) -> None:
    page = save(rita, "  Late   ones ", "overdue=on&sort=oldest&page=3")

    assert '?overdue=on&amp;sort=oldest"' in page
    assert ">Late ones</a>" in page
    save(rita, "Late ones", "overdue=on")
    (view,) = SavedView.objects.all()
    assert (view.name, view.query) == ("Late ones", "overdue=on")
    assert 'aria-current="page">Late ones</a>' in rita.get("/review/?overdue=on").content.decode()
    rita.post(reverse("delete-view", args=[view.pk]))
    assert names() == []


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [
        ("", "overdue=on", "Give the view a name of up to 60 characters."),
        ("a" * 61, "overdue=on", "Give the view a name of up to 60 characters."),
        ("all", "", "Filter the queue first, then save what you see."),
        ("page", "page=2", "Filter the queue first, then save what you see."),
    ],
)
def test_what_makes_no_view_is_denied(name: str, query: str, words: str, rita: Client) -> None:
    assert words in save(rita, name, query)
    assert names() == []


def test_there_is_an_end_to_views(rita: Client) -> None:
    SavedView.objects.bulk_create(
        SavedView(user=factories.rita(), name=f"{number}", query="mine=on")
        for number in range(MOST_VIEWS)
    )

    assert f"There are {MOST_VIEWS} views: delete one first." in save(rita, "more", "mine=on")
    assert len(names()) == MOST_VIEWS


def test_views_are_their_reviewer_s_own(rita: Client) -> None:
    view = SavedView.objects.create(user=factories.ralf(), name="Ralf's", query="mine=on")

    rita.post(reverse("delete-view", args=[view.pk]))

    assert names() == ["Ralf's"]
    assert "Ralf" not in rita.get("/review/?mine=on").content.decode()


def test_a_view_is_renamed_by_whom_it_belongs_to(rita: Client) -> None:
    view = SavedView.objects.create(user=factories.rita(), name="Late", query="overdue=on")
    SavedView.objects.create(user=factories.rita(), name="Mine", query="mine=on")
    others = SavedView.objects.create(user=factories.ralf(), name="Ralf's", query="mine=on")

    def rename(pk: int, name: str) -> str:
        sent = {"name": name, "query": "overdue=on"}
        answer = rita.post(reverse("rename-view", args=[pk]), sent, follow=True)
        return answer.content.decode()

    assert 'aria-current="page">Overdue</a>' in rename(view.pk, " Overdue ")
    assert "Another view is called “Mine”." in rename(view.pk, "Mine")
    assert "Give the view a name of up to 60 characters." in rename(view.pk, " ")
    rename(others.pk, "Rita's")
    assert names() == ["Mine", "Overdue", "Ralf's"]


def test_partners_have_no_views(client: Client) -> None:
    client.force_login(factories.petra())

    assert client.post(reverse("save-view"), {"name": "a", "query": "mine=on"}).status_code == 404


def test_the_queue_says_what_is_overdue_and_to_whom_it_comes_back(rita: Client) -> None:
    submission = factories.examined(factories.revised(factories.returned()))
    since = timezone.now() - timedelta(days=30)
    Submission.objects.filter(pk=submission.pk).update(waiting_since=since)

    page = rita.get(reverse("queue")).content.decode()
    review = rita.get(reverse("review", args=[submission.pk])).content.decode()

    assert "overdue since" in page
    assert "back to" in page
    assert "overdue since" in review


def test_the_review_says_that_another_has_to_approve(rita: Client) -> None:
    submission = factories.decided(factories.in_review())
    PortalPolicy.objects.create(pk=1, needs_four_eyes=True)

    page = rita.get(reverse("review", args=[submission.pk])).content.decode()

    checklist = page.partition('<ul class="checklist">')[2].partition("</ul>")[0]
    assert "Two reviewers are required, so another approves the package." in checklist
