"""The page of a release: where its images are, said first, and what administrators decide."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import Event, Publication, PublishedImage, Submission
from reviews.models.run import MOST_ATTEMPTS
from reviews.pipeline.core.messages import _
from tests import factories
from tests import publishing as shipped

pytestmark = pytest.mark.django_db
SWR = "swr.cn-east-3.myhuaweicloud.com"


def _page(client: Client, by: User, name: str, submission: Submission) -> str:
    client.force_login(by)
    answer = client.get(reverse(name, args=[submission.pk]))
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", html.unescape(answer.content.decode()))
    return re.sub(r"\s+", " ", text)


def _read_from_a_registry(submission: Submission) -> None:
    """As if the images had been read back from the registry, this afternoon."""
    read_at = timezone.now().replace(hour=14, minute=3)
    Publication.objects.filter(release__revision=submission.current).update(
        place="registry", address=f"https://{SWR}", read_at=read_at
    )


def test_of_the_local_store_it_says_that_images_are_still_to_be_copied(client: Client) -> None:
    submission = factories.published(shipped.proven())

    page = _page(client, factories.petra(), "submission", submission)
    copying = _page(client, factories.rita(), "release", submission)

    assert f"Released In the local image store, still to be copied to {SWR}." in page
    assert f"in the local image store, still to be copied to {SWR}. " in page
    assert "skopeo" not in _page(client, factories.petra(), "release", submission)
    web = f"{SWR}/osc-opensource/web:1.4.0"
    assert re.search(rf"skopeo copy --all --format v2s2 oci:\S+:{web} docker://{web} ", copying)


def test_of_a_registry_it_says_when_it_was_read_back(client: Client) -> None:
    submission = factories.published(shipped.proven())
    _read_from_a_registry(submission)

    page = _page(client, factories.petra(), "submission", submission)
    lines = _page(client, factories.petra(), "release", submission)

    words = f"pushed to {SWR} and read back at 14:03: 4 images, 2 architectures."
    assert words in page
    assert f"docker pull {SWR}/osc-opensource/web:1.4.0" in lines


def test_each_address_is_shown_with_what_is_there_for_each_architecture(client: Client) -> None:
    submission = factories.published(shipped.proven(without="worker-1.4.0-aarch64.tar"))

    page = _page(client, factories.petra(), "release", submission)

    worker = PublishedImage.objects.get(
        reference__endswith="worker:1.4.0", architecture="x86_64", outcome="pushed"
    )
    assert f"{SWR}/osc-opensource/worker:1.4.0" in page
    assert f"pushed {worker.digest[:19]} ·" in page
    assert "missing" in page


def test_while_it_is_published_the_bytes_are_shown_and_nothing_is_out(client: Client) -> None:
    submission = shipped.proven()
    Publication.objects.update(bytes_done=32 * 2**30 // 10, bytes_total=10 * 2**30)

    page = _page(client, factories.petra(), "submission", submission)
    client.force_login(factories.petra())
    archive = client.get(reverse("download", args=[submission.pk, 1, "released"]))
    asked = client.get(reverse("progress", args=[submission.pk]), {"seen": "findings"})

    assert "3.2 of 10 GB" in page
    assert "Its images are being published, and read back then." in page
    assert archive.status_code == 404
    assert "3.2 of 10 GB" in asked.content.decode()
    assert asked.status_code == 200


def test_what_stopped_says_why_and_is_waited_for_no_more(client: Client) -> None:
    submission = shipped.proven()
    Publication.objects.update(
        attempts=MOST_ATTEMPTS, trouble=_("The registry does not answer.").dump()
    )

    page = _page(client, factories.petra(), "submission", submission)

    assert "Approved, but its images are not published The registry does not answer." in page
    assert client.get(reverse("progress", args=[submission.pk])).status_code == 286


def test_a_release_from_before_publishing_says_so(client: Client) -> None:
    submission = factories.released()
    Publication.objects.all().delete()

    page = _page(client, factories.petra(), "submission", submission)

    assert "Released before the portal published images: where they are is not known." in page
    assert "Download the released package" in page


def test_a_suspended_version_says_so_first_and_is_still_there(client: Client) -> None:
    submission = factories.suspended()

    page = _page(client, factories.petra(), "submission", submission)
    archive = client.get(reverse("download", args=[submission.pk, 1, "released"]))

    assert page.index("This version is suspended It deletes data.") < page.index(
        "Released No image"
    )
    assert archive.status_code == 200
    archive.close()


def test_an_administrator_suspends_and_resumes_with_a_reason(client: Client) -> None:
    submission = factories.released()
    client.force_login(factories.ada())

    client.post(reverse("suspend", args=[submission.pk]), {"comment": ""})
    assert factories.again(submission).state == "released"
    client.post(reverse("suspend", args=[submission.pk]), {"comment": "It deletes data."})
    assert factories.again(submission).state == "suspended"
    client.post(reverse("resume", args=[submission.pk]), {"comment": "It does not."})

    assert factories.again(submission).state == "released"
    events = Event.objects.filter(submission=submission, verb__in=("suspend", "resume"))
    assert [(str(each.by), each.verb, each.detail) for each in events] == [
        ("ada", "suspend", {"comment": "It deletes data."}),
        ("ada", "resume", {"comment": "It does not."}),
    ]


def test_the_decisions_are_sent_with_the_token_of_their_form() -> None:
    submission = factories.released()
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(factories.ada())

    page = careful.get(reverse("submission", args=[submission.pk])).content.decode()
    form = page[page.index("release-controls") :]
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[0]
    careful.post(
        reverse("suspend", args=[submission.pk]),
        {"comment": "It deletes data.", "csrfmiddlewaretoken": token},
    )

    assert factories.again(submission).state == "suspended"


@pytest.mark.parametrize("who", ["petra", "paul", "rita", "robin"])
@pytest.mark.parametrize("verb", ["suspend", "resume", "reconsider", "publish-again"])
def test_nobody_but_an_administrator_decides_about_a_release(
    client: Client, who: str, verb: str
) -> None:
    submission = factories.suspended() if verb == "resume" else factories.released()
    state = submission.state
    person: Callable[[], User] = getattr(factories, who)
    client.force_login(person())

    answer = client.post(reverse(verb, args=[submission.pk]), {"comment": "I want to."})
    page = client.get(reverse("submission", args=[submission.pk]))

    assert answer.status_code == (404 if who == "paul" else 302)
    assert factories.again(submission).state == state
    assert b'name="comment" id="release-reason"' not in page.content


@pytest.mark.parametrize(
    ("artifact", "name"),
    [
        ("lock", "harbour-1.4.0-images.lock.json"),
        ("bill", "harbour-1.4.0.cdx.json"),
        ("chart", "harbour-1.4.0.tgz"),
    ],
)
def test_the_documents_of_a_release_are_downloaded(
    client: Client, artifact: str, name: str
) -> None:
    submission = factories.published(shipped.proven())
    client.force_login(factories.petra())

    answer: Any = client.get(reverse("download", args=[submission.pk, 1, artifact]))

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert len(b"".join(answer.streaming_content)) == int(answer.headers["Content-Length"])
    client.force_login(factories.paul())
    assert client.get(reverse("download", args=[submission.pk, 1, artifact])).status_code == 404
