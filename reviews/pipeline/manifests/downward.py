"""Environment variables that read an annotation of their own pod: the downward API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_FIELD = re.compile(r"metadata\.annotations\['([^']+)'\]")
# Set by the cluster or by the lifecycle manager of operators when the pod starts.
_SET_ELSEWHERE = re.compile(r"olm\..+|(?:.+\.)?(?:kubernetes|k8s|openshift|cni\.cncf)\.io/.+")
_CONTAINERS = ("initContainers", "containers")


@dataclass(frozen=True, slots=True)
class UnsetAnnotation:
    """A variable of a container that reads an annotation which its pod does not have."""

    template: str
    kind: str
    name: str
    container: str
    variable: str
    annotation: str


def unset_annotations(template: str, data: Any) -> Iterator[UnsetAnnotation]:
    """The variables in ``data`` that read an annotation of a pod template which nobody sets."""
    if not isinstance(data, dict):
        return
    metadata = data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else ""
    for pod in _pods(data):
        for container, variable, annotation in unset_variables(pod):
            kind = str(data.get("kind") or "")
            yield UnsetAnnotation(template, kind, str(name or ""), container, variable, annotation)


def unset_variables(pod: Any) -> Iterator[tuple[str, str, str]]:
    """Container, variable and annotation of what a pod (or its template) reads and lacks."""
    metadata = pod.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    known = annotations if isinstance(annotations, dict) else {}
    for containers in _CONTAINERS:
        for container in _maps(pod["spec"].get(containers)):
            for entry in _maps(container.get("env")):
                annotation = annotation_read(_field_path(entry))
                if annotation and annotation not in known:
                    name = str(container.get("name") or "")
                    yield name, str(entry.get("name") or ""), annotation


def annotation_read(field_path: str) -> str | None:
    """The annotation that a field reference reads, None for others and what a cluster sets."""
    match = _FIELD.fullmatch(field_path)
    return match[1] if match and not _SET_ELSEWHERE.fullmatch(match[1]) else None


def _field_path(entry: dict[str, Any]) -> str:
    source = entry.get("valueFrom")
    reference = source.get("fieldRef") if isinstance(source, dict) else None
    path = reference.get("fieldPath") if isinstance(reference, dict) else None
    return path if isinstance(path, str) else ""


def _pods(data: Any) -> Iterator[dict[str, Any]]:
    """Every map with the specification of a pod in it, the innermost first."""
    if isinstance(data, dict):
        for value in data.values():
            yield from _pods(value)
        spec = data.get("spec")
        if isinstance(spec, dict) and isinstance(spec.get("containers"), list):
            yield data
    elif isinstance(data, list):
        for item in data:
            yield from _pods(item)


def _maps(value: Any) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item
