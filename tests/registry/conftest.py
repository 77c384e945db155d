"""Images for all tests of this folder, and registries to publish them to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from . import docker_registry
from .docker_registry import DockerRegistry
from .images import Images


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Images:
    """Images made by umoci, once."""
    return Images.make(tmp_path_factory.mktemp("images"))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[DockerRegistry]:
    """An empty registry without login."""
    folder = tmp_path / "registry"
    folder.mkdir()
    with docker_registry.running(folder) as running:
        yield running
