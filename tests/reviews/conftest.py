"""Every test has a store of archives of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    # Hashing a password slowly guards no secret here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ARCHIVES_DIR = tmp_path / "archives"
    settings.IMAGE_LAYOUT_DIR = tmp_path / "registry"
    return tmp_path / "archives"
