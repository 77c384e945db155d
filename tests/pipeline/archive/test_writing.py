"""Writing released archives: the same bytes for the same input, and no byte too many changed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import stat
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.pipeline.archive import writing as pack
from reviews.pipeline.archive import zip_format
from reviews.pipeline.archive.members import Archive, Form, Member
from reviews.pipeline.archive.reading import read_inner, read_upload
from reviews.pipeline.archive.zip_format import Entry
from reviews.pipeline.core.policy import GIB, Limits
from reviews.pipeline.core.refusal import PackageRefused

from .hostile import CHART, VALUES, tgz_of, zip_of
from .hostile.accept import ACCEPTED, LONG

LIMITS = Limits()
CHANGED = b"image:\n  registry: swr.example.com\n"


def archive_of(*members: tuple[str, int, bytes | None], form: Form = Form.TGZ) -> Archive:
    return Archive(
        form,
        "",
        tuple(
            Member(name, content is None, len(content or b""), mode, content)
            for name, mode, content in members
        ),
    )


CHART_ARCHIVE = archive_of(
    ("etcd", 0o755, None),
    ("etcd/Chart.yaml", 0o640, CHART),
    ("etcd/hooks/run.sh", 0o755, b"#!/bin/sh\n"),
    ("etcd/values.yaml", 0o644, VALUES),
)


def content_of(archive: Archive) -> list[tuple[str, int, bytes | None]]:
    return [(member.name, member.mode, member.content) for member in archive.members]


PACKERS = pytest.mark.parametrize("packed", [pack.pack_tgz, pack.pack_zip])


@PACKERS
def test_a_packed_archive_holds_the_same_members_with_the_changed_content(packed: object) -> None:
    assert callable(packed)
    data = packed(CHART_ARCHIVE, {"etcd/values.yaml": CHANGED, "etcd/b": b"2", "etcd/a": b"1"})

    assert content_of(read_inner(data, "", LIMITS)) == [
        ("etcd", 0o755, None),
        ("etcd/Chart.yaml", 0o640, CHART),
        ("etcd/hooks/run.sh", 0o755, b"#!/bin/sh\n"),
        ("etcd/values.yaml", 0o644, CHANGED),
        ("etcd/a", 0o644, b"1"),
        ("etcd/b", 0o644, b"2"),
    ]


@PACKERS
@pytest.mark.parametrize(
    ("archive", "changed", "words"),
    [
        (CHART_ARCHIVE, {"etcd": b""}, "etcd is a folder and has no content"),
        (CHART_ARCHIVE, {"../x": b""}, "no archive may have a member called '../x'"),
        (CHART_ARCHIVE, {"": b""}, "no archive may have a member called ''"),
        (
            Archive(Form.ZIP, "", (Member("etcd/image.tar", False, 9, 0o644, None),)),
            {},
            "the content of etcd/image.tar was not read",
        ),
    ],
)
def test_what_cannot_be_packed_is_an_error(
    packed: object, archive: Archive, changed: dict[str, bytes], words: str
) -> None:
    assert callable(packed)
    with pytest.raises(ValueError) as error:
        packed(archive, changed)

    assert str(error.value) == words


def test_a_packed_tgz_bears_no_trace_of_machine_and_hour() -> None:
    data = pack.pack_tgz(CHART_ARCHIVE, {})

    assert data[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    with tarfile.open(fileobj=io.BytesIO(data)) as reader:
        assert {(m.mtime, m.uid, m.gid, m.uname, m.gname) for m in reader} == {
            (315_532_800, 0, 0, "", "")
        }


def test_a_packed_zip_bears_no_trace_of_machine_and_hour() -> None:
    with zipfile.ZipFile(io.BytesIO(pack.pack_zip(CHART_ARCHIVE, {}))) as reader:
        assert reader.testzip() is None
        assert [
            (info.filename, info.date_time, info.external_attr >> 16) for info in reader.infolist()
        ] == [
            ("etcd/", (1980, 1, 1, 0, 0, 0), stat.S_IFDIR | 0o755),
            ("etcd/Chart.yaml", (1980, 1, 1, 0, 0, 0), stat.S_IFREG | 0o640),
            ("etcd/hooks/run.sh", (1980, 1, 1, 0, 0, 0), stat.S_IFREG | 0o755),
            ("etcd/values.yaml", (1980, 1, 1, 0, 0, 0), stat.S_IFREG | 0o644),
        ]


def test_less_compression_makes_the_same_tar() -> None:
    large = archive_of(("etcd/values.yaml", 0o644, b"".join(b"key%d: 1\n" % n for n in range(999))))

    best, fast, none = (pack.pack_tgz(large, {}, level=level) for level in (9, 1, 0))

    assert gzip.decompress(best) == gzip.decompress(fast) == gzip.decompress(none)
    assert max(len(best), len(fast)) < len(none)
    assert best != fast


NAMES = st.lists(
    st.lists(
        st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40),
        min_size=1,
        max_size=5,
    ).map("/".join),
    max_size=6,
)


@given(NAMES, st.binary(max_size=2000), st.sampled_from([0o644, 0o755, 0o600]))
def test_what_is_packed_is_what_is_read(names: list[str], content: bytes, mode: int) -> None:
    archive = archive_of(*((f"{place}/{name}", mode, content) for place, name in enumerate(names)))

    for packed in (pack.pack_tgz, pack.pack_zip):
        data = packed(archive, {})
        assert content_of(read_inner(data, "", LIMITS)) == content_of(archive)
        assert packed(read_inner(data, "", LIMITS), {}) == data


LOAD = """
import json, sys, helm_python
chart = helm_python.Chart.load_archive(sys.stdin.buffer.read())
print(json.dumps([chart.name, chart.values, sorted(file["name"] for file in chart.files)]))
"""


def test_the_real_engine_loads_what_is_packed() -> None:
    """In a process of its own: the engine's runtime must not live in the process of the tests."""
    data = pack.pack_tgz(
        CHART_ARCHIVE, {"etcd/values.yaml": CHANGED, LONG: b"long", "etcd/说明.md": b"hello"}
    )

    engine = subprocess.run(
        [sys.executable, "-c", LOAD], input=data, capture_output=True, check=True
    )

    assert json.loads(engine.stdout) == [
        "etcd",
        {"image": {"registry": "swr.example.com"}},
        sorted(["hooks/run.sh", LONG.removeprefix("etcd/"), "说明.md"]),
    ]


