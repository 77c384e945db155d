"""Where an operator names images: in its CSVs, which the platform rewrites, and elsewhere.

Nothing is rendered, so each place is known by the schema of the Operator Lifecycle Manager: the
pod templates of ``spec.install``, ``spec.relatedImages``, and the annotations, some of which
hold JSON (``alm-examples``: the resources from which customers begin).
"""

from __future__ import annotations

from dataclasses import dataclass

from ...manifests.image_pieces import ImagePlaces
from ...manifests.image_places import (
    DocumentString,
    ImagePlace,
    PlaceKind,
    places_in,
    texts_in,
)
from ...package.operator import ALM_EXAMPLES, CRD_KIND, CSV_KIND, DEPLOYMENTS, Manifest, Operator
from ...yaml.source import Path
from .found_places import FoundPlaces, containers_with_registry

_RELATED: Path = ("spec", "relatedImages")
_ANNOTATIONS: tuple[Path, ...] = (("metadata", "annotations"), ("spec", "annotations"))
_SCORECARD = "scorecard.operatorframework.io/"


def operator_places(operator: Operator) -> ImagePlaces:
    """Every place of ``operator`` that is, holds or mentions an image, in order of the files."""
    found = FoundPlaces()
    for manifest in operator.manifests:
        _Reading(manifest, found).read()
    return found.settled()


@dataclass
class _Reading:
    """One document of the operator."""

    manifest: Manifest
    found: FoundPlaces

    def read(self) -> None:
        manifest = self.manifest
        strings = list(texts_in(manifest.source, manifest.index, _holds_json))
        taken: set[Path] = set()
        joined: set[Path] = set()
        if manifest.kind == CSV_KIND:
            joined = containers_with_registry(strings)
            taken, more = self.found.add_pieces(strings, _is_annotation, is_completed=bool(joined))
            joined |= more
        for string in strings:
            if string.full_path in taken or not self._may_name(string):
                continue
            for place in places_in(string):
                self._sort(string, _judged(manifest, string, place), joined)

    def _may_name(self, string: DocumentString) -> bool:
        return "/" in string.text or ":" in string.text or _is_deployed(self.manifest, string)

    def _sort(self, string: DocumentString, place: ImagePlace, joined: set[Path]) -> None:
        is_csv = self.manifest.kind == CSV_KIND
        if is_csv and string.json is None and _is_broken_json(string):
            self.found.unreadable.append(place)
        elif place.kind is PlaceKind.MENTION:
            self.found.mentions.append(place)
        else:
            self.found.add(place, joined, is_rewritten=is_csv)


def _is_annotation(path: Path) -> bool:
    return any(path[: len(each)] == each for each in _ANNOTATIONS)


def _is_broken_json(string: DocumentString) -> bool:
    return string.yaml_path == ALM_EXAMPLES and _holds_json(string.yaml_path, string.text)


def _holds_json(path: Path, text: str) -> bool:
    return path[-2:-1] == ("annotations",) and text.lstrip()[:1] in {"[", "{"}


def _judged(manifest: Manifest, string: DocumentString, place: ImagePlace) -> ImagePlace:
    """``place`` with the kind that it has where it is written."""
    if not _is_deployed(manifest, string):
        return place.as_kind(PlaceKind.MENTION)
    if manifest.kind == CSV_KIND:
        is_annotation = string.json is None and string.yaml_path[-2:-1] == ("annotations",)
        is_all = (place.start, place.end) == (0, len(string.text))
        return place.as_kind(PlaceKind.MENTION) if is_annotation and not is_all else place
    if place.kind is PlaceKind.MENTION and not _is_comment(string.text, place.start):
        return place.as_kind(PlaceKind.IMAGE)
    return place


def _is_deployed(manifest: Manifest, string: DocumentString) -> bool:
    """Whether somebody but a reader takes the string: a cluster, the operator, a console."""
    path = string.yaml_path
    match manifest.kind:
        case kind if kind == CSV_KIND:
            in_annotations = any(path[: len(each)] == each for each in _ANNOTATIONS)
            return in_annotations or path[: len(DEPLOYMENTS)] == DEPLOYMENTS or _is_related(path)
        case kind if kind == CRD_KIND:
            return is_crd_default(path)
        case "":
            return False
    return not manifest.text(("apiVersion",)).startswith(_SCORECARD)


def _is_related(path: Path) -> bool:
    return path[: len(_RELATED)] == _RELATED and path[-1] == "image"


def is_crd_default(path: Path) -> bool:
    """Whether a CRD's schema fills it in where a resource leaves it out."""
    return any(
        part == "default" and path[index - 1] != "properties"
        for index, part in enumerate(path)
        if index
    )


def _is_comment(text: str, offset: int) -> bool:
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return line.lstrip().startswith("#")
