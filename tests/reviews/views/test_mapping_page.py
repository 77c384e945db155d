"""The proposed mapping on the pages: its text after the decisions, and when it can be decided."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Submission
from reviews.pipeline.report.fingerprints import MAPPING_UNIT
from tests import factories
from tests.shipping import shipping_package

pytestmark = pytest.mark.django_db
MAPPING = "harbour/images/mapping.yaml"


@pytest.fixture
def rita(client: Client) -> Client:
    client.force_login(factories.rita())
    return client


def _shipping() -> Submission:
    return factories.inspected(factories.in_review(shipping_package()))


def _page(client: Client, name: str, submission: Submission) -> str:
    asked = {"at": _anchor(submission, MAPPING_UNIT)} if name == "review" else {}
    answer = client.get(reverse(name, args=[submission.pk]), asked)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def _form(page: str) -> str:
    """What can be done about the mapping."""
    (form,) = (
        each
        for each in re.findall(r"<form.*?</form>", page, re.DOTALL)
        if f'value="{MAPPING_UNIT}"' in each and "data-decide" in each
    )
    return str(form)


def _others(submission: Submission) -> list[str]:
    assert submission.current is not None
    with_edits = submission.current.findings.filter(has_edit=True).exclude(unit=MAPPING_UNIT)
    return sorted(set(with_edits.values_list("unit", flat=True)))


def test_it_is_grey_with_the_words_while_other_edits_are_open(rita: Client) -> None:
    submission = _shipping()

    page = _page(rita, "review", submission)

    count = len(_others(submission))
    assert (
        f"Decide the other rewrites first ({count} are open): the text of the mapping follows"
        " from them."
    ) in page
    buttons = re.findall(r"<button[^>]*>", _form(page))
    assert [" disabled " in each for each in buttons] == [True, True, False]
    assert 'value="comment"' in buttons[-1]


def test_then_it_can_be_decided(rita: Client) -> None:
    submission = _shipping()
    factories.decide(submission, "approve", *_others(submission))

    page = _page(rita, "review", submission)
    rita.post(
        reverse("decide", args=[submission.pk]),
        {"revision": 1, "verb": "approve", "units": [MAPPING_UNIT]},
    )

    assert "Decide the other rewrites first" not in page
    assert " disabled " not in _form(page)
    assert submission.current is not None
    decided = submission.current.findings.filter(unit=MAPPING_UNIT)
    assert set(decided.values_list("state", flat=True)) == {"approved"}


def test_too_early_it_is_refused_with_the_same_words(rita: Client) -> None:
    submission = _shipping()

    answer = rita.post(
        reverse("decide", args=[submission.pk]),
        {"revision": 1, "verb": "approve", "units": [MAPPING_UNIT]},
    )

    assert answer.status_code == 422
    assert "Decide the other rewrites first" in answer.content.decode()


@pytest.mark.parametrize("name", ["submission", "changes", "review"])
def test_every_page_shows_the_text_that_follows_from_the_decisions(
    client: Client, name: str
) -> None:
    client.force_login(factories.rita())
    submission = _shipping()
    before = _page(client, name, submission)
    assert submission.current is not None
    others = submission.current.findings.filter(rule="PORTAL-002").exclude(line=13)
    for unit in set(others.values_list("unit", flat=True)):
        factories.decide(submission, "reject", unit)

    after = _page(client, name, submission)

    postgres, worker = "postgres-16.4-x86_64.tar", "worker-1.4.0-x86_64.tar"
    assert (before.count(f"x86_64: {postgres}"), after.count(f"x86_64: {postgres}")) in {
        (1, 0),
        (0, 0),  # a card shows the first lines only
    }
    assert f"x86_64: {worker}" in re.sub(r"<[^>]*>", "", after)


def test_of_a_new_file_the_diff_says_so_and_links_nowhere(rita: Client) -> None:
    page = _page(rita, "changes", _shipping())

    (head,) = re.findall(rf'<strong title="{MAPPING}" translate="no">(.*?)</h2>', page, re.DOTALL)
    assert "new file" in head
    assert f"file={MAPPING}" not in head


def test_a_file_that_should_be_there_is_said_to_be_missing(rita: Client) -> None:
    submission = _shipping()

    answer = rita.get(reverse("files", args=[submission.pk]), {"file": MAPPING})

    assert answer.status_code == 404
    assert "There is no such file in the package." in answer.content.decode()


def test_the_mapping_is_downloaded_as_text(rita: Client) -> None:
    submission = _shipping()

    answer = rita.get(reverse("download", args=[submission.pk, 1, "mapping"]))

    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"instance:\n- image: ")
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["Content-Type"] == "text/yaml"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mapping.yaml"'


def test_when_all_entries_fall_nothing_is_left_and_it_can_still_be_decided(rita: Client) -> None:
    submission = _shipping()
    factories.decide(submission, "reject", *_others(submission))

    page = _page(rita, "review", submission)
    answer = rita.get(reverse("download", args=[submission.pk, 1, "mapping"]))
    factories.decide(submission, "approve", MAPPING_UNIT)
    release = factories.approve(factories.decided(submission), confirmed=True)

    assert "It is empty" in page
    assert answer.status_code == 404
    assert release.edits == []


def test_a_group_is_decided_without_the_mapping_as_long_as_that_has_to_wait(rita: Client) -> None:
    submission = _shipping()
    address = reverse("ask", args=[submission.pk])

    def asked(section: str) -> list[str]:
        page = rita.post(address, {"verb": "approve", "sections": section}).content.decode()
        return re.findall(r'name="units" value="([^"]*)"', page)

    assert MAPPING_UNIT not in asked("rewrites")
    assert MAPPING_UNIT in asked("all")
    factories.decide(submission, "approve", *_others(submission))
    assert asked("rewrites") == [MAPPING_UNIT]


def test_who_goes_on_is_led_to_what_can_be_decided(rita: Client) -> None:
    submission = _shipping()
    mapping = _anchor(submission, MAPPING_UNIT)
    *first, last = _others(submission)

    steps = [_go_on(rita, submission, unit) for unit in [*first, last]]

    assert mapping not in steps[:-1]
    assert submission.current is not None
    factories.decide(submission, "reject", *_without_edits(submission))
    factories.decide(submission, "undo", last)
    assert _go_on(rita, submission, last) == mapping


def _without_edits(submission: Submission) -> list[str]:
    assert submission.current is not None
    found = submission.current.findings.filter(has_edit=False)
    return sorted(set(found.values_list("unit", flat=True)))


def _go_on(client: Client, submission: Submission, unit: str) -> str:
    answer = client.post(
        reverse("decide", args=[submission.pk]),
        {"revision": 1, "verb": "approve", "units": [unit], "then": "next"},
    )
    return str(answer["Location"].partition("#")[2])


def _anchor(submission: Submission, unit: str) -> str:
    assert submission.current is not None
    found = submission.current.findings.filter(unit=unit).order_by("position")
    return f"f-{found.values_list('position', flat=True)[0]}"
