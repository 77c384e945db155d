"""The log is narrowed down, and taken along as a file; partners see their own part of it."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.actions import viewing
from reviews.models import Submission
from reviews.queries import lists, log_filter
from reviews.queries.log_filter import VERBS
from reviews.templatetags.event_words import _SENTENCES
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission() -> Submission:
    submission = factories.refused()
    viewing.view(by=factories.rita(), submission=submission)
    return submission


def _verbs(client: Client, user: User, **asked: str | int) -> list[str]:
    client.force_login(user)
    page = client.get(reverse("log"), asked).context["page"]
    return [each.verb for each in page.events]


def test_it_is_narrowed_down(client: Client, submission: Submission) -> None:
    rita = factories.rita()
    today = f"{timezone.now():%Y-%m-%d}"

    assert _verbs(client, rita) == ["view", "refuse", "start", "submit"]
    assert _verbs(client, rita, by="RIT") == ["view"]
    assert _verbs(client, rita, verb="refuse") == ["refuse"]
    assert _verbs(client, rita, submission=submission.pk) == ["view", "refuse", "start", "submit"]
    assert _verbs(client, rita, submission="harbour acme", by="petra") == ["submit"]
    assert _verbs(client, rita, submission="etcd") == []
    assert _verbs(client, rita, since=today, until=today, verb="view") == ["view"]
    assert _verbs(client, rita, until="2020-01-01") == []


@pytest.mark.usefixtures("submission")
def test_the_events_of_many_submissions_are_found_by_their_words(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_COUNTED", 0)
    rita = factories.rita()

    assert _verbs(client, rita, submission="harbour acme", by="petra") == ["submit"]
    assert _verbs(client, rita, submission="harbour etcd") == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"since": "2026-02-30"}, "since"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "until"),
        ({"verb": "dance"}, "verb"),
    ],
)
def test_a_filter_that_makes_no_sense_says_so(
    client: Client, asked: dict[str, str], field: str
) -> None:
    client.force_login(factories.rita())

    page = client.get(reverse("log"), asked)

    assert list(page.context["form"].errors) == [field]
    assert page.context["page"] is None


def test_partners_choose_among_what_they_are_shown(client: Client) -> None:
    def verbs(user: User) -> set[str]:
        client.force_login(user)
        page = client.get(reverse("log"))
        return {verb for verb, _words in page.context["form"].fields["verb"].choices}

    inside = {"claim", "unclaim", "assign", "note"}
    assert verbs(factories.rita()) == {"", *VERBS}
    assert verbs(factories.petra()) == {"", *VERBS} - inside


def test_every_verb_can_be_asked_for() -> None:
    assert VERBS.keys() == _SENTENCES.keys() | {"decide"}


def _exported(client: Client, user: User, form: str, **asked: str) -> bytes:
    client.force_login(user)
    answer: Any = client.get(reverse("export-log", args=[form]), asked)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return b"".join(answer.streaming_content)


def test_a_file_has_all_that_is_asked_for(
    client: Client, submission: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_filter, "_PIECE", 2)  # in several pieces
    rita = factories.rita()

    table = _exported(client, rita, "csv")
    rows = json.loads(_exported(client, rita, "json", verb="submit"))

    assert table.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert lines[0][:4] == ["number", "at (UTC)", "person", "verb"]
    assert [line[3] for line in lines[1:]] == ["view", "refuse", "start", "submit"]
    assert [(row["by"], row["verb"], row["title"]) for row in rows] == [
        ("petra", "submit", "harbour 1.4.0")
    ]
    assert rows[0]["submission"] == submission.pk
    assert json.loads(_exported(client, rita, "json", by="nobody")) == []


def test_a_partner_takes_along_what_the_own_organisation_did(
    client: Client, submission: Submission
) -> None:
    assert json.loads(_exported(client, factories.paul(), "json")) == []
    rows = json.loads(_exported(client, factories.petra(), "json", submission=str(submission.pk)))
    assert "submit" in [row["verb"] for row in rows]
    # Whose deeds reviewers' are is not to be found out by asking for names.
    assert _verbs(client, factories.petra(), by="rita") == []


def test_a_cell_is_no_formula(client: Client) -> None:
    factories.submitted(b"no archive", version="1.0.0")
    Submission.objects.update(title="=1+1")

    table = _exported(client, factories.rita(), "csv").decode("utf-8-sig")

    assert '"\'=1+1"' in table


def test_other_forms_are_not_there(client: Client) -> None:
    client.force_login(factories.rita())

    assert client.get(reverse("export-log", args=["xml"])).status_code == 404
    assert client.get(reverse("export-log", args=["csv"]), {"since": "x"}).status_code == 404
