"""How far an examination is: its steps, and the reading of archives by bytes."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from reviews.jobs.image_archives import IMAGE_ARCHIVES
from reviews.jobs.runner import begin
from reviews.models import Inspection, Submission
from reviews.models.run import MOST_ATTEMPTS
from reviews.views.stages import in_bytes, part_of
from tests import factories
from tests.shipping import shipping_package

pytestmark = pytest.mark.django_db
GIB = 2**30
DONE = int(3.2 * GIB) + 1  # 32 of 100 whole parts


@pytest.fixture
def petra(client: Client) -> Client:
    client.force_login(factories.petra())
    return client


def _shipping() -> Submission:
    return factories.in_review(shipping_package())


def _half_read(submission: Submission) -> None:
    inspection = Inspection.objects.get(revision=submission.current)
    assert begin(IMAGE_ARCHIVES, inspection.pk) is not None
    Inspection.objects.update(bytes_done=DONE, bytes_total=10 * GIB)


def _page(client: Client, name: str, submission: Submission) -> str:
    answer = client.get(reverse(name, args=[submission.pk]))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def _ask(client: Client, submission: Submission, **query: str) -> Any:
    return client.get(reverse("progress", args=[submission.pk]), query)


@pytest.mark.parametrize(
    ("done", "total", "words"),
    [
        (0, 10 * GIB, "0 of 10 GB"),
        (int(3.2 * GIB), 10 * GIB, "3.2 of 10 GB"),
        (10 * GIB, 10 * GIB, "10 of 10 GB"),
        (512, 1536, "0.5 of 1.5 KB"),
        (7, 900, "7 of 900 bytes"),
        (0, 0, "0 of 0 bytes"),
    ],
)
def test_bytes_are_shown_in_the_unit_of_the_whole(done: int, total: int, words: str) -> None:
    assert str(part_of(done, total)) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KB"), (2**50, "1024 TB")],
)
def test_a_size_is_shown_in_the_largest_unit_that_it_fills(size: int, words: str) -> None:
    assert in_bytes(size) == words


def test_bytes_are_named_in_chinese() -> None:
    with translation.override("zh-hans"):
        assert [in_bytes(size) for size in (1023, 1024)] == ["1023 字节", "1 KB"]


@pytest.mark.parametrize("name", ["submission", "images", "changes", "files", "history"])
def test_every_page_of_the_partner_shows_the_bar(petra: Client, name: str) -> None:
    submission = _shipping()
    _half_read(submission)

    page = _page(petra, name, submission)

    bar = f'<progress value="{DONE}" max="{10 * GIB}" aria-label="3.2 of 10 GB">'
    assert page.count(bar) == 1
    assert f"?here={name}&seen=findings" in page


def test_the_reviewers_page_shows_the_bar_and_what_it_holds_up(client: Client) -> None:
    client.force_login(factories.rita())
    submission = _shipping()
    _half_read(submission)

    page = _page(client, "review", submission)

    assert 'aria-label="3.2 of 10 GB"' in page
    assert "?here=review&seen=findings" in page
    words = "The image archives are still being read: 32 %."
    assert re.findall(r'id="archives-unread">.*?<span>([^<]*)</span>', page) == [words]
    assert '<button data-approve disabled aria-describedby="archives-unread">' in page


def test_a_package_without_archives_has_no_such_step(petra: Client) -> None:
    assert "archives read" not in _page(petra, "submission", factories.in_review())


def test_when_they_are_read_the_line_shows_what_they_hold(petra: Client) -> None:
    page = _page(petra, "submission", factories.inspected(_shipping()))

    assert '<span class="amount">4 archives with 4 images, 40 KB</span>' in page
    assert "every 2s" not in page


def test_a_page_without_findings_is_drawn_anew_when_there_are_some(petra: Client) -> None:
    submission = _shipping()

    answer = _ask(petra, submission, here="submission")

    assert (answer.status_code, answer.headers["HX-Refresh"]) == (286, "true")


def test_a_page_with_findings_asks_on_while_archives_are_read(petra: Client) -> None:
    submission = _shipping()
    _half_read(submission)

    answer = _ask(petra, submission, here="submission", seen="findings")

    assert answer.status_code == 200
    assert "HX-Refresh" not in answer.headers
    assert 'hx-trigger="every 2s"' in answer.content.decode()
    assert "3.2 of 10 GB" in answer.content.decode()


@pytest.mark.parametrize(
    ("here", "is_drawn_anew"),
    [("submission", True), ("images", True), ("history", False), ("changes", False)],
)
def test_where_somebody_reads_or_writes_a_link_shows_that_there_is_more(
    petra: Client, here: str, is_drawn_anew: bool
) -> None:
    submission = factories.inspected(_shipping())

    answer = _ask(petra, submission, here=here, seen="findings")

    assert answer.status_code == 286
    assert ("HX-Refresh" in answer.headers) is is_drawn_anew
    assert ("There are new results" in answer.content.decode()) is not is_drawn_anew


def test_the_reviewers_checklist_moves_with_the_bar(client: Client) -> None:
    client.force_login(factories.rita())
    submission = _shipping()
    _half_read(submission)

    text = _ask(client, submission, here="review", seen="findings").content.decode()

    assert 'id="archives-unread" hx-swap-oob="true"' in text
    assert "still being read: 32 %" in text
    assert 'id="state"' not in text


def test_a_page_of_another_name_is_no_way_in(petra: Client) -> None:
    answer = _ask(petra, factories.inspected(_shipping()), here="admin:index", seen="findings")

    assert answer.status_code == 286


def test_what_failed_for_good_is_said_and_no_longer_waited_for(petra: Client) -> None:
    submission = _shipping()
    Inspection.objects.update(attempts=MOST_ATTEMPTS)

    page = _page(petra, "submission", submission)

    assert "The portal could not read the image archives" in page
    assert "An internal error, not a fault of the package." in page
    assert 'class="is-stopped"' in page
    assert "every 2s" not in page


def test_what_was_left_off_is_no_longer_waited_for(petra: Client) -> None:
    submission = _shipping()
    Inspection.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    factories.revised(submission)

    answer = petra.get(reverse("submission", args=[submission.pk]), {"rev": "1"})

    assert "every 2s" not in answer.content.decode()
