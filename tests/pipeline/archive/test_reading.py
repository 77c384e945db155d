"""Reading untrusted archives: hostile fixtures, folders, limits, and whatever chance writes."""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviews.pipeline.archive import zip_format
from reviews.pipeline.archive.members import Archive, Form, Member, sniff
from reviews.pipeline.archive.reading import read_inner, read_upload, sha256_of
from reviews.pipeline.archive.zip_format import Entry
from reviews.pipeline.core.policy import GIB, MIB, Limits
from reviews.pipeline.core.refusal import PackageRefused

from .hostile import CHART, VALUES, Forged, forge, pax, record, tar_of, tgz, tgz_of, zip_of
from .hostile.accept import ACCEPTED, Accepted
from .hostile.reject import REJECTED, Rejected

LIMITS = Limits()


def all_wanted(_name: str) -> bool:
    return True


def none_wanted(_name: str) -> bool:
    return False


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(data)
    return path


def content_of(archive: Archive) -> tuple[tuple[str, int, bytes | None], ...]:
    return tuple((member.name, member.mode, member.content) for member in archive.members)


@pytest.mark.parametrize("accepted", ACCEPTED, ids=lambda accepted: accepted.title)
def test_an_odd_but_harmless_archive_is_read(tmp_path: Path, accepted: Accepted) -> None:
    archive = read_upload(written(tmp_path, accepted.build()), LIMITS, all_wanted)

    assert (archive.form, archive.where, content_of(archive)) == (
        accepted.form,
        "",
        accepted.members,
    )


@pytest.mark.parametrize("rejected", REJECTED, ids=lambda rejected: rejected.title)
def test_a_hostile_archive_is_refused(tmp_path: Path, rejected: Rejected) -> None:
    with pytest.raises(PackageRefused) as refused:
        read_upload(written(tmp_path, rejected.build()), rejected.limits, all_wanted)

    refusal = (refused.value.code, str(refused.value.words), refused.value.file)
    assert refusal == (rejected.code, rejected.words, rejected.file)
    assert [path.name for path in tmp_path.iterdir()] == ["upload"]


@pytest.mark.parametrize("rejected", REJECTED, ids=lambda rejected: rejected.title)
def test_a_hostile_inner_archive_is_refused_at_its_address(rejected: Rejected) -> None:
    with pytest.raises(PackageRefused) as refused:
        read_inner(rejected.build(), "etcd/package/etcd.zip!/", rejected.limits)

    address = (
        f"etcd/package/etcd.zip!/{rejected.file}" if rejected.file else "etcd/package/etcd.zip"
    )
    refusal = (refused.value.code, str(refused.value.words), refused.value.file)
    assert refusal == (rejected.code, rejected.words, address)


@pytest.mark.parametrize("accepted", ACCEPTED, ids=lambda accepted: accepted.title)
def test_what_is_not_wanted_is_listed_and_not_read(tmp_path: Path, accepted: Accepted) -> None:
    archive = read_upload(written(tmp_path, accepted.build()), LIMITS, none_wanted)

    assert [(member.name, member.size, member.content) for member in archive.members] == [
        (name, len(content or b""), None) for name, _mode, content in accepted.members
    ]


def test_a_zips_damage_is_not_seen_in_what_nobody_reads(tmp_path: Path) -> None:
    path = written(tmp_path, forge(Forged(b"image.tar", data=b"no deflate at all")))

    archive = read_upload(path, LIMITS, none_wanted)

    assert archive.members == (Member("image.tar", False, 7, 0o644, None),)


def test_an_archive_finds_counts_and_addresses_its_members() -> None:
    archive = read_inner(
        tgz_of(("etcd/", b""), ("etcd/Chart.yaml", CHART)), "etcd/package/etcd.tgz!/", LIMITS
    )
    chart = Member("etcd/Chart.yaml", False, len(CHART), 0o640, CHART)

    assert archive.get("etcd/Chart.yaml") == chart
    assert archive.get("etcd/values.yaml") is None
    assert list(archive.files()) == [chart]
    assert archive.total_bytes == len(CHART)
    assert archive.address("etcd/Chart.yaml") == "etcd/package/etcd.tgz!/etcd/Chart.yaml"


