"""What people see of the files of an upload."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from pathlib import Path
from zipfile import ZIP_STORED

import pytest

from reviews.demo_package import demo_package
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.core.refusal import PackageRefused
from reviews.pipeline.package.files import PackageFile, list_files, read_file
from tests.pipeline.archive.hostile import tgz_of, zip_of

CHART_FILE = b"apiVersion: v2\nname: etcd\nversion: 1.0.0\n"
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
    content = read_file(tmp_path / "harbour-1.4.0.zip", Limits(), chart.address, 1 << 20)
    assert content is not None
    assert content.startswith(b"apiVersion: v2\nname: harbour\n")
    assert (chart.size, chart.is_archive) == (len(content), False)


def test_only_the_beginning_is_read_where_no_more_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "harbour-1.4.0.zip"
    path.write_bytes(demo_package())

    assert read_file(path, Limits(), CHART + "Chart.yaml", 10) == b"apiVersion"
    assert read_file(path, Limits(), "harbour/package/harbour-1.4.0.tgz", 2) == b"\x1f\x8b"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "none",
        "harbour",
        "harbour/package/none.tgz!/harbour/Chart.yaml",
        CHART + "none.yaml",
        CHART + "templates",
    ],
)
def test_what_is_not_there_is_none(address: str, tmp_path: Path) -> None:
    path = tmp_path / "harbour-1.4.0.zip"
    path.write_bytes(demo_package())

    assert read_file(path, Limits(), address, 10) is None


def _chart(name: str, content: bytes) -> bytes:
    return tgz_of((f"{name}/Chart.yaml", CHART_FILE), (f"{name}/a.txt", content))


@pytest.mark.parametrize("form", ["bare", "holder", "wrapped", "sub-chart", "folder"])
def test_files_are_listed_and_read_however_the_package_is_packed(form: str, tmp_path: Path) -> None:
    path, chart = tmp_path / "upload.zip", _chart("etcd", b"here")
    match form:
        case "bare":
            path.write_bytes(chart)
            address = "etcd/a.txt"
        case "holder":
            path.write_bytes(zip_of(("etcd.tgz", chart)))
            address = "etcd.tgz!/etcd/a.txt"
        case "wrapped":
            path.write_bytes(zip_of(("etcd/package/etcd.zip", zip_of(("etcd.tgz", chart)))))
            address = "etcd/package/etcd.zip!/etcd.tgz!/etcd/a.txt"
        case "sub-chart":
            outer = tgz_of(("app/Chart.yaml", CHART_FILE), ("app/charts/etcd.tgz", chart))
            path.write_bytes(zip_of(("app/package/app.tgz", outer)))
            address = "app/package/app.tgz!/app/charts/etcd.tgz!/etcd/a.txt"
        case _:
            path.mkdir()
            (path / "Chart.yaml").write_bytes(CHART_FILE)
            (path / "a.txt").write_bytes(b"here")
            address = "upload.zip/a.txt"

    listed = [each.address for each in list_files(path, Limits())]
    assert (address in listed) == (form != "sub-chart")
    assert read_file(path, Limits(), address, 10) == b"here"


def test_an_operator_that_only_its_content_shows_is_listed(tmp_path: Path) -> None:
    csv = b"kind: ClusterServiceVersion\n"
    path = tmp_path / "upload.zip"
    path.write_bytes(zip_of(("demo/package/demo.zip", zip_of(("demo/odd.yaml", csv)))))

    assert [each.address for each in list_files(path, Limits())] == [
        "demo/package/demo.zip",
        "demo/package/demo.zip!/demo/odd.yaml",
    ]


def test_many_megabytes_are_listed_and_read_within_few(tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    noise = os.urandom(4 << 20)
    files = [("etcd/Chart.yaml", CHART_FILE), *((f"etcd/{n}", noise) for n in range(6))]
    path.write_bytes(zip_of(("etcd/package/etcd.tgz", tgz_of(*files)), method=ZIP_STORED))

    tracemalloc.start()
    listed = list_files(path, Limits())
    read_file(path, Limits(), "etcd/package/etcd.tgz!/etcd/Chart.yaml", 1 << 20)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(listed) == 8
    assert most < 2 << 20


def test_image_archives_are_listed_and_never_read(tmp_path: Path) -> None:
    path = tmp_path / "harbour-1.4.0.zip"
    path.write_bytes(demo_package())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("harbour/images/x86_64/web.tar", b"layers")

    found = {each.address: each for each in list_files(path, Limits())}

    image = found["harbour/images/x86_64/web.tar"]
    assert (image.size, image.is_archive) == (6, True)
    assert read_file(path, Limits(), image.address, 10) is None


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageRefused):
        _listed(b"no archive", tmp_path)
