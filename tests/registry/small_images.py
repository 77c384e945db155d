"""Small packages for tests that need no image of another tool's making."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reviews.registry import PlannedImage, PublishPlan

from .images import write_package


@dataclass(frozen=True, slots=True)
class SmallImage:
    """An archive as ``docker save`` writes it; ``layers`` are what it says it has."""

    archive: bytes
    config: str
    layers: tuple[bytes, ...]


def small_image(
    layers: Sequence[bytes],
    architecture: str = "amd64",
    stored: Sequence[bytes] | None = None,
    config: dict[str, object] | None = None,
) -> SmallImage:
    """An image whose plain layers are ``layers``, and whose archive has ``stored`` in their place."""
    diff_ids = [f"sha256:{hashlib.sha256(each).hexdigest()}" for each in layers]
    described = {
        "architecture": architecture,
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        **(config or {}),
    }
    text = json.dumps(described).encode()
    digest = hashlib.sha256(text).hexdigest()
    members = {f"{number}/layer.tar": each for number, each in enumerate(stored or layers)}
    listed = [{"Config": f"{digest}.json", "RepoTags": ["demo/web:1.0"], "Layers": [*members]}]
    members |= {f"{digest}.json": text, "manifest.json": json.dumps(listed).encode()}
    return SmallImage(tar_of(members), f"sha256:{digest}", tuple(layers))


def tar_of(members: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as tar:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
    return output.getvalue()


def layer(text: str, size: int = 0) -> bytes:
    """A plain layer with one file of ``text`` and ``size`` more bytes."""
    return tar_of({"file": text.encode() + hashlib.shake_256(text.encode()).digest(size)})


def small_plan(
    folder: Path,
    reference: str,
    image: SmallImage | None = None,
    architecture: str = "x86_64",
    method: int = zipfile.ZIP_STORED,
) -> PublishPlan:
    """A package with one image for one architecture, by default of two small layers."""
    made = image or small_image([layer("one", 100_000), layer("two")])
    package = write_package(folder / "small.zip", {"web.tar": made.archive}, method)
    return PublishPlan(
        package, (PlannedImage(reference, architecture, "demo/images/web.tar", made.config),)
    )
