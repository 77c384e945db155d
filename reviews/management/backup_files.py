"""The files of a backup: copied one by one and compared with the hash that is their name."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

_PIECE = 1 << 20
_HEX = re.compile(r"[0-9a-f]{64}")
_BLOBS = "blobs/sha256"
_HEAD = ("index.json", "oci-layout")


class BackupRefused(Exception):  # noqa: N818 - it says what is in the way
    """Nothing was done, because something would be overwritten, or a backup cannot be used."""


def back_up_images(folder: Path) -> dict[str, int]:
    """Copy the local image store into ``folder``; the files, with their sizes in bytes.

    Its list goes first: what that names is there before it is listed, and never removed.
    """
    store = Path(settings.IMAGE_LAYOUT_DIR)
    sizes: dict[str, int] = {}
    for name in _HEAD:
        with suppress(FileNotFoundError):
            content = (store / name).read_bytes()
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
            sizes[name] = len(content)
    blobs = store / _BLOBS
    for blob in sorted(blobs.iterdir()) if sizes and blobs.is_dir() else ():
        if _HEX.fullmatch(blob.name):
            sizes[f"{_BLOBS}/{blob.name}"] = copy_named(blob, folder / _BLOBS / blob.name)
    return sizes


def restore_images(folder: Path, sizes: Mapping[str, int]) -> None:
    """Bring the local image store back. BackupRefused: a file is damaged or missing."""
    store = Path(settings.IMAGE_LAYOUT_DIR)
    for name in sizes:
        if _HEX.fullmatch(Path(name).name):
            copy_named(folder / name, store / name)
        elif name in _HEAD:
            store.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, store / name)


def copy_named(source: Path, target: Path) -> int:
    """Copy a stored file, named for its content; its size. BackupRefused: it is damaged."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    try:
        with source.open("rb") as reader, target.open("xb") as writer:
            while piece := reader.read(_PIECE):
                digest.update(piece)
                size += writer.write(piece)
    except FileNotFoundError as missing:
        raise BackupRefused(gettext("%(file)s is missing") % {"file": source}) from missing
    if digest.hexdigest() != target.name[:64]:
        words = gettext("%(file)s is damaged: its hash is not its name")
        raise BackupRefused(words % {"file": source})
    return size
