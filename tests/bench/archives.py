"""Two archives compared byte by byte, the proposed edits applied by the bench itself."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Edit = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an archive."""

    name: str
    kind: bytes
    mode: int
    content: bytes


@dataclass
class Difference:
    """What differs although no edit says so: bytes in files, and members in words."""

    bytes: int = 0
    members: list[str] = field(default_factory=list)


def read_members(archive: bytes) -> list[Member]:
    """Every entry of a tgz, in order."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:*") as tar:
        return [
            Member(
                info.name.removeprefix("./"),
                info.type,
                info.mode & 0o777,
                file.read() if info.isfile() and (file := tar.extractfile(info)) else b"",
            )
            for info in tar
        ]


def content_at(archive: bytes, address: str) -> bytes | None:
    """The file at ``address``, in which ``!/`` enters an archive; None when there is none."""
    name, enters, rest = address.partition("!/")
    for member in read_members(archive):
        if member.name == name:
            return content_at(member.content, rest) if enters else member.content
    return None


def spliced(data: bytes, edits: Sequence[Edit]) -> bytes:
    """``data`` with ``edits`` applied, from the last to the first.

    Insertions at one place stand with the deeper indented first, then by their text.

    Raises ValueError where an edit does not find what it expects to replace.
    """
    ordered = sorted(edits, key=lambda each: (each["start"], each["end"], *_depth(each)))
    for edit in reversed(ordered):
        start, end = edit["start"], edit["end"]
        if data[start:end] != (edit["before"] or "").encode():
            raise ValueError(f"{edit['file']} does not hold at {start} what its edit replaces")
        data = data[:start] + edit["after"].encode() + data[end:]
    return data


def _depth(edit: Edit) -> tuple[int, str]:
    text = edit["after"].lstrip("\r\n")
    inserted = edit["start"] == edit["end"]
    return (len(text.lstrip(" ")) - len(text) if inserted else 0), edit["after"]


def unexplained(original: bytes, rewritten: bytes, edits: Sequence[Edit]) -> Difference:
    """How ``rewritten`` differs from ``original`` with ``edits`` applied: it should not."""
    difference = Difference()
    _compare(original, rewritten, edits, difference)
    return difference


def _compare(
    original: bytes, rewritten: bytes, edits: Sequence[Edit], difference: Difference
) -> None:
    before, after = read_members(original), read_members(rewritten)
    by_member: dict[str, list[Edit]] = {}
    for edit in edits:
        by_member.setdefault(edit["file"].partition("!/")[0], []).append(edit)
    if [member.name for member in before] != [member.name for member in after]:
        difference.members.append("other members, or in another order")
    found = {member.name: member for member in after}
    for old in before:
        new = found.get(old.name)
        if new is None:
            difference.members.append(f"{old.name} is gone")
            difference.bytes += len(old.content)
            continue
        if (old.kind, old.mode) != (new.kind, new.mode):
            difference.members.append(f"{old.name} has another type or mode")
        _compare_file(old.content, new.content, by_member.get(old.name, []), difference)


def _compare_file(old: bytes, new: bytes, edits: Sequence[Edit], difference: Difference) -> None:
    inner = [
        edit | {"file": edit["file"].partition("!/")[2]} for edit in edits if "!/" in edit["file"]
    ]
    if inner:
        _compare(old, new, inner, difference)
        return
    expected = spliced(old, edits)
    if expected != new:
        pairs = zip(expected, new, strict=False)
        others = sum(one != other for one, other in pairs) + abs(len(expected) - len(new))
        difference.bytes += max(1, others)
