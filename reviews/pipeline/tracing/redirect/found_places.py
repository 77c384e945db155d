"""The places of images in files that no engine renders, sorted by what is to become of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ...manifests.image_pieces import ImagePieces, ImagePlaces, root_of, spelled_in
from ...manifests.image_places import (
    DocumentString,
    ImagePlace,
    PlaceKind,
    is_prefix,
    places_in,
    variable_of,
)
from ...manifests.references import is_in_cluster, parsed
from ...yaml.source import Path


@dataclass
class FoundPlaces:
    """What was found so far; see ``ImagePlaces``."""

    fields: list[ImagePlace] = field(default_factory=list)
    outside: list[ImagePlace] = field(default_factory=list)
    parts: list[ImagePlace] = field(default_factory=list)
    mentions: list[ImagePlace] = field(default_factory=list)
    composed: list[ImagePieces] = field(default_factory=list)
    inside: list[ImagePlace] = field(default_factory=list)
    unreadable: list[ImagePlace] = field(default_factory=list)

    def add_pieces(
        self,
        strings: Sequence[DocumentString],
        is_read: Callable[[Path], bool],
        *,
        is_completed: bool,
    ) -> tuple[set[Path], set[Path]]:
        """Find what the JSON in ``strings`` spells in pieces, at the YAML paths that are read.

        Gives the paths of the pieces, and those of the resources that give a registry to be put
        before what they name. ``is_completed`` is that of ``spelled_in``.
        """
        taken: set[Path] = set()
        joined: set[Path] = set()
        by_text: dict[Path, list[DocumentString]] = {}
        for string in strings:
            if string.json is not None and is_read(string.yaml_path):
                by_text.setdefault(string.yaml_path, []).append(string)
        for path, texts in by_text.items():
            spelled = spelled_in(texts, is_completed=is_completed)
            self.composed.extend(spelled.images)
            self.parts.extend(spelled.loose)
            self.inside.extend(spelled.inside)
            taken |= spelled.taken
            joined |= {path + root for root in spelled.joined}
        return taken, joined

    def add(self, place: ImagePlace, joined: set[Path], *, is_rewritten: bool) -> None:
        """Sort one place that is an image or a part of one; ``joined`` as ``add_pieces`` gives it.

        A container's image is whole, whatever is beside it, and so is a related image.
        """
        reference = parsed(place.image)
        if reference is None or _is_whole_by_schema(place):
            pass
        elif is_in_cluster(reference.registry) or is_in_cluster(place.image.partition("/")[0]):
            self.inside.append(place)
            return
        elif not (reference.registry or _is_related(place)) and _scopes(place.string) & joined:
            place = place.as_kind(PlaceKind.PART)
        if place.kind is PlaceKind.PART:
            self.parts.append(place)
        else:
            (self.fields if is_rewritten else self.outside).append(place)

    def settled(self) -> ImagePlaces:
        """All of it, where an address that others begin with is no image but their prefix."""
        fields: list[ImagePlace] = []
        prefixes = self._prefixes()
        for place in self.fields:
            if place.image in prefixes and not _is_whole_by_schema(place):
                self.parts.append(place.as_kind(PlaceKind.PART))
            else:
                fields.append(place)
        return ImagePlaces(
            tuple(fields),
            tuple(self.outside),
            tuple(self.parts),
            tuple(self.mentions),
            tuple(self.composed),
            tuple(self.inside),
            tuple(self.unreadable),
        )

    def _prefixes(self) -> set[str]:
        """Every beginning of the addresses that the package names, up to a slash."""
        found: set[str] = set()
        for image in (
            *(each.image for each in self.fields),
            *(each.image for each in self.outside),
            *(each.image for each in self.composed),
        ):
            found.update(image[:at] for at, letter in enumerate(image) if letter == "/")
        return found


def containers_with_registry(strings: Iterable[DocumentString]) -> set[Path]:
    """The containers with a variable that is a registry, to be put before what others name."""
    return {
        string.path[:-3]
        for string in strings
        if variable_of(string) is not None
        and is_prefix(string.text)
        and any(each.kind is PlaceKind.PART for each in places_in(string))
    }


def _is_whole_by_schema(place: ImagePlace) -> bool:
    return place.use.is_pulled or place.string.full_path[:2] == ("spec", "relatedImages")


def _is_related(place: ImagePlace) -> bool:
    """Whether it is a variable that holds a whole reference by the convention of operators."""
    return (variable_of(place.string) or "").startswith("RELATED_IMAGE_")


def _scopes(string: DocumentString) -> set[Path]:
    """The container or the resource around a string."""
    root = string.yaml_path + root_of(string.path) if string.json is not None else string.path[:-3]
    return {root}
