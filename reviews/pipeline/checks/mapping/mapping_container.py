"""The container that an operator's mapping names is in the ClusterServiceVersion.

**What.** An entry for the operator's own image names a Deployment of `spec.install`, a container of
it, or both. The public guide does not name the keys; the portal looks at `name`, `deployment`,
`deploymentName`, `container` and `containerName`, which is a guess, and compares them with the
Deployments and with their containers of the entry's `type`.

**Why.** The platform fills in the image of the container that it finds by these names.

**How to fix it.** Write the names as they are in the ClusterServiceVersion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...core.suggestions import nearest
from ...facts.model import Facts
from ...mapping.entries import CONTAINER_KEYS, CONTAINER_TYPES, DEPLOYMENT_KEYS, MappingEntry
from ...mapping.parts import Part
from ...package.operator import DEPLOYMENTS, Operator
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import OPERATOR_MAPPING, mapped_operator

ID = "OSC-MAP-020"
NAME = "mapping-container"
TITLE = _("The mapping names a container that is not there")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (
    mapped_operator(),
    mapped_operator(OPERATOR_MAPPING.replace("  container: demo-operator\n", "")),
)
BAD: tuple[Example, ...] = (
    mapped_operator(
        OPERATOR_MAPPING.replace("container: demo-operator", "container: manager")
    ).expecting(
        Expected(
            "OSC-MAP-020",
            "warning",
            "demo/images/mapping.yaml:3:14",
            message=Message("There is no container “%(name)s”.", {"name": "manager"}),
            help="Write the name as it is in the ClusterServiceVersion.",
        )
    ),
    mapped_operator(OPERATOR_MAPPING.replace("name: demo-operator", "name: demo")).expecting(
        Expected(
            "OSC-MAP-020",
            "warning",
            "demo/images/mapping.yaml:2:9",
            message=Message("There is no Deployment “%(name)s”.", {"name": "demo"}),
            help="Write the name as it is in the ClusterServiceVersion.",
        )
    ),
    mapped_operator(OPERATOR_MAPPING.replace("type: container", "type: initContainer")).expecting(
        Expected(
            "OSC-MAP-020",
            "warning",
            "demo/images/mapping.yaml:4:9",
            message=Message(
                "The container “%(name)s” is not of type %(kind)s.",
                {"name": "demo-operator", "kind": "initContainer"},
            ),
            help=Message("Write “type: %(kind)s”.", {"kind": "container"}),
        )
    ),
)

_Containers = dict[str, dict[str, str]]
"""For each Deployment: its containers by name, with their types."""


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Entries whose Deployment or container no ClusterServiceVersion installs."""
    if facts.mapping is None or facts.operator is None or not facts.operator.csvs:
        return
    known = _containers(facts.operator)
    for entry in facts.mapping.others:
        yield from _of_entry(entry, known)


def _of_entry(entry: MappingEntry, known: _Containers) -> Iterator[Problem]:
    deployment, container = _named(entry, DEPLOYMENT_KEYS), _named(entry, CONTAINER_KEYS)
    kind = entry.text("type") if entry.text("type") in CONTAINER_TYPES else ""
    every = {name: type_ for each in known.values() for name, type_ in each.items()}
    if deployment is not None and deployment.text not in known:
        if container is not None or deployment.text not in every:
            yield _problem(
                _("There is no Deployment “%(name)s”.", **_name(deployment)), deployment, known
            )
            return
        container, deployment = deployment, None
    if container is None:
        return
    inside = known.get(deployment.text or "", {}) if deployment is not None else every
    if container.text not in inside:
        yield _problem(
            _("There is no container “%(name)s”.", **_name(container)), container, inside
        )
    elif kind and inside[container.text or ""] != kind:
        words = _(
            "The container “%(name)s” is not of type %(kind)s.",
            name=container.text or "",
            kind=kind,
        )
        remedy = _("Write “type: %(kind)s”.", kind=inside[container.text or ""])
        yield Problem(words, remedy, entry.parts["type"].place)


def _problem(words: Message, part: Part, known: Iterable[str]) -> Problem:
    meant = nearest(part.text or "", known)
    remedy = _("Write the name as it is in the ClusterServiceVersion.")
    if meant is not None:
        remedy = _("Probably “%(meant)s” is meant.", meant=meant)
    return Problem(words, remedy, part.place)


def _named(entry: MappingEntry, keys: tuple[str, ...]) -> Part | None:
    return next((entry.parts[key] for key in keys if entry.text(key)), None)


def _name(part: Part) -> dict[str, str]:
    return {"name": (part.text or "")[:200]}


def _containers(operator: Operator) -> _Containers:
    found: _Containers = {}
    for csv in operator.csvs:
        for deployment in csv.items(DEPLOYMENTS):
            pod = _at(deployment, "spec", "template", "spec")
            containers = found.setdefault(str(_at(deployment, "name")), {})
            for kind in CONTAINER_TYPES:
                items = _at(pod, f"{kind}s")
                for item in items if isinstance(items, list) else ():
                    containers.setdefault(str(_at(item, "name")), kind)
    return found


def _at(data: object, *keys: str) -> object:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data
