"""The proposed mapping is decided last, because its text follows from all other decisions."""

from __future__ import annotations

import io
import zipfile

import pytest

from reviews import preconditions, storage
from reviews.actions import ActionDenied
from reviews.jobs.release import make
from reviews.models import Decision, Event, Release, Revision, Submission
from reviews.pipeline.mapping.proposal import ProposedMapping
from reviews.pipeline.report.fingerprints import MAPPING_UNIT
from reviews.queries.review import review_of
from reviews.states import FindingState
from reviews.visibility import INSIDER
from tests import factories
from tests.shipping import shipping_package

pytestmark = pytest.mark.django_db
MAPPING = "harbour/images/mapping.yaml"
WAITS = "Decide the other rewrites first (%s are open): the text of the mapping follows from them."


def _shipping() -> Submission:
    return factories.inspected(factories.in_review(shipping_package()))


def _revision(submission: Submission) -> Revision:
    revision = factories.again(submission).current
    assert revision is not None
    return revision


def _proposal(submission: Submission) -> ProposedMapping:
    mapping = storage.read_report(_revision(submission).report).mapping
    assert mapping is not None
    return mapping


def _states(submission: Submission) -> set[str]:
    findings = _revision(submission).findings.filter(unit=MAPPING_UNIT)
    return set(findings.values_list("state", flat=True))


def _others(submission: Submission) -> list[str]:
    units = review_of(_revision(submission), INSIDER).units
    return [each.key for each in units if each.has_edit and not each.is_mapping]


def _worker(submission: Submission) -> str:
    return _revision(submission).findings.get(rule="PORTAL-002", line=13).unit


def _text(submission: Submission) -> str:
    """What every page shows as the mapping now."""
    (unit,) = (each for each in review_of(_revision(submission), INSIDER).units if each.is_mapping)
    (edit,) = unit.edits
    return edit.after


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_it_waits_for_every_other_edit(verb: str) -> None:
    submission = _shipping()
    open_ones = len(_others(submission))

    with pytest.raises(ActionDenied) as denied:
        factories.decide(submission, verb, MAPPING_UNIT)

    assert str(denied.value) == WAITS % open_ones
    assert _states(submission) == {"open"}


def test_when_the_others_are_decided_it_can_be() -> None:
    submission = _shipping()
    factories.decide(submission, "approve", *_others(submission))

    assert preconditions.objection_of_other_edits(_revision(submission)) is None
    factories.decide(submission, "approve", MAPPING_UNIT)

    assert _states(submission) == {"approved"}


def test_it_is_decided_in_one_go_with_the_others() -> None:
    submission = _shipping()

    factories.decide(submission, "approve", MAPPING_UNIT, *_others(submission))

    assert _states(submission) == {"approved"}
    assert not Event.objects.filter(verb="unsettle").exists()


def test_its_text_follows_from_what_was_rejected() -> None:
    submission = _shipping()
    proposal = _proposal(submission)
    before = _text(submission)

    factories.decide(submission, "reject", _worker(submission))

    whole, shorter = proposal.edit(), proposal.edit(["image:worker.image"])
    assert whole is not None
    assert shorter is not None
    assert (before, _text(submission)) == (whole.after, shorter.after)


def test_a_decision_that_changes_its_text_takes_its_own_decision_back() -> None:
    submission = factories.decided(_shipping())
    assert _states(submission) == {"approved"}

    factories.decide(submission, "reject", _worker(submission), by=factories.rita())

    assert _states(submission) == {"open"}
    event = Event.objects.get(verb="unsettle")
    assert event.detail["rule"] == "OSC-MAP-001"
    mapping = _revision(submission).findings.filter(unit=MAPPING_UNIT)
    assert event.detail["positions"] == list(mapping.values_list("position", flat=True))
    last = Decision.objects.filter(finding__in=mapping).latest("pk")
    assert (last.verb, last.by.username) == ("undo", "rita")


def test_undoing_a_rejection_takes_it_back_too() -> None:
    submission = _shipping()
    factories.decide(submission, "reject", _worker(submission))
    submission = factories.decided(submission)

    factories.decide(submission, "undo", _worker(submission))

    assert _states(submission) == {"open"}


def test_a_decision_that_leaves_its_text_alone_leaves_its_decision() -> None:
    submission = factories.decided(_shipping())
    literal = factories.unit_of(submission, "OSC-HELM-008")

    factories.decide(submission, "undo", literal)
    factories.decide(submission, "undo", _worker(submission))

    assert _states(submission) == {"approved"}
    assert not Event.objects.filter(verb="unsettle").exists()


def test_the_release_holds_the_mapping_as_it_was_approved() -> None:
    submission = _shipping()
    shorter = _proposal(submission).edit(["image:worker.image"])
    assert shorter is not None
    factories.decide(submission, "reject", _worker(submission))
    factories.approve(factories.decided(submission), confirmed=True)

    make(Release.objects.get().pk)

    assert factories.again(submission).state == "publishing"
    archive = storage.local_path(Release.objects.get().archive).read_bytes()
    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        assert package.read(MAPPING).decode() == shorter.after


def test_a_rejected_mapping_is_not_released_and_leaves_no_image_outside() -> None:
    submission = _shipping()
    factories.decide(submission, "approve", *_others(submission))
    factories.decide(submission, "reject", MAPPING_UNIT)
    factories.approve(factories.decided(submission), confirmed=True)

    make(Release.objects.get().pk)

    assert factories.again(submission).state == "publishing"
    archive = storage.local_path(Release.objects.get().archive).read_bytes()
    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        assert MAPPING not in package.namelist()


def test_a_new_revision_keeps_all_decisions_but_the_mappings() -> None:
    submission = factories.decided(_shipping())
    before = {
        each.unit for each in _revision(submission).findings.filter(state=FindingState.APPROVED)
    }

    submission = factories.examined(factories.revised(submission, shipping_package()))
    submission = factories.inspected(submission)

    after = {
        each.unit for each in _revision(submission).findings.filter(state=FindingState.APPROVED)
    }
    assert before - after == {MAPPING_UNIT}
    assert _states(submission) == {"open"}
