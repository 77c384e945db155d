"""A release is published: pushed where its addresses point, read back, and only then out."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from pytest_django import Settings

from reviews import storage
from reviews.actions import ActionDenied, publishing
from reviews.actions.retrying import retry
from reviews.jobs.publication import PUBLICATION
from reviews.jobs.runner import begin
from reviews.jobs.sweep import sweep
from reviews.models import Event, Publication, PublishedImage, Submission
from reviews.pipeline.core.messages import Message
from tests import factories
from tests import publishing as shipped
from tests.publishing import NAMES, publication_of
from tests.registry import docker_registry
from tests.registry.docker_registry import DockerRegistry

pytestmark = pytest.mark.django_db
BOTH = ("x86_64", "aarch64")


@pytest.fixture
def registry(tmp_path: Path, settings: Settings) -> Iterator[DockerRegistry]:
    """A real registry, to which the portal's addresses lead and its releases go."""
    folder = tmp_path / "docker-registry"
    folder.mkdir()
    with docker_registry.running(folder) as running:
        settings.PORTAL_REGISTRY = running.registry
        settings.PORTAL_PUBLISH_TARGET = running.address
        yield running


def _outcomes(submission: Submission) -> dict[tuple[str, str], str]:
    images = PublishedImage.objects.filter(publication=publication_of(submission))
    return {
        (each.reference.rpartition("/")[2], each.architecture): each.outcome
        for each in images.exclude(outcome="not asked").exclude(architecture="")
    }


def _all(outcome: str) -> dict[tuple[str, str], str]:
    return {(name, architecture): outcome for name in NAMES for architecture in BOTH}


