"""The images of the instance versions: what an instance pulls once it was moved to a tag.

Source: the packaging guide's section on the instance version definition. In mode ``url`` the
platform puts the whole address of the new image at ``path`` of the instance, in mode ``tag`` its
tag; so the image is the one that is decided there, with another tag.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..core.findings import Place
from ..core.messages import Message
from ..manifests.references import ImageReference, is_valid_tag, parsed
from ..package.csd import Csd
from ..package.osc import OscPackage
from ..package.version_definition import VersionDefinition, steps_of, tag_in
from ..yaml.source import Path, dotted
from .model import ImageSource, ImageStatus, SourceRole, TracedImage

_SAMPLE = "spec.defaultConfiguration"
_ROLES = {"url": SourceRole.REFERENCE, "tag": SourceRole.TAG}


@dataclass(frozen=True)
class InstanceImage:
    """What an instance of ``crd`` pulls when it is moved to ``tag``.

    ``base`` is the image of the version that is shipped, ``original`` and ``target`` are what
    becomes of it with the tag. ``mode`` and ``path`` are those of the definition, ``value_path``
    the steps of a chart's value there, () where none is. ``place`` is where the tag is written.
    ``is_published`` says that an earlier release has published the tag. ``fault`` says what
    rendering with the tag showed instead of exactly this change.
    """

    crd: str
    tag: str
    mode: str
    path: str
    value_path: Path
    base: TracedImage
    original: str
    target: str | None
    status: ImageStatus
    source: ImageSource
    is_published: bool = False
    fault: Message | None = None

    @property
    def place(self) -> Place:
        """Where the tag is written."""
        return Place(self.source.file, self.source.line, self.source.column)

    def given(self, image: str | None) -> str:
        """What is put at ``path`` so that ``image`` is pulled: itself, or its tag."""
        return self.tag if self.mode == "tag" or image is None else image


def instance_images(
    osc: OscPackage,
    images: Sequence[TracedImage],
    published: Sequence[VersionDefinition] = (),
) -> tuple[InstanceImage, ...]:
    """The image of every tag of every definition, but for those that ``images`` have themselves.

    ``images`` are those of the package, ``published`` the definitions of which earlier
    releases have published the images. A definition that decides no image of them has none, nor
    has a tag that is no valid one.
    """
    tags = {(each.crd, tag) for each in published for tag in each.tags}
    known = {image.original for image in images}
    found: dict[tuple[str, str], InstanceImage] = {}
    for csd in osc.csds:
        definition = csd.version_definition
        base = decided_by(osc, csd, images) if definition is not None else None
        if definition is None or base is None:
            continue
        for each in _of_tags(osc, csd, definition, base):
            if each.original not in known:
                key = (each.crd, each.original)
                found.setdefault(key, replace(each, is_published=(each.crd, each.tag) in tags))
    return tuple(found.values())


def decided_by(osc: OscPackage, csd: Csd, images: Sequence[TracedImage]) -> TracedImage | None:
    """The image whose address, or tag, is what the definition of ``csd`` points to."""
    definition = csd.version_definition
    steps = steps_of(definition.path) if definition is not None else None
    if definition is None or steps is None:
        return None
    role = _ROLES[definition.mode]
    values = {dotted(path) for path in _value_paths(steps)} if osc.is_helm else set()
    sample = dotted((*_SAMPLE.split("."), *steps))
    for image in images:
        for source in image.sources:
            in_sample = source.file == csd.file and source.path == sample
            if source.role is role and (in_sample or source.path in values):
                return image
    return None


def _value_paths(steps: Path) -> Iterator[Path]:
    """``steps`` as a path of chart values: from the custom resource's root, and from its spec."""
    yield steps
    if steps[0] == "spec" and len(steps) > 1:
        yield steps[1:]


def value_path_of(osc: OscPackage, definition: VersionDefinition) -> Path:
    """The steps to the chart's value at the definition's path; () where there is none."""
    values = osc.chart.values if osc.chart is not None and osc.is_helm else None
    steps = steps_of(definition.path)
    if values is None or steps is None:
        return ()
    return next((path for path in _value_paths(steps) if values.leaf_at(path) is not None), ())


def _of_tags(
    osc: OscPackage, csd: Csd, definition: VersionDefinition, base: TracedImage
) -> Iterator[InstanceImage]:
    value_path = value_path_of(osc, definition)
    written = csd.source.data_at((*csd.definition_path, "tags"))
    for index, each in enumerate(written if isinstance(written, list) else ()):
        tag, reference = str(each), parsed(base.original)
        if reference is None or not is_valid_tag(tag):
            continue
        path: Path = (*csd.definition_path, "tags", index)
        place = csd.place(path)
        yield InstanceImage(
            crd=definition.crd,
            tag=tag,
            mode=definition.mode,
            path=definition.path,
            value_path=value_path,
            base=base,
            original=_tagged(reference, tag),
            target=_tagged(goal, tag) if base.target and (goal := parsed(base.target)) else None,
            status=base.status,
            source=ImageSource(
                csd.file, dotted(path), place.line or 1, place.column or 1, SourceRole.TAG
            ),
        )


def _tagged(reference: ImageReference, tag: str) -> str:
    return str(replace(reference, tag=tag, digest=""))


@dataclass(frozen=True)
class UnknownInstance:
    """A definition of which no image is known: what the path decides, nothing has shown.

    ``fault`` says what rendering a chart with another tag showed; None where nothing renders.
    """

    csd: Csd
    definition: VersionDefinition
    fault: Message | None = None


def unknown_instances(
    osc: OscPackage, images: Sequence[TracedImage]
) -> tuple[UnknownInstance, ...]:
    """The definitions whose path leads to what their mode wants, and decides none of ``images``."""
    found = []
    for csd in osc.csds:
        definition = csd.version_definition
        value = osc.value_at(csd, definition.path) if definition is not None else None
        if definition is None or value is None or value.text is None:
            continue
        fits = tag_in(definition.mode, value.text) is not None
        if fits and decided_by(osc, csd, images) is None:
            found.append(UnknownInstance(csd, definition))
    return tuple(found)


def faults(images: Sequence[InstanceImage]) -> Iterator[tuple[Message, tuple[InstanceImage, ...]]]:
    """Each fault once for each definition, with the images that it is of."""
    found: dict[tuple[str, str], list[InstanceImage]] = {}
    for image in images:
        if image.fault is not None:
            found.setdefault((image.crd, str(image.fault)), []).append(image)
    for same in found.values():
        if (fault := same[0].fault) is not None:
            yield fault, tuple(same)
