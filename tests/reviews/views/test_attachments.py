"""The tab of attachments, and attachments that come together with a package."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.demo_package import FILE_NAME, demo_package
from reviews.models import Attachment, AttachmentRule, Event, Submission
from tests import factories
from tests.reviews.vulnerability_reports.samples import cyclonedx, not_affected, trivy

pytestmark = pytest.mark.django_db


@pytest.fixture
def petra(client: Client) -> Client:
    client.force_login(factories.petra())
    return client


def send(client: Client, submission: Submission, content: bytes, **more: object) -> object:
    file = SimpleUploadedFile(str(more.pop("name", "report.json")), content)
    form = {"kind": "vulnerabilities", "revision": 1, "file": file} | more
    return client.post(reverse("attach", args=[submission.pk]), form)


def page_of(client: Client, submission: Submission) -> str:
    return client.get(reverse("attachments", args=[submission.pk])).content.decode()


def test_a_report_is_attached_shown_downloaded_and_removed(petra: Client) -> None:
    submission = factories.submitted()

    assert send(petra, submission, trivy("CRITICAL", "HIGH")).status_code == 302  # type: ignore[attr-defined]
    send(petra, submission, cyclonedx(not_affected(1), metadata={}), name="vex.json")

    found = Attachment.objects.get(file_name="report.json")
    page = page_of(petra, submission)
    assert "high: 1" in page
    assert "critical: 1" not in page
    assert "1 more does not affect the product" in page
    address = reverse("download-attachment", args=[submission.pk, found.pk])
    answer = petra.get(address)
    assert b"".join(answer) == trivy("CRITICAL", "HIGH")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="report.json"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Event.objects.filter(verb="download", detail__artifact="attachment").count() == 1
    removal = reverse("detach", args=[submission.pk, found.pk])
    assert f'href="{removal}"' in page
    assert "The attachment was removed" in (petra.post(removal, follow=True).content.decode())
    assert petra.get(address).status_code == 404
    assert petra.get(removal).status_code == 404
    assert "None is attached." in page_of(petra, submission)


def test_nothing_is_removed_before_it_is_confirmed(petra: Client) -> None:
    submission = factories.submitted()
    send(petra, submission, trivy("LOW"))
    found = Attachment.objects.get()
    removal = reverse("detach", args=[submission.pk, found.pk])
    reviewer = Client()
    reviewer.force_login(factories.rita())

    page = petra.get(removal).content.decode()
    not_theirs = reviewer.get(removal).content.decode()

    assert Attachment.objects.get().removed_at is None
    assert 'Remove <span translate="no">report.json</span>?' in page
    assert '<form method="post">' in page
    assert "Only who attached it, or the partner, can remove it." in not_theirs
    assert "is-danger" not in not_theirs


def test_others_see_no_attachment(petra: Client) -> None:
    submission = factories.submitted()
    send(petra, submission, trivy())
    found = Attachment.objects.get()
    stranger = Client()
    stranger.force_login(factories.paul())

    for name in ("download-attachment", "detach"):
        address = reverse(name, args=[submission.pk, found.pk])
        assert stranger.get(address).status_code == 404
    assert stranger.post(address).status_code == 404
    assert stranger.get(reverse("attachments", args=[submission.pk])).status_code == 404
    assert send(stranger, submission, trivy("LOW")).status_code == 404  # type: ignore[attr-defined]


def test_what_is_wrong_stands_at_its_field(petra: Client) -> None:
    submission = factories.submitted()

    answer = send(petra, submission, b"<html>", tool="mine")

    assert answer.status_code == 422  # type: ignore[attr-defined]
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert "It is XML or HTML: have the scanner write JSON and attach that file." in page
    assert 'value="mine"' in page


def test_reviewers_see_what_is_open_and_why_they_cannot_approve(petra: Client) -> None:
    submission = factories.decided(factories.in_review())
    AttachmentRule.objects.create(package_kind="helm", kind="virus-scan", is_required=True)
    reviewer = Client()
    reviewer.force_login(factories.rita())
    address = reverse("review", args=[submission.pk])

    theirs = petra.get(reverse("submission", args=[submission.pk])).content.decode()
    before = reviewer.get(address).content.decode()
    send(
        petra,
        submission,
        b"clean",
        kind="virus-scan",
        tool="scan",
        made_on=timezone.localdate().isoformat(),
        result="passed",
    )
    after = reviewer.get(address).content.decode()

    assert "Publishing asks for attachments" in theirs
    assert before.count("Missing: virus-scan report, which publishing asks for.") == 2
    assert "Missing: virus-scan report" not in after


def test_attachments_come_with_a_package(petra: Client) -> None:
    form = {
        "organisation": factories.organisation().pk,
        "service": "harbour",
        "version": "1.4.0",
        "file": SimpleUploadedFile(FILE_NAME, demo_package()),
        "vulnerabilities-file": SimpleUploadedFile("trivy.json", trivy("LOW")),
        "virus-scan-file": SimpleUploadedFile("scan.pdf", b"%PDF-1.7\n\x00\xff"),
        "virus-scan-tool": "scan 1",
        "virus-scan-made_on": timezone.localdate().isoformat(),
        "virus-scan-result": "passed",
        "verification-file": SimpleUploadedFile("proof.txt", b"proof"),
    }

    answer = petra.post(reverse("new-submission"), form, follow=True)

    kept = {each.file_name: each for each in Attachment.objects.all()}
    assert sorted(kept) == ["scan.pdf", "trivy.json"]
    assert not kept["scan.pdf"].is_text
    assert kept["trivy.json"].package_sha256 == kept["trivy.json"].revision.sha256
    assert "proof.txt was not attached: Give the tool, or who has verified it." in (
        answer.content.decode()
    )


def test_partners_do_not_see_which_reviewer_attached_something(petra: Client) -> None:
    submission = factories.in_review()
    reviewer = Client()
    reviewer.force_login(factories.rita())

    send(reviewer, submission, trivy("LOW"))

    theirs, own = (
        page_of(each, submission).partition("attachment-head")[2].partition("</article>")[0]
        for each in (petra, reviewer)
    )
    assert ("A reviewer" in theirs, "rita" in theirs) == (True, False)
    assert "rita" in own


def test_what_the_next_revision_does_not_have_is_asked_again(petra: Client) -> None:
    submission = factories.returned()
    send(petra, submission, trivy("LOW"))
    submission = factories.revised(submission, demo_package(factories.FIXED))

    page = page_of(petra, submission)

    assert "Asked again" in page
    assert "report.json" in page