def test_a_leading_dot_is_remembered_because_helm_does_not_take_it() -> None:
    archive = read_inner(tgz_of(("./etcd/a", b"b"), ("etcd/c", b"d")), "", LIMITS)

    assert [(member.name, member.dotted) for member in archive.members] == [
        ("etcd/a", True),
        ("etcd/c", False),
    ]


def test_a_form_is_recognised_by_content() -> None:
    heads = [zip_of(), tgz(), tar_of(("a", b"")), b"hello", b"", b"P", b"\x1f"]

    assert [sniff(head) for head in heads] == [Form.ZIP, Form.TGZ, Form.TAR, *[None] * 4]


def test_archives_inside_archives_end_somewhere() -> None:
    with pytest.raises(PackageRefused) as refused:
        read_inner(zip_of(("a", b"b")), "a.zip!/" * 9, LIMITS)

    assert (refused.value.code, str(refused.value.words)) == (
        "OSC-PKG-013",
        "Archives lie inside archives more than 8 levels deep. Pack the package with fewer levels.",
    )


def test_an_archive_inside_a_zip_may_be_larger_than_a_file_that_helm_reads() -> None:
    inner = zip_of(("a", os.urandom(6 * MIB)), method=zipfile.ZIP_STORED)

    archive = read_inner(zip_of(("a.zip", inner)), "", LIMITS)

    assert content_of(archive) == (("a.zip", 0o640, inner),)


def test_an_upload_larger_than_allowed_is_refused_unread(tmp_path: Path) -> None:
    path = written(tmp_path, zip_of(("a", b"b")))

    with pytest.raises(PackageRefused) as refused:
        read_upload(path, Limits(upload_bytes=100), all_wanted)

    assert (refused.value.code, str(refused.value.words), refused.value.file) == (
        "OSC-PKG-013",
        "The package has 103 B; at most 100 B are taken. Remove what it does not need.",
        None,
    )


def test_a_compressed_tar_may_not_unpack_to_more_than_an_upload(tmp_path: Path) -> None:
    path = written(tmp_path, tgz_of(("a", bytes(20_000))))

    with pytest.raises(PackageRefused) as refused:
        read_upload(path, Limits(upload_bytes=5000), none_wanted)

    assert (refused.value.code, str(refused.value.words), refused.value.file) == (
        "OSC-PKG-013",
        "The archive unpacks to more than 4.9 KiB. Remove what the service does not need.",
        None,
    )


def test_a_bomb_costs_little_memory(tmp_path: Path) -> None:
    bomb = tgz(record(b"image.tar", bytes(200 * MIB)))
    path = written(tmp_path, bomb)

    tracemalloc.start()
    try:
        with pytest.raises(PackageRefused):
            read_upload(path, LIMITS, none_wanted)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 2 * MIB


def test_an_image_of_gigabytes_is_listed_without_being_read(tmp_path: Path) -> None:
    """A file with a hole: 5 GiB on paper, some hundred bytes on the disk."""
    path = tmp_path / "upload.zip"
    large = Entry(
        name=b"etcd/images/etcd.tar",
        external=(stat.S_IFREG | 0o644) << 16,
        method=zip_format.STORED,
        packed=5 * GIB,
        size=5 * GIB,
    )
    behind = forge(Forged(b"etcd/images/mapping.yaml", VALUES))
    start = behind.index(zip_format.CENTRAL_MAGIC)
    small, _end = zip_format.parse_record(behind, start)
    with path.open("wb") as file:
        file.write(zip_format.local_header(large))
        file.seek(5 * GIB, io.SEEK_CUR)
        small = replace(small, offset=file.tell())
        file.write(behind[:start])
        table_start = file.tell()
        table = zip_format.central_record(large) + zip_format.central_record(small)
        file.write(table + zip_format.end_records(2, table_start, len(table), b""))

    archive = read_upload(path, LIMITS, lambda name: name.endswith(".yaml"))

    assert archive.members == (
        Member("etcd/images/etcd.tar", False, 5 * GIB, 0o644, None),
        Member("etcd/images/mapping.yaml", False, len(VALUES), 0o644, VALUES),
    )
    with zipfile.ZipFile(path) as reader:
        assert [(info.filename, info.file_size) for info in reader.infolist()] == [
            ("etcd/images/etcd.tar", 5 * GIB),
            ("etcd/images/mapping.yaml", len(VALUES)),
        ]
        assert reader.read("etcd/images/mapping.yaml") == VALUES


