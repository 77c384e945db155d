"""What screens read: the right rows, in a number of queries that does not grow with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviews.actions import reviewing, submitting
from reviews.demo_package import demo_package
from reviews.models import Inspection, Submission
from reviews.models.run import MOST_ATTEMPTS
from reviews.queries import lists
from reviews.queries.health import current_health
from reviews.queries.lists import (
    ListFilter,
    SortOrder,
    count_by_turn,
    find_revision,
    find_submission,
    queue_sections,
    submissions,
)
from reviews.queries.log import events_of, visible_events
from reviews.queries.review import Difference, review_of, since_earlier
from reviews.queries.revisions import last_release, place_in_queue, revisions_of
from reviews.states import FindingState, SubmissionState, Turn
from tests import factories
from tests.shipping import shipping_package

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

    sections = queue_sections(rita)

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


def test_a_list_asks_as_often_for_many_rows_as_for_one() -> None:
    rita = factories.rita()
    asked = []
    for version in ("1", "2", "3"):
        reviewing.claim(by=rita, submission=factories.in_review(version=version))
        user = User.objects.get(pk=rita.pk)
        with CaptureQueriesContext(connection) as context:
            for row in submissions(user, ListFilter()).rows:
                assert (row.service.name, row.organisation.name) == ("harbour", "Acme")
                assert (str(row.submitted_by), str(row.claimed_by)) == ("petra", "rita")
                assert row.current is not None
        asked.append(len(context))

    assert asked == [4, 4, 4]  # roles, keys, rows, count


def test_a_review_asks_as_often_for_many_findings_as_for_few() -> None:
    submission = factories.decided(factories.in_review())
    revision = submission.current
    assert revision is not None
    reviewing.comment(by=factories.rita(), submission=submission, text="Why?", position=0)

    with CaptureQueriesContext(connection) as context:
        review = review_of(revision)
        found = [
            (each.decision and str(each.decision.by), each.comments) for each in review.findings
        ]
        needed = [each.row.needs_decision for each in review.findings]
        assert [who for who, _comments in found] == ["rita" if is_it else None for is_it in needed]
        assert [str(said.by) for _who, comments in found for said in comments] == ["rita"]
        assert [each.state for each in review.units if each.needs_decision] != []

    assert len(context) == 3


def test_a_review_shows_units_and_what_still_stands_in_the_way() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    review = review_of(submission.current)

    units = [(unit.first.finding.rule, len(unit.members), len(unit.edits)) for unit in review.units]

    assert sorted(units) == [
        ("OSC-ANN-001", 1, 1),
        ("OSC-HELM-008", 1, 0),
        ("OSC-HELM-015", 1, 0),
        ("OSC-HELM-017", 1, 0),
        ("OSC-PKG-008", 1, 0),
        ("PORTAL-002", 1, 1),
        ("PORTAL-002", 1, 1),
        ("PORTAL-002", 2, 2),
        ("PORTAL-002", 2, 2),
    ]
    assert [str(step) for step in review.checklist] == [
        "Rewrites to decide: 5",
        "Findings to decide: 1",
    ]
    factories.decide(submission, "approve", factories.unit_of(submission, "OSC-HELM-008"))
    review = review_of(submission.current)
    assert [str(step) for step in review.checklist] == [
        "Rewrites to decide: 5",
        "Errors for the partner to fix: 1",
    ]
    submission = factories.decided(submission)
    review = review_of(submission.current or review.revision)
    needed = {unit.state for unit in review.units if unit.needs_decision}
    assert needed == {FindingState.APPROVED}


def test_a_review_shows_what_is_to_be_confirmed() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    assert review_of(submission.current).confirmation is None
    unit = submission.current.findings.get(line=17, rule="PORTAL-002").unit

    factories.decide(submission, "reject", unit)

    assert str(review_of(submission.current).confirmation) == (
        "These images will not be pulled from swr.cn-east-3.myhuaweicloud.com:"
        " docker.io/library/postgres:16.4."
    )


def test_findings_stand_at_their_lines() -> None:
    submission = factories.in_review()
    assert submission.current is not None

    found = review_of(submission.current).at_line(
        "harbour/package/harbour-1.4.0.tgz!/harbour/values.yaml"
    )

    assert sorted(found) == [5, 6, 13, 17, 18, 25]


def test_what_a_new_revision_changed() -> None:
    submission = factories.examined(
        factories.revised(factories.in_review(), demo_package(factories.FIXED))
    )
    assert submission.current is not None

    difference = since_earlier(submission.current)

    assert difference == Difference(earlier=1, gone=3, new=1, same=8)
    assert since_earlier(submission.revisions.get(number=1)) is None


def test_the_place_in_the_line() -> None:
    first, second = factories.submitted(version="1"), factories.submitted(version="2")

    assert [place_in_queue(each) for each in (first, second)] == [1, 2]
    assert place_in_queue(factories.examined(first)) is None
    assert place_in_queue(second) == 1


def test_the_health_of_the_pipeline() -> None:
    waiting = factories.submitted(version="1")
    factories.in_review(version="2")

    health = current_health()

    assert health.counts == {SubmissionState.RECEIVED: 1, SubmissionState.IN_REVIEW: 1}
    assert (health.oldest, health.running, health.overdue) == (waiting.waiting_since, 0, 0)
    assert list(health.failed) == []


def test_archives_that_could_not_be_read_are_before_the_administrators() -> None:
    unread = factories.in_review(shipping_package())
    gone = factories.in_review(shipping_package(), version="2")
    Inspection.objects.update(attempts=MOST_ATTEMPTS)
    factories.revised(gone)

    assert list(current_health().failed) == [unread]


def test_the_history_and_the_uploads_of_a_submission() -> None:
    submission = factories.revised(factories.in_review())

    assert [event.verb for event in events_of(submission)] == [
        "submit",
        "start",
        "finish",
        "revise",
    ]
    assert [each.number for each in revisions_of(submission)] == [2, 1]
    assert last_release(submission) is None
    assert next(event.verb for event in visible_events(factories.rita())) == "revise"
