"""Pushing the images of one reference: what is there already is neither packed nor sent again."""

from __future__ import annotations

from collections.abc import Iterator

from ..pipeline import StoredArchives, StoredLayer
from ..pipeline.core.messages import _
from .conflicts import content_conflict, image_conflict
from .errors import TargetUnreachable
from .layer_push import LayerPush
from .media_types import Descriptor, Entry, image_list, image_manifest, layer_type
from .places import Place
from .progress import Progress
from .reading import reported, without_answer
from .records import KnownBlobs, Outcome, PublishedImage
from .shipment import Consignment, Form, ShippedImage
from .store import Store, StoredManifest
from .tags import Tagged, tagged

_MOST_RACES = 5


class ImagePush:
    """Pushes consignments into ``store``."""

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
        self._progress = progress
        self._layers = LayerPush(store, form, archives, known, progress)

    def check(self, consignment: Consignment) -> None:
        """Raises ``TagConflict`` where the tag has another content already."""
        if consignment.place is not None and consignment.shipped:
            check_tag(self._found(consignment.place), consignment)

    def push(self, consignment: Consignment) -> Iterator[PublishedImage]:
        """Push what is shipped for one reference; a result for everything planned there."""
        place = consignment.place
        pushed: dict[str, Entry] = {}
        if place is not None and consignment.shipped:
            found = self._found(place)
            check_tag(found, consignment)
            for image in consignment.shipped:
                if not self._is_whole(place, found, image):
                    pushed[image.planned.architecture] = self._push_image(place, image)
                else:
                    self._progress.finish_layer(image.bytes)
            if pushed and not place.is_digest:
                self._put_tag(place, consignment, pushed)
        yield from self._results(consignment, pushed)

    def _push_image(self, place: Place, image: ShippedImage) -> Entry:
        stored = image.stored
        for number, layer in enumerate(sorted(stored.layers, key=lambda each: each.offset), 1):
            self._progress.say(
                _(
                    "Pushing “%(reference)s” for %(architecture)s: layer %(number)d of %(total)d.",
                    reference=place.reference,
                    architecture=image.planned.architecture,
                    number=number,
                    total=len(stored.layers),
                )
            )
            self._layers.push(place.repository, image, layer)
        self._store.put_blob(place.repository, stored.config)
        manifest = self._manifest(place, image)
        self._store.put_manifest(place.repository, manifest.digest, manifest)
        described = Descriptor(manifest.media_type, manifest.digest, len(manifest.content))
        return Entry(described, stored.os, stored.architecture, stored.variant)

    def _manifest(self, place: Place, image: ShippedImage) -> StoredManifest:
        stored = image.stored
        if image.keeps_manifest and stored.manifest is not None:
            return StoredManifest(stored.manifest_type, stored.manifest)
        layers = [self._descriptor(place, layer) for layer in stored.layers]
        config = (stored.config_digest, len(stored.config))
        return image_manifest(self._form.dialect, config, layers)

    def _descriptor(self, place: Place, layer: StoredLayer) -> Descriptor:
        blob = self._layers.pushed(place.repository, layer)
        return Descriptor(layer_type(self._form.dialect, blob.compression), blob.digest, blob.size)

    def _put_tag(self, place: Place, consignment: Consignment, pushed: dict[str, Entry]) -> None:
        """Name the images by the tag, beside those for other architectures that it has.

        A registry knows no condition for this, so it is looked at afterwards: somebody else
        may have named others in the same moment.
        """
        for _attempt in range(_MOST_RACES):
            found = self._found(place)
            check_tag(found, consignment)
            wanted = self._list(found, pushed)
            if found is not None and found.manifest.digest == wanted.digest:
                return
            self._store.put_manifest(place.repository, place.name, wanted)
        raise TargetUnreachable(
            _(
                "The tag “%(reference)s” is changed by somebody else again and again.",
                reference=place.reference,
            )
        )

    def _list(self, found: Tagged | None, pushed: dict[str, Entry]) -> StoredManifest:
        replaced = {(each.os, each.architecture) for each in pushed.values()}
        kept = [entry for entry in _entries(found) if _platform(entry) not in replaced]
        own = [pushed[architecture].plain() for architecture in sorted(pushed)]
        entries = sorted([*kept, *own], key=lambda entry: str(entry.get("digest")))
        return image_list(self._form.dialect, entries)

    def _results(
        self, consignment: Consignment, pushed: dict[str, Entry]
    ) -> Iterator[PublishedImage]:
        is_asked = any(each.is_asked for each in consignment.planned)
        found = self._found(consignment.place) if consignment.place and is_asked else None
        for planned in consignment.planned:
            image = found.image(planned.architecture) if found is not None else None
            if found is None or image is None or not planned.is_asked:
                yield without_answer(planned)
            else:
                is_new = planned.architecture in pushed
                outcome = Outcome.PUSHED if is_new else Outcome.PRESENT
                yield reported(planned, outcome, image, found.manifest.digest)

    def _found(self, place: Place) -> Tagged | None:
        return tagged(self._store, place.repository, place.name)

    def _is_whole(self, place: Place, found: Tagged | None, image: ShippedImage) -> bool:
        """Whether the tag has the image already, with all its layers."""
        there = found.image(image.planned.architecture) if found is not None else None
        return there is not None and all(
            self._store.blob_size(place.repository, digest) is not None
            for digest, _size in there.blobs
        )


def check_tag(found: Tagged | None, consignment: Consignment) -> None:
    """Raises ``TagConflict`` where ``found`` has something else than what is shipped.

    An image is the same when its configuration is: that names the content of every layer. A tag
    that has images for other architectures only is extended: nothing that anybody pulls changes.
    """
    if found is None:
        return
    if not found.entries and not any(image.architecture for image in found.images):
        raise content_conflict(
            consignment.reference,
            found.manifest.digest,
            consignment.shipped[0].stored.config_digest,
        )
    for image in consignment.shipped:
        there = found.image(image.planned.architecture)
        if there is not None and there.config != image.stored.config_digest:
            raise image_conflict(image.planned, there.config, image.stored.config_digest)


def _entries(found: Tagged | None) -> list[dict[str, object]]:
    if found is None:
        return []
    if found.entries:
        return list(found.entries)
    return [image.entry.plain() for image in found.images]


def _platform(entry: dict[str, object]) -> tuple[object, object]:
    platform = entry.get("platform")
    fields = platform if isinstance(platform, dict) else {}
    return fields.get("os"), fields.get("architecture")
