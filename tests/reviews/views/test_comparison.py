"""The page that compares two revisions: findings, decisions, images, files, values.yaml."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from reviews.demo_package import demo_package
from reviews.models import Submission
from tests import factories

pytestmark = pytest.mark.django_db


def revised() -> Submission:
    """Reviewed and returned, then without its hard-coded image, and with another tag."""
    submission = factories.in_review()
    factories.decided(submission)
    package = demo_package(
        factories.FIXED, ("repository: library/postgres", "repository: library/pg")
    )
    return factories.examined(factories.revised(submission, package))


def signed_in(client: Client, name: str) -> Client:
    client.force_login(getattr(factories, name)())
    return client


def test_two_revisions_are_compared(client: Client) -> None:
    submission = revised()
    address = reverse("compare", args=[submission.pk])

    answer = signed_in(client, "rita").get(address)

    comparison = answer.context["comparison"]
    assert (answer.context["before"].number, answer.context["after"].number) == (1, 2)
    assert [each.address.rpartition("/")[2] for each in comparison.files.shown] == [
        "web.yaml",
        "values.yaml",
    ]
    assert {each.name: (each.before is None, each.after is None) for each in comparison.images} == {
        "docker.io/library/postgres": (False, True),
        "docker.io/library/pg": (True, False),
        "busybox": (False, True),
    }
    page = answer.content.decode()
    assert (comparison.values.drawn.added, comparison.values.drawn.removed) == (1, 1)
    assert "Asked again" in page
    assert "Carried over" in page


def test_the_review_page_says_what_changed_and_marks_what_is_new(client: Client) -> None:
    submission = revised()

    page = signed_in(client, "rita").get(reverse("review", args=[submission.pk])).content.decode()

    assert "Since rev 1, which you reviewed:" in page
    assert f'href="{reverse("compare", args=[submission.pk])}?from=1&amp;to=2"' in page
    assert '<span class="badge is-accent">' in page


def test_partners_see_no_decisions_before_the_verdict(client: Client) -> None:
    submission = revised()
    signed_in(client, "petra")

    findings = client.get(reverse("submission", args=[submission.pk])).content.decode()
    page = client.get(reverse("compare", args=[submission.pk])).content.decode()

    assert "Since rev 1:" in findings
    assert "carried over" not in findings
    assert "Asked again" not in page


def test_a_file_is_shown_as_a_diff(client: Client) -> None:
    submission = revised()
    address = reverse("compare", args=[submission.pk])
    changed = "harbour/package/harbour-1.4.0.tgz!/harbour/templates/web.yaml"

    answer = signed_in(client, "rita").get(address, {"file": changed, "view": "unified"})

    chosen = answer.context["comparison"].chosen
    assert chosen.address == changed
    assert (chosen.drawn.added, chosen.drawn.removed) == (1, 1)
    assert 'table class="rows is-unified"' in answer.content.decode()


def test_what_cannot_be_compared_is_said(client: Client) -> None:
    submission = factories.in_review()
    signed_in(client, "rita")
    address = reverse("compare", args=[submission.pk])

    assert "Nothing to compare" in client.get(address).content.decode()
    assert client.get(address, {"from": "7"}).status_code == 404
    assert Client().get(address).status_code == 302


def test_without_the_upload_findings_are_still_compared(client: Client) -> None:
    submission = revised()
    submission.revisions.filter(number=1).update(purged_at=submission.submitted_at)

    page = signed_in(client, "rita").get(reverse("compare", args=[submission.pk]))

    assert page.context["comparison"].files is None
    assert "The files cannot be compared" in page.content.decode()
