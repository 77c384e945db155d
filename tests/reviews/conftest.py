"""Every test has a store of archives of its own; what was examined once is remembered."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import translation
from pytest_django import Settings

from reviews import pipeline
from reviews.jobs import analysis
from tests.reviews.examined import Remembered


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what asks a registry: its answers are stored as those of others.

    tests/osc_portal/test_deployment.py publishes there, with both.
    """
    if "postgres" in os.environ.get("PORTAL_DATABASE_URL", ""):
        asking = [each for each in items if "registry" in getattr(each, "fixturenames", ())]
        config.hook.pytest_deselected(items=asking)
        items[:] = [each for each in items if each not in asking]


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    # Hashing a password slowly guards no secret here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ARCHIVES_DIR = tmp_path / "archives"
    settings.IMAGE_LAYOUT_DIR = tmp_path / "registry"
    return tmp_path / "archives"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A page that was asked for in Chinese leaves its language to nobody."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Remembered:
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "examined"
    folder.mkdir(exist_ok=True)
    return Remembered(folder)


@pytest.fixture(autouse=True)
def examined_once(remembered: Remembered, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules that test the examining itself have a fixture of this name that does nothing."""
    monkeypatch.setattr(analysis, "examine", remembered.examine)
    monkeypatch.setattr(pipeline, "release", remembered.release)


@pytest.fixture
def outside_transactions(transactional_db: None) -> Iterator[None]:  # noqa: ARG001 - it empties the tables
    """Let the tables be emptied after a test that had no transaction: such tests are the last."""
    yield
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names():
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
