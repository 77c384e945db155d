"""Prefixes of images that programs complete at run time, and what the edits make of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...core.policy import Policy
from ...manifests.downward import UnsetAnnotation, unset_annotations
from ...manifests.references import ImageReference
from ..experiment.reference_spans import ReferenceSpans
from ..experiment.settings import likely_settings
from ..experiment.trace import Tracing
from ..experiment.uses import TracedUse
from ..model import CompletedAtRuntime, LeafChange
from .solve import Requirement
from .sources import carried_along, sources_of


def completed_at_runtime(
    tracing: Tracing, policy: Policy, changes: Sequence[LeafChange]
) -> tuple[CompletedAtRuntime, ...]:
    """Every prefix that is not in the target already, each once with all that reads it."""
    groups: dict[tuple[str, ...], list[TracedUse]] = {}
    for each in _prefixes(tracing, policy):
        groups.setdefault(_parts(each.use.text), []).append(each)
    found = []
    for (prefix, tag), uses in groups.items():
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
            )
        )
    return tuple(found)


def _prefixes(tracing: Tracing, policy: Policy) -> Iterator[TracedUse]:
    in_target = {policy.registry, f"{policy.registry}/{policy.organization}"}
    for each in tracing.uses:
        is_open = each.use.is_prefix and not each.scenario.is_file
        if is_open and _parts(each.use.text)[0] not in in_target:
            yield each


def kept_prefixes(tracing: Tracing, policy: Policy) -> Iterator[tuple[TracedUse, Requirement]]:
    """What no edit may change: prefixes that values decide stay, or lead to the target.

    A tag that stands beside a prefix is no part of it.
    """
    for each in _prefixes(tracing, policy):
        text = _parts(each.use.text)[0]
        parts = tuple(part for part in each.contributions if part.start < part.end <= len(text))
        if not parts:
            continue
        place = f"{policy.organization}/{text.rpartition('/')[2]}"
        target = ImageReference(policy.registry, place, "", "")
        spans = ReferenceSpans(text, target, len(text), len(text), None, None)
        yield each, Requirement(spans, parts, target, each.empty, is_prefix=True)


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
