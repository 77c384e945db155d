"""Who looks and who downloads is told in the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from reviews import storage
from reviews.actions import Objected, reading
from reviews.actions.reading import Goods
from reviews.demo_package import demo_package
from reviews.models import Event, Revision, Submission
from reviews.pipeline.examination.run import examine
from tests import factories
from tests.shipping import shipping_package

pytestmark = pytest.mark.django_db


def _current(submission: Submission) -> Revision:
    assert submission.current is not None
    return submission.current


def test_a_visit_is_told_once() -> None:
    submission = factories.submitted()
    for who in (factories.petra(), factories.rita(), factories.petra()):
        reading.view(by=who, submission=submission)

    views = Event.objects.filter(verb="view").values_list("by__username", flat=True)
    assert list(views) == ["petra", "rita"]


def test_a_later_visit_is_told_again() -> None:
    submission = factories.submitted()
    Event.objects.create(
        by=factories.petra(),
        verb="view",
        submission=submission,
        at=timezone.now() - timedelta(minutes=11),
    )

    reading.view(by=factories.petra(), submission=submission)

    assert Event.objects.filter(verb="view").count() == 2


def test_the_original_the_proposal_and_the_release_can_be_downloaded() -> None:
    submission = factories.released()
    revision = _current(submission)

    found = {
        goods: reading.download(by=factories.petra(), revision=revision, goods=goods)
        for goods in (Goods.ORIGINAL, Goods.PROPOSED, Goods.RELEASED)
    }

    assert {goods: each.file_name for goods, each in found.items()} == {
        Goods.ORIGINAL: "harbour-1.4.0.zip",
        Goods.PROPOSED: "harbour-1.4.0-proposed.zip",
        Goods.RELEASED: "harbour-1.4.0.zip",
    }
    original, released = found[Goods.ORIGINAL], found[Goods.RELEASED]
    assert original.path is not None
    assert original.path.read_bytes() == demo_package()
    assert (original.size, original.sha256) == (revision.size, revision.sha256)
    assert released.sha256 == reading.released(revision).sha256  # type: ignore[union-attr]
    told = Event.objects.filter(verb="download").values_list("detail", flat=True)
    assert [detail["goods"] for detail in told] == ["original", "proposed", "released"]


def test_the_proposal_is_made_while_it_is_sent() -> None:
    revision = _current(factories.in_review())
    path = storage.local_path(revision.original)
    with storage.draft() as draft:
        examine(path, revision.held_to).write(draft)
        written = draft.read_bytes()

    found = reading.download(by=factories.petra(), revision=revision, goods=Goods.PROPOSED)

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

    before = reading.download(by=factories.petra(), revision=revision, goods=Goods.MAPPING)
    worker = revision.findings.get(rule="PORTAL-002", line=13).unit
    factories.decide(submission, "reject", worker)
    after = reading.download(by=factories.petra(), revision=revision, goods=Goods.MAPPING)

    assert (before.file_name, before.content_type) == ("mapping.yaml", "text/yaml")
    assert b"".join(before.made or ()).decode() == whole.after
    assert b"".join(after.made or ()).decode() == without_worker.after
    assert "image: worker" in whole.after
    assert "image: worker" not in without_worker.after


@pytest.mark.parametrize(
    ("goods", "words"),
    [
        (Goods.PROPOSED, "No edit is proposed for this revision."),
        (Goods.MAPPING, "No mapping is proposed for this revision."),
        (Goods.RELEASED, "This revision is not released."),
    ],
)
def test_what_is_not_there_is_said(goods: Goods, words: str) -> None:
    revision = _current(factories.refused())

    with pytest.raises(Objected) as objected:
        reading.download(by=factories.petra(), revision=revision, goods=goods)

    assert str(objected.value) == words
    assert not Event.objects.filter(verb="download").exists()


def test_others_neither_look_nor_download() -> None:
    submission = factories.submitted()
    paul = factories.paul()

    with pytest.raises(Objected) as looking:
        reading.view(by=paul, submission=submission)
    with pytest.raises(Objected) as taking:
        reading.download(by=paul, revision=_current(submission), goods=Goods.ORIGINAL)

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
    assert reading.split_name(name) == parts
