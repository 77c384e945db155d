"""Images in the environment and the arguments of the operator's container are given as a whole.

**What.** Three things are found in the containers of `spec.install`: whole images in `env`, `args`
or `command` (one finding a container, for information: the portal rewrites them); pieces of an
address, as `REGISTRY: quay.io`; and variables without a value: `RELATED_IMAGE_...`, and those that
read an annotation of the pod (`fieldRef`) which its template does not set.

**Why.** The platform's own `images/mapping.yaml` fills the image of a container and nothing else,
so whatever else names an image relies on the rewrite of the file. A piece of an address is
completed by the program of the operator: nobody but it knows to what, so it is not rewritten.

**How to fix it.** Give each image whole in a variable of its own. Give `RELATED_IMAGE_...` a
value; one that is taken from elsewhere (`valueFrom`) cannot be rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.downward import annotation_read
from ...manifests.image_places import ImagePlace, variable_of
from ...package.operator import DEPLOYMENTS, Manifest, variables
from ...yaml.source import Path
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, OURS, operator_package

ID = "OSC-OPR-010"
NAME = "variable-image"
TITLE = _("An image is given to the operator in a variable")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
_IMAGE_LINE = f"                image: {OURS}/demo-operator:1.0.0\n"
_READING = (
    "{name: PROXY, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['images/proxy']\"}}}"
)


def _with_env(entry: str) -> str:
    return CSV.replace(
        _IMAGE_LINE, f"{_IMAGE_LINE}                env:\n                - {entry}\n"
    )


GOOD: tuple[Example, ...] = (
    operator_package(),
    operator_package(csv=_with_env("{name: IMAGE_PULL_POLICY, value: Always}")),
    operator_package(csv=_with_env("{name: DOCS, value: https://docs.demo.example/registry}")),
)
BAD: tuple[Example, ...] = (
    operator_package(csv=_with_env("{name: REGISTRY, value: quay.io}")).expecting(
        Expected(
            "OSC-OPR-010",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:63:43",
            message=Message(
                "%(name)s gives %(text)s, a piece of an address that is completed"
                " elsewhere. It is not rewritten, so what it leads to is pulled"
                " from its old address.",
                {"name": "REGISTRY", "text": "quay.io"},
            ),
            help="Give each image whole, in a variable or a field of its own.",
        )
    ),
    operator_package(csv=_with_env(_READING)).expecting(
        Expected(
            "OSC-OPR-010",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:63:26",
            message=Message(
                "The value of %(names)s is not given here, so no image can be rewritten.",
                {"names": ("PROXY",)},
            ),
            help="Give the image as the value of the variable.",
        )
    ),
    operator_package(csv=_with_env("{name: RELATED_IMAGE_DEMO}")).expecting(
        Expected(
            "OSC-OPR-010",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:63:26",
            message=Message(
                "The value of %(names)s is not given here, so no image can be rewritten.",
                {"names": ("RELATED_IMAGE_DEMO",)},
            ),
            help="Give the image as the value of the variable.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Pieces, missing values, and then whole images container by container."""
    if facts.operator is None or facts.places is None:
        return
    for place in facts.places.parts:
        yield _piece(place)
    for csv in facts.operator.csvs:
        yield from _without_value(csv)
    by_container: dict[tuple[str, int, str], list[ImagePlace]] = {}
    for place in facts.places.fields:
        in_install = place.string.yaml_path[: len(DEPLOYMENTS)] == DEPLOYMENTS
        if in_install and place.use.position == "other" and place.use.container:
            key = (place.file, place.string.index, place.use.container)
            by_container.setdefault(key, []).append(place)
    for (_file, _index, container), places in by_container.items():
        yield _whole(container, places)


def _piece(place: ImagePlace) -> Problem:
    return Problem(
        _(
            "%(name)s gives %(text)s, a piece of an address that is completed elsewhere. It is"
            " not rewritten, so what it leads to is pulled from its old address.",
            name=variable_of(place.string) or place.path,
            text=place.image,
        ),
        _("Give each image whole, in a variable or a field of its own."),
        place.place,
    )


def _without_value(csv: Manifest) -> Iterator[Problem]:
    """One problem for each container."""
    missing: dict[Path, list[Path]] = {}
    for path, name in variables(csv):
        is_related = name.startswith("RELATED_IMAGE_") and not csv.text((*path, "value"))
        if is_related or _reads_what_nobody_sets(csv, path):
            missing.setdefault(path[:-1], []).append((*path, "name"))
    for paths in missing.values():
        yield Problem(
            _(
                "The value of %(names)s is not given here, so no image can be rewritten.",
                names=tuple(csv.text(path) for path in paths),
            ),
            _("Give the image as the value of the variable."),
            csv.place(paths[0]),
        )


def _reads_what_nobody_sets(csv: Manifest, path: Path) -> bool:
    """Whether the variable at ``path`` reads an annotation that the pod template does not have."""
    annotation = annotation_read(csv.text((*path, "valueFrom", "fieldRef", "fieldPath")))
    if annotation is None:
        return False
    template = path[: path.index("template") + 1]
    return csv.source.data_at((*template, "metadata", "annotations", annotation)) is None


def _whole(container: str, places: list[ImagePlace]) -> Problem:
    images = tuple(dict.fromkeys(each.image for each in places))
    return Problem(
        _(
            "The container %(container)s gets %(images)s from its environment or arguments. The"
            " platform's own mapping fills only the container's image; these rely on the rewrite.",
            container=container,
            images=tuple(dict.fromkeys(each.image for each in places)),
        ),
        _("Nothing, if you approve the rewrite. Do not leave it to images/mapping.yaml."),
        places[0].place,
        images=images,
        severity=Severity.INFO,
    )
