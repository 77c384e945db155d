"""The tab of changes shows what would be released, each finding below its line."""

from __future__ import annotations

import html
import os
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from reviews.demo_package import demo_package
from reviews.models import Event, Submission
from reviews.pipeline.core.policy import Limits
from reviews.queries.review import review_of
from reviews.views.diff_page import DiffPage, Reading, diff_page
from reviews.visibility import INSIDER
from tests import factories
from tests.reviews.spoken import spoken
from tests.shipping import package_with

pytestmark = pytest.mark.django_db

CHART = "harbour/package/harbour-1.4.0.tgz!/harbour"


def page_of(submission: Submission, *, side_by_side: bool = True) -> DiffPage:
    assert submission.current is not None
    return diff_page(review_of(submission.current, INSIDER), Reading(side_by_side, is_whole=True))


def right_side(page: DiffPage, address: str) -> str:
    """The text that stands on the right of a file, all folds open."""
    (file,) = [file for file in page.files if file.address == address]
    rows = "".join(chunk for part in file.parts if part.stretch for chunk in part.stretch.chunks)
    cells = [re.split(r"<td[^>]*>", row) for row in rows.split("<tr")[1:]]
    return "".join(
        html.unescape(re.sub(r'<span class="sign">.*?</span></span>|<[^>]*>', "", cell[4])).strip(
            "\n"
        )
        + "\n"
        for cell in cells
        if cell[3]
    )


