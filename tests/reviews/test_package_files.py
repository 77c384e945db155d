"""What people see of the files of an upload."""

from __future__ import annotations

import io
import zipfile

import pytest

from reviews.demo_package import demo_package
from reviews.package_files import file_at, files_of
from reviews.pipeline.refusal import PackageRefused
from tests import factories

pytestmark = pytest.mark.django_db

CHART = "harbour/package/harbour-1.4.0.tgz!/harbour/"


def test_the_files_inside_of_the_deploy_package_are_among_them() -> None:
    revision = factories.submitted().current
    assert revision is not None

    assert [each.address for each in files_of(revision)] == [
        "harbour/package/harbour-1.4.0.tgz",
        *(
            CHART + name
            for name in (
                "Chart.yaml",
                "values.yaml",
                "templates/web.yaml",
                "templates/worker.yaml",
                "templates/database.yaml",
            )
        ),
    ]


def test_a_file_is_found_by_its_address() -> None:
    revision = factories.submitted().current
    assert revision is not None

    found = file_at(revision, CHART + "Chart.yaml")

    assert found is not None
    assert found.content is not None
    assert found.content.startswith(b"apiVersion: v2\nname: harbour\n")
    assert (found.size, found.is_archive) == (len(found.content), False)
    assert file_at(revision, "Chart.yaml") is None


def test_image_archives_are_listed_and_never_read() -> None:
    output = io.BytesIO(demo_package())
    with zipfile.ZipFile(output, "a") as archive:
        archive.writestr("harbour/images/x86_64/web.tar", b"layers")
    revision = factories.submitted(output.getvalue()).current
    assert revision is not None

    found = file_at(revision, "harbour/images/x86_64/web.tar")

    assert found is not None
    assert (found.content, found.size, found.is_archive) == (None, 6, True)


def test_what_cannot_be_read_is_refused() -> None:
    revision = factories.submitted(b"no archive").current
    assert revision is not None

    with pytest.raises(PackageRefused):
        files_of(revision)
