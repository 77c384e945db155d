"""Templates that name no image, for experiments that only look at images.

Half of what a large chart renders are services, access rules, alerts and the like. A copy without
their templates renders in a fraction of the time and shows the same images. What is rendered as it
is, and what proves a rewrite, is the chart itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from ...package.helm import Chart
from .expressions import actions_in

Silent = Mapping[str, frozenset[str]]
"""Names of members, by the ``where`` of their archive."""

# A few more or less make no difference.
_FEWEST = 40
_KINDS = frozenset(
    {
        "APIService",
        "Certificate",
        "ClusterIssuer",
        "ClusterRole",
        "ClusterRoleBinding",
        "Endpoints",
        "GRPCRoute",
        "HTTPRoute",
        "HorizontalPodAutoscaler",
        "Ingress",
        "IngressClass",
        "Issuer",
        "LimitRange",
        "MutatingWebhookConfiguration",
        "Namespace",
        "NetworkPolicy",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "PodDisruptionBudget",
        "PodMonitor",
        "PodSecurityPolicy",
        "PriorityClass",
        "Probe",
        "PrometheusRule",
        "ResourceQuota",
        "Role",
        "RoleBinding",
        "Route",
        "Secret",
        "SecurityContextConstraints",
        "Service",
        "ServiceMonitor",
        "StorageClass",
        "VMNodeScrape",
        "VMPodScrape",
        "VMProbe",
        "VMRule",
        "VMServiceScrape",
        "VMStaticScrape",
        "ValidatingWebhookConfiguration",
        "VerticalPodAutoscaler",
    }
)
# What they hold is for Grafana; other ConfigMaps may name images.
_OF_DASHBOARDS = frozenset({"ConfigMap", "GrafanaDashboard"})
_KIND = re.compile(r"^kind:[ \t]*(.*?)[ \t]*\r?$", re.MULTILINE)
# A change of what other templates see is no matter of this template alone.
REACHES_OTHERS = re.compile(
    r"\b(?:define|block)\b|\b(?:set|unset|\w*[mM]erge\w*)\s+\$?\.(?:Values|\s)"
)
A_FILE = re.compile(r"[/\"`]([\w.-]+\.(?:ya?ml|tpl|txt|json))[\"`]")
_STRING = re.compile(r"\"([^\"]*)\"|`([^`]*)`")
# The name of a file that is put together: "%s/%s.yaml", or ".yaml" behind a value.
_PUT_TOGETHER = re.compile(r"%.*%|^\.\w+$|%\w\.\w+$")


def silent_templates(root: Chart, showing: Collection[str]) -> Silent:
    """The templates that can be left out; none where these are too few to matter.

    ``showing`` are the engine's names of templates in which an image was seen.
    """
    asked = _asked_for(root)
    if asked is None:
        return {}
    found: dict[str, set[str]] = {}
    for chart in root.walk():
        for name, text in chart.templates():
            base = name.rpartition("/")[2]
            is_shown = f"{chart.engine_path}/{name}" in showing
            if not is_shown and base not in asked and _is_silent(name, text):
                found.setdefault(chart.archive.where, set()).add(chart.root + name)
    # A chart under two aliases has one file; what one of them shows, the other has, too.
    for chart in root.walk():
        for name, _text in chart.templates():
            if f"{chart.engine_path}/{name}" in showing:
                found.get(chart.archive.where, set()).discard(chart.root + name)
    if sum(map(len, found.values())) < _FEWEST:
        return {}
    return {where: frozenset(names) for where, names in found.items()}


def _is_silent(name: str, text: str) -> bool:
    base = name.rpartition("/")[2]
    if base.startswith("_") or base == "NOTES.txt" or "mage" in text or "IMAGE" in text:
        return False
    kinds = _KIND.findall(text)
    of_no_image = _KINDS | _OF_DASHBOARDS if "dashboard" in name else _KINDS
    return bool(kinds) and of_no_image.issuperset(kinds) and REACHES_OTHERS.search(text) is None


def _asked_for(root: Chart) -> set[str] | None:
    """The files that templates may render by their names; None where these are put together."""
    asked: set[str] = set()
    for chart in root.walk():
        for _name, text in chart.templates():
            if is_put_together(text):
                return None
            asked.update(A_FILE.findall(text))
    return asked


def is_put_together(text: str) -> bool:
    """Whether a template renders others whose names it puts together."""
    return any(_PUT_TOGETHER.search(each) for each in _strings_beside_base_path(text))


def _strings_beside_base_path(text: str) -> Iterator[str]:
    if "BasePath" in text:
        for start, end in actions_in(text):
            if "BasePath" in text[start:end]:
                for match in _STRING.finditer(text, start, end):
                    yield match[1] or match[2] or ""
