"""The kinds that each version of Kubernetes serves, and their definitions, read when asked for."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

Kind = tuple[str, str]
"""``apiVersion`` and ``kind``, as a manifest writes them."""

Definitions = Mapping[str, Any]

_FOLDER = "kubernetes-json-schema"
# Every group lists these, also groups that are served no more.
_OF_EVERY_GROUP = frozenset(
    {"DeleteOptions", "WatchEvent", "Status", "APIGroup", "APIResourceList"}
)
_OF_NO_USE = frozenset({"description", "format", "x-kubernetes-group-version-kind"})
# Betas that are on by default: those that older versions had before that became the exception.
_BETAS_ON = frozenset(
    {
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler"),
        ("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema"),
        ("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration"),
        ("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema"),
        ("flowcontrol.apiserver.k8s.io/v1beta2", "PriorityLevelConfiguration"),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema"),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "PriorityLevelConfiguration"),
        ("storage.k8s.io/v1beta1", "CSIStorageCapacity"),
    }
)
OWN_GROUPS = frozenset(
    {
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "auditregistration.k8s.io",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "extensions",
        "flowcontrol.apiserver.k8s.io",
        "internal.apiserver.k8s.io",
        "lifecycle.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "settings.k8s.io",
        "storage.k8s.io",
        "storagemigration.k8s.io",
    }
)
"""The groups that are Kubernetes' own, in any version; "" is the first of them. A name under
k8s.io is no proof: custom resources have such groups, too."""


class SchemasMissing(Exception):  # noqa: N818 - it says what is wrong
    """The package with the API server's schemas is not installed as it should be."""


@cache
def definitions(minor: int) -> Definitions:
    """The definitions of Kubernetes 1.``minor`` by name, without what validates nothing.

    A number with a suffix may be given as a number or as text, and neither as both, so what
    the schemas offer as a choice of exactly one is a choice of any. Raises SchemasMissing.
    """
    return _read(minor)[0]


@cache
def kinds(minor: int) -> Mapping[Kind, str]:
    """The name of the definition of every kind that Kubernetes 1.``minor`` serves."""
    return _read(minor)[1]


@cache
def apis(minor: int) -> frozenset[str]:
    """What ``.Capabilities.APIVersions`` of such a cluster has: versions, and kinds in them.

    Alpha and beta versions are left out, but for the betas that are on by default.
    """
    on = {each for each in kinds(minor) if "beta" not in each[0] and "alpha" not in each[0]}
    on |= _BETAS_ON & kinds(minor).keys()
    return frozenset({api for api, _kind in on} | {f"{api}/{kind}" for api, kind in on})


def group_of(api: str) -> str:
    """The group of an ``apiVersion``; "" for ``v1``."""
    return api.rpartition("/")[0]


def is_own(api: str) -> bool:
    """Whether ``api`` (also with a kind behind it) is of a group of Kubernetes' own."""
    group = api.partition("/")[0] if "/" in api else ""
    return group in OWN_GROUPS


@cache
def _read(minor: int) -> tuple[Definitions, Mapping[Kind, str]]:
    found = importlib.util.find_spec("kubernetes_validate")
    if found is None or found.origin is None:
        raise SchemasMissing("the package kubernetes-validate is not installed")
    path = Path(found.origin).with_name(_FOLDER) / f"v1.{minor}.0-local-strict/_definitions.json"
    try:
        read = json.loads(path.read_bytes())["$defs"]
    except (OSError, ValueError, KeyError) as error:
        raise SchemasMissing(f"the schemas of Kubernetes 1.{minor} cannot be read") from error
    named: dict[Kind, str] = {}
    for name, schema in read.items():
        for each in schema.get("x-kubernetes-group-version-kind", ()):
            api = f"{each['group']}/{each['version']}" if each["group"] else each["version"]
            if each["kind"] not in _OF_EVERY_GROUP:
                named[api, each["kind"]] = name
    return {name: _bare(schema) for name, schema in read.items()}, named


def _bare(schema: Any) -> Any:
    """The schema without descriptions; a property of that name stays."""
    if isinstance(schema, list):
        return [_bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    bare = {}
    for key, value in schema.items():
        if key == "properties":
            bare[key] = {name: _bare(each) for name, each in value.items()}
        elif key not in _OF_NO_USE:
            bare["anyOf" if key == "oneOf" else key] = _bare(value)
    return bare
