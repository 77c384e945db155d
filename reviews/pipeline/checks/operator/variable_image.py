"""Images in the environment and the arguments of the operator's container are given as a whole.

**What.** Five things are found: whole images in `env`, `args` or `command` of the containers of
`spec.install` (one finding a container, for information: the portal rewrites them); pieces of
addresses that the program completes at run time, as `REGISTRY: quay.io` or a `registry` in
`alm-examples`, with the other pieces that are known (one finding a container or map); images in the
registry of the customer's own cluster (for information); `RELATED_IMAGE_...` without a value; and
variables that read an annotation of the pod (`fieldRef`) which its template does not set.

**Why.** The platform's own `images/mapping.yaml` fills the image of a container and nothing else,
so whatever else names an image relies on the rewrite of the file. A piece of an address is
completed by the program of the operator: nobody but it knows to what, so it is not rewritten.
What the cluster's own registry holds was built there, and nobody pulls it from outside.

**How to fix it.** Give each image whole in a variable of its own. Give `RELATED_IMAGE_...` a
value; one that is taken from elsewhere (`valueFrom`) cannot be rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.downward import annotation_read
from ...manifests.image_places import DocumentString, ImagePlace, variable_of
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
_PIECE_VARIABLE = re.compile(
    r"(?:.*_)?(?:REGISTRY|REPO|REPOSITORY|PREFIX|HUB|PROJECT|ORG|ORGANI[SZ]ATION|IMAGE|IMAGE_NAME"
    r"|TAG|DIGEST)",
    re.IGNORECASE,
)
_ONE_WORD = re.compile(r"(?:sha256:)?[^\s/:]+")
_NO_PIECE_VARIABLE = re.compile(r".*(?:POLICY|SECRETS?)|RELATED_IMAGE_.*", re.IGNORECASE)
_IMAGE_LINE = f"                image: {OURS}/demo-operator:1.0.0\n"
_READING = (
    "{name: PROXY, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['images/proxy']\"}}}"
)


def _with_env(entry: str) -> str:
    return CSV.replace(
        _IMAGE_LINE, f"{_IMAGE_LINE}                env:\n                - {entry}\n"
    )


def _with_sample(entries: str) -> str:
    return CSV.replace(f'"image": "{OURS}/demo:1.0.0"', entries)


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
                "The program completes these pieces of addresses at run time:"
                " %(pieces)s. They are not rewritten, so what they lead to is"
                " pulled from its old address.",
                {"pieces": ("REGISTRY=quay.io",)},
            ),
            help="Give each image whole, in a variable or a field of its own.",
        )
    ),
    operator_package(
        csv=_with_env(
            "{name: REGISTRY, value: quay.io}\n"
            "                - {name: PROJECT, value: demo}\n"
            "                - {name: BACKUP_REPO, value: backup}\n"
            "                - {name: BACKUP_TAG, value: '1.0'}"
        )
    ).expecting(
        Expected(
            "OSC-OPR-010",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:63:43",
            message=Message(
                "The program completes these pieces of addresses at run time:"
                " %(pieces)s. They are not rewritten, so what they lead to is"
                " pulled from its old address.",
                {
                    "pieces": (
                        "REGISTRY=quay.io",
                        "PROJECT=demo",
                        "BACKUP_REPO=backup",
                        "BACKUP_TAG=1.0",
                    )
                },
            ),
            help="Give each image whole, in a variable or a field of its own.",
        )
    ),
    operator_package(
        csv=_with_sample('"imageRegistry": "quay.io/demo", "imageTag": "1.0"')
    ).expecting(
        Expected(
            "OSC-OPR-010",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:12:38",
            message=Message(
                "The program completes these pieces of addresses at run time:"
                " %(pieces)s. They are not rewritten, so what they lead to is"
                " pulled from its old address.",
                {
                    "pieces": (
                        ("metadata.annotations.alm-examples[0].spec.imageRegistry=quay.io/demo"),
                        "metadata.annotations.alm-examples[0].spec.imageTag=1.0",
                    )
                },
            ),
            help="Give each image whole, in a variable or a field of its own.",
        )
    ),
    operator_package(
        csv=_with_sample('"output": {"image": "registry.build.svc:5000/demo/app"}')
    ).expecting(
        Expected(
            "OSC-OPR-010",
            "info",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:12:41",
            message=Message(
                "%(name)s gives %(text)s, which is in the registry of the"
                " customer's own cluster. It is left as it is.",
                {
                    "name": "metadata.annotations.alm-examples[0].spec.output.image",
                    "text": "registry.build.svc:5000/demo/app",
                },
            ),
            help="Nothing, if it is where the operator puts what it builds.",
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
    if facts.places is None or facts.chart is not None:
        return
    csvs = facts.operator.csvs if facts.operator is not None else ()
    by_holder: dict[tuple[str, int, Path], list[ImagePlace]] = {}
    for place in facts.places.parts:
        key = (place.file, place.string.index, _holder(place.string))
        by_holder.setdefault(key, []).append(place)
    for (file, index, holder), places in by_holder.items():
        csv = next((each for each in csvs if (each.file, each.index) == (file, index)), None)
        yield _pieces(places, list(_others(csv, holder)) if csv is not None else [])
    for place in facts.places.inside:
        yield _inside(place)
    for csv in csvs:
        yield from _without_value(csv)
    by_container: dict[tuple[str, int, str], list[ImagePlace]] = {}
    for place in facts.places.fields:
        in_install = place.string.yaml_path[: len(DEPLOYMENTS)] == DEPLOYMENTS
        if in_install and place.use.position == "other" and place.use.container:
            container = (place.file, place.string.index, place.use.container)
            by_container.setdefault(container, []).append(place)
    for (_file, _index, name), places in by_container.items():
        yield _whole(name, places)


def _holder(string: DocumentString) -> Path:
    """What holds the pieces that may belong together: a container, or a map."""
    path = string.full_path
    for depth in range(len(path) - 1, 0, -1):
        if isinstance(path[depth], int) and path[depth - 1] in {"containers", "initContainers"}:
            return path[: depth + 1]
    return path[:-1]


def _others(csv: Manifest, holder: Path) -> Iterator[str]:
    """What other variables of a container may be joined with a piece, as far as names say it."""
    for path, name in variables(csv):
        text = csv.text((*path, "value"))
        is_named_so = _PIECE_VARIABLE.fullmatch(name) and not _NO_PIECE_VARIABLE.fullmatch(name)
        if is_named_so and path[: len(holder)] == holder and _ONE_WORD.fullmatch(text):
            yield f"{name}={text}"


def _pieces(places: list[ImagePlace], others: list[str]) -> Problem:
    known = [f"{_name(each)}={each.image}" for each in places]
    return Problem(
        _(
            "The program completes these pieces of addresses at run time: %(pieces)s. They are not"
            " rewritten, so what they lead to is pulled from its old address.",
            pieces=tuple(dict.fromkeys([*known, *others])),
        ),
        _("Give each image whole, in a variable or a field of its own."),
        places[0].place,
    )


def _name(place: ImagePlace) -> str:
    return variable_of(place.string) or place.path


def _inside(place: ImagePlace) -> Problem:
    return Problem(
        _(
            "%(name)s gives %(text)s, which is in the registry of the customer's own cluster. It"
            " is left as it is.",
            name=_name(place),
            text=place.image,
        ),
        _("Nothing, if it is where the operator puts what it builds."),
        place.place,
        severity=Severity.INFO,
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
            images=listed(images),
        ),
        _("Nothing, if you approve the rewrite. Do not leave it to images/mapping.yaml."),
        places[0].place,
        images=images,
        severity=Severity.INFO,
    )
