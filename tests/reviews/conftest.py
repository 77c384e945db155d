"""Every test has a store of archives of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    # Hashing a password slowly guards no secret here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ARCHIVES_DIR = tmp_path / "archives"
    settings.IMAGE_LAYOUT_DIR = tmp_path / "registry"
    return tmp_path / "archives"


@pytest.fixture
def outside_transactions(transactional_db: None) -> Iterator[None]:  # noqa: ARG001 - it empties the tables
    """Let the tables be emptied after a test that had no transaction: such tests are the last."""
    yield
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names():
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
