"""Image archives for ``GOOD`` and ``BAD`` of a check: as ``docker save`` writes them, in text."""

from __future__ import annotations

import hashlib
import json


def image_archive(reference: str, architecture: str = "amd64") -> dict[str, str]:
    """The files of a tar that holds one image of one layer, by their names in it.

    ``architecture`` is in Go's words. All digests are right; the layer is a line of text, which
    no container would start from but every reader of archives takes for what it is.
    Put it below a name that ends in ``.tar!/`` with ``below``.
    Source: the Docker image specification v1.2, "Combined Image JSON + Filesystem Changeset".
    """
    layer = f"the files of {reference} for {architecture}\n"
    config = _json(
        {
            "architecture": architecture,
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{_sha256(layer)}"]},
        }
    )
    config_name, layer_name = f"{_sha256(config)}.json", f"{_sha256(layer)}/layer.tar"
    listed = {"Config": config_name, "RepoTags": [reference], "Layers": [layer_name]}
    return {config_name: config, layer_name: layer, "manifest.json": _json([listed])}


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
