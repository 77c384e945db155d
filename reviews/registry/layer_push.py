"""Pushing one layer: asked for first, taken over from another repository, else sent."""

from __future__ import annotations

from collections.abc import Iterator

from ..pipeline import StoredArchives, StoredLayer
from .outgoing import LayerOut
from .progress import Progress
from .records import BlobRecords, KnownBlobs, PublishedBlob
from .shipment import Form, ShippedImage
from .store import UNSAID, Outgoing, Store

_MOST_MOUNTS = 3  # a registry that takes over none of them takes over no other


class LayerPush:
    """Pushes layers into ``store``, and reports each to the caller's records."""

    def __init__(
        self,
        store: Store,
        form: Form,
        archives: StoredArchives,
        known: KnownBlobs,
        progress: Progress,
    ) -> None:
        self._store = store
        self._form = form
        self._archives = archives
        self._known = known
        self._progress = progress
        self._own = BlobRecords()
        self._pushed: dict[tuple[str, str], PublishedBlob] = {}

    def pushed(self, repository: str, layer: StoredLayer) -> PublishedBlob:
        """What ``push`` has put into ``repository`` for ``layer``."""
        return self._pushed[repository, _key(layer)]

    def push(self, repository: str, image: ShippedImage, layer: StoredLayer) -> None:
        """See that ``repository`` has ``layer``."""
        if (repository, _key(layer)) not in self._pushed:
            candidates = list(self._candidates(image, layer))
            blob = self._found(repository, candidates) or self._mounted(repository, candidates)
            if blob is None:
                blob = self._sent(repository, image, layer)
            self._pushed[repository, _key(layer)] = blob
            self._own.add(blob)
            self._known.add(blob)
        self._progress.finish_layer(layer.size)

    def _candidates(self, image: ShippedImage, layer: StoredLayer) -> Iterator[PublishedBlob]:
        """Under which digests, and in which repositories, the layer may be already."""
        form = self._form.compression_of(layer)
        is_as_stored = image.keeps_manifest or form == layer.compression
        if is_as_stored and layer.digest:
            yield PublishedBlob(
                self._store.registry, "", layer.diff_id, layer.digest, layer.size, layer.compression
            )
        for records in (self._own, self._known):
            for blob in records.find(self._store.registry, layer.diff_id):
                if image.keeps_manifest and blob.digest != layer.digest:
                    continue
                if blob.compression == form:
                    yield blob

    def _found(self, repository: str, candidates: list[PublishedBlob]) -> PublishedBlob | None:
        for digest in dict.fromkeys(each.digest for each in candidates):
            candidate = next(each for each in candidates if each.digest == digest)
            if self._store.blob_size(repository, digest) in {candidate.size, UNSAID}:
                return _in(repository, candidate)
        return None

    def _mounted(self, repository: str, candidates: list[PublishedBlob]) -> PublishedBlob | None:
        others = [each for each in candidates if each.repository not in {"", repository}]
        for each in [*dict.fromkeys(others)][:_MOST_MOUNTS]:
            if self._store.mount(repository, each.digest, each.repository):
                return _in(repository, each)
        return None

    def _sent(self, repository: str, image: ShippedImage, layer: StoredLayer) -> PublishedBlob:
        form = self._form.compression_of(layer)
        packs = form != layer.compression and not image.keeps_manifest

        def outgoing() -> Outgoing:
            self._progress.restart_layer()
            content = self._archives.content(image.archive, layer)
            return LayerOut(
                layer, content, self._progress.add, packs=packs, most=self._form.layer_limit
            )

        sent = self._store.upload(repository, outgoing)
        return PublishedBlob(
            self._store.registry,
            repository,
            layer.diff_id,
            sent.digest,
            sent.sent,
            form if packs else layer.compression,
        )


def _key(layer: StoredLayer) -> str:
    return layer.digest or layer.diff_id


def _in(repository: str, blob: PublishedBlob) -> PublishedBlob:
    return PublishedBlob(
        blob.registry, repository, blob.diff_id, blob.digest, blob.size, blob.compression
    )
