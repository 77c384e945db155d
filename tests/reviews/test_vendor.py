"""What others wrote and we hand out: what it is, whose, and unchanged."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "reviews" / "static" / "vendor"
LISTED: list[dict[str, Any]] = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("library", LISTED, ids=lambda library: str(library["name"]))
def test_a_library_is_what_was_listed_to_the_bit(library: dict[str, Any]) -> None:
    folder = VENDOR / f"{library['name']}-{library['version']}"

    hashes = {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }

    assert hashes == library["files"]
    assert "LICENSE" in hashes
    assert library["licence"] in {"0BSD", "MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"}
    assert library["version"] in library["source"]


def test_nothing_is_handed_out_that_is_not_listed() -> None:
    folders = {each.name for each in VENDOR.iterdir() if each.is_dir()}

    assert folders == {f"{each['name']}-{each['version']}" for each in LISTED}
