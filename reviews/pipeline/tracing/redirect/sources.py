"""What decides the parts of an image, and what becomes of it by what decides others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...yaml.source import dotted
from ..experiment.reference_spans import ReferenceSpans
from ..experiment.uses import TracedUse
from ..model import ImageSource, LeafChange, SourceRole
from .solve import replaced
from .source_places import written_at


def sources_of(uses: Iterable[TracedUse]) -> tuple[ImageSource, ...]:
    found: dict[ImageSource, None] = {}
    for each in uses:
        spans = each.spans
        if spans is None:
            continue
        for contribution in each.contributions:
            leaf = contribution.leaf
            role = _role(spans, contribution.start, contribution.end)
            line, column = written_at(contribution)
            source = ImageSource(leaf.source.file, dotted(leaf.path), line, column, role)
            found[source] = None
        for literal in each.literals:
            role = _role(spans, literal.start, literal.end)
            path = "appVersion" if literal.is_app_version else None
            found[ImageSource(literal.file, path, literal.line, literal.column, role)] = None
    return tuple(found)


def _role(spans: ReferenceSpans, start: int, end: int) -> SourceRole:
    """Which part of the reference the span provides."""
    if spans.digest and start >= spans.digest[0]:
        return SourceRole.DIGEST
    if spans.tag and start >= spans.tag[0]:
        return SourceRole.TAG
    registry = len(spans.reference.registry)
    if registry and end <= registry + 1:
        return SourceRole.REGISTRY
    last = (spans.digest or spans.tag or (0, spans.location))[1]
    if end >= last and start == 0 and (spans.tag or spans.digest or registry):
        return SourceRole.REFERENCE
    return SourceRole.REPOSITORY


def carried_along(each: TracedUse, changes: Sequence[LeafChange]) -> str:
    """What a text that is no valid reference becomes by what other images make of its values."""
    texts = {change.leaf: change.text for change in changes}
    substitutions = [
        (contribution.start, contribution.end, texts[contribution.leaf])
        for contribution in each.contributions
        if contribution.leaf in texts
        and contribution.text == each.use.image[contribution.start : contribution.end]
    ]
    return replaced(each.use.image, substitutions)
