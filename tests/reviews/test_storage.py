"""Files named for their content, written once, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation

from reviews import storage
from reviews.pipeline.core.messages import _
from reviews.pipeline.core.refusal import PackageRefused
from reviews.storage import Stored
from tests.pipeline.reports import FULL


def _files(store: Path) -> list[Path]:
    return sorted(path.relative_to(store) for path in store.rglob("*") if path.is_file())


def _breaking_off() -> Iterator[bytes]:
    yield b"half"
    raise ConnectionError


def test_content_is_found_under_its_hash(store: Path) -> None:
    sha256 = hashlib.sha256(b"a package").hexdigest()

    stored = storage.keep([b"a ", b"package"], "originals", suffix=".zip")

    assert stored == Stored(f"originals/{sha256[:2]}/{sha256}.zip", sha256, 9)
    assert storage.local_path(stored.name).read_bytes() == b"a package"
    assert _files(store) == [Path(stored.name)]


def test_an_upload_that_breaks_off_leaves_nothing(store: Path) -> None:
    with pytest.raises(ConnectionError):
        storage.keep(_breaking_off(), "originals")

    assert _files(store) == []


def test_what_is_too_large_leaves_nothing(store: Path) -> None:
    with pytest.raises(storage.TooLarge) as large:
        storage.keep([b"12345", b"6"], "originals", limit=5)

    assert large.value.limit == 5
    assert _files(store) == []
    assert storage.keep([b"12345"], "originals", limit=5).size == 5


def test_a_stored_file_is_never_replaced(store: Path) -> None:
    name = storage.keep([b"once"], "originals").name
    before = (store / name).stat()

    again = storage.keep([b"once"], "originals")

    assert again.name == name
    assert (store / name).stat().st_ino == before.st_ino
    assert (store / name).stat().st_mode & 0o222 == 0


def test_a_draft_that_is_kept_is_no_draft_any_more(store: Path) -> None:
    with storage.draft() as path:
        path.write_bytes(b"released")
        stored = storage.keep_file(path, "released", sha256="0a" * 32)

    assert stored == Stored(f"released/0a/{'0a' * 32}", "0a" * 32, 8)
    assert _files(store) == [Path(stored.name)]


def test_when_a_package_is_refused_the_store_is_looked_at_first(store: Path) -> None:
    stored = storage.keep([b"whole"], "originals")
    refused = PackageRefused("OSC-PKG-001", _("It is no archive."))

    with pytest.raises(PackageRefused), storage.verified_on_refusal(stored.name, stored.sha256):
        raise refused
    (store / stored.name).chmod(0o640)
    (store / stored.name).write_bytes(b"holed")
    with pytest.raises(storage.Damaged), storage.verified_on_refusal(stored.name, stored.sha256):
        raise refused


def test_a_damaged_file_is_noticed(store: Path) -> None:
    stored = storage.keep([b"whole"], "originals")
    storage.check(stored.name, stored.sha256)
    (store / stored.name).chmod(0o640)
    (store / stored.name).write_bytes(b"holed")

    with pytest.raises(storage.Damaged):
        storage.check(stored.name, stored.sha256)
    (store / stored.name).unlink()
    with pytest.raises(storage.Damaged):
        storage.check(stored.name, stored.sha256)


def test_a_report_comes_back_as_it_was(store: Path) -> None:
    name = storage.keep_report(FULL)

    assert storage.read_report(name) == FULL
    assert storage.keep_report(FULL) == name
    assert _files(store) == [Path(name)]


def test_no_name_leads_out_of_the_store() -> None:
    with pytest.raises(SuspiciousFileOperation):
        storage.local_path("../../etc/passwd")
