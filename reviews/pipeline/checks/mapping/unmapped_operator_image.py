"""Every image of an operator has an entry in `images/mapping.yaml`.

**What.** The package brings a mapping, and an image of a container in `spec.install`, or one in
`alm-examples`, has no entry in it: none is called by its name, names its container, or names its
field. The form of an operator's mapping is public only in part, so this is a warning.

**Why.** The platform stores and fills in the images that the mapping names.

**How to fix it.** Add an entry with the image's name and tag and its archives.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.image_places import ImagePlace
from ...manifests.references import ImageReference, NotAReference
from ...mapping.entries import CONTAINER_KEYS, DEPLOYMENT_KEYS, ImageMapping
from ...package.operator import ALM_EXAMPLES, DEPLOYMENTS
from ...yaml.source import dotted
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import OPERATOR_MAPPING, mapped_operator

ID = "OSC-MAP-021"
NAME = "unmapped-operator-image"
TITLE = _("An image of the operator has no entry in the mapping")
SEVERITY = Severity.WARNING
SOURCE: str | None = (
    "https://huaweicloud.com/s/Jeiuv-mXruWbveWklue9keermeS7o-eQhuacjeWKoeWZqOiuvue9riU/t_30_p_6/"
    "JeS6keWOn-eUn-acjeWKoeS4reW_gyBPU0Ml"
)
GOOD: tuple[Example, ...] = (mapped_operator(),)
BAD: tuple[Example, ...] = (
    mapped_operator(OPERATOR_MAPPING.partition("instances:")[0]).expecting(
        Expected(
            "OSC-MAP-021",
            "warning",
            "demo/package/demo-operator-1.0.0.zip!/demo/1.0.0/demo-operator.v1."
            "0.0.clusterserviceversion.yaml:12:30",
            message=Message(
                "No entry of images/mapping.yaml names %(image)s.",
                {"image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.0.0"},
            ),
            help="Add an entry with its name, its tag and its archives.",
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.0.0",
        )
    ),
    mapped_operator("instances:" + OPERATOR_MAPPING.partition("instances:")[2]).expecting(
        Expected(
            "OSC-MAP-021",
            "warning",
            "demo/package/demo-operator-1.0.0.zip!/demo/1.0.0/demo-operator.v1."
            "0.0.clusterserviceversion.yaml:61:24",
            message=Message(
                "No entry of images/mapping.yaml names %(image)s.",
                {"image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo-operator:1.0.0"},
            ),
            help="Add an entry with its name, its tag and its archives.",
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo-operator:1.0.0",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each image, at the first place where it is."""
    if facts.mapping is None or facts.operator is None or facts.places is None:
        return
    names = {entry.name for entry in facts.mapping.all_entries}
    containers = _containers(facts.mapping)
    by_image: dict[str, list[ImagePlace]] = {}
    for place in facts.places.fields:
        if _is_asked(place):
            by_image.setdefault(place.image, []).append(place)
    for composed in facts.places.composed:
        if _is_asked(composed.name):
            by_image.setdefault(composed.image, []).append(composed.name)
    for image, places in by_image.items():
        spoken = any(
            each.use.container in containers or _has_entry(facts.mapping, each) for each in places
        )
        if not spoken and _name_of(image) not in names:
            yield Problem(
                _("No entry of images/mapping.yaml names %(image)s.", image=image),
                _("Add an entry with its name, its tag and its archives."),
                places[0].place,
                image=image,
            )


def _is_asked(place: ImagePlace) -> bool:
    """Whether it is a container of ``spec.install``, or is in ``alm-examples``."""
    path = place.string.yaml_path
    if path[: len(DEPLOYMENTS)] == DEPLOYMENTS:
        return place.use.is_pulled
    return path[: len(ALM_EXAMPLES)] == ALM_EXAMPLES


def _containers(mapping: ImageMapping) -> set[str]:
    """The names by which entries refer to containers, whichever key they use."""
    keys = (*DEPLOYMENT_KEYS, *CONTAINER_KEYS)
    return {entry.text(key) for entry in mapping.others for key in keys} - {""}


def _has_entry(mapping: ImageMapping, place: ImagePlace) -> bool:
    paths = {place.path, dotted(place.string.path[1:])}
    return mapping.entry_for(paths, _name_of(place.image)) is not None


def _name_of(image: str) -> str:
    try:
        return ImageReference.parse(image).name
    except NotAReference:
        return image
