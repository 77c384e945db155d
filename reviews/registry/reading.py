"""Reading back what is in a registry, asking before, and trying the connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import sleep

from .charts import check_chart
from .client import Registry
from .conflicts import image_conflict
from .layout import Layout
from .patience import Patience, never
from .places import Place, opened, place_of
from .plan import PlannedChart, PlannedImage, by_reference
from .records import Outcome, PublishedImage
from .store import UNSAID, Store, digest_of
from .tags import Tagged, TaggedImage, platform_of, tagged
from .target import LayoutTarget, Target


@dataclass(frozen=True, slots=True)
class FoundImage:
    """What a registry says of one reference.

    ``architectures`` are those it has (``x86_64``, ``aarch64``), ``digest`` what the reference
    names, "" where it is not there.
    """

    reference: str
    is_found: bool
    architectures: tuple[str, ...] = ()
    digest: str = ""


def read_back(
    target: Target | LayoutTarget,
    images: Sequence[PlannedImage],
    charts: Sequence[PlannedChart] = (),
    *,
    should_stop: Callable[[], bool] = never,
    wait: Callable[[float], None] = sleep,
) -> tuple[PublishedImage, ...]:
    """What of ``images`` and ``charts`` the target has, each asked for by its address.

    Each tag, manifest, configuration and layer is asked for; the configuration must be of the
    architecture that is promised, and that of the package where the package ships the image.
    Outcomes are present, missing and not asked. Raises like ``publish``, ``TagConflict`` where a
    tag has another content than what the package ships.
    """
    with opened(target, Patience(wait=wait, should_stop=should_stop)) as store:
        reader = _Reader(store)
        found = [
            each
            for reference, planned in by_reference(images).items()
            for each in reader.images(reference, planned)
        ]
        return (*found, *(reader.chart(chart) for chart in charts))


def look_up(
    target: Target | LayoutTarget,
    references: Iterable[str],
    *,
    should_stop: Callable[[], bool] = never,
    wait: Callable[[float], None] = sleep,
) -> tuple[FoundImage, ...]:
    """Which of ``references`` the target has now. Those of other registries are not found.

    Raises ``TargetUnreachable``, ``Denied``, ``Unsuitable``, ``WrongContent``, ``Stopped``.
    """
    with opened(target, Patience(wait=wait, should_stop=should_stop)) as store:
        return tuple(_found(store, reference) for reference in references)


def test_connection(target: Target | LayoutTarget) -> None:
    """Reach the registry and log in, or write into the layout's folder and remove it.

    Quick: nothing is tried twice. Raises ``TargetUnreachable``, ``Denied``, ``TargetFull``.
    """
    with opened(target, Patience(attempts=1)) as store:
        if isinstance(store, Registry):
            store.ping()
        elif isinstance(store, Layout):
            store.try_out()


def reported(
    planned: PlannedImage, outcome: Outcome, image: TaggedImage, tag: str
) -> PublishedImage:
    """The result for ``planned``, which is ``image`` under what has the digest ``tag``."""
    return PublishedImage(
        planned.reference,
        planned.architecture,
        outcome,
        digest=image.entry.manifest.digest,
        tag_digest=tag,
        size=image.size,
    )


def without_answer(planned: PlannedImage) -> PublishedImage:
    """The result for what is missing, or comes from elsewhere on purpose."""
    outcome = Outcome.MISSING if planned.is_asked else Outcome.NOT_ASKED
    return PublishedImage(planned.reference, planned.architecture, outcome)


def chart_result(chart: PlannedChart, outcome: Outcome, digest: str = "") -> PublishedImage:
    """The result for a chart."""
    size = len(chart.content) if digest else 0
    return PublishedImage(chart.reference, "", outcome, digest, digest, size)


class _Reader:
    """Asks ``store``; a layer that several images share is asked for once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._there: dict[tuple[str, str], bool] = {}

    def images(self, reference: str, planned: tuple[PlannedImage, ...]) -> Iterator[PublishedImage]:
        place = place_of(self._store, reference) if any(each.is_asked for each in planned) else None
        found = tagged(self._store, place.repository, place.name) if place is not None else None
        for each in planned:
            image = found.image(each.architecture) if found is not None else None
            if place is None or found is None or image is None or not each.is_asked:
                yield without_answer(each)
            elif each.config is not None and image.config != each.config:
                raise image_conflict(each, image.config, each.config)
            elif self._is_whole(place, image):
                yield reported(each, Outcome.PRESENT, image, found.manifest.digest)
            else:
                yield without_answer(each)

    def chart(self, chart: PlannedChart) -> PublishedImage:
        place = place_of(self._store, chart.reference)
        manifest = self._store.manifest(place.repository, place.name) if place else None
        if place is None or manifest is None:
            return chart_result(chart, Outcome.MISSING)
        check_chart(chart, manifest)
        size = self._store.blob_size(place.repository, digest_of(chart.content))
        if size not in {len(chart.content), UNSAID}:
            return chart_result(chart, Outcome.MISSING)
        return chart_result(chart, Outcome.PRESENT, manifest.digest)

    def _is_whole(self, place: Place, image: TaggedImage) -> bool:
        """Whether all layers are there, and the configuration is of the image's platform."""
        platform = platform_of(self._store, place.repository, image.config)
        expected = (image.entry.os, image.entry.architecture)
        if platform[:2] != expected:
            return False
        return all(self._has(place.repository, digest, size) for digest, size in image.blobs)

    def _has(self, repository: str, digest: str, size: int) -> bool:
        key = (repository, digest)
        if key not in self._there:
            self._there[key] = self._store.blob_size(repository, digest) in {size, UNSAID}
        return self._there[key]


def _found(store: Store, reference: str) -> FoundImage:
    place = place_of(store, reference)
    found = tagged(store, place.repository, place.name) if place is not None else None
    if found is None:
        return FoundImage(reference, is_found=False)
    return FoundImage(
        reference,
        is_found=True,
        architectures=_architectures(found),
        digest=found.manifest.digest,
    )


def _architectures(found: Tagged) -> tuple[str, ...]:
    known = (image.architecture for image in found.images)
    return tuple(dict.fromkeys(each for each in known if each is not None))
