"""Before the approval the registry is asked, and what it has is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from reviews.actions import ActionDenied, publishing
from reviews.approval import confirmations_of
from reviews.jobs.look_up_addresses import look_up
from reviews.models import LookUp, RegistryLookup, Submission
from reviews.storage import read_report
from reviews.views.report_summary import report_summary
from tests import factories
from tests import publishing as shipped
from tests.registry import docker_registry
from tests.registry.docker_registry import DockerRegistry

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(tmp_path: Path, settings: Settings) -> Iterator[DockerRegistry]:
    folder = tmp_path / "docker-registry"
    folder.mkdir()
    with docker_registry.running(folder) as running:
        settings.PORTAL_REGISTRY = running.registry
        settings.PORTAL_PUBLISH_TARGET = running.address
        yield running


def _looked_up(submission: Submission) -> LookUp:
    look_up(LookUp.objects.get(revision=submission.current).pk)
    return LookUp.objects.get(revision=submission.current)


def _sentence(submission: Submission) -> str:
    revision = submission.current
    assert revision is not None
    revision.refresh_from_db()
    return report_summary(revision, read_report(revision.report))


def test_what_is_there_is_found(registry: DockerRegistry) -> None:
    factories.published(shipped.proven(without="worker-1.4.0-x86_64.tar"))
    submission = factories.in_review(version="2")
    before = _sentence(submission)

    asked = _looked_up(submission)

    found = {
        each.reference.rpartition("/")[2]: (each.found, set(each.architectures))
        for each in RegistryLookup.objects.filter(revision=submission.current)
    }
    assert (asked.trouble, asked.finished_at is not None) == (None, True)
    assert found == {
        "web:1.4.0": (True, {"x86_64", "aarch64"}),
        "worker:1.4.0": (True, {"aarch64"}),
        "postgres:16.4": (True, {"x86_64", "aarch64"}),
        "exporter:0.9.2": (True, {"x86_64", "aarch64"}),
    }
    words = "0 of 4 images are shipped: pulling fails unless they are in the registry already"
    assert f"{words}; 1 is hard-coded" in before
    assert f"{words} (4 of 4 found there); " in _sentence(submission)
    assert registry.registry in _sentence(submission)


def test_a_registry_that_does_not_answer_is_noted_and_stops_nobody(
    registry: DockerRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviews.registry.patience._FIRST_PAUSE", 0.0)
    registry.stop()
    submission = factories.in_review()

    asked = _looked_up(submission)

    assert asked.trouble is not None
    assert asked.finished_at is not None
    assert not RegistryLookup.objects.exists()
    factories.approve(factories.decided(submission))
    assert factories.again(submission).state == "approved"


def test_what_is_no_longer_in_review_is_not_asked_for(registry: DockerRegistry) -> None:
    submission = factories.in_review()
    requests = registry.requests()["HEAD"]
    factories.revised(submission)

    _looked_up(submission)

    assert not RegistryLookup.objects.exists()
    assert registry.requests()["HEAD"] == requests


def _obstacles(submission: Submission) -> list[str]:
    look_up(LookUp.objects.get(revision=submission.current).pk)
    revision = submission.current
    assert revision is not None
    revision.refresh_from_db()
    return [str(each) for each in confirmations_of(revision, read_report(revision.report))]


def _with_other_content(version: str) -> Submission:
    """In review, its archives read: the image of the web is another under the same tag."""
    return factories.inspected(factories.in_review(shipped.shipping_large(1000), version))


def test_a_tag_with_other_content_is_known_before_the_approval(registry: DockerRegistry) -> None:
    factories.published(shipped.proven("1"))

    (amd64,) = _obstacles(_with_other_content("2"))

    assert amd64 == (
        f"{registry.registry}/osc-opensource/web:1.4.0 is there already with another image for"
        " x86_64, which is never overwritten: publishing stops there. Give the package another tag,"
        " or have the one in the registry removed."
    )


def test_the_local_image_store_is_asked_for_other_content_too() -> None:
    factories.published(shipped.proven("1"))
    same = factories.inspected(factories.in_review(shipped.shipping_both(), "2"))
    other = _with_other_content("3")

    of_same, of_other = _obstacles(same), _obstacles(other)

    partly = shipped.shipping_both(without="worker-1.4.0-aarch64.tar")
    partly_shipped = factories.inspected(factories.in_review(partly, "4"))
    assert (of_same, len(of_other)) == ([], 1)
    assert len(_obstacles(partly_shipped)) == 1
    assert not RegistryLookup.objects.exists()
    assert "found there" not in _sentence(partly_shipped)


@pytest.mark.usefixtures("registry")
def test_the_registry_is_asked_again_on_request() -> None:
    submission = _with_other_content("1")
    with pytest.raises(ActionDenied) as too_early:
        publishing.ask_again(by=factories.rita(), submission=submission)
    assert _obstacles(submission) == []
    factories.published(shipped.proven("other"))

    publishing.ask_again(by=factories.rita(), submission=submission)

    assert str(too_early.value) == "It is being asked now."
    assert len(_obstacles(submission)) == 1
    found = RegistryLookup.objects.filter(revision=submission.current, found=True)
    assert found.count() == 4
