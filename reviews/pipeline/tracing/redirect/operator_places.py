"""Where an operator names images: in its CSVs, which the platform rewrites, and elsewhere.

Nothing is rendered, so each place is known by the schema of the Operator Lifecycle Manager: the
pod templates of ``spec.install``, ``spec.relatedImages``, and the annotations, some of which
hold JSON (``alm-examples``: the resources from which customers begin).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...manifests.image_places import (
    DocumentString,
    ImagePlace,
    ImagePlaces,
    PlaceKind,
    places_in,
    texts_in,
)
from ...package.operator import CRD_KIND, CSV_KIND, DEPLOYMENTS, Manifest, Operator
from ...yaml.source import Path

_RELATED: Path = ("spec", "relatedImages")
_ANNOTATIONS: tuple[Path, ...] = (("metadata", "annotations"), ("spec", "annotations"))
_SCORECARD = "scorecard.operatorframework.io/"


def operator_places(operator: Operator) -> ImagePlaces:
    """Every place of ``operator`` that is, holds or mentions an image, in order of the files."""
    fields: list[ImagePlace] = []
    outside: list[ImagePlace] = []
    parts: list[ImagePlace] = []
    mentions: list[ImagePlace] = []
    for manifest in operator.manifests:
        for place in _places(manifest):
            if place.kind is PlaceKind.PART:
                parts.append(place)
            elif manifest.kind == CSV_KIND and place.kind is PlaceKind.IMAGE:
                fields.append(place)
            elif manifest.kind != CSV_KIND and place.kind is PlaceKind.IMAGE:
                outside.append(place)
            else:
                mentions.append(place)
    return ImagePlaces(tuple(fields), tuple(outside), tuple(parts), tuple(mentions))


def _places(manifest: Manifest) -> Iterator[ImagePlace]:
    for string in texts_in(manifest.source, manifest.index, _holds_json):
        if "/" not in string.text and ":" not in string.text and not _is_deployed(manifest, string):
            continue
        for place in places_in(string):
            yield _judged(manifest, string, place)


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
