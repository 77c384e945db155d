"""A file of a stored upload is found by the address that findings give."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from reviews.pipeline.archive.contents import Contents
from reviews.pipeline.core.policy import Limits


def tgz(files: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return output.getvalue()


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    sub_chart = tgz({"db/values.yaml": b"of db\n"})
    chart = tgz({"shop/values.yaml": b"of shop\n", "shop/charts/db.tgz": sub_chart})
    with zipfile.ZipFile(tmp_path / "shop.zip", "w") as archive:
        archive.writestr("shop/package/shop.tgz", chart)
        archive.writestr("shop/images/mapping.yaml", b"images: []\n")
    return Contents(tmp_path / "shop.zip", Limits())


@pytest.mark.parametrize(
    ("address", "content"),
    [
        ("shop/images/mapping.yaml", b"images: []\n"),
        ("shop/package/shop.tgz!/shop/values.yaml", b"of shop\n"),
        ("shop/package/shop.tgz!/shop/charts/db.tgz!/db/values.yaml", b"of db\n"),
        ("shop/package", None),
        ("shop/package/none.tgz!/shop/values.yaml", None),
        ("shop/package/shop.tgz!/shop/none.yaml", None),
        ("none", None),
    ],
)
def test_a_file_is_found_by_its_address(
    contents: Contents, address: str, content: bytes | None
) -> None:
    assert contents.get(address) == content


def test_an_archive_is_opened_once(contents: Contents, tmp_path: Path) -> None:
    contents.get("shop/package/shop.tgz!/shop/values.yaml")
    (tmp_path / "shop.zip").unlink()
    assert contents.get("shop/package/shop.tgz!/shop/values.yaml") == b"of shop\n"


def test_nothing_is_kept_but_what_is_wanted(contents: Contents, tmp_path: Path) -> None:
    chart = "shop/package/shop.tgz"
    wanted = [f"{chart}!/shop/charts/db.tgz!/db/values.yaml", "shop/images/mapping.yaml"]
    few = Contents(tmp_path / "shop.zip", Limits(), wanted)

    assert [few.get(each) for each in wanted] == [contents.get(each) for each in wanted]
    assert few.get(f"{chart}!/shop/values.yaml") is None


def test_a_bare_chart_has_its_files_at_its_own_top(tmp_path: Path) -> None:
    (tmp_path / "shop.tgz").write_bytes(tgz({"shop/values.yaml": b"of shop\n"}))
    contents = Contents(tmp_path / "shop.tgz", Limits())
    assert contents.get("shop/values.yaml") == b"of shop\n"
