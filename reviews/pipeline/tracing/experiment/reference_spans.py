"""Image references taken apart, and which of their parts values provide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...manifests.references import ImageReference, NotAReference
from .markers import Contribution


@dataclass(frozen=True)
class ReferenceSpans:
    """An image reference taken apart, with the offsets of its parts.

    ``[0, name)`` is everything before the last path segment, ``[name, location)`` that
    segment, ``tag`` and ``digest`` the spans of those parts or None.
    """

    text: str
    reference: ImageReference
    name: int
    location: int
    tag: tuple[int, int] | None
    digest: tuple[int, int] | None

    @classmethod
    def of(cls, text: str) -> ReferenceSpans:
        """The spans of ``text``. Raises NotAReference."""
        reference = ImageReference.parse(text)
        end = len(text)
        digest = tag = None
        if reference.digest:
            digest = (end - len(reference.digest), end)
            end = digest[0] - 1
        if reference.tag:
            tag = (end - len(reference.tag), end)
            end = tag[0] - 1
        return cls(text, reference, text.rfind("/", 0, end) + 1, end, tag, digest)


@lru_cache(maxsize=32_768)
def spans_of(text: str) -> ReferenceSpans | None:
    """The spans of ``text``, None when it is no image reference."""
    try:
        return ReferenceSpans.of(text)
    except NotAReference:
        return None


def literal_parts(
    spans: ReferenceSpans, contributions: Sequence[Contribution]
) -> list[tuple[int, int]]:
    """The spans before the last path segment that no leaf provides, lone slashes left out."""
    free: list[tuple[int, int]] = []
    position = 0
    for contribution in sorted(contributions, key=lambda each: each.start):
        if contribution.start >= spans.name and spans.name > 0:
            break
        if spans.text[position : contribution.start].strip("/"):
            free.append((position, contribution.start))
        position = max(position, contribution.end)
    if position < spans.name and spans.text[position : spans.name].strip("/"):
        free.append((position, spans.name))
    return free


def is_controlled(spans: ReferenceSpans, contributions: Sequence[Contribution]) -> bool:
    """Whether values decide everything that must change."""
    if spans.name == 0:
        return any(contribution.start == 0 for contribution in contributions)
    return not literal_parts(spans, contributions) and any(
        contribution.start == 0 for contribution in contributions
    )
