"""The local image store is part of a backup: what comes back is what was there."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from reviews.management.backup_files import BackupRefused, back_up_images, restore_images
from tests import factories
from tests import publishing as shipped

WEB = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/web:1.4.0"


def _manifests(root: Path) -> int:
    shown = subprocess.run(
        ["skopeo", "inspect", "--raw", f"oci:{root}:{WEB}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return len(json.loads(shown.stdout)["manifests"])


@pytest.mark.django_db
def test_the_images_come_back(tmp_path: Path) -> None:
    factories.published(shipped.proven())
    store, folder = Path(settings.IMAGE_LAYOUT_DIR), tmp_path / "backup"
    before = {path.name: path.stat().st_size for path in store.rglob("blobs/sha256/*")}

    sizes = back_up_images(folder)
    shutil.rmtree(store)
    restore_images(folder, sizes)

    after = {path.name: path.stat().st_size for path in store.rglob("blobs/sha256/*")}
    assert after == before != {}
    assert _manifests(store) == 2


@pytest.mark.django_db
def test_a_damaged_image_is_not_restored(tmp_path: Path) -> None:
    factories.published(shipped.proven())
    store, folder = Path(settings.IMAGE_LAYOUT_DIR), tmp_path / "backup"
    sizes = back_up_images(folder)
    shutil.rmtree(store)
    blob = next(folder.rglob("blobs/sha256/*"))
    blob.chmod(0o600)
    blob.write_bytes(b"damaged")

    with pytest.raises(BackupRefused, match="damaged: its hash is not its name"):
        restore_images(folder, sizes)


def test_where_there_is_no_store_there_is_nothing_to_keep(tmp_path: Path) -> None:
    assert back_up_images(tmp_path / "backup") == {}
    assert not (tmp_path / "backup").exists()
