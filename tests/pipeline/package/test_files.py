"""What people see of the files of an upload."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from reviews.demo_package import demo_package
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.core.refusal import PackageRefused
from reviews.pipeline.package.files import PackageFile, list_files

CHART = "harbour/package/harbour-1.4.0.tgz!/harbour/"


def _listed(upload: bytes, folder: Path) -> dict[str, PackageFile]:
    path = folder / "harbour-1.4.0.zip"
    path.write_bytes(upload)
    return {each.address: each for each in list_files(path, Limits())}


def test_the_files_inside_of_the_deploy_package_are_among_them(tmp_path: Path) -> None:
    found = _listed(demo_package(), tmp_path)

    assert list(found) == [
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
    chart = found[CHART + "Chart.yaml"]
    assert chart.content is not None
    assert chart.content.startswith(b"apiVersion: v2\nname: harbour\n")
    assert (chart.size, chart.is_archive) == (len(chart.content), False)


def test_image_archives_are_listed_and_never_read(tmp_path: Path) -> None:
    path = tmp_path / "harbour-1.4.0.zip"
    path.write_bytes(demo_package())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("harbour/images/x86_64/web.tar", b"layers")

    found = {each.address: each for each in list_files(path, Limits())}

    image = found["harbour/images/x86_64/web.tar"]
    assert (image.content, image.size, image.is_archive) == (None, 6, True)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageRefused):
        _listed(b"no archive", tmp_path)
