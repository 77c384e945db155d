"""Findings as cards: what is decided as a whole, with the lines it changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..pipeline import (
    ChangedLine,
    ImageStatus,
    OriginalLines,
    ReportedImage,
    changed_lines,
    original_lines,
)
from ..pipeline.core.findings import Severity
from ..queries.review import Review, Unit


@dataclass(frozen=True, slots=True)
class Card:
    """A unit of findings to draw. ``image`` is the one it redirects, None where it does not."""

    unit: Unit
    rows: tuple[ChangedLine, ...]
    image: ReportedImage | None

    @property
    def is_rewrite(self) -> bool:
        """Whether it is no more than images that get their new address."""
        return self.image is not None and self.unit.severity is Severity.INFO


def cards(review: Review) -> tuple[Card, ...]:
    """A card for each unit, heaviest first, as the report has them."""
    originals = original_lines(review.report)
    images = {
        image.original: image
        for image in review.report.images
        if image.status is ImageStatus.REDIRECTED
    }
    return tuple(_card(unit, originals, images) for unit in review.units)


def _card(unit: Unit, originals: OriginalLines, images: dict[str, ReportedImage]) -> Card:
    findings = [each.finding for each in unit.members]
    named = (images.get(each.image or "") for each in findings if each.edit)
    image = None if unit.is_mapping else next(filter(None, named), None)
    return Card(unit, changed_lines(findings, originals), image)


@dataclass(frozen=True, slots=True)
class Group:
    """Cards of one weight, under their heading."""

    severity: Severity
    cards: Sequence[Card]


def by_severity(all_cards: Iterable[Card]) -> tuple[Group, ...]:
    """The cards that are more than rewrites, heaviest first."""
    found = [each for each in all_cards if not each.is_rewrite]
    groups = (
        Group(severity, [each for each in found if each.unit.severity is severity])
        for severity in Severity
    )
    return tuple(group for group in groups if group.cards)
