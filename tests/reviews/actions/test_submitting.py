"""Partners submit, revise, withdraw."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from reviews import storage
from reviews.actions import ActionDenied, QuotaExceeded, submitting
from reviews.demo_package import demo_package
from reviews.models import Event, PortalPolicy, Revision, Service, Submission
from reviews.pipeline.core.policy import Limits, Policy
from reviews.visibility import partners_of
from tests import factories

pytestmark = pytest.mark.django_db


def _submit(**changes: object) -> Submission:
    fields: dict = {
        "by": factories.petra(),
        "organisation": factories.organisation(),
        "service": "etcd",
        "version": "6.7.0",
        "file_name": "etcd.zip",
        "content": [b"PK", b"..."],
    }
    return submitting.submit(**(fields | changes))


def test_a_package_is_received_and_kept_as_it_came(store: Path) -> None:
    submission = _submit(note="  The first one. ")

    revision = submission.current
    assert revision is not None
    sha256 = hashlib.sha256(b"PK...").hexdigest()
    assert (submission.state, submission.title, submission.kind) == ("received", "etcd 6.7.0", "")
    assert (revision.number, revision.sha256, revision.size) == (1, sha256, 5)
    assert (revision.file_name, revision.note) == ("etcd.zip", "The first one.")
    assert storage.local_path(revision.original).read_bytes() == b"PK..."
    assert storage.local_path(revision.original).stat().st_mode & 0o777 == 0o440
    assert list((store / "drafts").iterdir()) == []
    event = Event.objects.get()
    assert (event.verb, event.by, event.to_state, event.detail) == (
        "submit",
        factories.petra(),
        "received",
        {"file": "etcd.zip", "sha256": sha256, "size": 5},
    )


def test_the_policy_in_force_is_kept_with_the_revision() -> None:
    PortalPolicy.objects.create(pk=1, registry="swr.example.com", external="quay.io/*\n")
    acme = factories.organisation()
    acme.namespace = "acme"
    acme.save()

    revision = _submit().current

    assert revision is not None
    assert revision.held_to == Policy(
        registry="swr.example.com", organization="acme", external=("quay.io/*",)
    )


@pytest.mark.parametrize(
    ("organisation", "portal", "versions"),
    [
        ("1.31\n\nv1.28.3-r0\n", "1.27", ("1.31", "v1.28.3-r0")),
        ("", "1.27", ("1.27",)),
        ("", "", Policy().cluster_versions),
    ],
)
def test_cluster_versions_are_the_organisation_s_or_inherited(
    organisation: str, portal: str, versions: tuple[str, ...]
) -> None:
    PortalPolicy.objects.create(pk=1, cluster_versions=portal, api_versions="a.b/v1")
    acme = factories.organisation()
    acme.cluster_versions = organisation
    acme.save()

    revision = _submit().current

    assert revision is not None
    assert (revision.held_to.cluster_versions, revision.held_to.api_versions) == (
        versions,
        ("a.b/v1",),
    )


def test_the_worker_is_queued_when_all_is_written(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as queued:
        submission = _submit()

    assert factories.enqueued_for(queued) == [submission.current_id]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        (
            {"service": " ../etcd "},
            "service",
            (
                "Give the service a name of at most 100 letters, digits, spaces and . _ - that begins"
                " and ends with a letter or digit."
            ),
        ),
        (
            {"version": "6 or 7"},
            "version",
            "Give a version such as 6.7.0, of at most 100 letters, digits and . + _ - signs.",
        ),
        ({"content": []}, "file", "The file is empty: choose the service package."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    changes: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(ActionDenied) as denied:
        _submit(**changes)

    assert (denied.value.field, str(denied.value)) == (field, words)
    assert not Submission.objects.exists()


def test_what_is_too_large_is_not_kept(settings: Settings, store: Path) -> None:
    settings.PORTAL_LIMITS = Limits(upload_bytes=4)

    with pytest.raises(ActionDenied) as denied:
        _submit()

    assert str(denied.value) == "The package is larger than 4 bytes, the most that is taken."
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_a_version_is_submitted_once() -> None:
    _submit()

    with pytest.raises(ActionDenied) as denied:
        _submit(file_name="other.zip")

    assert denied.value.field == "version"
    assert str(denied.value) == ("etcd 6.7.0 was submitted already: upload a new revision there.")


def test_after_a_withdrawal_the_version_may_be_submitted_afresh() -> None:
    submitting.withdraw(by=factories.petra(), submission=_submit())

    assert _submit().state == "received"
    assert Service.objects.count() == 1


def test_nobody_submits_for_others() -> None:
    with pytest.raises(ActionDenied) as denied:
        _submit(by=factories.paul())

    assert str(denied.value) == "You are not a member of Acme."


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("etcd.zip", "etcd.zip"),
        ("C:\\packages\\etcd.zip", "etcd.zip"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\u202e.zip", "ab.zip"),
        ("", "package.zip"),
    ],
)
def test_a_file_is_known_by_the_last_part_of_its_name(given: str, kept: str) -> None:
    revision = _submit(file_name=given).current

    assert revision is not None
    assert revision.file_name == kept


def test_a_new_revision_is_examined_afresh() -> None:
    submission = factories.revised(factories.returned(), demo_package(factories.FIXED))

    assert (submission.state, submission.claimed_by) == ("received", None)
    assert (submission.kind, submission.errors, submission.infos) == ("", 0, 0)
    assert submission.current is not None
    assert submission.current.number == 2
    assert list(submission.revisions.values_list("number", "attempts")) == [(1, 1), (2, 0)]


def test_the_same_content_is_stored_once(store: Path) -> None:
    factories.revised(factories.refused(), b"no archive at all")

    assert Revision.objects.count() == 2
    assert len([path for path in (store / "originals").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("state", ["submitted", "approved", "released", "rejected", "withdrawn"])
def test_a_revision_has_its_time(state: str) -> None:
    submission = getattr(factories, state)()

    with pytest.raises(ActionDenied) as denied:
        factories.revised(submission)

    assert str(denied.value) == f"Its state is “{submission.label}”."


@pytest.mark.parametrize("state", ["approved", "released", "rejected", "withdrawn"])
def test_what_is_decided_cannot_be_withdrawn(state: str) -> None:
    submission = getattr(factories, state)()

    with pytest.raises(ActionDenied) as denied:
        submitting.withdraw(by=factories.petra(), submission=submission)

    assert str(denied.value) == f"Its state is “{submission.label}”."


def test_a_claimed_one_that_is_withdrawn_is_claimed_no_more() -> None:
    submission = factories.in_review()
    factories.decided(submission)

    submitting.withdraw(by=factories.petra(), submission=submission, comment="Too early.")

    submission = factories.again(submission)
    assert (submission.state, submission.claimed_by) == ("withdrawn", None)
    event = Event.objects.last()
    assert event is not None
    assert (event.verb, event.detail) == ("withdraw", {"comment": "Too early."})


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("\uff45tcd", "Write the service with letters of usual width: etcd."),
        ("\u0435tcd", "“\u0435tcd” has letters of several scripts that look alike: type it anew."),
    ],
)
def test_a_service_that_looks_like_another_is_refused(service: str, words: str) -> None:
    with pytest.raises(ActionDenied) as denied:
        _submit(service=service)

    assert (str(denied.value.words), denied.value.field) == (words, "service")


def test_chinese_names_are_services_like_others() -> None:
    assert _submit(service="数据库 etcd").title == "数据库 etcd 6.7.0"


@pytest.mark.parametrize(
    ("quotas", "words", "waits"),
    [
        (
            {"running": 1},
            "1 packages of Acme wait or are being processed: wait until one is done.",
            True,
        ),
        ({"stored_gib": 0}, "The packages of Acme would have more than 0 GiB", False),
    ],
)
def test_an_organisation_has_its_quotas(
    quotas: dict[str, int], words: str, waits: bool, settings: Settings
) -> None:
    _submit()
    settings.PORTAL_QUOTAS = settings.PORTAL_QUOTAS | quotas

    with pytest.raises(QuotaExceeded, match=words) as denied:
        _submit(version="6.8.0")

    assert (denied.value.retry_after > 0) == waits
    assert Submission.objects.count() == 1


def test_what_is_left_empty_is_read_from_the_file() -> None:
    package = [demo_package()]

    both = _submit(service="", version=" ", content=package)
    one = _submit(service="shop", version="", content=package)

    assert [each.title for each in (both, one)] == ["harbour 1.4.0", "shop 1.4.0"]


def test_what_the_file_does_not_say_has_to_be_given(store: Path) -> None:
    with pytest.raises(ActionDenied) as denied:
        _submit(version="", content=[b"no archive"])

    assert denied.value.field == "version"
    assert [path for path in (store / "originals").rglob("*") if path.is_file()] == []


def test_what_is_read_from_the_file_is_submitted_once(store: Path) -> None:
    _submit(service="harbour", version="1.4.0", content=[demo_package()])

    with pytest.raises(ActionDenied) as denied:
        _submit(service="", version="", content=[demo_package(("harbour.", "harbour!"))])

    assert denied.value.field == "version"
    assert len([path for path in (store / "originals").rglob("*") if path.is_file()]) == 1


def test_who_has_uploaded_stays_on_the_side_of_the_organisation() -> None:
    submission = factories.submitted()
    petra, pia = factories.petra(), factories.person("pia", member_of="Acme")
    petra.memberships.all().delete()

    assert partners_of(frozenset({submission.organisation_id})) == {petra.pk, pia.pk}
