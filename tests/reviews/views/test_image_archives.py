"""The page of images shows what is shipped for what is needed, and how to get the rest."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from reviews import storage
from reviews.demo_package import demo_package
from reviews.models import Submission
from reviews.views.image_archives import ArchiveTable
from tests import factories
from tests.reviews.spoken import spoken
from tests.shipping import EXPORTER, POSTGRES, WEB, WORKER, archive_of, package_with

pytestmark = pytest.mark.django_db

BOTH = ("architecture: x86_64", "architecture: x86_64,aarch64")
FILES = {
    "web-1.4.0-x86_64.tar": archive_of(WEB),
    "web-1.4.0-aarch64.tar": archive_of(WEB, "arm64"),
    "worker-1.4.0-aarch64.tar": archive_of(WORKER),
    "postgres-16.4-x86_64.tar": archive_of(POSTGRES)[:900],
    "exporter-0.9.2-x86_64.tar": archive_of("exporter:0.9.2"),
    "left-over-x86_64.tar": archive_of("docker.io/library/redis:7.2"),
}


@pytest.fixture
def petra(client: Client) -> Client:
    client.force_login(factories.petra())
    return client


def _read() -> Submission:
    package = package_with(FILES, demo_package(BOTH))
    return factories.inspected(factories.in_review(package))


def _table(submission: Submission) -> ArchiveTable:
    assert submission.current is not None
    return ArchiveTable(storage.read_report(submission.current.report))


def _page(client: Client, submission: Submission) -> str:
    answer = client.get(reverse("images", args=[submission.pk]))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page[page.index("<main") :]))


def test_each_image_has_a_cell_for_each_architecture() -> None:
    table = _table(_read())

    found = {
        row.image.original: [
            (cell.supply.state.value, cell.supply.archive) if cell.supply else None
            for cell in row.cells
        ]
        for row in table.rows
    }

    assert [(each.architecture, each.is_declared) for each in table.columns] == [
        ("x86_64", True),
        ("aarch64", True),
    ]
    assert found == {
        POSTGRES: [("unreadable", "postgres-16.4-x86_64.tar"), ("missing", None)],
        WEB: [("shipped", "web-1.4.0-x86_64.tar"), ("shipped", "web-1.4.0-aarch64.tar")],
        WORKER: [
            ("shipped", "worker-1.4.0-aarch64.tar"),
            ("wrong architecture", "worker-1.4.0-aarch64.tar"),
        ],
        EXPORTER: [("shipped", "exporter-0.9.2-x86_64.tar"), ("missing", None)],
    }


def test_the_totals_and_what_nothing_needs() -> None:
    table = _table(_read())

    assert (table.shipped, table.wanted) == (4, 8)
    assert [(each.shipped, each.missing, each.unusable) for each in table.columns] == [
        (3, 0, 1),
        (1, 2, 1),
    ]
    assert [(each.archive.name, each.references) for each in table.idle] == [
        ("left-over-x86_64.tar", ("docker.io/library/redis:7.2",))
    ]


def test_an_archive_of_a_published_version_says_so() -> None:
    table = _table(_read())
    published = replace(
        table.report.images[0], original="docker.io/library/redis:7.2", is_published=True
    )

    again = ArchiveTable(replace(table.report, images=(*table.report.images, published)))

    assert [each.is_published for each in table.idle] == [False]
    assert [each.is_published for each in again.idle] == [True]


def test_the_page_shows_signs_words_and_hashes(petra: Client) -> None:
    submission = _read()

    page = _page(petra, submission)

    plain = _plain(page)
    assert (
        "4 of 8 archives shipped; 1 unusable for x86_64 ;"
        " 2 missing for aarch64 ; 1 unusable for aarch64 ."
    ) in plain
    assert "It holds amd64." in spoken(page)
    assert "matched by a similar name" in plain
    web = next(each for each in _table(submission).rows if each.image.original == WEB).cells[0]
    assert web.archive is not None
    assert f'title="sha256 {web.archive.sha256}">{web.archive.sha256[:12]}<' in page
    assert "One unused archive" in plain


def test_the_lines_to_pull_and_save_can_be_copied_for_each_architecture(petra: Client) -> None:
    page = _page(petra, _read())

    blocks = dict(re.findall(r'<textarea id="lines-(\w+)"[^>]*readonly[^>]*>([^<]*)<', page))
    assert {name: text.splitlines() for name, text in blocks.items()} == {
        "x86_64": [_line(POSTGRES, "amd64", "postgres-16.4")],
        "aarch64": [
            _line(POSTGRES, "arm64", "postgres-16.4"),
            _line(WORKER, "arm64", "worker-1.4.0"),
            _line(EXPORTER, "arm64", "exporter-0.9.2"),
        ],
    }


def _line(image: str, architecture: str, name: str) -> str:
    platform = {"amd64": "x86_64", "arm64": "aarch64"}[architecture]
    return (
        f"docker pull --platform linux/{architecture} {image}"
        f" && docker save -o {name}-{platform}.tar {image}"
    )


def test_while_they_are_read_the_page_says_so(petra: Client) -> None:
    submission = factories.in_review(package_with(FILES, demo_package(BOTH)))

    page = _page(petra, submission)

    assert "The archives are being read" in page
    assert "docker pull" not in page
    assert "every 2s" in page


def test_what_was_left_unread_is_said(petra: Client) -> None:
    submission = factories.in_review(package_with(FILES))
    factories.revised(submission)

    answer = petra.get(reverse("images", args=[submission.pk]) + "?rev=1")

    assert "The archives were not read, so their content is not known." in answer.content.decode()


def test_a_package_without_archives_is_shown_how_to_get_them(petra: Client) -> None:
    page = _page(petra, factories.in_review())

    assert "The package ships none" in page
    assert page.count("docker pull") == 4


def test_the_page_takes_as_many_queries_for_many_archives(
    petra: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few = factories.inspected(factories.in_review(package_with(dict(list(FILES.items())[:1]))))
    many = factories.inspected(factories.in_review(package_with(FILES), version="2"))
    for each in (few, many):
        _page(petra, each)

    for each in (few, many):
        with django_assert_num_queries(13):
            _page(petra, each)
