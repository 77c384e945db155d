"""Images that are named by their digest alone, and whether a tag can take the digest's place.

What is pushed from an archive of ``docker save`` has another digest than the vendor's registry
showed, so that only a tag can lead to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...manifests.references import ImageReference
from ...package.chart_values import ValueLeaf
from ...yaml.source import Path
from ..experiment.markers import Contribution, printed
from ..experiment.reference_spans import ReferenceSpans
from ..experiment.uses import TracedUse


def takes_tag(uses: Iterable[TracedUse], tag: str, leaves: Mapping[Path, ValueLeaf]) -> bool:
    """Whether values can write ``tag`` where all of ``uses`` have a digest.

    Either one value holds the digest behind a name, or the digest has a value of its own and the
    one beside it, which decides without a digest, has the tag already. ``leaves`` are the values
    of the chart by path.
    """
    return all(_takes(each, tag, leaves) for each in uses if each.is_controlled)


def has_tag(references: Iterable[ImageReference], name: str, tag: str) -> bool:
    """Whether one of ``references`` is called ``name:tag``: it may be a different image."""
    return any((each.name, each.tag) == (name, tag) for each in references)


def _takes(use: TracedUse, tag: str, leaves: Mapping[Path, ValueLeaf]) -> bool:
    spans = use.spans
    if spans is None or spans.digest is None:
        return False
    holders = [each for each in use.contributions if each.end == spans.digest[1]]
    return any(_is_behind_name(each, spans) or _is_beside(each, tag, leaves) for each in holders)


def _is_behind_name(holder: Contribution, spans: ReferenceSpans) -> bool:
    return spans.digest is not None and holder.start < spans.digest[0]


def _is_beside(holder: Contribution, tag: str, leaves: Mapping[Path, ValueLeaf]) -> bool:
    return any(
        beside is not None and printed(beside) == tag
        for path in holder.leaf.paths
        if (beside := leaves.get((*path[:-1], "tag"))) is not holder.leaf
    )
