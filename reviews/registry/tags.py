"""What a tag in a registry names, read from its manifests: images by architecture.

What a registry sends is untrusted like any other input.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..pipeline import ARCHITECTURE_BY_GOARCH
from ..pipeline.core.messages import _
from .errors import WrongContent
from .media_types import DOCKER_CONFIG, LISTS, OCI_CONFIG, Descriptor, Entry
from .store import Store, StoredManifest

_MOST_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class TaggedImage:
    """An image under a tag, with its platform in Go's words.

    ``config`` is the digest of its configuration, ``blobs`` the digests of that and of its layers
    with the sizes that the manifest gives.
    """

    entry: Entry
    config: str
    blobs: tuple[tuple[str, int], ...]

    @property
    def architecture(self) -> str | None:
        """``x86_64`` or ``aarch64``; None for what the platform does not run."""
        return (
            ARCHITECTURE_BY_GOARCH.get(self.entry.architecture)
            if self.entry.os == "linux"
            else None
        )

    @property
    def size(self) -> int:
        return sum(size for _digest, size in self.blobs)


@dataclass(frozen=True, slots=True)
class Tagged:
    """What is under a tag or digest: ``images`` of the platform, and all ``entries`` of a list.

    ``entries`` is empty where it is one image without a list, or something else.
    """

    manifest: StoredManifest
    images: tuple[TaggedImage, ...]
    entries: tuple[dict[str, Any], ...] = ()

    def image(self, architecture: str) -> TaggedImage | None:
        """The first image for ``architecture``, as a cluster would choose it."""
        return next((each for each in self.images if each.architecture == architecture), None)


def tagged(store: Store, repository: str, reference: str) -> Tagged | None:
    """What ``reference`` (a tag or a digest) names; None where it is not there.

    An entry of a list whose manifest is not there is no image. Raises ``PublishError``.
    """
    manifest = store.manifest(repository, reference)
    if manifest is None:
        return None
    fields = _object(manifest.content, repository)
    if manifest.media_type in LISTS or "manifests" in fields:
        entries = tuple(_objects(fields, "manifests", repository))
        return Tagged(manifest, tuple(_listed(store, repository, entries)), entries)
    single = _single(store, repository, manifest)
    return Tagged(manifest, () if single is None else (single,))


def _listed(
    store: Store, repository: str, entries: tuple[dict[str, Any], ...]
) -> Iterator[TaggedImage]:
    for entry in entries:
        platform = entry.get("platform")
        if not isinstance(platform, dict) or platform.get("os") != "linux":
            continue
        if platform.get("architecture") not in ARCHITECTURE_BY_GOARCH:
            continue
        manifest = store.manifest(repository, _digest(entry, repository))
        if manifest is None:
            continue
        described = Descriptor(
            manifest.media_type or str(entry.get("mediaType", "")),
            manifest.digest,
            len(manifest.content),
        )
        found = Entry(
            described, "linux", platform["architecture"], str(platform.get("variant") or "")
        )
        image = _image(manifest, found, repository)
        if image is not None:
            yield image


def _single(store: Store, repository: str, manifest: StoredManifest) -> TaggedImage | None:
    described = Descriptor(manifest.media_type, manifest.digest, len(manifest.content))
    image = _image(manifest, Entry(described, "", ""), repository)
    if image is None:
        return None
    os, architecture, variant = platform_of(store, repository, image.config)
    return TaggedImage(Entry(described, os, architecture, variant), image.config, image.blobs)


def platform_of(store: Store, repository: str, config: str) -> tuple[str, str, str]:
    """Operating system, architecture and variant in a configuration; empty where it is missing."""
    content = store.blob(repository, config)
    if content is None:
        return "", "", ""
    fields = _object(content, repository)
    found = (fields.get(key) or "" for key in ("os", "architecture", "variant"))
    os, architecture, variant = (each if isinstance(each, str) else "" for each in found)
    return os, architecture, variant


def _image(manifest: StoredManifest, entry: Entry, repository: str) -> TaggedImage | None:
    """The image in a manifest; None for an artifact, which has another configuration."""
    fields = _object(manifest.content, repository)
    config = fields.get("config")
    if not isinstance(config, dict) or config.get("mediaType") not in {OCI_CONFIG, DOCKER_CONFIG}:
        return None
    described = (config, *_objects(fields, "layers", repository))
    blobs = tuple((_digest(each, repository), _size(each, repository)) for each in described)
    return TaggedImage(entry, blobs[0][0], blobs)


def _object(content: bytes, repository: str) -> dict[str, Any]:
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise _unreadable(repository)
    return fields


def _objects(fields: dict[str, Any], key: str, repository: str) -> list[dict[str, Any]]:
    found = fields.get(key) or []
    if not isinstance(found, list) or len(found) > _MOST_ENTRIES:
        raise _unreadable(repository)
    if not all(isinstance(each, dict) for each in found):
        raise _unreadable(repository)
    return found


def _digest(fields: dict[str, Any], repository: str) -> str:
    digest = fields.get("digest")
    algorithm, _colon, number = str(digest).partition(":")
    if algorithm not in {"sha256", "sha512"} or not number.isalnum() or not number.isascii():
        raise _unreadable(repository)
    return str(digest)


def _size(fields: dict[str, Any], repository: str) -> int:
    size = fields.get("size")
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise _unreadable(repository)
    return size


def _unreadable(repository: str) -> WrongContent:
    return WrongContent(
        _(
            "The registry has in “%(repository)s” a manifest that is none. An administrator of the"
            " registry must remove it.",
            repository=repository,
        )
    )
