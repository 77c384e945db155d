"""What screens read: the right rows, in a number of queries that does not grow with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviews.actions import reviewing, submitting
from reviews.models import Submission
from reviews.queries import lists
from reviews.queries.lists import (
    ListFilter,
    SortOrder,
    count_by_turn,
    find_revision,
    find_submission,
    queue_sections,
    submissions,
)
from reviews.queries.log import visible_events
from reviews.states import SubmissionState, Turn
from tests import factories

pytestmark = pytest.mark.django_db


def _titles(user: User, **wanted: object) -> list[str]:
    return [row.title for row in submissions(user, ListFilter(**wanted)).rows]  # type: ignore[arg-type]


def _three() -> list[Submission]:
    """One in review, one refused, one of another organisation that waits."""
    first = factories.in_review(version="2")
    second = factories.in_review(b"no archive", version="1")
    third = submitting.submit(
        by=factories.paul(),
        organisation=factories.organisation("Globex"),
        service="Ätna DB",
        version="3",
        file_name="etna.zip",
        content=[b"PK"],
    )
    for age, each in enumerate((first, second, third)):
        Submission.objects.filter(pk=each.pk).update(
            waiting_since=timezone.now() - timedelta(hours=age)
        )
    return [first, second, third]


def test_everybody_sees_what_is_theirs() -> None:
    _three()

    seen = {
        who.username: sorted(_titles(who))
        for who in (factories.petra(), factories.paul(), factories.rita(), factories.ada())
    }

    everything = ["harbour 1", "harbour 2", "Ätna DB 3"]
    assert seen == {
        "petra": ["harbour 1", "harbour 2"],
        "paul": ["Ätna DB 3"],
        "rita": everything,
        "ada": everything,
    }


def test_who_belongs_nowhere_sees_nothing() -> None:
    (first, *_others) = _three()
    nobody = factories.person("nobody")

    assert _titles(nobody) == []
    assert find_submission(nobody, first.pk) is None
    assert find_revision(nobody, first.pk, 1) is None
    assert list(visible_events(nobody)) == []
    assert find_submission(factories.petra(), first.pk) == first
    assert find_revision(factories.petra(), first.pk, 1) == first.current


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ({}, ["Ätna DB 3", "harbour 1", "harbour 2"]),
        ({"sort": SortOrder.NEWEST}, ["harbour 2", "harbour 1", "Ätna DB 3"]),
        ({"sort": SortOrder.TITLE}, ["harbour 1", "harbour 2", "Ätna DB 3"]),
        ({"sort": SortOrder.ERRORS}, ["harbour 2", "harbour 1", "Ätna DB 3"]),
        ({"states": (SubmissionState.IN_REVIEW,)}, ["harbour 2"]),
        (
            {
                "states": (SubmissionState.IN_REVIEW, SubmissionState.REFUSED),
                "sort": SortOrder.NEWEST,
            },
            ["harbour 2", "harbour 1"],
        ),
        ({"kind": "helm"}, ["harbour 2"]),
        ({"text": "ätna"}, ["Ätna DB 3"]),
        ({"text": "GLOBEX db"}, ["Ätna DB 3"]),
        ({"text": "harb petra 1"}, ["harbour 1"]),
        ({"text": "100%"}, []),
        ({"page": 2}, []),
    ],
)
def test_a_list_is_filtered_and_sorted(wanted: dict[str, object], titles: list[str]) -> None:
    _three()

    assert _titles(factories.rita(), **wanted) == titles


@pytest.mark.parametrize("text", ["港口服务", "ＨＡＲＢＯＵＲ 修复了镜像", "港口 第２版"])
def test_chinese_names_and_notes_are_found_whatever_their_width(text: str) -> None:
    submission = submitting.submit(
        by=factories.petra(),
        organisation=factories.organisation(),
        service="港口服务 Harbour",
        version="1",
        file_name="harbour.zip",
        content=[b"PK"],
        note="第2版：修复了镜像地址",
    )

    assert _titles(factories.rita(), text=text) == [submission.title]


def test_the_note_of_the_newest_revision_is_found() -> None:
    submission = factories.returned()
    submitting.revise(
        by=factories.petra(),
        submission=submission,
        file_name="harbour.zip",
        content=[b"PK"],
        note="已按要求修改",
    )

    assert _titles(factories.rita(), text="要求") == [submission.title]


def test_a_long_list_comes_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    for version in "12345":
        factories.submitted(version=version)
    rita = factories.rita()

    pages = [submissions(rita, ListFilter(page=page)) for page in (1, 2, 3)]

    assert [[row.version for row in page.rows] for page in pages] == [["1", "2"], ["3", "4"], ["5"]]
    assert [(page.total, page.has_next) for page in pages] == [(5, True), (5, True), (5, False)]


def test_nobody_counts_further_than_a_reader_cares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_COUNTED", 1)
    _three()

    assert submissions(factories.rita(), ListFilter()).total is None
    assert _titles(factories.rita(), text="harbour") == ["harbour 1", "harbour 2"]


def test_the_reviewers_sections() -> None:
    rita, ralf = factories.rita(), factories.ralf()
    mine, free, theirs = (factories.in_review(version=version) for version in "123")
    factories.examined(factories.submitted(b"no archive", "4"))
    reviewing.claim(by=rita, submission=mine)
    reviewing.claim(by=ralf, submission=theirs)
    reviewing.reject(by=rita, submission=factories.in_review(version="5"), revision=1, comment="No")

    sections = queue_sections(rita, 10)

    assert {name: [row.version for row in each.rows] for name, each in sections.items()} == {
        "yours": ["1"],
        "unclaimed": [free.version],
        "waiting": ["4"],
        "decided": ["5"],
    }


def test_whose_turn_it_is() -> None:
    _three()

    turns = count_by_turn(factories.petra())

    assert {turn: count for turn, count in turns.items() if count} == {
        Turn.REVIEWER: 1,
        Turn.PARTNER: 1,
    }


def test_what_waits_for_nobody_is_not_counted() -> None:
    withdrawn, _waiting = factories.submitted(version="1"), factories.submitted(version="2")
    submitting.withdraw(by=factories.petra(), submission=withdrawn)

    assert count_by_turn(factories.petra()) == {
        Turn.PORTAL: 1,
        Turn.PARTNER: 0,
        Turn.REVIEWER: 0,
        Turn.ADMINISTRATOR: 0,
    }


def test_a_list_asks_as_often_for_many_rows_as_for_one() -> None:
    rita = factories.rita()
    asked = []
    for version in ("1", "2", "3"):
        reviewing.claim(by=rita, submission=factories.in_review(version=version))
        user = User.objects.get(pk=rita.pk)
        with CaptureQueriesContext(connection) as context:
            for row in submissions(user, ListFilter()).rows:
                assert (row.state, row.organisation.name) == ("in_review", "Acme")
                assert (str(row.claimed_by), str(row.reviewer)) == ("rita", "None")
                assert row.current is not None
                assert (row.current.number, row.current.images_total) == (1, 5)
        asked.append(len(context))

    assert asked == [4, 4, 4]  # roles, keys, rows, count


def test_the_next_in_the_queue_waits_longest_and_is_claimed_by_nobody_else() -> None:
    here, theirs, oldest, _younger = (factories.in_review(version=each) for each in "1234")
    reviewing.claim(by=factories.ralf(), submission=theirs)
    assert lists.next_in_queue(factories.rita(), here) == oldest
    assert lists.next_in_queue(factories.ralf(), here) == theirs
    assert lists.next_in_queue(factories.robin(), here) is None
