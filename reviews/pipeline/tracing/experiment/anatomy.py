"""Image references taken apart, and which of their parts values provide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...manifests.references import ImageReference, NotAReference
from .markers import Owner


@dataclass(frozen=True)
class Anatomy:
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
    def of(cls, text: str) -> Anatomy:
        """Take ``text`` apart. Raises NotAReference."""
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


def anatomy_of(text: str) -> Anatomy | None:
    """The anatomy of ``text``, None when it is no image reference."""
    try:
        return Anatomy.of(text)
    except NotAReference:
        return None


def literal_parts(anatomy: Anatomy, owners: Sequence[Owner]) -> list[tuple[int, int]]:
    """The spans before the last path segment that no leaf provides, lone slashes left out."""
    free: list[tuple[int, int]] = []
    position = 0
    for owner in sorted(owners, key=lambda each: each.start):
        if owner.start >= anatomy.name and anatomy.name > 0:
            break
        if anatomy.text[position : owner.start].strip("/"):
            free.append((position, owner.start))
        position = max(position, owner.end)
    if position < anatomy.name and anatomy.text[position : anatomy.name].strip("/"):
        free.append((position, anatomy.name))
    return free


def is_controlled(anatomy: Anatomy, owners: Sequence[Owner]) -> bool:
    """Whether values decide everything that must change."""
    if anatomy.name == 0:
        return any(owner.start == 0 for owner in owners)
    return not literal_parts(anatomy, owners) and any(owner.start == 0 for owner in owners)
