"""Images that are not shipped: what a reviewer decides and confirms, and what is kept of it."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from reviews import objections
from reviews.actions import ActionDenied, ConfirmationRequired
from reviews.models import Event, LookUp, PortalPolicy, RegistryLookup, Submission
from reviews.pipeline.core.messages import Message
from reviews.queries.review import review_of
from reviews.visibility import INSIDER
from tests import factories
from tests import publishing as shipped

pytestmark = pytest.mark.django_db
SWR = "swr.cn-east-3.myhuaweicloud.com"
NOTHING_SHIPPED = "OSC-PKG-008"
SENTENCE = (
    f"4 addresses lead to {SWR} and no image is shipped: pulling fails unless they are there."
)
PARTLY = (
    f"Not shipped: {SWR}/osc-opensource/worker:1.4.0 (aarch64). Pulling them fails unless they are"
    f" in {SWR}."
)


def _partly() -> Submission:
    package = shipped.shipping_both(without="worker-1.4.0-aarch64.tar")
    return factories.decided(factories.inspected(factories.in_review(package)))


def _kept() -> list[str]:
    event = Event.objects.get(verb="approve")
    return [Message.load(each).text() for each in event.detail.get("confirmed", [])]


def test_confirming_that_nothing_is_shipped_lets_it_be_approved_all_the_same() -> None:
    submission = factories.in_review()
    factories.decide(submission, "approve", factories.unit_of(submission, NOTHING_SHIPPED))
    submission = factories.decided(submission)

    factories.approve(submission)

    assert factories.again(submission).state == "approved"
    assert _kept() == [SENTENCE]


@pytest.mark.parametrize("reason", ["accepted-risk", "not-applicable", "false-positive", ""])
def test_dismissing_it_asks_whether_the_images_are_in_the_registry(reason: str) -> None:
    submission = factories.in_review()
    unit = factories.unit_of(submission, NOTHING_SHIPPED)

    with pytest.raises(ActionDenied) as denied:
        factories.decide(submission, "reject", unit, reason=reason)
    factories.decide(submission, "reject", unit, reason="in-registry")

    assert str(denied.value) == (
        "Dismiss it only where the images are in the registry already, and choose that reason;"
        " else confirm it."
    )


def test_that_reason_is_for_no_other_finding() -> None:
    submission = factories.in_review()
    unit = factories.unit_of(submission, "OSC-HELM-008")

    with pytest.raises(ActionDenied) as denied:
        factories.decide(submission, "reject", unit, reason="in-registry")

    assert str(denied.value) == "This reason is only for a package that ships no images."


def test_a_single_image_that_is_not_shipped_is_confirmed_at_the_approval() -> None:
    submission = _partly()
    with pytest.raises(ConfirmationRequired) as required:
        factories.approve(submission)

    factories.approve(submission, confirmed=True)

    assert [str(each) for each in required.value.sentences] == [PARTLY]
    assert _kept() == [PARTLY]


def test_where_all_is_shipped_nothing_is_confirmed() -> None:
    submission = factories.inspected(factories.in_review(shipped.shipping_both()))

    factories.approve(factories.decided(submission))

    assert _kept() == []


def _found(submission: Submission, *architectures: str) -> None:
    """As if the registry had been asked, and had the worker."""
    assert submission.current is not None
    RegistryLookup.objects.create(
        revision=submission.current,
        reference=f"{SWR}/osc-opensource/worker:1.4.0",
        found=True,
        architectures=list(architectures),
    )


def test_what_the_registry_has_is_not_confirmed() -> None:
    submission = _partly()
    assert submission.current is not None
    _found(submission, "x86_64", "aarch64")

    assert review_of(submission.current, INSIDER).confirmations == ()


def test_what_the_registry_has_for_another_architecture_is_confirmed() -> None:
    submission = _partly()
    assert submission.current is not None
    _found(submission, "x86_64")

    assert [str(each) for each in review_of(submission.current, INSIDER).confirmations] == [PARTLY]


def test_where_images_are_required_a_missing_one_prevents_the_approval() -> None:
    PortalPolicy.objects.create(pk=1, require_images=True)
    submission = _partly()

    objection = objections.before_approving(factories.rita(), submission)
    with pytest.raises(ActionDenied) as denied:
        factories.approve(submission, confirmed=True)
    _found(submission, "aarch64")

    assert str(objection) == str(denied.value)
    assert str(objection) == (
        "The portal requires every image, and these are neither shipped nor found in"
        f" {SWR}: {SWR}/osc-opensource/worker:1.4.0 (aarch64)."
    )
    assert objections.before_approving(factories.rita(), submission) is None


def test_only_a_registry_is_asked(settings: Settings) -> None:
    factories.in_review(version="1")
    settings.PORTAL_PUBLISH_TARGET = "no"
    factories.in_review(version="2")
    settings.PORTAL_PUBLISH_TARGET = "https://registry.example.com"
    factories.in_review(version="3")
    assert not LookUp.objects.exists()

    settings.PORTAL_PUBLISH_TARGET = f"https://{SWR}"
    factories.in_review(version="4")

    assert LookUp.objects.get().revision.submission.version == "4"
