"""The members of an archive are found by name and by folder."""

from __future__ import annotations

import pytest

from reviews.pipeline.archive.members import Archive, Form, Member

NAMES = ("a/z", "a0/x", "a/b/y", "a-b/x", "a/", "a", "b/a/x", "a/é", "a/z")
ARCHIVE = Archive(
    Form.TAR,
    "",
    tuple(Member(name, name.endswith("/"), 1, 0o644, None) for name in NAMES),
)


@pytest.mark.parametrize("folder", ["", "a/", "a/b/", "a-b/", "b/", "none/"])
def test_files_below_a_folder_come_in_stored_order(folder: str) -> None:
    wanted = [name for name in NAMES if name.startswith(folder) and not name.endswith("/")]
    assert [member.name for member in ARCHIVE.files_below(folder)] == wanted
