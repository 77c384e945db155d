"""Images as ``docker save`` lists them: ``manifest.json``, which may be anywhere in the tar.

Source: the Docker image specification v1.2, "Combined Image JSON + Filesystem Changeset Format".
``crane`` and others write the same list over layers that are compressed.
"""

from __future__ import annotations

import re
from itertools import zip_longest

from ..core.messages import _
from .contents import Blob
from .errors import UnusableArchive
from .json_fields import Fields, parsed
from .listing import Configuration, Listing, damaged, merged, missing, missing_elsewhere, united
from .model import Flaw, Layer, ShippedImage

LIST = "manifest.json"
_NAMED_BY_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})(?:\.json)?")


def list_images(listing: Listing, blob: Blob) -> list[ShippedImage]:
    """The images that ``blob``, the ``manifest.json``, names. Flaws are noted in ``listing``."""
    images = []
    try:
        entries = _entries(blob)
        listing.count(len(entries))
    except UnusableArchive as unusable:
        listing.note(unusable)
        return []
    for entry in entries:
        try:
            images.append(_image(listing, Fields(entry, LIST)))
        except UnusableArchive as unusable:
            listing.note(unusable)
    return merged((), images)


def _entries(blob: Blob) -> list[object]:
    entries = parsed(blob)
    if not isinstance(entries, list) or not entries:
        raise UnusableArchive(
            Flaw.INCOMPLETE,
            _("Its manifest.json lists no image. Save the image again with “docker save”."),
        )
    return entries


def _image(listing: Listing, entry: Fields) -> ShippedImage:
    references, names = entry.texts("RepoTags"), entry.texts("Layers")
    listing.count(len(references) + len(names))
    configuration = _configuration(listing, entry.required("Config"))
    listing.check_layer_count(configuration, len(names))
    elsewhere = entry.fields("LayerSources")
    layers = []
    for name, diff_id in zip_longest(names, configuration.diff_ids[: len(names)], fillvalue=""):
        blob = listing.contents.get(name)
        if blob is None:
            listing.note(missing_elsewhere(name) if diff_id in elsewhere else missing(name))
        else:
            _check_layer(listing, blob, diff_id)
            layers.append(Layer(blob.digest, blob.size))
    return ShippedImage(
        references=united(references),
        os=configuration.os,
        architecture=configuration.architecture,
        variant=configuration.variant,
        config=configuration.digest,
        manifest=None,
        layers=tuple(layers),
    )


def _configuration(listing: Listing, name: str) -> Configuration:
    blob = listing.contents.get(name)
    if blob is None:
        raise missing(name)
    named = _NAMED_BY_DIGEST.fullmatch(name)
    if named and blob.digest != f"sha256:{named[1]}":
        raise damaged(name)
    return listing.configuration(blob)


def _check_layer(listing: Listing, blob: Blob, diff_id: str) -> None:
    """A plain layer must have the digest in the configuration; a packed one is not opened."""
    if blob.is_sparse:
        listing.note(
            UnusableArchive(
                Flaw.INCOMPLETE,
                _("A layer in it is stored sparsely. Save the image again with “docker save”."),
            )
        )
    elif not blob.is_compressed:
        algorithm = diff_id.partition(":")[0]
        if blob.digest.startswith(f"{algorithm}:") and blob.digest != diff_id:
            listing.note(damaged(blob.name))
