"""The partner's forms: submit, upload a corrected package, withdraw."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from reviews import storage
from reviews.actions import submitting
from reviews.demo_package import demo_package, demo_package_with_images
from reviews.models import Submission
from reviews.pipeline.core.policy import Limits
from tests import factories

pytestmark = pytest.mark.django_db


def _form(content: bytes | None = None, **given: object) -> dict[str, object]:
    package = demo_package() if content is None else content
    return {
        "organisation": factories.organisation().pk,
        "service": "harbour",
        "version": "1.4.0",
        "file": SimpleUploadedFile("harbour-1.4.0.zip", package),
        "note": "Please be quick.",
        **given,
    }


def _wrongs(page: bytes) -> list[str]:
    """Every complaint that the page shows."""
    return re.findall(
        r'class="(?:wrong|notice is-error)"[^>]*>\s*<svg.*?</svg>\s*<(?:span|div)>(?:<p>)?([^<]*)',
        page.decode(),
        re.DOTALL,
    )


def test_a_package_is_submitted_and_one_is_led_to_it(client: Client) -> None:
    client.force_login(factories.petra())

    answer = client.post(reverse("new-submission"), _form())

    submission = Submission.objects.get()
    assert answer.headers["Location"] == reverse("submission", args=[submission.pk])
    assert (str(submission), submission.state) == ("harbour 1.4.0", "received")
    assert submission.current is not None
    assert submission.current.note == "Please be quick."
    page = client.get(answer.headers["Location"]).content.decode()
    assert "The package has arrived and is being examined." in page
    assert "You are number 1 in the queue." in page


def test_the_demo_package_is_submitted_like_any_other(client: Client) -> None:
    factories.person("petra", member_of="Zenith")
    client.force_login(factories.petra())

    answer = client.post(reverse("demo-package"))

    submission = Submission.objects.get()
    assert answer.headers["Location"] == reverse("submission", args=[submission.pk])
    assert (str(submission), submission.state, submission.organisation.name) == (
        "harbour 1.4.0",
        "received",
        "Acme",
    )
    assert submission.current is not None
    assert (
        storage.local_path(submission.current.original).read_bytes() == demo_package_with_images()
    )


def test_the_demo_package_is_taken_once_until_it_is_withdrawn(client: Client) -> None:
    client.force_login(factories.petra())
    client.post(reverse("demo-package"))

    page = client.post(reverse("demo-package"), follow=True).content.decode()

    assert "harbour 1.4.0 was submitted already: upload a new revision there." in page
    assert Submission.objects.count() == 1
    submitting.withdraw(by=factories.petra(), submission=Submission.objects.get())
    client.post(reverse("demo-package"))
    assert Submission.objects.count() == 2


def test_only_members_of_an_organisation_submit_the_demo_package(client: Client) -> None:
    client.force_login(factories.rita())

    page = client.post(reverse("demo-package"), follow=True).content.decode()

    assert "Only members of an organisation submit packages." in page
    assert not Submission.objects.exists()


def test_a_script_that_uploads_is_given_the_submission_is(client: Client) -> None:
    client.force_login(factories.petra())

    answer = client.post(
        reverse("new-submission"), _form(), headers={"X-Requested-With": "XMLHttpRequest"}
    )

    assert answer.status_code == 201
    assert answer.json() == {"address": reverse("submission", args=[Submission.objects.get().pk])}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            {"service": "", "content": b"no archive"},
            (
                "Give the service and the version: they cannot be read from the file. The"
                " content is neither zip, tgz nor tar. Check that the right file was uploaded and"
                " that nothing comes before the archive, then pack it again as a zip."
            ),
        ),
        (
            {"service": "-etcd"},
            (
                "Give the service a name of at most 100 letters, digits, spaces and . _ - that"
                " begins and ends with a letter or digit."
            ),
        ),
        (
            {"version": "1 or 2"},
            "Give a version such as 6.7.0, of at most 100 letters, digits and . + _ - signs.",
        ),
        ({"file": ""}, "This field is required."),
        ({"content": b""}, "The submitted file is empty."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    given: dict[str, object], complaint: str, client: Client
) -> None:
    client.force_login(factories.petra())

    answer = client.post(reverse("new-submission"), _form(**given))  # type: ignore[arg-type]

    assert answer.status_code == 422
    assert _wrongs(answer.content) == [complaint]
    assert "Please be quick." in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_package_that_is_too_large_is_refused_with_the_limit(
    client: Client, settings: Settings
) -> None:
    settings.PORTAL_LIMITS = Limits(upload_bytes=10)
    client.force_login(factories.petra())

    answer = client.post(reverse("new-submission"), _form())

    assert _wrongs(answer.content) == [
        "The package is larger than 10 bytes, the most that is taken."
    ]


def test_the_same_version_twice_is_refused_at_the_version(client: Client) -> None:
    factories.submitted()
    client.force_login(factories.petra())

    answer = client.post(reverse("new-submission"), _form())

    assert _wrongs(answer.content) == [
        "harbour 1.4.0 was submitted already: upload a new revision there."
    ]


def test_nobody_submits_for_an_organisation_of_others(client: Client) -> None:
    client.force_login(factories.paul())

    answer = client.post(reverse("new-submission"), _form())

    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_a_known_service_can_be_chosen_and_given_by_the_address(client: Client) -> None:
    factories.submitted()
    client.force_login(factories.petra())

    page = client.get(reverse("new-submission") + "?service=harbour").content.decode()

    assert '<option value="harbour"></option>' in page
    assert 'name="service" id="id_service" value="harbour"' in page


def test_a_corrected_package_becomes_the_next_revision(client: Client) -> None:
    submission = factories.refused()
    client.force_login(factories.petra())

    answer = client.post(
        reverse("revise", args=[submission.pk]),
        {"file": SimpleUploadedFile("better.zip", demo_package()), "note": ""},
    )

    assert answer.headers["Location"] == reverse("submission", args=[submission.pk])
    now = factories.again(submission)
    assert now.current is not None
    assert (now.state, now.current.number, now.current.file_name) == ("received", 2, "better.zip")


def test_where_no_revision_can_be_uploaded_the_reason_stands_instead_of_the_form(
    client: Client,
) -> None:
    submission = factories.rejected()
    client.force_login(factories.petra())

    page = client.get(reverse("revise", args=[submission.pk])).content.decode()

    assert "Its state is “rejected”." in page
    assert 'type="file"' not in page


def test_a_submission_is_withdrawn_with_a_word_why(client: Client) -> None:
    submission = factories.in_review()
    client.force_login(factories.petra())

    client.post(reverse("withdraw", args=[submission.pk]), {"comment": "Wrong file."})

    assert factories.again(submission).state == "withdrawn"
    page = client.get(reverse("submission", args=[submission.pk])).content.decode()
    assert "The submission was withdrawn." in page
    assert "Wrong file." in page


def test_what_is_released_is_not_withdrawn(client: Client) -> None:
    submission = factories.released()
    client.force_login(factories.petra())

    answer = client.post(reverse("withdraw", args=[submission.pk]), {})

    assert answer.status_code == 422
    assert "Its state is “released”." in answer.content.decode()
    assert factories.again(submission).state == "released"
