"""What ``images/mapping.yaml`` would write, and which image would come of it.

The platform writes pieces of an image's new address to the values that the mapping names. The
official page explains six kinds of pieces, three of them in words that can be read in several
ways, so every reading is tried: the mapping is contradicted only when it is wrong under all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from ..images import ImageReference
from ..package.helm import ValueLeaf
from ..package.mapping import ImageMapping, MappingEntry
from ..yaml_source import Path, dotted
from .marks import Owner
from .trace import Status, Trace, TracedImage, TracedUse


class Piece(Enum):
    """A piece of ``host/organization/name:tag``."""

    WHOLE = "host/organization/name:tag"
    ADDRESS = "host/organization/name"
    PREFIX = "host/organization"
    PATH = "organization/name"
    HOST = "host"
    NAME = "name"
    TAG = "tag"

    def of(self, target: ImageReference) -> str:
        """This piece of ``target``."""
        organization, _slash, name = target.repository.rpartition("/")
        match self:
            case Piece.WHOLE:
                return str(target)
            case Piece.ADDRESS:
                return f"{target.registry}/{target.repository}"
            case Piece.PREFIX:
                return f"{target.registry}/{organization}"
            case Piece.PATH:
                return target.repository
            case Piece.HOST:
                return target.registry
            case Piece.NAME:
                return name
            case Piece.TAG:
                return target.tag


_PLAIN = {"fullAddress": Piece.WHOLE, "endpoint": Piece.HOST, "tag": Piece.TAG}
READINGS: tuple[Mapping[str, Piece], ...] = (
    {**_PLAIN, "repository": Piece.PATH, "prefixAddress": Piece.ADDRESS, "repo": Piece.NAME},
    {**_PLAIN, "repository": Piece.PATH, "prefixAddress": Piece.PREFIX, "repo": Piece.NAME},
    {**_PLAIN, "repository": Piece.ADDRESS, "prefixAddress": Piece.PREFIX, "repo": Piece.PATH},
)
"""The ways to understand the six keys; ``fullAddress``, ``endpoint`` and ``tag`` have one each."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An image that the mapping speaks of and does not bring to its target.

    ``rendered`` is what would come of it under the first reading; ``deciding`` are the paths of
    the values that decide the image.
    """

    entry: MappingEntry
    image: TracedImage
    rendered: str
    deciding: tuple[str, ...]


def paths_of(use: TracedUse) -> frozenset[str]:
    """The dotted paths of all values that provide a part of ``use``."""
    return frozenset(dotted(path) for owner in use.owners for path in owner.leaf.paths)


def entry_of(mapping: ImageMapping, image: TracedImage) -> MappingEntry | None:
    """The entry that speaks of ``image``."""
    anatomy = image.uses[0].anatomy
    if anatomy is None:
        return None
    paths = {path for use in image.uses for path in paths_of(use)}
    return mapping.entry_for(paths, anatomy.reference.name)


def idle_entries(mapping: ImageMapping, trace: Trace) -> list[MappingEntry]:
    """The entries with paths that speak of no image which was seen."""
    used = {id(entry_of(mapping, image)) for image in trace.images}
    return [each for each in mapping.entries if each.addresses and id(each) not in used]


def namesakes(entry: MappingEntry, mapping: ImageMapping, trace: Trace) -> list[TracedImage]:
    """Images that no entry speaks of and that have the name of ``entry``: it was meant for them."""
    name = entry.image.rpartition("/")[2]
    return [
        image
        for image in trace.images
        if (anatomy := image.uses[0].anatomy) is not None
        and anatomy.reference.name == name
        and entry_of(mapping, image) is None
    ]


def contradictions(
    mapping: ImageMapping, trace: Trace, leaves: Mapping[Path, ValueLeaf]
) -> Iterator[Contradiction]:
    """The images that no reading of the mapping brings to their targets.

    ``leaves`` are the chart's values in force, by path.
    Only images that values move are asked about. An empty value may decide once something is
    written to it, so an entry that names one is believed.
    """
    for image in trace.images:
        entry = entry_of(mapping, image)
        if entry is None or image.status not in {Status.REDIRECTED, Status.UNCHANGED}:
            continue
        if any(leaf.leaf.value in ("", None) for leaf in _named(entry, leaves)):
            continue
        for use in image.uses:
            results = [_rendered(use, texts) for texts in _written(entry, image)]
            goal = image.target.partition("@")[0]
            if all(text is not None and text != goal for text in results):
                deciding = tuple(dotted(owner.leaf.path) for owner in use.owners)
                yield Contradiction(entry, image, results[0] or "", deciding)
                break


def _named(entry: MappingEntry, leaves: Mapping[Path, ValueLeaf]) -> list[ValueLeaf]:
    wanted = set(map(plain_path, entry.addresses.values()))
    return [leaf for path, leaf in leaves.items() if dotted(path) in wanted]


def _written(entry: MappingEntry, image: TracedImage) -> Iterator[dict[str, str]]:
    """What each reading writes, by dotted path."""
    target = ImageReference.parse(image.target)
    for reading in READINGS:
        yield {
            plain_path(path): reading[key].of(target)
            for key, path in entry.addresses.items()
            if key in reading
        }


def plain_path(address: str) -> str:
    """A path of the mapping as ``dotted`` writes it."""
    return address.removeprefix(".").removeprefix("Values.")


def _rendered(use: TracedUse, texts: Mapping[str, str]) -> str | None:
    """The image with ``texts`` in the values they are for; None where that cannot be told.

    The digest that stays behind is left out: that it wins over the tag is another matter.
    """
    if use.anatomy is None:
        return None
    result, end = "", 0
    for owner in sorted(use.owners, key=lambda each: each.start):
        text = next((texts[path] for path in _dotted_paths(owner) if path in texts), None)
        if text is None:
            continue
        if not owner.fills and (owner.leaf_start, owner.leaf_end) != (0, len(owner.text)):
            return None
        result += use.use.image[end : owner.start] + text + (owner.separator if text else "")
        end = owner.end
    return (result + use.use.image[end:]).partition("@")[0]


def _dotted_paths(owner: Owner) -> Iterator[str]:
    return (dotted(path) for path in owner.leaf.paths)