def test_a_missing_file_is_the_callers_matter(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_upload(tmp_path / "nothing", LIMITS, all_wanted)


def test_a_pipe_is_no_upload(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(PackageRefused) as refused:
        read_upload(tmp_path / "pipe", LIMITS, all_wanted)

    assert (refused.value.code, str(refused.value.words)) == (
        "OSC-PKG-001",
        "This is neither a file nor a folder. Give a zip, a tgz or the package's folder.",
    )


def test_a_files_sum_is_that_of_its_bytes(tmp_path: Path) -> None:
    expected = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

    assert sha256_of(written(tmp_path, b"hello")) == expected


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "etcd"
    (folder / "templates").mkdir(parents=True)
    (folder / "values.yaml").write_bytes(VALUES)
    (folder / "templates" / "a.yaml").write_bytes(b"kind: A\n")
    for path, mode in ((folder / "values.yaml", 0o600), (folder / "templates" / "a.yaml", 0o755)):
        path.chmod(mode)
    (folder / "templates").chmod(0o755)
    return folder


def test_a_folder_is_read_by_name_beginning_with_its_own(folder: Path) -> None:
    archive = read_upload(folder, LIMITS, all_wanted)

    assert (archive.form, content_of(archive)) == (
        Form.DIRECTORY,
        (
            ("etcd/templates", 0o755, None),
            ("etcd/templates/a.yaml", 0o755, b"kind: A\n"),
            ("etcd/values.yaml", 0o600, VALUES),
        ),
    )


def test_the_current_folder_is_read_by_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)

    archive = read_upload(Path(), LIMITS, none_wanted)

    assert [(member.name, member.size) for member in archive.files()] == [
        ("etcd/templates/a.yaml", 8),
        ("etcd/values.yaml", len(VALUES)),
    ]


NO_FILE = (
    "This is a link, a device or a pipe, not a file. "
    "Put a copy of the file in its place or remove it."
)


def _link_to_file(folder: Path) -> None:
    (folder / "x").symlink_to("/etc/hostname")


def _link_to_folder(folder: Path) -> None:
    (folder / "x").symlink_to("/etc")


def _link_to_nothing(folder: Path) -> None:
    (folder / "x").symlink_to("nothing")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "x")


@pytest.mark.parametrize("place", [_link_to_file, _link_to_folder, _link_to_nothing, _pipe])
def test_a_folder_with_a_link_or_pipe_is_refused(folder: Path, place: object) -> None:
    assert callable(place)
    place(folder)

    with pytest.raises(PackageRefused) as refused:
        read_upload(folder, LIMITS, all_wanted)

    refusal = (refused.value.code, str(refused.value.words), refused.value.file)
    assert refusal == ("OSC-PKG-013", NO_FILE, "etcd/x")


def test_a_folder_is_held_to_the_limits(folder: Path) -> None:
    refusals = []
    for limits in (
        Limits(members=2),
        Limits(upload_bytes=20),
        Limits(chart_bytes=20),
        Limits(chart_file_bytes=20),
    ):
        with pytest.raises(PackageRefused) as refused:
            read_upload(folder, limits, all_wanted)
        refusals.append((str(refused.value.words), refused.value.file))

    words = (
        "The archive has more than 2 members. Remove what the service does not need.",
        "The package has 29 B; at most 20 B are taken. Remove what it does not need.",
        "The files to be examined unpack to more than 20 B in all. Remove what the service does not need.",
        "The file has 29 B; Helm and the portal read at most 20 B a file. Remove it or make it smaller.",
    )
    values = "etcd/values.yaml"
    assert refusals == list(zip(words, (None, None, values, values), strict=True))


def test_a_folder_with_twin_names_is_refused(folder: Path) -> None:
    (folder / "Values.yaml").write_bytes(b"")

    with pytest.raises(PackageRefused) as refused:
        read_upload(folder, LIMITS, all_wanted)

    assert (refused.value.code, refused.value.file) == ("OSC-PKG-013", "etcd/values.yaml")


