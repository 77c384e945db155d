"""The secrets with which rendered pods pull their images.

A kubelet uses the ``imagePullSecrets`` of the pod. Only where a pod names none, Kubernetes fills
in those of its ServiceAccount when the pod is admitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .workloads import Document, Pointer

DEFAULT_SECRET = "default-secret"  # noqa: S105 - the name of a secret, not what it holds
"""The secret that the platform's clusters make in every namespace, for its registry."""

_CONTAINERS = ("containers", "initContainers")
_Account = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod, or the template of one, that pulls an image.

    ``pointer`` leads to its spec in document ``index`` of ``template``. ``secrets`` are the names
    of those it pulls with, its own or else those of its ServiceAccount. ``has_misplaced`` says
    that a container names some, where Kubernetes has no such field.
    """

    template: str
    index: int
    kind: str
    name: str
    pointer: Pointer
    secrets: tuple[str, ...]
    has_misplaced: bool = False

    @property
    def key(self) -> tuple[str, int, Pointer]:
        """What identifies this pod among all of the same render."""
        return (self.template, self.index, self.pointer)

    @property
    def title(self) -> str:
        """Kind and name of the resource that makes the pod, as people call it."""
        return f"{self.kind} {self.name}".rstrip()

    @property
    def is_served(self) -> bool:
        """Whether it pulls with the secret that opens the platform's registry."""
        return DEFAULT_SECRET in self.secrets


def pods_in(documents: Iterable[tuple[Document, Any]]) -> Iterator[Pod]:
    """The pods of one render: its documents with their parsed data, those that may hold an image.

    A ServiceAccount counts when it is among ``documents``.
    """
    resources = [each for document, data in documents for each in _resources(document, data, ())]
    accounts = {
        _account(resource, _metadata(resource).get("name")): secret_names(resource)
        for _document, resource, _pointer in resources
        if resource.get("kind") == "ServiceAccount"
    }
    for document, resource, pointer in resources:
        for place, spec in _pod_specs(resource):
            owner = _account(resource, spec.get("serviceAccountName") or spec.get("serviceAccount"))
            yield Pod(
                document.template,
                document.index,
                str(resource.get("kind") or ""),
                str(_metadata(resource).get("name") or ""),
                pointer + place,
                secret_names(spec) or accounts.get(owner, ()),
                _has_misplaced(spec),
            )


def secret_names(holder: Any) -> tuple[str, ...]:
    """The names in the ``imagePullSecrets`` of a pod's spec or a ServiceAccount.

    An item that is no map with a name is not Kubernetes' form and counts for nothing.
    """
    items = holder.get("imagePullSecrets") if isinstance(holder, dict) else None
    return tuple(
        str(item["name"])
        for item in (items if isinstance(items, list) else ())
        if isinstance(item, dict) and item.get("name")
    )


def _resources(
    document: Document, data: Any, pointer: Pointer
) -> Iterator[tuple[Document, dict[str, Any], Pointer]]:
    """The resource that ``data`` is, or those of a List."""
    if not isinstance(data, dict):
        return
    items = data.get("items")
    if data.get("kind") == "List" and isinstance(items, list):
        for number, item in enumerate(items):
            yield from _resources(document, item, (*pointer, "items", number))
    else:
        yield document, data, pointer


def _pod_specs(resource: dict[str, Any]) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Every pod spec that pulls an image: a Pod's own, and those under any ``template``."""
    waiting: list[tuple[Pointer, Any]] = [((), resource)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, list):
            waiting += [((*pointer, number), item) for number, item in enumerate(value)]
        elif isinstance(value, dict):
            is_spec = pointer[-2:] == ("template", "spec") or (
                pointer == ("spec",) and resource.get("kind") == "Pod"
            )
            if is_spec and _pulls(value):
                yield pointer, value
            waiting += [((*pointer, key), item) for key, item in reversed(value.items())]


def _has_misplaced(spec: dict[str, Any]) -> bool:
    """Whether a container of the pod names pull secrets, which only the pod itself can."""
    return any(
        isinstance(container, dict) and "imagePullSecrets" in container
        for key in _CONTAINERS
        if isinstance(containers := spec.get(key), list)
        for container in containers
    )


def _pulls(spec: dict[str, Any]) -> bool:
    lists = [spec.get(key) for key in _CONTAINERS]
    return any(
        isinstance(container, dict) and bool(container.get("image"))
        for containers in lists
        if isinstance(containers, list)
        for container in containers
    )


def _account(resource: dict[str, Any], name: Any) -> _Account:
    return str(_metadata(resource).get("namespace") or ""), str(name or "default")


def _metadata(resource: dict[str, Any]) -> dict[str, Any]:
    metadata = resource.get("metadata")
    return metadata if isinstance(metadata, dict) else {}