def _inspected(reference: str) -> Any:
    shown = subprocess.run(
        ["skopeo", "inspect", "--raw", "--tls-verify=false", f"docker://{reference}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(shown.stdout)


def test_a_package_walks_from_the_submission_to_read_back(registry: DockerRegistry) -> None:
    submission = shipped.proven()
    assert submission.state == "publishing"
    assert registry.tags("osc-opensource/web") == []

    submission = factories.published(submission)

    publication = publication_of(submission)
    assert (submission.state, publication.trouble, publication.attempts) == ("released", None, 0)
    assert _outcomes(submission) == _all("pushed")
    assert publication.bytes_done == publication.bytes_total > 0
    assert publication.read_at is not None
    reference = f"{registry.registry}/osc-opensource/web:1.4.0"
    listed = _inspected(reference)["manifests"]
    rows = publication.images.filter(reference=reference)
    assert {each["digest"] for each in listed} == {row.digest for row in rows}
    event = Event.objects.get(verb="release")
    assert event.detail == {
        "place": "registry",
        "target": None,
        "address": registry.registry,
        "images": 5,
        "missing": 0,
    }


@pytest.mark.usefixtures("registry")
def test_the_documents_of_a_release_name_every_digest(registry: DockerRegistry) -> None:
    publication = publication_of(factories.published(shipped.proven()))

    lock = json.loads(storage.local_path(publication.lock).read_bytes())
    bill = json.loads(storage.local_path(publication.bill).read_bytes())

    digests = set(publication.images.exclude(digest="").values_list("digest", flat=True))
    assert len(digests) == 8
    assert {digest for digest in digests if digest not in json.dumps(lock)} == set()
    assert bill["bomFormat"] == "CycloneDX"
    assert registry.registry in json.dumps(lock)


def test_what_is_there_already_is_not_sent_again(registry: DockerRegistry) -> None:
    factories.published(shipped.proven("1"))
    before = registry.requests()

    second = factories.published(shipped.proven("2"))

    after = registry.requests()
    assert second.state == "released"
    assert _outcomes(second) == _all("present")
    assert {verb: after[verb] - before[verb] for verb in ("PATCH", "PUT", "POST")} == {
        "PATCH": 0,
        "PUT": 0,
        "POST": 0,
    }


def test_without_a_registry_the_images_are_in_the_local_store() -> None:
    submission = factories.published(shipped.proven())

    publication = publication_of(submission)
    root = Path(portal_settings.IMAGE_LAYOUT_DIR)
    assert (submission.state, publication.place, publication.address) == ("released", "layout", "")
    assert _outcomes(submission) == _all("pushed")
    reference = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/web:1.4.0"
    shown = subprocess.run(
        ["skopeo", "inspect", "--raw", f"oci:{root}:{reference}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(json.loads(shown.stdout)["manifests"]) == 2


def test_where_publishing_is_switched_off_it_passes_through(settings: Settings) -> None:
    settings.PORTAL_PUBLISH_TARGET = "no"

    submission = factories.published(shipped.proven())

    publication = publication_of(submission)
    assert (submission.state, publication.place, publication.read_at) == (
        "released",
        "nowhere",
        None,
    )
    assert _outcomes(submission) == {}
    assert not Path(portal_settings.IMAGE_LAYOUT_DIR).exists()


@pytest.mark.usefixtures("registry")
def test_an_image_that_is_not_shipped_and_not_there_is_missing() -> None:
    submission = factories.published(shipped.proven(without="worker-1.4.0-aarch64.tar"))

    assert submission.state == "released"
    assert _outcomes(submission) == _all("pushed") | {("worker:1.4.0", "aarch64"): "missing"}
    assert Event.objects.get(verb="release").detail["missing"] == 1


def _other_content(registry: DockerRegistry) -> None:
    """Another image at the address of the worker."""
    other = shipped.publication_of(factories.published(shipped.proven("other")))
    name = f"docker://{registry.registry}/osc-opensource"
    subprocess.run(
        [
            *("skopeo", "--insecure-policy", "copy", "--all", "--src-tls-verify=false"),
            *("--dest-tls-verify=false", f"{name}/web:1.4.0", f"{name}/worker:1.4.0"),
        ],
        capture_output=True,
        check=True,
    )
    assert other.read_at is not None


def test_a_tag_with_other_content_is_never_overwritten(registry: DockerRegistry) -> None:
    _other_content(registry)
    before = _inspected(f"{registry.registry}/osc-opensource/worker:1.4.0")

    submission = factories.published(shipped.proven())

    publication = publication_of(submission)
    assert (submission.state, submission.turn, submission.needs_administrator) == (
        "publishing",
        "administrator",
        True,
    )
    assert (publication.is_conflict, publication.is_stopped) == (True, True)
    assert "worker:1.4.0" in str(publication.trouble_words)
    assert _inspected(f"{registry.registry}/osc-opensource/worker:1.4.0") == before
    stop = Event.objects.get(submission=submission, verb="stop")
    assert str(Message.load(stop.detail)) == str(publication.trouble_words)


def test_an_administrator_puts_a_conflict_back_into_review(registry: DockerRegistry) -> None:
    _other_content(registry)
    submission = factories.published(shipped.proven())

    with pytest.raises(ActionDenied) as unreasoned:
        publishing.reconsider(by=factories.ada(), submission=submission, comment=" ")
    publishing.reconsider(by=factories.ada(), submission=submission, comment="Wrong worker.")

    submission = factories.again(submission)
    assert str(unreasoned.value) == "Give a reason: the partner sees it, and it is kept."
    assert (submission.state, submission.needs_administrator) == ("in_review", False)
    factories.approve(submission)
    assert factories.again(submission).state == "approved"


def test_a_registry_that_is_down_is_tried_three_times_then_an_administrator_retries(
    registry: DockerRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviews.registry.patience._FIRST_PAUSE", 0.0)
    submission = shipped.proven()
    registry.stop()
    seen = []
    for _attempt in range(3):
        submission = factories.published(submission)
        seen.append((submission.state, submission.turn.value, publication_of(submission).attempts))
    first = publication_of(submission)
    registry.start()

    retry(by=factories.ada(), submission=submission)
    submission = factories.published(factories.again(submission))

    assert seen == [
        ("publishing", "portal", 1),
        ("publishing", "portal", 2),
        ("publishing", "administrator", 3),
    ]
    assert first.trouble_words is not None
    assert (submission.state, submission.needs_administrator) == ("released", False)
    assert Publication.objects.count() == 2
    assert _outcomes(submission) == _all("pushed")


def test_an_address_of_another_registry_is_refused(
    registry: DockerRegistry, settings: Settings
) -> None:
    submission = shipped.proven()
    settings.PORTAL_PUBLISH_TARGET = "https://registry.example.com"

    submission = factories.published(submission)

    words = (
        f"The addresses lead to {registry.registry}, but releases are published to"
        " registry.example.com: an administrator has to make both the same."
    )
    assert submission.turn == "administrator"
    assert str(publication_of(submission).trouble_words) == words


def test_a_registry_that_says_nothing_is_not_waited_for_for_ever(settings: Settings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        settings.PORTAL_REGISTRY = address
        settings.PORTAL_PUBLISH_TARGET = f"http://{address}"
        settings.PORTAL_PUBLISH_PATIENCE = 1
        submission = shipped.proven()

        submission = factories.published(submission)

    publication = publication_of(submission)
    assert (submission.state, publication.attempts) == ("publishing", 1)
    assert str(publication.trouble_words) == (
        "Nothing has moved for a while, so it was ended and is tried again."
    )
    assert "Stalled" in publication.failure


def test_a_worker_that_died_with_its_last_attempt_is_noticed_by_the_sweep() -> None:
    submission = shipped.proven()
    publication = publication_of(submission)
    for _attempt in range(3):
        assert begin(PUBLICATION, publication.pk) is not None
        Publication.objects.update(lease_until=None)

    sweep()
    sweep()

    submission = factories.again(submission)
    assert submission.turn == "administrator"
    assert Event.objects.filter(submission=submission, verb="stop").count() == 1


@pytest.mark.usefixtures("registry")
def test_progress_never_shrinks() -> None:
    submission = shipped.proven()
    Publication.objects.update(bytes_done=10**9, bytes_total=2 * 10**9)

    factories.published(submission)

    publication = publication_of(submission)
    assert (publication.bytes_done, publication.bytes_total) == (2 * 10**9, 2 * 10**9)