# The service package: copied as it lies, but for the edits.


def service_package(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        package.comment = b"release 7"
        for name, mode, content, method in (
            ("etcd/images/etcd.tar", 0o600, bytes(range(256)) * 40, zipfile.ZIP_STORED),
            ("etcd/package/", 0o755, b"", zipfile.ZIP_STORED),
            ("etcd/package/etcd.tgz", 0o640, tgz_of(("etcd/a", b"b")), zipfile.ZIP_STORED),
            ("etcd/images/mapping.yaml", 0o644, VALUES * 9, zipfile.ZIP_DEFLATED),
        ):
            member = zipfile.ZipInfo(name, (2024, 2, 29, 12, 30, 58))
            member.external_attr = mode << 16
            member.compress_type = method
            member.comment = b"by hand"
            package.writestr(member, content)
    return path


def looked_at(path: Path) -> list[tuple[object, ...]]:
    with zipfile.ZipFile(path) as reader:
        assert reader.testzip() is None
        return [
            (
                i.filename,
                i.date_time,
                i.external_attr >> 16,
                i.compress_type,
                i.comment,
                reader.read(i),
            )
            for i in reader.infolist()
        ]


def test_a_service_package_without_edits_stays_byte_for_byte(tmp_path: Path) -> None:
    source = service_package(tmp_path / "source.zip")

    pack.write_zip(source, {}, tmp_path / "released.zip")

    assert (tmp_path / "released.zip").read_bytes() == source.read_bytes()


def test_an_edit_changes_one_member_and_nothing_else(tmp_path: Path) -> None:
    source = service_package(tmp_path / "source.zip")
    before = looked_at(source)

    pack.write_zip(
        source,
        {"etcd/package/etcd.tgz": b"packed anew", "etcd/new": b"new", "etcd/images/new": b"also"},
        tmp_path / "released.zip",
    )

    after = looked_at(tmp_path / "released.zip")
    assert after == [
        before[0],
        before[1],
        (*before[2][:-1], b"packed anew"),
        before[3],
        ("etcd/images/new", (1980, 1, 1, 0, 0, 0), stat.S_IFREG | 0o644, 8, b"", b"also"),
        ("etcd/new", (1980, 1, 1, 0, 0, 0), stat.S_IFREG | 0o644, 8, b"", b"new"),
    ]
    with zipfile.ZipFile(tmp_path / "released.zip") as reader:
        assert reader.comment == b"release 7"


def test_what_was_read_and_written_is_hashed_on_the_way(tmp_path: Path) -> None:
    source = service_package(tmp_path / "source.zip")
    destination = tmp_path / "released.zip"

    written = pack.write_zip(source, {"etcd/package/etcd.tgz": b"packed anew"}, destination)

    assert written == pack.Written(
        hashlib.sha256(source.read_bytes()).hexdigest(),
        hashlib.sha256(destination.read_bytes()).hexdigest(),
        destination.stat().st_size,
    )


def test_the_size_is_known_before_the_pieces(tmp_path: Path) -> None:
    source = service_package(tmp_path / "source.zip")
    changed = {"etcd/package/etcd.tgz": b"packed anew", "etcd/new": b"new"}
    pack.write_zip(source, changed, tmp_path / "released.zip")

    rewritten = pack.RewrittenZip(source, changed)

    pieces = b"".join(rewritten.pieces())
    assert pieces == (tmp_path / "released.zip").read_bytes()
    assert len(pieces) == rewritten.size


def test_the_table_keeps_its_order_though_members_lie_in_another(tmp_path: Path) -> None:
    source = tmp_path / "source.zip"
    source.write_bytes(zip_of(("b", b"1"), ("a", b"2")))
    with zipfile.ZipFile(source, "a") as archive:
        archive.filelist.reverse()
        archive.comment = b"turned"

    pack.write_zip(source, {"a": b"22"}, tmp_path / "released.zip")

    with zipfile.ZipFile(tmp_path / "released.zip") as reader:
        assert [(each.filename, reader.read(each)) for each in reader.infolist()] == [
            ("a", b"22"),
            ("b", b"1"),
        ]


def test_the_same_edits_make_the_same_package(tmp_path: Path) -> None:
    source = service_package(tmp_path / "source.zip")
    first, second = {"etcd/a": b"1", "etcd/b": b"2"}, {"etcd/b": b"2", "etcd/a": b"1"}

    pack.write_zip(source, first, tmp_path / "first.zip")
    pack.write_zip(source, second, tmp_path / "second.zip")

    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


@pytest.mark.parametrize(
    "accepted", [a for a in ACCEPTED if a.form is Form.ZIP], ids=lambda accepted: accepted.title
)
def test_every_zip_that_is_taken_can_be_released(tmp_path: Path, accepted: object) -> None:
    source = tmp_path / "source.zip"
    source.write_bytes(accepted.build())  # type: ignore[attr-defined]
    names = [name for name, _mode, content in accepted.members if content is not None]  # type: ignore[attr-defined]

    pack.write_zip(source, dict.fromkeys(names[:1], CHANGED), tmp_path / "released.zip")

    released = read_upload(tmp_path / "released.zip", LIMITS, lambda _name: True)
    assert content_of(released) == [
        (name, mode, CHANGED if name in names[:1] else content)
        for name, mode, content in accepted.members  # type: ignore[attr-defined]
    ]


def test_the_source_is_never_written_over(tmp_path: Path) -> None:
    source = service_package(tmp_path / "source.zip")
    before = source.read_bytes()
    (tmp_path / "hard.zip").hardlink_to(source)
    (tmp_path / "soft.zip").symlink_to(source)

    for name in ("source.zip", "hard.zip", "soft.zip"):
        with pytest.raises(ValueError) as error:
            pack.write_zip(source, {}, tmp_path / name)
        assert str(error.value) == "the destination is the source itself"

    assert source.read_bytes() == before


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    source = service_package(tmp_path / "source.zip")
    destination = tmp_path / "released.zip"
    destination.write_bytes(b"an earlier release")

    with pytest.raises(ValueError) as error:
        pack.write_zip(source, {"etcd/package": b"no folder"}, destination)

    assert str(error.value) == "etcd/package is a folder and has no content"
    assert destination.read_bytes() == b"an earlier release"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["released.zip", "source.zip"]


def test_a_source_that_is_no_sound_zip_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "source.zip"
    source.write_bytes(zip_of(("a", b"b"))[:-1])

    with pytest.raises(PackageRefused):
        pack.write_zip(source, {}, tmp_path / "released.zip")

    assert [path.name for path in tmp_path.iterdir()] == ["source.zip"]


def test_bytes_are_written_whole_and_readable_to_others(tmp_path: Path) -> None:
    destination = tmp_path / "values.yaml"
    destination.write_bytes(b"old")

    pack.write_bytes(VALUES, destination)

    assert destination.read_bytes() == VALUES
    assert [path.name for path in tmp_path.iterdir()] == ["values.yaml"]
    (tmp_path / "other").touch()
    assert destination.stat().st_mode == (tmp_path / "other").stat().st_mode


def test_bytes_need_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pack.write_bytes(b"", tmp_path / "nowhere" / "values.yaml")


def test_a_place_behind_four_gigabytes_is_written_in_zip64() -> None:
    far = Entry(name=b"a", external=0, offset=5 * GIB, packed=6 * GIB, size=7 * GIB)
    near = Entry(name=b"b", external=0, extra=b"\x99\x99\x01\x00x", comment=b"c")
    table = zip_format.central_record(far) + zip_format.central_record(near)

    first, end = zip_format.parse_record(table, 0)
    second, _end = zip_format.parse_record(table, end)

    assert (first.offset, first.packed, first.size) == (5 * GIB, 6 * GIB, 7 * GIB)
    assert second == near


def test_more_members_than_sixteen_bits_count_are_written_in_zip64() -> None:
    closing = zip_format.end_records(65_536, 100, 4_000, b"comment")

    wide, narrow = closing[: zip_format.END64.size], closing[-7 - zip_format.END.size : -7]
    assert zip_format.END64.unpack(wide)[6:] == (65_536, 65_536, 4_000, 100)
    assert zip_format.LOCATOR64.unpack(closing[len(wide) : -7 - len(narrow)])[2] == 4_100
    assert zip_format.END.unpack(narrow)[3:] == (0xFFFF, 0xFFFF, 4_000, 100, 7)
