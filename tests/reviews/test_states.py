"""The tables of states, and that nobody moves but by them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from reviews.actions import StaleState
from reviews.actions.transitions import transition
from reviews.models import Event, Submission
from reviews.states import SUBMISSION_MOVES, TURNS, SubmissionState, diagram
from tests import factories

HOUSE = Path(__file__).resolve().parents[2]

VALID = {
    ("received", "processing"),
    ("processing", "refused"),
    ("processing", "in_review"),
    ("processing", "failed"),
    ("failed", "received"),
    ("in_review", "returned"),
    ("in_review", "rejected"),
    ("in_review", "approved"),
    ("approved", "publishing"),
    ("approved", "in_review"),
    ("publishing", "released"),
    ("publishing", "in_review"),
    ("released", "suspended"),
    ("suspended", "released"),
    ("refused", "received"),
    ("returned", "received"),
    ("in_review", "received"),
    ("received", "withdrawn"),
    ("processing", "withdrawn"),
    ("failed", "withdrawn"),
    ("refused", "withdrawn"),
    ("in_review", "withdrawn"),
    ("returned", "withdrawn"),
}


def test_the_documents_diagram_is_that_of_the_table() -> None:
    page = (HOUSE / "docs/states.md").read_text(encoding="utf-8")

    assert page == diagram(), "run: make docs"


def test_every_state_has_somebody_whose_turn_it_is() -> None:
    assert {state.value: turn.value for state, turn in TURNS.items()} == {
        "received": "portal",
        "processing": "portal",
        "refused": "partner",
        "failed": "administrator",
        "in_review": "reviewer",
        "returned": "partner",
        "rejected": "nobody",
        "approved": "portal",
        "publishing": "portal",
        "released": "nobody",
        "suspended": "nobody",
        "withdrawn": "nobody",
    }


@pytest.mark.django_db
def test_every_state_leads_exactly_where_the_table_says() -> None:
    submission = factories.submitted()
    led = set()
    for source in SubmissionState:
        for rule in SUBMISSION_MOVES:
            Submission.objects.filter(pk=submission.pk).update(state=source.value)
            here = Submission.objects.get(pk=submission.pk)
            try:
                with transaction.atomic():
                    transition(here, rule.verb, by=None)
            except StaleState:
                continue
            led.add((source.value, Submission.objects.get(pk=submission.pk).state))

    assert led == VALID


@pytest.mark.django_db
def test_of_two_who_move_at_once_one_wins() -> None:
    submission = factories.submitted()
    first, second = factories.again(submission), factories.again(submission)
    with transaction.atomic():
        transition(first, "start", by=None)

    with pytest.raises(StaleState) as lost, transaction.atomic():
        transition(second, "withdraw", by=factories.petra())

    assert str(lost.value) == "harbour 1.4.0 has moved on meanwhile: its state is “being examined”."
    assert factories.again(submission).state == "processing"
    assert list(Event.objects.values_list("verb", flat=True)) == ["submit", "start"]


def _move_and_break_off(submission: Submission) -> None:
    transition(submission, "start", by=None)
    raise ZeroDivisionError


@pytest.mark.django_db
def test_a_move_and_its_event_are_one() -> None:
    submission = factories.submitted()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _move_and_break_off(submission)

    assert factories.again(submission).state == "received"
    assert list(Event.objects.values_list("verb", flat=True)) == ["submit"]


@pytest.mark.usefixtures("django_db_setup")
def test_a_move_outside_of_a_transaction_is_our_own_fault(
    django_db_blocker: DjangoDbBlocker,
) -> None:
    # No test's own transaction: what empties the tables afterwards would take others' rows.
    with django_db_blocker.unblock(), pytest.raises(RuntimeError):
        transition(Submission(), "start", by=None)


def test_one_module_alone_changes_states() -> None:
    writes = re.compile(r"\.update\([^)]*\bstate=|\.state = ")
    modules = [path for path in (HOUSE / "reviews").rglob("*.py") if "pipeline" not in path.parts]

    assert [
        path.relative_to(HOUSE).as_posix() for path in modules if writes.search(path.read_text())
    ] == [
        "reviews/actions/transitions.py",
        "reviews/queries/review.py",  # rows as a reader is shown them, never saved
    ]
