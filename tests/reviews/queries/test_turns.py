"""Whose turn it is among reviewers, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from reviews import objections
from reviews.actions import reviewing
from reviews.models import CalendarDay, Finding, PortalPolicy, Submission
from reviews.queries.due import due_of, overdue_since
from reviews.queries.groups import Group, group_counts
from reviews.queries.lists import ListFilter, queue_sections, submissions
from reviews.states import SubmissionState
from tests import factories

pytestmark = pytest.mark.django_db


def waits_since(submission: Submission, days: int) -> Submission:
    since = timezone.now() - timedelta(days=days)
    Submission.objects.filter(pk=submission.pk).update(waiting_since=since)
    return factories.again(submission)


def sections_of(name: str) -> dict[str, list[str]]:
    user = getattr(factories, name)()
    found = queue_sections(user, 10)
    return {each: [row.title for row in found[each].rows] for each in ("yours", "unclaimed")}


def test_what_comes_back_is_for_who_returned_it_and_has_waited_all_the_while() -> None:
    submission = waits_since(factories.in_review(), days=2)
    reviewing.return_to_partner(
        by=factories.rita(), submission=submission, revision=1, comment="Fix it."
    )
    returned = factories.again(submission)
    assert timedelta(days=2) <= returned.waited < timedelta(days=2, hours=1)
    waits_since(returned, days=5)  # the partner's days count for nobody

    submission = factories.examined(factories.revised(factories.again(returned)))

    waited = timezone.now() - submission.waiting_since
    assert submission.reviewer == factories.rita()
    assert timedelta(days=2) <= waited < timedelta(days=2, hours=1)
    assert sections_of("rita") == {"yours": [submission.title], "unclaimed": []}
    assert sections_of("ralf") == {"yours": [], "unclaimed": [submission.title]}


def test_who_claims_what_comes_back_has_it_from_then_on() -> None:
    submission = factories.examined(factories.revised(factories.returned()))

    reviewing.claim(by=factories.ralf(), submission=submission)

    assert factories.again(submission).reviewer is None
    assert sections_of("rita") == {"yours": [], "unclaimed": []}
    assert sections_of("ralf")["yours"] == [submission.title]


def test_what_is_corrected_before_the_verdict_is_for_who_had_claimed_it() -> None:
    submission, ralf = factories.in_review(), factories.ralf()
    reviewing.claim(by=ralf, submission=submission)

    submission = factories.examined(factories.revised(factories.again(submission)))

    assert (submission.claimed_by, submission.reviewer) == (None, ralf)
    assert sections_of("ralf")["yours"] == [submission.title]


def test_what_was_returned_before_the_upgrade_is_for_who_returned_it() -> None:
    returned, given_back = factories.returned(), factories.in_review(version="2.0.0")
    reviewing.claim(by=factories.ralf(), submission=given_back)
    reviewing.unclaim(by=factories.ralf(), submission=factories.again(given_back))
    Submission.objects.filter(pk=given_back.pk).update(state="approved")
    Submission.objects.update(reviewer=None)

    import_module("reviews.migrations.0051_expected_reviewers").name_reviewers(apps, None)

    assert factories.again(returned).reviewer == factories.rita()
    assert factories.again(given_back).reviewer is None


def test_what_is_given_back_is_for_everybody() -> None:
    submission = factories.examined(factories.revised(factories.returned()))
    reviewing.claim(by=factories.rita(), submission=submission)
    assert factories.again(submission).reviewer == factories.rita()

    reviewing.unclaim(by=factories.rita(), submission=factories.again(submission))

    assert factories.again(submission).reviewer is None


def test_overdue_ones_are_found_and_come_first() -> None:
    fresh = factories.in_review(version="1.0.0")
    late = waits_since(factories.in_review(version="2.0.0"), days=10)
    returned = waits_since(factories.returned(), days=20)

    found = submissions(factories.rita(), ListFilter(overdue=True))
    ordered = submissions(factories.rita(), ListFilter(states=(SubmissionState.IN_REVIEW,)))

    assert [row.pk for row in found.rows] == [late.pk]
    assert [row.pk for row in ordered.rows] == [late.pk, fresh.pk]
    due = due_of([fresh, late, returned])
    assert {pk: each.is_overdue for pk, each in due.items()} == {fresh.pk: False, late.pk: True}


def test_nothing_is_due_where_the_policy_gives_any_time() -> None:
    PortalPolicy.objects.create(pk=1, review_days=0)
    late = waits_since(factories.in_review(), days=99)

    assert (due_of([late]), overdue_since()) == ({}, None)
    assert list(submissions(factories.rita(), ListFilter(overdue=True)).rows) == []


def test_holidays_of_the_calendar_move_what_is_due() -> None:
    submission = factories.in_review()
    before = due_of([submission])[submission.pk].day
    tomorrow = timezone.localdate() + timedelta(days=1)
    for number in range(20):
        day = date.fromordinal(tomorrow.toordinal() + number)
        CalendarDay.objects.create(day=day, name="A long holiday")

    assert due_of([submission])[submission.pk].day > before


def test_the_queue_is_filtered_by_partner_and_rule() -> None:
    submission = factories.in_review()
    user = factories.rita()

    def asking(name: str, words: str) -> ListFilter:
        return ListFilter(partner=words) if name == "partner" else ListFilter(rule=words)

    def found(asked: ListFilter) -> list[int]:
        return [row.pk for row in submissions(user, asked).rows]

    for asked in (
        ("partner", "Acme"),
        ("partner", " acm"),
        ("rule", "OSC-HELM-008"),
        ("rule", "osc-helm-008 "),
    ):
        assert found(asking(*asked)) == [submission.pk]
    assert found(ListFilter(partner="Globex")) == found(ListFilter(rule="OSC-OPR-001")) == []


def test_the_queue_is_filtered_by_who_has_claimed_it() -> None:
    submission, ralf = factories.in_review(), factories.ralf()
    reviewing.claim(by=ralf, submission=submission)

    def found(asked: ListFilter) -> list[int]:
        return [row.pk for row in submissions(factories.rita(), asked).rows]

    assert found(ListFilter(claimed_by="ralf")) == [submission.pk]
    assert found(ListFilter(claimed_by="rita")) == found(ListFilter(claimed_by="nobody")) == []
    Submission.objects.update(claimed_until=timezone.now())
    assert found(ListFilter(claimed_by="ralf")) == []


def test_the_queue_is_filtered_by_what_there_is_to_do() -> None:
    submission, rita = factories.in_review(), factories.rita()

    def found() -> dict[Group, bool]:
        return {
            group: bool(submissions(rita, ListFilter(group=group)).rows)
            for group in (Group.FIX, Group.APPLIED, Group.NOTED)
        }

    def counted() -> dict[Group, bool]:
        counts = group_counts([factories.again(submission)], rita)[submission.pk]
        return {group: bool(getattr(counts, group.value)) for group in Group}

    before = found()
    assert before == counted()
    findings = Finding.objects.filter(revision=submission.current_id)
    findings.update(state="rejected")
    assert found() == counted() == {Group.FIX: False, Group.APPLIED: False, Group.NOTED: True}
    assert before != found()


def test_with_four_eyes_somebody_else_approves() -> None:
    submission = factories.decided(factories.in_review())
    decider, other = factories.rita(), factories.ralf()
    assert objections.of_second_reviewer(decider, submission) is None
    PortalPolicy.objects.create(pk=1, needs_four_eyes=True)

    assert str(objections.of_second_reviewer(decider, submission)) == (
        "Findings that you decided: 7. Two reviewers are required, so another approves the package."
    )
    assert objections.of_second_reviewer(other, submission) is None