# What chance writes: an archive or a refusal, and what is taken is what others read, too.

FUZZ = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
SMALL = Limits(members=50, chart_bytes=1 * MIB)
FILES = (("etcd/", b""), ("etcd/Chart.yaml", CHART), ("etcd/values.yaml", VALUES * 20))
SEED_ZIPS = [zip_of(*FILES), *(a.build() for a in ACCEPTED if a.form is Form.ZIP)]
SEED_TARS = [
    tar_of(*FILES),
    *(gzip.decompress(a.build()) for a in ACCEPTED if a.form is Form.TGZ),
]


@st.composite
def mutated(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    data = bytearray(draw(st.sampled_from(seeds)))
    for _turn in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(0, 8))
        data[at : at + length] = draw(
            st.one_of(
                st.binary(min_size=length, max_size=length),
                st.binary(max_size=12),
                st.sampled_from([b"\xff" * length, bytes(length), bytes(data[:600])]),
            )
        )
    return bytes(data)


def read_or_refused(data: bytes) -> Archive | None:
    refusal = None
    try:
        return read_inner(data, "upload!/", SMALL)
    except PackageRefused as refused:
        refusal = refused
    assert refusal.code in {"OSC-PKG-001", "OSC-PKG-013"}
    assert str(refusal.words)
    assert refusal.file is not None
    assert refusal.file.isprintable()
    return None


@FUZZ
@given(
    st.one_of(
        st.binary(), *(st.binary().map(magic.__add__) for magic in (b"PK\3\4", b"\x1f\x8b\x08"))
    )
)
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    read_or_refused(data)


@FUZZ
@given(mutated(SEED_ZIPS))
def test_a_zip_that_is_taken_holds_what_the_standard_library_reads(data: bytes) -> None:
    archive = read_or_refused(data)
    if archive is None or archive.form is not Form.ZIP:
        return
    with zipfile.ZipFile(io.BytesIO(data)) as reader:
        read = {
            info.filename.removeprefix("./"): reader.read(info)
            for info in reader.infolist()
            if not info.is_dir()
            and (info.flag_bits & zip_format.UTF8_NAME or info.filename.isascii())
        }
    assert {
        m.name: m.content for m in archive.files() if m.name in read or m.name.isascii()
    } == read


def as_tarfile_reads(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", ignore_zeros=False) as reader:
        return {
            member.name.removeprefix("./"): content.read()
            for member in reader
            if (content := reader.extractfile(member)) is not None
        }


@FUZZ
@given(mutated(SEED_TARS))
def test_a_tar_that_is_taken_holds_what_the_standard_library_reads(data: bytes) -> None:
    archive = read_or_refused(gzip.compress(data, 1))
    if archive is not None:
        assert {m.name: m.content for m in archive.files()} == as_tarfile_reads(data)


@st.composite
def odd_records(draw: st.DrawFn) -> bytes:
    name = draw(st.sampled_from([b"a", b"b/", b"b/c", b"./d", b"e" * 100]))
    kind = draw(st.sampled_from([b"0", b"0", b"\0", b"5", b"x", b"g", b"L", b"K", b"S", b"7"]))
    content = draw(
        st.one_of(
            st.binary(max_size=700),
            st.sampled_from(
                [
                    b"",
                    b"long/name\0",
                    pax(path="p/q"),
                    pax(size="3"),
                    pax(path="p/q", size="520", comment="c"),
                    pax(linkpath="x", mtime="1.5"),
                    pax(path=""),
                ]
            ),
        )
    )
    magic = draw(st.sampled_from([b"ustar\x0000", b"ustar  \0", b""]))
    return record(name, content, kind, magic=magic)


@FUZZ
@given(st.lists(odd_records(), max_size=5).map(b"".join))
def test_odd_records_are_taken_only_as_the_standard_library_reads_them(data: bytes) -> None:
    archive = read_or_refused(gzip.compress(data + bytes(1024), 1))
    if archive is not None:
        assert {m.name: m.content for m in archive.files()} == as_tarfile_reads(data + bytes(1024))
