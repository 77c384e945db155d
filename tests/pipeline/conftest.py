"""What holds for the tests of the pipeline."""

from __future__ import annotations

import pytest

from reviews.pipeline.rendering import engine as rendering_engine
from tests.pipeline.kept_children import KeptChild


@pytest.fixture(autouse=True)
def children(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child of one engine serves the next; a module may have a fixture of this name that does nothing."""
    monkeypatch.setattr(rendering_engine, "Child", KeptChild)
