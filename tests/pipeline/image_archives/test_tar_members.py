"""The tar of an image archive, read forward only: headers as tools write and forge them."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator

import pytest

from reviews.pipeline.image_archives.errors import UnusableArchive
from reviews.pipeline.image_archives.hashing import HashingThread
from reviews.pipeline.image_archives.model import Flaw
from reviews.pipeline.image_archives.tar_members import TarMember, TarMembers
from tests.pipeline.archive_builders import HardLink, Symlink, tar

from ..archive.hostile import pax, record

CUT_OFF = "The tar ends in the middle of a member. Save the image again and copy it completely."
MALFORMED = "A header of the tar contradicts itself. Save the image again with an ordinary tool."


def members(content: bytes, piece: int = 1 << 20) -> list[tuple[TarMember, bytes]]:
    pieces = (content[start : start + piece] for start in range(0, len(content), piece))
    return [(member, b"".join(pieces)) for member, pieces in TarMembers(pieces, 100)]


def flaw_of(content: bytes) -> tuple[Flaw, str]:
    with pytest.raises(UnusableArchive) as caught:
        members(content)
    return caught.value.flaw, str(caught.value.words)


def file(name: str, size: int, *, sparse: bool = False) -> TarMember:
    return TarMember(name, size, is_file=True, sparse=sparse)


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = size
    member.type = kind
    return member.tobuf(tarfile.GNU_FORMAT)


def extended(**records: str) -> bytes:
    """A pax header for the member that follows."""
    return record(b"x", pax(**records), b"x")


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 512)


@pytest.mark.parametrize("piece", [1, 100, 511, 513, 1 << 20])
def test_the_members_are_the_same_however_the_bytes_arrive(piece: int) -> None:
    content = tar({"a": b"x" * 700, "link": Symlink("a"), "twin": HardLink("a"), "empty": b""})
    assert members(content, piece) == [
        (file("a", 700), b"x" * 700),
        (TarMember("link", 0, is_file=False, link="a", is_symbolic=True), b""),
        (TarMember("twin", 0, is_file=False, link="a"), b""),
        (file("empty", 0), b""),
    ]


def test_a_member_lies_where_its_offset_says() -> None:
    content = extended(path="long") + header("short", 3) + padded(b"abc") + tar({"b": b"y" * 700})

    found = [
        content[member.offset : member.offset + member.size]
        for member, _pieces in TarMembers(iter([content]), 9)
    ]

    assert found == [b"abc", b"y" * 700]


def test_what_is_jumped_over_is_never_read() -> None:
    content = io.BytesIO(tar({"a": b"x" * 70_000, "b": b"y" * 70_000, "c": b"z"}))
    read: list[int] = []

    def chunks() -> Iterator[bytes]:
        while chunk := content.read(512):
            read.append(len(chunk))
            yield chunk

    def jump(count: int) -> int:
        before = content.tell()
        return content.seek(min(before + count, len(content.getvalue()))) - before

    names = [member.name for member, _pieces in TarMembers(chunks(), 9, jump)]

    assert names == ["a", "b", "c"]
    assert sum(read) < 10_000


def test_a_jump_past_the_end_is_a_tar_that_is_cut_off() -> None:
    content = iter([header("layer.tar", 9000)])
    with pytest.raises(UnusableArchive) as caught:
        list(TarMembers(content, 9, lambda _count: 0))
    assert caught.value.flaw is Flaw.CUT_OFF


def test_what_nobody_takes_is_passed_over() -> None:
    content = tar({"a": b"x" * 700, "b": b"y"})
    found = [member.name for member, _pieces in TarMembers(iter([content]), 9)]
    assert found == ["a", "b"]


def test_a_layer_of_more_than_8_gib_has_its_size_in_binary() -> None:
    assert flaw_of(header("layer.tar", 9 << 30)) == (Flaw.CUT_OFF, CUT_OFF)
    pieces = iter([header("layer.tar", 9 << 30)])
    member, _content = next(iter(TarMembers(pieces, 1)))
    assert member == file("layer.tar", 9 << 30)


def test_a_pax_header_goes_before_all_others() -> None:
    content = extended(path="layer.tar", size="3") + header("short", 0) + padded(b"abc")
    assert members(content) == [(file("layer.tar", 3), b"abc")]


def test_a_pax_header_for_all_members_changes_none() -> None:
    announced = record(b"g", pax(path="all", comment="made by git"), b"g")
    content = announced + header("a", 1) + padded(b"a")
    assert members(content) == [(file("a", 1), b"a")]


@pytest.mark.parametrize("size", ["", "-1", "1e3", "9" * 20])
def test_a_pax_size_is_a_number(size: str) -> None:
    assert flaw_of(extended(size=size) + header("a")) == (Flaw.DAMAGED, MALFORMED)


@pytest.mark.parametrize("body", [b"6 a=\n", b"5 a=b", b"99 path=a\n", b"path=a\n", b"0 path=a\n"])
def test_a_broken_pax_record_is_reported(body: bytes) -> None:
    content = record(b"x", body, b"x") + header("a")
    assert flaw_of(content) == (Flaw.DAMAGED, MALFORMED)


def test_an_endless_extended_header_is_not_read() -> None:
    content = header("x", 2 << 20, b"x") + bytes(2 << 20)
    assert flaw_of(content) == (
        Flaw.DAMAGED,
        "The header of the tar at byte 512 is damaged. Save the image again.",
    )


def test_an_endless_name_is_not_kept() -> None:
    assert flaw_of(extended(path="a" * 5000) + header("a")) == (Flaw.DAMAGED, MALFORMED)


@pytest.mark.parametrize("length", [512, 600, 1024])
def test_an_extended_header_announces_a_member(length: int) -> None:
    assert flaw_of((extended(path="a") + header("a"))[:length]) == (Flaw.CUT_OFF, CUT_OFF)


def test_the_map_of_an_old_sparse_file_is_no_content() -> None:
    first = bytearray(header("sparse", 3, b"S"))
    first[482] = 1
    more, last = bytearray(512), bytes(512)
    more[504] = 1
    first[148:156] = b" " * 8
    first[148:156] = b"%06o\0 " % sum(first)
    content = bytes(first) + bytes(more) + last + padded(b"abc")
    assert members(content) == [(file("sparse", 3, sparse=True), b"abc")]
    assert flaw_of(content[:700]) == (Flaw.CUT_OFF, CUT_OFF)


def test_a_new_sparse_file_is_reported() -> None:
    announced = extended(GNU_sparse_major="1", GNU_sparse_name="layer.tar")
    content = announced + header("GNUSparseFile.0/a", 1) + padded(b"a")
    assert members(content) == [(file("layer.tar", 1, sparse=True), b"a")]


def test_a_tar_of_1979_is_one() -> None:
    content = bytearray(header("folder/", kind=b"\0") + header("file", 1, b"\0"))
    for start in (0, 512):
        content[start + 257 : start + 265] = bytes(8)
        content[start + 148 : start + 156] = b" " * 8
        content[start + 148 : start + 156] = b"%06o\0 " % sum(content[start : start + 512])
    assert members(bytes(content) + padded(b"x")) == [
        (TarMember("folder/", 0, is_file=False), b""),
        (file("file", 1), b"x"),
    ]


def test_devices_are_no_files() -> None:
    content = header("null", kind=tarfile.CHRTYPE) + header("pipe", kind=tarfile.FIFOTYPE)
    assert [member.is_file for member, _content in members(content)] == [False, False]


class _Broken:
    def update(self, _piece: bytes | memoryview, /) -> None:
        raise MemoryError("no room")


def test_what_goes_wrong_beside_reading_is_reported_to_the_reader() -> None:
    with HashingThread() as thread:
        for _time in range(20):
            thread.feed(_Broken(), b"a piece")
        with pytest.raises(MemoryError, match="no room"):
            thread.settle()