def get(client: Client, submission: Submission, asked: str = "") -> str:
    answer = client.get(reverse("changes", args=[submission.pk]) + asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_file_with_most_edits_comes_first() -> None:
    page = page_of(factories.in_review())
    found = {file.address: (file.errors, file.warnings, file.infos) for file in page.files}
    assert list(found)[:2] == [f"{CHART}/values.yaml", f"{CHART}/Chart.yaml"]
    assert found[f"{CHART}/values.yaml"] == (0, 0, 6)
    assert found[f"{CHART}/templates/web.yaml"] == (1, 0, 0)


def test_what_is_no_file_has_its_findings_and_no_lines() -> None:
    page = page_of(factories.in_review())
    (folder,) = [file for file in page.files if file.address == CHART]
    assert [part.stretch for part in folder.parts] == [None]
    assert [here.decided.finding.rule for here in folder.findings] == ["OSC-HELM-017"]


def test_a_finding_at_an_image_archive_needs_nothing_of_it(settings: Settings) -> None:
    settings.PORTAL_LIMITS = Limits(chart_bytes=300_000)
    large = package_with({"web-1.4.0-x86_64.tar": os.urandom(300_001)})
    page = page_of(factories.inspected(factories.in_review(large)))

    (archive,) = [file for file in page.files if file.address.endswith(".tar")]
    assert [part.stretch for part in archive.parts] == [None]


def test_a_unit_stands_once_below_the_last_of_its_neighbouring_lines() -> None:
    values, *_others = page_of(factories.in_review()).files
    below = [
        (
            part.stretch.last if part.stretch else None,
            [len(here.together) for here in part.findings],
        )
        for part in values.parts
        if part.findings
    ]
    assert below == [(6, [2]), (13, [1]), (18, [2]), (25, [1])]


def test_far_parts_of_one_unit_point_to_its_first_place() -> None:
    spread = ("    registry: docker.io\n", "    registry: docker.io\n" + "    # far\n" * 20)
    page = page_of(factories.in_review(demo_package(spread)))
    values = page.files[0]
    units = [(here.unit.key, here.is_lead) for here in values.findings]
    leads = [key for key, is_lead in units if is_lead]
    assert len(leads) == len(set(leads)) == 4
    pointers = [here for here in values.findings if not here.is_lead]
    assert [here.lead for here in pointers] == [
        values.findings[0].decided.anchor,
        values.findings[3].decided.anchor,
    ]


def test_on_the_right_stands_what_is_released() -> None:
    submission = factories.in_review()
    kept = factories.unit_of(submission, "OSC-ANN-001")
    factories.decide(submission, "reject", kept)
    before = page_of(submission)

    assert "swr.cn-east-3.myhuaweicloud.com" in right_side(before, f"{CHART}/values.yaml")
    assert "source: ISV" not in right_side(before, f"{CHART}/Chart.yaml")


def test_a_rejected_edit_is_still_shown_at_its_line() -> None:
    submission = factories.in_review()
    unit = factories.unit_of(submission, "PORTAL-002")
    factories.decide(submission, "reject", unit)

    values, *_others = page_of(submission).files

    found = [here for part in values.parts if part.stretch for here in part.findings]
    assert [here.unit.state.value for here in found] == ["rejected", "open", "open", "open"]
    assert "registry: docker.io\n" in right_side(page_of(submission), values.address)


def test_partners_read_it_without_anything_to_decide(client: Client) -> None:
    submission = factories.in_review()
    client.force_login(factories.petra())

    page = get(client, submission)

    assert 'id="f-0"' in page
    assert "data-decide" not in page
    assert "Apply" not in page


@pytest.mark.parametrize(
    ("asked", "drawn"),
    [("", "is-split"), ("?view=split", "is-split"), ("?view=unified", "is-unified")],
)
def test_the_view_is_as_asked(asked: str, drawn: str, client: Client) -> None:
    submission = factories.in_review()
    client.force_login(factories.petra())
    page = get(client, submission, asked)
    assert set(re.findall(r'class="rows ([\w-]+)"', page)) == {drawn}


def test_the_view_is_remembered(client: Client) -> None:
    submission = factories.in_review()
    client.force_login(factories.petra())
    get(client, submission, "?view=unified")
    assert "is-unified" in get(client, submission)
    get(client, submission, "?view=split")
    assert "is-unified" not in get(client, submission)


LONG = ("# Berths are booked here.\n", "# Berths are booked here.\n" + "# and here\n" * 40)


def test_far_from_changes_and_findings_lines_are_drawn_only_when_asked(client: Client) -> None:
    submission = factories.in_review(demo_package(LONG))
    client.force_login(factories.petra())

    folded, whole = get(client, submission), get(client, submission, "?unfold=all")

    assert re.search(r"Lines \d+ to \d+, unchanged</a>", folded)
    assert 'class="fold"' not in whole
    assert folded.count("# and here") < whole.count("# and here") == 80


def unfolded(
    client: Client, submission: Submission, *asked: tuple[str, str | int]
) -> tuple[int, str]:
    sent: dict[str, str | int] = {"file": f"{CHART}/values.yaml", "first": 12, "last": 41}
    sent |= {"shift": 2, **dict(asked)}
    answer = client.get(reverse("lines", args=[submission.pk]), sent)
    return answer.status_code, answer.content.decode()


def test_folded_lines_are_put_where_they_belong(client: Client) -> None:
    submission = factories.in_review(demo_package(LONG))
    client.force_login(factories.petra())

    status, page = unfolded(client, submission, ("from", 12), ("to", 21), ("suffix", "-2"))

    assert status == 200
    assert re.findall(r'<tr id="([^"]+)"', page) == [f"R{line}-2" for line in range(14, 24)]
    assert re.findall(r'data-first="(\d+)" data-last="(\d+)"', page) == [("22", "41")]


@pytest.mark.parametrize(
    "asked",
    [
        {"from": 0, "to": 21},
        {"from": 12, "to": "x"},
        {"from": 12, "to": 21, "file": f"{CHART}/none.yaml"},
        {"from": 12, "to": 21, "suffix": '"><script>'},
        {"from": 12, "to": 21, "shift": ""},
    ],
)
def test_lines_that_are_not_there_are_not_found(asked: dict[str, Any], client: Client) -> None:
    submission = factories.in_review()
    client.force_login(factories.petra())
    assert unfolded(client, submission, *asked.items())[0] == 404


def test_lines_of_others_are_not_found(client: Client) -> None:
    submission = factories.in_review()
    client.force_login(factories.paul())
    assert unfolded(client, submission, ("from", 1), ("to", 2))[0] == 404


def test_text_of_a_package_is_never_live(client: Client) -> None:
    hostile = ("# built every night", "# <script>alert(1)</script> \u202etxt")
    submission = factories.in_review(demo_package(hostile))
    client.force_login(factories.petra())

    page = get(client, submission)

    assert "<script>alert" not in page
    assert "# &lt;script&gt;alert(1)&lt;/script&gt; " in page
    assert '<span class="hidden-sign">\\u202e</span>txt' in page


def test_a_text_that_fixes_several_findings_stands_at_the_first(client: Client) -> None:
    one = "          image: busybox:1.36\n"
    two = (one, f"{one}        - name: next\n          image: alpine:3.20\n")
    client.force_login(factories.petra())

    page = get(client, factories.in_review(demo_package(two)))

    pastes = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    added = [spoken(each) for each in pastes if "repository: busybox" in spoken(each)]
    assert len(added) == 1
    assert "repository: alpine" in added[0]
    pointers = re.findall(r'<a href="#(f-\d+)">The text to paste fixes 2 findings', page)
    assert len(pointers) == 1
    assert page.index(f'id="{pointers[0]}"') < page.index("The text to paste fixes")


def test_an_unexamined_revision_has_no_changes(client: Client) -> None:
    submission = factories.refused()
    client.force_login(factories.petra())
    assert 'class="diff"' not in get(client, submission)


def test_looking_is_in_the_log(client: Client) -> None:
    submission = factories.in_review()
    client.force_login(factories.petra())
    get(client, submission)
    assert [each.by for each in Event.objects.filter(verb="view")] == [factories.petra()]
