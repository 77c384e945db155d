"""What is to be published: each reference, each architecture, and where the image lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..pipeline import (
    ARCHITECTURES,
    ImageArchive,
    ImageReference,
    NotAReference,
    Report,
    ReportedImage,
    Supply,
    SupplyState,
    repository_of,
)
from ..pipeline.core.policy import Limits


@dataclass(frozen=True, slots=True)
class PlannedImage:
    """One image for one architecture (``x86_64``, ``aarch64``) at the address ``reference``.

    ``archive`` is the address of the image archive in the package, None where the package ships
    none: then the registry is only asked. ``config`` is the digest of the configuration of the
    image in the archive that is meant. ``is_asked`` is False for what comes from another registry
    on purpose. ``original`` is the address before the rewrite, as the report names the image.
    """

    reference: str
    architecture: str
    archive: str | None = None
    config: str | None = None
    is_asked: bool = True
    original: str = ""


@dataclass(frozen=True, slots=True)
class PlannedChart:
    """A chart, whose ``content`` (tgz) becomes an OCI artifact at ``reference``."""

    reference: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """All that one publication puts into a registry.

    ``package`` is the stored zip, original or released: its image archives are the same.
    ``limits`` are those under which it was examined.
    """

    package: Path
    images: tuple[PlannedImage, ...]
    charts: tuple[PlannedChart, ...] = ()
    limits: Limits = field(default_factory=Limits)


def by_reference(images: Iterable[PlannedImage]) -> dict[str, tuple[PlannedImage, ...]]:
    """The images of each reference, in the order in which it comes first."""
    found: dict[str, list[PlannedImage]] = {}
    for image in images:
        found.setdefault(image.reference, []).append(image)
    return {reference: tuple(planned) for reference, planned in found.items()}


def planned_images(
    report: Report, moved: Mapping[str, str], registry: str, architectures: Sequence[str]
) -> tuple[PlannedImage, ...]:
    """What a package released from ``report`` pulls, for each promised or shipped architecture.

    ``architectures`` are those promised. ``moved`` maps each original address that the released
    package rewrites to its target (a release's ``expected``); all other images are pulled as they
    are written. ``registry`` is ``host[:port]`` of the policy: images of another registry are not
    asked for. An image that several rows of the report lead to is planned once, shipped where one
    of them is. The images of upgrades go where the version that is deployed went.
    """
    archives = {archive.name: archive for archive in report.archives or ()}
    found: dict[tuple[str, str, str | None], PlannedImage] = {}
    repositories = {repository_of(original) for original in moved}
    for image in report.needed:
        reference = moved.get(image.original, image.original)
        if image.instance_tag is not None and repository_of(image.original) in repositories:
            reference = image.target or reference
        is_asked = _registry_of(reference) == registry
        for architecture in ARCHITECTURES:
            supply = _supply(image, architecture)
            if supply is None and architecture not in architectures:
                continue
            archive = archives.get(supply.archive or "") if supply is not None else None
            planned = PlannedImage(
                reference,
                architecture,
                archive=archive.address if archive is not None and is_asked else None,
                config=_config(archive, image, architecture) if archive and is_asked else None,
                is_asked=is_asked,
                original=image.original,
            )
            found.setdefault((reference, architecture, planned.config), planned)
    return tuple(_without_idle(tuple(found.values())))


def _without_idle(planned: tuple[PlannedImage, ...]) -> Iterator[PlannedImage]:
    """What is shipped need not be asked for once more."""
    shipped = {(each.reference, each.architecture) for each in planned if each.archive}
    for each in planned:
        if each.archive or (each.reference, each.architecture) not in shipped:
            yield each


def _registry_of(reference: str) -> str:
    try:
        return ImageReference.parse(reference).registry
    except NotAReference:
        return ""


def _supply(image: ReportedImage, architecture: str) -> Supply | None:
    for supply in image.supplies:
        if supply.architecture == architecture and supply.state is SupplyState.SHIPPED:
            return supply
    return None


def _config(archive: ImageArchive, image: ReportedImage, architecture: str) -> str | None:
    """Which image of the archive is meant: the one that bears the name, else the only one."""
    fitting = [each for each in archive.images if each.platform == architecture]
    wanted = [_names(name) for name in (image.original, image.target or "") if name]
    for level in range(3):
        for names in wanted:
            for each in fitting:
                if names[level] in {_names(name)[level] for name in each.references}:
                    return each.config
    return fitting[0].config if fitting else None


def _names(text: str) -> tuple[str, str, str]:
    """A name in full, without its registry, and its last segment alone, each with the tag."""
    try:
        parts = ImageReference.parse(text)
    except NotAReference:
        return text, text, text
    path = f"{parts.repository.removeprefix('library/')}:{parts.tag or 'latest'}"
    return parts.normal(), path, path.rpartition("/")[2]
