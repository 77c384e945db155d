"""Which changes make a manifest wrong: images led astray, labels and names that are not legal.

Source: the syntax of labels and names in the Kubernetes documentation ("Labels and Selectors",
"Object Names and IDs").
"""

from __future__ import annotations

import re
from typing import Any

from ..manifests.workloads import Pointer

_LABELS = frozenset({"labels", "matchLabels", "nodeSelector", "selector", "commonLabels"})
_LABEL = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_KEY = re.compile(
    r"(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?")
_SHORT_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_OF_NAMED = frozenset(
    {"serviceAccountName", "serviceName", "claimName", "secretName", "configMapName"}
)
_NAMED_LISTS = frozenset({"containers", "initContainers", "ephemeralContainers", "volumes"})
_SHORT_KINDS = frozenset({"Service", "Namespace"})
_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})
_SELECTED = ("spec", "selector", "matchLabels")


def is_broken(kind: str, pointer: Pointer, before: Any, after: Any) -> bool:
    """Whether the field is a label, a name or a key that was legal and is so no more.

    A selector of a workload must not change at all: the API server refuses that in an upgrade.
    """
    if not isinstance(after, str) or not pointer:
        return False
    if kind in _WORKLOADS and pointer[:3] == _SELECTED and before is not None:
        return bool(before != after)
    parent = pointer[-2] if len(pointer) > 1 else None
    if before is None and parent in {*_LABELS, "annotations"}:
        return _KEY.fullmatch(str(pointer[-1])) is None
    pattern = _pattern(kind, pointer)
    if pattern is None or not isinstance(before, str) or not pattern.fullmatch(before):
        return False
    return pattern.fullmatch(after) is None


def _pattern(kind: str, pointer: Pointer) -> re.Pattern[str] | None:
    """What is legal at ``pointer``, None where anything is."""
    if len(pointer) > 1 and pointer[-2] in _LABELS:
        return _LABEL
    if pointer == ("metadata", "name"):
        return _SHORT_NAME if kind in _SHORT_KINDS else _NAME
    if pointer[-1] == "name" and len(pointer) > 2 and pointer[-3] in _NAMED_LISTS:
        return _SHORT_NAME
    return _NAME if pointer[-1] in _OF_NAMED else None
