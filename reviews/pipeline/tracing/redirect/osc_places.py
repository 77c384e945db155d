"""Where an OSC-format package names images: in lifecycle.yaml and the csd files, and elsewhere.

Source: the packaging guide names these two as the files that hold the addresses. In
lifecycle.yaml it is the operator's deployments, in a csd file the sample instance, which is JSON
in a string. The chart of a package of Helm type is not looked at here: the engine renders it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...core.policy import Limits
from ...manifests.image_pieces import ImagePlaces
from ...manifests.image_places import (
    DocumentString,
    ImagePlace,
    PlaceKind,
    part_of_address,
    places_in,
    texts_in,
)
from ...package.chart_values import effective_leaves
from ...package.osc import LIFECYCLE, MANIFESTS, METADATA, OscPackage
from ...yaml.edit import CannotEdit
from ...yaml.source import Path
from ..experiment.markers import printed
from ..experiment.reference_spans import spans_of
from ..model import LeafChange, Replacement
from .found_places import FoundPlaces, containers_with_registry
from .operator_places import is_crd_default

_DEPLOYMENTS: Path = ("install", "deployments")
_SAMPLE: Path = ("spec", "defaultConfiguration")


def osc_places(osc: OscPackage, limits: Limits) -> ImagePlaces:
    """Every place of ``osc`` that is, holds or mentions an image, in order of the files.

    ``limits`` bound the YAML, which has been read within them before.
    """
    found = FoundPlaces()
    rewritten = {csd.file for csd in osc.csds} | {osc.address(LIFECYCLE)}
    values = effective_leaves(osc.chart) if osc.chart is not None else {}
    lifecycle = osc.sources.get(LIFECYCLE)
    is_completed = lifecycle is not None and bool(
        containers_with_registry(texts_in(lifecycle, 0, _holds_json))
    )
    for name, source in osc.sources.items():
        is_rewritten = source.file in rewritten
        for index, document in enumerate(source.each_document(limits)):
            kind = document.data_at(("kind",))
            strings = list(texts_in(document, index, _holds_json))
            taken: set[Path] = set()
            joined = containers_with_registry(strings) if is_rewritten else set()
            if is_rewritten and not osc.is_helm:
                taken, more = found.add_pieces(strings, _is_sample, is_completed=is_completed)
                joined |= more
            for string in strings:
                is_deployed = _is_deployed(name, kind, string, is_rewritten=is_rewritten)
                for place in _places(string, is_deployed=is_deployed):
                    if string.json is not None and string.path[1:] in values:
                        continue  # a value of the chart, of which the engine shows more
                    if string.full_path in taken:
                        continue
                    if place.kind is PlaceKind.MENTION or (osc.is_helm and _is_guess(place)):
                        found.mentions.append(place)
                    else:
                        found.add(place, joined, is_rewritten=is_rewritten)
    return found.settled()


def set_again(
    osc: OscPackage, changes: Iterable[LeafChange], places: ImagePlaces
) -> Iterator[Replacement]:
    """What the sample instances must say of the values that ``changes`` give the chart.

    The platform installs the chart with the sample's values, so one that repeats a value of
    values.yaml would bring the old one back. What cannot be edited is left as it is, and the
    proof shows what follows. ``places`` are edited already.
    """
    whole = {(each.file, each.string.full_path) for each in places.fields}
    for csd in osc.csds:
        texts = {
            string.path: string
            for string in texts_in(csd.source, 0, _holds_json)
            if string.json is not None and (csd.file, string.full_path) not in whole
        }
        for change in changes:
            string = texts.get(("spec", *change.leaf.path))
            if string is None or string.text != printed(change.leaf) or _is_in_pieces(change):
                continue
            place = part_of_address(string)
            try:
                edit = place.replace(change.text)
            except CannotEdit:
                continue
            yield Replacement(place, change.text, change.change_set, edit, change.images)


def _places(string: DocumentString, *, is_deployed: bool) -> Iterator[ImagePlace]:
    if "/" not in string.text and ":" not in string.text and not is_deployed:
        return
    for place in places_in(string):
        yield place if is_deployed else place.as_kind(PlaceKind.MENTION)


def _is_in_pieces(change: LeafChange) -> bool:
    """Whether the new text is that of a part, in a block or around a template expression."""
    leaf = change.leaf.leaf
    return leaf.style in {"literal", "folded"} or "{{" in leaf.text


def _is_guess(place: ImagePlace) -> bool:
    """Whether a value may be a part that a template puts together with others."""
    spans = spans_of(place.image) if place.string.json is not None else None
    return spans is not None and not spans.reference.tag and not spans.reference.digest


def _holds_json(path: Path, _text: str) -> bool:
    return _is_sample(path)


def _is_sample(path: Path) -> bool:
    return path == _SAMPLE


def _is_deployed(name: str, kind: object, string: DocumentString, *, is_rewritten: bool) -> bool:
    """Whether somebody but a reader takes the string: a cluster, the operator, the platform."""
    path = string.yaml_path
    if name == LIFECYCLE:
        return path[: len(_DEPLOYMENTS)] == _DEPLOYMENTS
    if is_rewritten:
        return path == _SAMPLE
    if kind == "CustomResourceDefinition":
        return is_crd_default(path)
    return name != METADATA and name.startswith(MANIFESTS)
