from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviews.pipeline.core.policy import MIB, Limits
from reviews.pipeline.rendering import Engine


@pytest.fixture(autouse=True)
def children() -> None:
    """Each engine has a child of its own."""


@pytest.fixture
def scratch_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where children get their folders during this test."""
    root = tmp_path / "scratch"
    root.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(root))
    return root


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(Limits(render_memory_bytes=512 * MIB)) as engine:
        yield engine
