"""The media types of both dialects, and the manifests that are made of them.

Source: the OCI image specification v1.1; Docker's "Image Manifest Version 2, Schema 2".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .store import StoredManifest
from .target import Dialect

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
MANIFESTS = (OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST)
LISTS = frozenset({OCI_INDEX, DOCKER_LIST})

_LAYERS = {
    (Dialect.OCI, "none"): "application/vnd.oci.image.layer.v1.tar",
    (Dialect.OCI, "gzip"): "application/vnd.oci.image.layer.v1.tar+gzip",
    (Dialect.OCI, "zstd"): "application/vnd.oci.image.layer.v1.tar+zstd",
    (Dialect.DOCKER, "gzip"): "application/vnd.docker.image.rootfs.diff.tar.gzip",
}


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A pointer to a blob or a manifest, with its size in bytes."""

    media_type: str
    digest: str
    size: int

    def plain(self) -> dict[str, Any]:
        return {"mediaType": self.media_type, "size": self.size, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Entry:
    """One image in a list: its manifest, and its platform in Go's words."""

    manifest: Descriptor
    os: str
    architecture: str
    variant: str = ""

    def plain(self) -> dict[str, Any]:
        platform = {"architecture": self.architecture, "os": self.os}
        if self.variant:
            platform["variant"] = self.variant
        return {**self.manifest.plain(), "platform": platform}


def takes(dialect: Dialect, compression: str) -> bool:
    """Whether a manifest of this dialect can name a layer so compressed."""
    return (dialect, compression) in _LAYERS


def layer_type(dialect: Dialect, compression: str) -> str:
    """The media type of a layer."""
    return _LAYERS[dialect, compression]


def image_manifest(
    dialect: Dialect, config: tuple[str, int], layers: Iterable[Descriptor]
) -> StoredManifest:
    """The manifest of one image; ``config`` is the digest and size of its configuration."""
    is_docker = dialect is Dialect.DOCKER
    own = DOCKER_MANIFEST if is_docker else OCI_MANIFEST
    described = Descriptor(DOCKER_CONFIG if is_docker else OCI_CONFIG, *config)
    return _stored(
        own, {"config": described.plain(), "layers": [layer.plain() for layer in layers]}
    )


def image_list(dialect: Dialect, entries: Sequence[dict[str, Any]]) -> StoredManifest:
    """The list of one tag over its architectures, given as the entries of such a list."""
    own = DOCKER_LIST if dialect is Dialect.DOCKER else OCI_INDEX
    return _stored(own, {"manifests": list(entries)})


def artifact_manifest(
    config: Descriptor, layers: Sequence[dict[str, Any]], **more: Any
) -> StoredManifest:
    """The OCI manifest of something that is no image: a chart, a signature."""
    return _stored(OCI_MANIFEST, {"config": config.plain(), "layers": list(layers), **more})


def _stored(media_type: str, fields: dict[str, Any]) -> StoredManifest:
    whole = {"schemaVersion": 2, "mediaType": media_type, **fields}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return StoredManifest(media_type, text.encode())
