"""Reviewers approve what they have seen, when all of it is decided."""

from __future__ import annotations

import pytest

from reviews.actions import ActionDenied, ConfirmationRequired, StaleState, approving
from reviews.approval import findings_version
from reviews.models import Event
from reviews.pipeline.core.messages import Message
from tests import factories

pytestmark = pytest.mark.django_db

REGISTRY = "swr.cn-east-3.myhuaweicloud.com"
LITERAL, ADDRESS = "OSC-HELM-008", "PORTAL-002"


def test_a_package_is_approved_when_all_is_decided() -> None:
    submission = factories.in_review()
    with pytest.raises(ActionDenied) as undecided:
        factories.approve(submission)

    release = factories.approve(factories.decided(submission))

    assert str(undecided.value) == "Still to be decided: 7."
    assert factories.again(submission).state == "approved"
    assert release.expected == {
        "docker.io/harbourmaster/web:1.4.0": f"{REGISTRY}/osc-opensource/web:1.4.0",
        "docker.io/library/postgres:16.4": f"{REGISTRY}/osc-opensource/postgres:16.4",
        "ghcr.io/harbourmaster/exporter:0.9.2": f"{REGISTRY}/osc-opensource/exporter:0.9.2",
        "quay.io/harbourmaster/worker:1.4.0": f"{REGISTRY}/osc-opensource/worker:1.4.0",
    }
    assert len(release.edits) == 7


def test_a_confirmed_error_prevents_the_approval() -> None:
    submission = factories.in_review()
    factories.decide(submission, "approve", factories.unit_of(submission, LITERAL))
    submission = factories.decided(submission)

    with pytest.raises(ActionDenied) as denied:
        factories.approve(submission)

    assert str(denied.value) == (
        "Confirmed errors: 1. The partner must fix them first, so return it."
    )


def test_images_that_stay_outside_are_confirmed() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    worker = submission.current.findings.get(line=13, rule=ADDRESS).unit
    factories.decide(submission, "reject", worker)
    submission = factories.decided(submission)
    with pytest.raises(ConfirmationRequired) as required:
        factories.approve(submission)

    release = factories.approve(submission, confirmed=True)

    outside = "quay.io/harbourmaster/worker:1.4.0"
    assert required.value.images == (outside,)
    assert str(required.value) == f"These images will not be pulled from {REGISTRY}: {outside}."
    assert outside not in release.expected
    event = Event.objects.filter(verb="approve").get()
    confirmed = [Message.load(each).text() for each in event.detail["confirmed"]]
    assert event.detail["left_outside"] == [outside]
    assert confirmed == [
        (
            f"4 addresses lead to {REGISTRY} and no image is shipped: pulling fails unless they are"
            " there."
        ),
        f"These images will not be pulled from {REGISTRY}: {outside}.",
    ]


def test_what_has_changed_since_it_was_seen_is_not_approved() -> None:
    submission = factories.decided(factories.in_review())
    assert submission.current is not None
    seen = findings_version(submission.current)
    unit = factories.unit_of(submission, LITERAL)
    factories.decide(submission, "undo", unit)
    factories.decide(submission, "reject", unit)

    with pytest.raises(StaleState) as overtaken:
        approving.approve(
            by=factories.rita(), submission=submission, revision=1, findings_seen=seen
        )

    assert [event.verb for event in overtaken.value.events] == ["decide", "decide"]
    assert str(overtaken.value) == (
        "The findings are not as you saw them: 2 things have happened since. Look at them once"
        " more, then approve."
    )


@pytest.mark.parametrize("nonsense", ["", "x", "99999999999999999999-1", "-", "1"])
def test_a_mark_that_nobody_gave_is_no_approval(nonsense: str) -> None:
    submission = factories.decided(factories.in_review())

    with pytest.raises(StaleState):
        approving.approve(
            by=factories.rita(), submission=submission, revision=1, findings_seen=nonsense
        )
