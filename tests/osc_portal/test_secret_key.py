"""The demo's key is made once, kept private, and shared by every process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from osc_portal.secret_key import stored_key


def test_a_missing_key_is_made_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "data" / "secret-key"

    key = stored_key(file)

    assert len(key) == 64
    assert stored_key(file) == key


def test_only_the_owner_may_read_it_and_no_draft_is_left(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"

    stored_key(file)

    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_those_who_start_at_the_same_moment_agree_on_one_key(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"

    with ThreadPoolExecutor(8) as starters:
        keys = set(starters.map(stored_key, [file] * 40))

    assert keys == {file.read_text(encoding="ascii")}


def test_a_key_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"
    file.write_text("mine\n", encoding="ascii")

    assert stored_key(file) == "mine"
