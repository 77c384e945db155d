"""Attaching results of scans: what is read and kept, who may, what holds on, what is open."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation
from pytest_django import Settings

from reviews import storage
from reviews.actions import ActionDenied, attaching, reviewing, submitting
from reviews.actions.attached_files import AttachedFile
from reviews.actions.attachment_facts import Declared
from reviews.attachment_points import points_of
from reviews.demo_package import demo_package
from reviews.jobs.retention import purge
from reviews.models import Attachment, AttachmentKind, AttachmentRule, Event, Submission
from reviews.preconditions import objection_of_attaching
from tests import factories
from tests.reviews.vulnerability_reports.samples import (
    SHA256,
    cyclonedx,
    not_affected,
    sarif,
    trivy,
)

pytestmark = pytest.mark.django_db
SCAN = b"harbour-scan 1.2: 0 viruses found\n"


@pytest.fixture
def submission() -> Submission:
    return factories.submitted()


def attach(
    submission: Submission, content: bytes, name: str = "report.json", **more: Any
) -> Attachment:
    assert submission.current is not None
    return attaching.attach(
        by=more.pop("by", None) or factories.petra(),
        submission=submission,
        revision=more.pop("revision", submission.current.number),
        kind=more.pop("kind", AttachmentKind.VULNERABILITIES.value),
        file=AttachedFile(name, [content]),
        declared=Declared(**more),
    )


def virus_scan(submission: Submission, **more: Any) -> Attachment:
    given = {
        "kind": "virus-scan",
        "tool": "harbour-scan 1.2",
        "made_on": timezone.localdate(),
        "result": "passed",
    }
    return attach(submission, more.pop("content", SCAN), "scan.txt", **given | more)


def asks(**rule: Any) -> None:
    AttachmentRule.objects.create(package_kind="helm", **rule)


def points(submission: Submission) -> list[str]:
    submission = factories.again(submission)
    assert submission.current is not None
    submission.current.kind = "helm"
    return [str(each) for each in points_of(submission.current)]


def test_a_vulnerability_report_is_read_and_counted(submission: Submission) -> None:
    found = attach(submission, trivy("CRITICAL", "HIGH", "HIGH"), package_sha256=SHA256)

    assert (found.format, found.tool, found.subject) == (
        "trivy",
        "Trivy",
        "harbourmaster/web:1.4.0",
    )
    assert str(found.made_on) == "2026-11-20"
    assert found.counts == {"critical": 1, "high": 2}
    assert (found.package_sha256, found.is_declared, found.is_of_another) == (SHA256, True, True)
    assert storage.local_path(found.stored).read_bytes() == trivy("CRITICAL", "HIGH", "HIGH")
    event = Event.objects.get(verb="attach")
    assert (event.by, event.detail["file"]) == (factories.petra(), "report.json")


def test_what_a_vex_document_excuses_is_subtracted_until_it_is_removed(
    submission: Submission,
) -> None:
    report = attach(submission, trivy("CRITICAL", "HIGH"))
    vex = attach(submission, cyclonedx(not_affected(1), metadata={}), "vex.json")

    report.refresh_from_db()
    assert (report.counts, report.excused) == ({"high": 1}, 1)
    attaching.detach(by=factories.petra(), submission=submission, attachment=vex.pk)
    report.refresh_from_db()
    assert (report.counts, report.excused) == ({"critical": 1, "high": 1}, 0)
    assert [each.verb for each in Event.objects.filter(verb__in=("attach", "detach"))] == [
        "attach",
        "attach",
        "detach",
    ]


def test_a_vex_document_of_another_package_excuses_nothing(submission: Submission) -> None:
    report = attach(submission, trivy("CRITICAL"))
    attach(submission, cyclonedx(not_affected(1)), "vex.json")

    report.refresh_from_db()
    assert (report.counts, report.excused) == ({"critical": 1}, 0)


@pytest.mark.parametrize(
    ("given", "words", "field"),
    [
        ({"kind": "poem"}, "Choose what it is.", "kind"),
        ({"tool": " "}, "Give the tool, or who has verified it.", "tool"),
        ({"made_on": None}, "Give the day on which it was made.", "made_on"),
        ({"result": ""}, "Choose what came out.", "result"),
        (
            {"made_on": timezone.localdate() + timedelta(days=9)},
            "This day is still to come: give the day of the scan.",
            "made_on",
        ),
        (
            {"package_sha256": "12ab"},
            "Give the SHA-256 of the package as 64 hexadecimal digits, or leave it empty.",
            "package_sha256",
        ),
        ({"content": b""}, "The file is empty.", "file"),
        (
            {"content": bytes((1 << 20) + 1)},
            "The file is larger than 1 MiB, the most that is taken of an attachment.",
            "file",
        ),
        ({"revision": 7}, "Revision 1 was uploaded meanwhile: look at that one.", None),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    submission: Submission,
    store: Path,
    settings: Settings,
    given: dict[str, Any],
    words: str,
    field: str | None,
) -> None:
    settings.PORTAL_ATTACHMENTS = {"mib": 1, "number": 10}

    with pytest.raises(ActionDenied) as denied:
        virus_scan(submission, **given)

    assert (str(denied.value.words), denied.value.field) == (words, field)
    assert not Attachment.objects.exists()
    assert not [each for each in store.glob("attachments/*/*") if each.is_file()]


def test_a_report_that_cannot_be_read_is_not_kept(submission: Submission, store: Path) -> None:
    with pytest.raises(ActionDenied, match="It is no JSON: line 1, column 1"):
        attach(submission, b"CVE-2026-0001")

    assert not [each for each in store.glob("attachments/*/*") if each.is_file()]


def test_the_same_file_and_too_many_files_are_refused(
    submission: Submission, settings: Settings
) -> None:
    settings.PORTAL_ATTACHMENTS = {"mib": 20, "number": 2}
    virus_scan(submission)

    with pytest.raises(ActionDenied, match="attached already"):
        virus_scan(submission)
    attach(submission, trivy())
    with pytest.raises(ActionDenied, match="at most 2 attachments"):
        attach(submission, sarif())


def test_partners_and_reviewers_attach_until_it_is_decided() -> None:
    submission = factories.in_review()
    kept = virus_scan(submission)
    by_rita = virus_scan(submission, by=factories.rita(), content=b"seen", kind="verification")

    with pytest.raises(ActionDenied, match="another organisation"):
        virus_scan(submission, by=factories.paul())
    with pytest.raises(ActionDenied, match="Only who attached it"):
        attaching.detach(by=factories.rita(), submission=submission, attachment=kept.pk)
    attaching.detach(by=factories.rita(), submission=submission, attachment=by_rita.pk)
    with pytest.raises(ActionDenied, match="no such attachment"):
        attaching.detach(by=factories.rita(), submission=submission, attachment=by_rita.pk)
    reviewing.reject(by=factories.rita(), submission=submission, revision=1, comment="No.")
    with pytest.raises(ActionDenied, match="Its state is “rejected”"):
        virus_scan(submission, content=b"late")


def test_attachments_of_the_same_package_hold_on() -> None:
    submission = factories.returned()
    virus_scan(submission)
    same = factories.revised(submission)
    assert same.current is not None

    (carried,) = same.current.attachments.all()
    assert carried.carried_from == submission.revisions.get(number=1).attachments.get()
    assert Event.objects.filter(verb="attach").last().detail["from_revision"] == 1  # type: ignore[union-attr]

    another = factories.revised(factories.examined(same), demo_package(factories.FIXED))
    assert another.current is not None
    assert not another.current.attachments.exists()


def test_what_publishing_asks_for_is_open_until_it_is_there(submission: Submission) -> None:
    assert points(submission) == []
    asks(kind="virus-scan", is_required=True, most_days=30, needs_sha256=True)

    assert points(submission) == ["Missing: virus-scan report, which publishing asks for."]
    virus_scan(submission)
    assert points(submission) == [
        "scan.txt (virus-scan report) does not name the package: attach it with its SHA-256."
    ]
    assert submission.current is not None
    old = timezone.localdate() - timedelta(days=40)
    named = {"package_sha256": submission.current.sha256}
    virus_scan(submission, content=b"2", made_on=old, **named)
    assert points(submission) == [
        "scan.txt (virus-scan report) is 40 days old, more than 30: attach a newer one."
    ]
    virus_scan(submission, content=b"3", result="failed", **named)
    assert points(submission) == ["scan.txt (virus-scan report) says that something was found."]
    virus_scan(submission, content=b"4", **named)
    assert points(submission) == []


def test_a_report_of_another_package_is_none(submission: Submission) -> None:
    asks(kind="vulnerabilities", is_required=True, gate="critical")
    attach(submission, sarif({"ruleId": "A", "properties": {"security-severity": "9.9"}}))
    assert submission.current is not None

    assert points(submission) == [
        (
            "report.json (vulnerability report) is of another package: SHA-256 abababababab…, not"
            f" {submission.current.sha256[:12]}…."
        )
    ]


def test_severe_vulnerabilities_keep_it_from_being_approved() -> None:
    submission = factories.decided(factories.in_review())
    asks(kind="vulnerabilities", gate="high")
    attach(submission, trivy("CRITICAL", "HIGH", "MEDIUM"))

    with pytest.raises(ActionDenied) as denied:
        factories.approve(submission)

    assert str(denied.value.words) == (
        "report.json lists vulnerabilities that are to be fixed, or shown not to affect the"
        " product: critical: 1, high: 1."
    )
    attach(submission, cyclonedx(not_affected(1), not_affected(2), metadata={}), "vex.json")
    factories.approve(submission)


def test_a_vex_document_alone_is_no_report(submission: Submission) -> None:
    asks(kind="vulnerabilities", is_required=True)
    missing = ["Missing: vulnerability report, which publishing asks for."]

    attach(submission, cyclonedx(not_affected(1), metadata={}), "vex.json")
    assert points(submission) == missing

    attach(submission, trivy("CRITICAL"))
    assert points(submission) == []


def test_attachments_go_with_the_original(settings: Settings) -> None:
    settings.PORTAL_RETENTION = {"withdrawn": 1}
    submission = factories.submitted()
    kept = virus_scan(submission)
    submitting.withdraw(by=factories.petra(), submission=submission)
    Submission.objects.update(waiting_since=timezone.now() - timedelta(days=2))

    assert purge() == 1

    kept.refresh_from_db()
    assert kept.purged_at is not None
    with pytest.raises(ActionDenied, match="retention policy"):
        attaching.download_attachment(by=factories.petra(), attachment=kept)


def test_hostile_depth_is_said_and_not_an_internal_error(submission: Submission) -> None:
    with pytest.raises(ActionDenied, match="deeper in each other"):
        attach(submission, b"[" * 50_000 + b"]" * 50_000)
    data = json.loads(trivy("HIGH"))
    data["CreatedAt"] = "2099-01-01T00:00:00Z"
    with pytest.raises(ActionDenied, match="a day to come: 2099-01-01"):
        attach(submission, json.dumps(data).encode())


def test_why_nothing_can_be_attached_is_said_in_the_language_of_the_reader() -> None:
    objection = objection_of_attaching(factories.rejected())
    assert objection is not None
    with translation.override("zh-hans"):
        assert objection.text(translation.gettext) == "当前状态为“审核不通过”。"
