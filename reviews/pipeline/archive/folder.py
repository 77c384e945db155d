"""A package unpacked in a folder, read as if it were an archive of that folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from ..core.messages import _
from ..core.policy import Limits
from .bounds import Tally, check_upload_size
from .members import Member
from .naming import Names, normalise
from .refusals import unsafe

_HEAD = 512
_NO_FILE_WORDS = _(
    "This is a link, a device or a pipe, not a file. "
    "Put a copy of the file in its place or remove it."
)


def read_folder(path: Path, limits: Limits, wanted: Callable[[str], bool]) -> list[Member]:
    """The folder's content sorted by name, each name beginning with the folder's own.

    Links are never followed: one that is found is refused, as is everything else that is
    neither file nor folder. Raises ``PackageRefused`` and, for what may not be read, ``OSError``.
    """
    names, tally = Names(), Tally(limits)
    members = []
    total = 0
    root = path.resolve()
    for entry, name in _walk(root, normalise(root.name)):
        status = entry.stat(follow_symlinks=False)
        is_folder = stat.S_ISDIR(status.st_mode)
        if not is_folder and not stat.S_ISREG(status.st_mode):
            raise unsafe(_NO_FILE_WORDS, name)
        names.add(name, is_folder=is_folder)
        tally.add_member()
        size = 0 if is_folder else status.st_size
        total += size
        check_upload_size(total, limits)
        content = None if is_folder or not wanted(name) else _content(entry.path, name, tally)
        size = size if content is None else len(content)
        members.append(Member(name, is_folder, size, stat.S_IMODE(status.st_mode) & 0o777, content))
    return sorted(members, key=lambda member: member.name)


def _walk(folder: Path, name: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Every entry below ``folder`` with its name, a folder's before its content."""
    pending = [(str(folder), name)]
    while pending:
        folder_path, folder_name = pending.pop()
        with os.scandir(folder_path) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            entry_name = normalise(f"{folder_name}/{entry.name}")
            yield entry, entry_name
            if entry.is_dir(follow_symlinks=False):
                pending.append((entry.path, entry_name))


def _content(path: str, name: str, tally: Tally) -> bytes:
    # The file may have become a link or a pipe since it was listed.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise unsafe(_NO_FILE_WORDS, name)
        tally.check_file(name, status.st_size, file.read(_HEAD))
        tally.hold(name, status.st_size)
        file.seek(0)
        return file.read(status.st_size)
