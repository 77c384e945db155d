"""Who looks and who downloads is in the log."""

from __future__ import annotations

import pytest

from reviews import storage
from reviews.actions import ActionDenied, downloads
from reviews.actions.downloads import Artifact
from reviews.actions.viewing import view
from reviews.demo_package import demo_package
from reviews.models import Event, Revision, Submission
from reviews.pipeline.examination.run import examine
from tests import factories
from tests.shipping import shipping_package

pytestmark = pytest.mark.django_db


def _current(submission: Submission) -> Revision:
    assert submission.current is not None
    return submission.current


def test_the_original_the_proposal_and_the_release_can_be_downloaded() -> None:
    submission = factories.released()
    revision = _current(submission)

    found = {
        artifact: downloads.download(by=factories.petra(), revision=revision, artifact=artifact)
        for artifact in (Artifact.ORIGINAL, Artifact.PROPOSED, Artifact.RELEASED)
    }

    assert {artifact: each.file_name for artifact, each in found.items()} == {
        Artifact.ORIGINAL: "harbour-1.4.0.zip",
        Artifact.PROPOSED: "harbour-1.4.0-proposed.zip",
        Artifact.RELEASED: "harbour-1.4.0.zip",
    }
    original, released = found[Artifact.ORIGINAL], found[Artifact.RELEASED]
    assert original.path is not None
    assert original.path.read_bytes() == demo_package()
    assert (original.size, original.sha256) == (revision.size, revision.sha256)
    assert released.sha256 == downloads.released(revision).sha256  # type: ignore[union-attr]
    details = Event.objects.filter(verb="download").values_list("detail", flat=True)
    assert [detail["artifact"] for detail in details] == ["original", "proposed", "released"]


def test_the_proposal_is_made_while_it_is_sent() -> None:
    revision = _current(factories.in_review())
    path = storage.local_path(revision.original)
    with storage.draft() as draft:
        examine(path, revision.held_to).write(draft)
        written = draft.read_bytes()

    found = downloads.download(by=factories.petra(), revision=revision, artifact=Artifact.PROPOSED)

    assert b"".join(found.made or ()) == written
    assert found.size == len(written)


def test_the_mapping_comes_as_it_stands_after_the_decisions() -> None:
    submission = factories.inspected(factories.in_review(shipping_package()))
    revision = _current(submission)
    report = storage.read_report(revision.report)
    assert report.mapping is not None
    whole, without_worker = report.mapping.edit(), report.mapping.edit(["image:worker.image"])
    assert whole is not None
    assert without_worker is not None

    before = downloads.download(by=factories.petra(), revision=revision, artifact=Artifact.MAPPING)
    worker = revision.findings.get(rule="PORTAL-002", line=13).unit
    factories.decide(submission, "reject", worker)
    # Decisions are drafts until the verdict, so that the reviewer alone is given them.
    after = downloads.download(by=factories.rita(), revision=revision, artifact=Artifact.MAPPING)
    theirs = downloads.download(by=factories.petra(), revision=revision, artifact=Artifact.MAPPING)

    assert (before.file_name, before.content_type) == ("mapping.yaml", "text/yaml")
    assert b"".join(before.made or ()).decode() == whole.after
    assert b"".join(after.made or ()).decode() == without_worker.after
    assert b"".join(theirs.made or ()).decode() == whole.after
    assert "image: worker" in whole.after
    assert "image: worker" not in without_worker.after


@pytest.mark.parametrize(
    ("artifact", "words"),
    [
        (Artifact.PROPOSED, "No edit is proposed for this revision."),
        (Artifact.MAPPING, "No mapping is proposed for this revision."),
        (Artifact.RELEASED, "This revision is not released."),
    ],
)
def test_what_is_not_there_is_said(artifact: Artifact, words: str) -> None:
    revision = _current(factories.refused())

    with pytest.raises(ActionDenied) as denied:
        downloads.download(by=factories.petra(), revision=revision, artifact=artifact)

    assert str(denied.value) == words
    assert not Event.objects.filter(verb="download").exists()


def test_others_neither_look_nor_download() -> None:
    submission = factories.submitted()
    paul = factories.paul()

    with pytest.raises(ActionDenied) as looking:
        view(by=paul, submission=submission)
    with pytest.raises(ActionDenied) as taking:
        downloads.download(by=paul, revision=_current(submission), artifact=Artifact.ORIGINAL)

    assert str(looking.value) == str(taking.value) == "It belongs to another organisation."


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("etcd.zip", ("etcd", ".zip")),
        ("etcd-6.7.0.tar.gz", ("etcd-6.7.0", ".tar.gz")),
        ("etcd", ("etcd", "")),
    ],
)
def test_a_name_and_its_suffix(name: str, parts: tuple[str, str]) -> None:
    assert downloads.split_name(name) == parts
