"""Prefixes of images that programs complete at run time, and what the edits make of them."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.policy import Policy
from ...manifests.downward import UnsetAnnotation, unset_annotations
from ..experiment.settings import likely_settings
from ..experiment.trace import Tracing
from ..experiment.uses import TracedUse
from ..model import CompletedAtRuntime, LeafChange
from .sources import carried_along, sources_of


def completed_at_runtime(
    tracing: Tracing, policy: Policy, changes: Sequence[LeafChange]
) -> tuple[CompletedAtRuntime, ...]:
    """Every prefix that is not in the target already, each once with all that reads it."""
    target = f"{policy.registry}/{policy.organization}"
    groups: dict[tuple[str, ...], list[TracedUse]] = {}
    for each in tracing.uses:
        if each.use.is_prefix and not each.scenario.is_file:
            groups.setdefault(_parts(each.use.text), []).append(each)
    found = []
    for (prefix, tag), uses in groups.items():
        if prefix in {policy.registry, target}:
            continue
        after = _parts(carried_along(uses[0], changes))[0]
        default = any(not each.scenario.shown_by for each in uses)
        found.append(
            CompletedAtRuntime(
                prefix=prefix,
                pieces={"registry": prefix} | ({"tag": tag} if tag else {}),
                sources=sources_of(uses),
                uses=tuple(uses),
                shown_by=() if default else likely_settings(tracing.renderer.chart, uses),
                after=after,
                is_led_astray=after not in {prefix, target},
            )
        )
    return tuple(found)


def unset_in(tracing: Tracing) -> tuple[UnsetAnnotation, ...]:
    """The variables of every render that read an annotation which nobody sets."""
    found: dict[UnsetAnnotation, None] = {}
    for _scenario, observation in tracing.scenarios:
        for document in observation.documents.values():
            if "metadata.annotations[" in document.text:
                data = tracing.renderer.data(document)
                found |= dict.fromkeys(unset_annotations(document.template, data))
    return tuple(found)


def _parts(text: str) -> tuple[str, str]:
    """What is in front of the tag, and the tag; a colon in front of a slash is that of a port."""
    front, colon, tag = text.rpartition(":")
    return (front, tag) if colon and "/" not in tag else (text, "")
