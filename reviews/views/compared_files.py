"""Two uploads compared file by file, by the content of their members; one of them as a diff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..models import Revision
from ..pipeline import MOST_DIFF_LINES, HashedFile, without_versions
from ..pipeline.core.messages import Message, _
from .diff_drawing import DrawnFile, Look, draw_texts, is_text
from .package_files import SHOWN_BYTES, ShownFile, file_at, hashed_files, root_values

MOST_FILES = 500
"""How many changed files are listed."""
_MOST_LINES = min(2000, MOST_DIFF_LINES)


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that differs, or is in one of two uploads only: None where it is not."""

    before: HashedFile | None
    after: HashedFile | None

    @property
    def address(self) -> str:
        """Where it is now, or was."""
        found = self.after or self.before
        return found.address if found is not None else ""

    @property
    def can_be_read(self) -> bool:
        """Whether the portal reads it: image archives are compared by size alone."""
        return all(each is None or each.sha256 is not None for each in (self.before, self.after))


@dataclass(frozen=True, slots=True)
class FileChanges:
    """The files that differ, at most ``MOST_FILES``, and how many there are; ``same`` do not."""

    shown: Sequence[FileChange]
    count: int
    same: int


def changed_files(before: Revision, after: Revision) -> FileChanges | None:
    """What differs between two uploads; None where one was removed or cannot be read.

    A file is the same where its path is, leaving aside versions in the names of archives around it.
    Busy: others open packages now.
    """
    old, new = hashed_files(before), hashed_files(after)
    if old is None or new is None:
        return None
    pairs = list(_pairs(_by_path(old), _by_path(new)))
    changed = [each for each in pairs if not _is_same(each)]
    return FileChanges(changed[:MOST_FILES], len(changed), len(pairs) - len(changed))


def _by_path(files: Sequence[HashedFile]) -> Mapping[str, HashedFile]:
    """The files by their paths without versions, in full where these are not unique."""
    plain = [without_versions(each.address) for each in files]
    count = Counter(plain)
    return {
        path if count[path] == 1 else each.address: each
        for path, each in zip(plain, files, strict=True)
    }


def _pairs(old: Mapping[str, HashedFile], new: Mapping[str, HashedFile]) -> Iterator[FileChange]:
    for path in sorted({*old, *new}):
        yield FileChange(old.get(path), new.get(path))


def _is_same(pair: FileChange) -> bool:
    old, new = pair.before, pair.after
    return old is not None and new is not None and (old.sha256, old.size) == (new.sha256, new.size)


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file of two uploads. ``objection`` says why it is not drawn; ``drawn`` is None then."""

    before: ShownFile | None
    after: ShownFile | None
    drawn: DrawnFile | None
    objection: Message | None

    @property
    def address(self) -> str:
        """Where it is now, or was."""
        found = self.after or self.before
        return found.address if found is not None else ""


def diff_of_values(before: Revision, after: Revision, *, side_by_side: bool) -> FileDiff:
    """The ``values.yaml`` of both root charts. Busy: others open packages now."""
    return _diff(root_values(before), root_values(after), side_by_side=side_by_side, suffix="-v")


def diff_of_file(
    before: Revision, after: Revision, change: FileChange, *, side_by_side: bool
) -> FileDiff:
    """A file that differs. Busy: others open packages now."""
    old = file_at(before, change.before.address) if change.before else None
    new = file_at(after, change.after.address) if change.after else None
    return _diff(old, new, side_by_side=side_by_side, suffix="-f")


def _diff(
    old: ShownFile | None, new: ShownFile | None, *, side_by_side: bool, suffix: str
) -> FileDiff:
    objection = _objection_to_drawing(old, new)
    if objection is not None:
        return FileDiff(old, new, None, objection)
    found = new or old
    look = Look(found.address if found else "", side_by_side=side_by_side, suffix=suffix)
    before, after = (each.content if each is not None else b"" for each in (old, new))
    return FileDiff(old, new, draw_texts(look, before, after, _MOST_LINES), None)


def _objection_to_drawing(old: ShownFile | None, new: ShownFile | None) -> Message | None:
    there = [each for each in (old, new) if each is not None]
    if not there:
        return _("Neither has this file, or an upload was removed.")
    if any(not is_text(each.content) for each in there):
        return _("It is no text, so only its size and its hash are compared.")
    if largest := max((each.size for each in there if each.size > SHOWN_BYTES), default=0):
        return _(
            "It has %(size)s bytes: files of more than %(most)s are not compared line by line.",
            size=largest,
            most=SHOWN_BYTES,
        )
    return None
