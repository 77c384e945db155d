"""Findings as cards: what is decided as a whole, with the lines it changes, by what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..pipeline import (
    ChangedLine,
    ImageStatus,
    OriginalLines,
    Remedy,
    ReportedImage,
    changed_lines,
    original_lines,
)
from ..pipeline.core.findings import Severity
from ..queries.groups import Group
from ..queries.review import Review, Unit

DRAWN = 25
"""So many cards of a group are drawn at once; real packages seldom have more."""


@dataclass(frozen=True, slots=True)
class Card:
    """A unit of findings to draw. ``image`` is the one it redirects, None where it does not."""

    unit: Unit
    rows: tuple[ChangedLine, ...]
    image: ReportedImage | None

    @property
    def file(self) -> str:
        """The address of the file that its first edit changes, empty where it proposes none."""
        return next((each.file for each in self.unit.edits), "")

    @property
    def anchor(self) -> str:
        """Where links of a page lead to it."""
        return f"u-{self.unit.first.row.position}"

    @property
    def anchors(self) -> frozenset[str]:
        """Where links of a page lead to it and its findings."""
        return frozenset({self.anchor, *(member.anchor for member in self.unit.members)})

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
class Item:
    """Cards that are fixed together, because they share a remedy; mostly it is one.

    ``most`` of them are drawn, None: all.
    """

    cards: Sequence[Card]
    most: int | None = None

    @property
    def drawn(self) -> Sequence[Card]:
        """The cards that are drawn."""
        return self.cards[: self.most]

    @property
    def first(self) -> Card:
        return self.cards[0]

    @property
    def is_shared(self) -> bool:
        """Whether one remedy fixes several."""
        return len(self.cards) > 1

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What to write, each block once."""
        return tuple(
            {id(each): each for card in self.cards for each in card.unit.remedies}.values()
        )


@dataclass(frozen=True, slots=True)
class Section:
    """The cards of one group; ``rewrites`` are those that only redirect images."""

    group: Group
    items: Sequence[Item]
    rewrites: Sequence[Card]

    @property
    def count(self) -> int:
        """How many units it has."""
        return len(self.rewrites) + sum(len(item.cards) for item in self.items)

    @property
    def beginning(self) -> Section:
        """The first of it, which are drawn until somebody asks for the rest."""
        items, left = [], DRAWN
        for item in self.items:
            if left > 0:
                items.append(replace(item, most=left))
                left -= len(item.cards)
        return Section(self.group, items, self.rewrites[: max(left, 0)])

    @property
    def drawn(self) -> Sequence[Card]:
        """The cards that are drawn."""
        return [*(card for item in self.items for card in item.drawn), *self.rewrites]

    def holds(self, anchor: str) -> bool:
        """Whether a card of it that is drawn, or a finding of one, has the ``anchor``."""
        return any(anchor in card.anchors for card in self.drawn)


def sections(all_cards: Iterable[Card]) -> tuple[Section, ...]:
    """The cards by what the partner has to do with them; a group without any is left out."""
    by_group: dict[Group, list[Card]] = {group: [] for group in Group}
    for card in all_cards:
        by_group[card.unit.group].append(card)
    return tuple(
        Section(
            group,
            tuple(_items(card for card in found if not card.is_rewrite)),
            [card for card in found if card.is_rewrite],
        )
        for group, found in by_group.items()
        if found
    )


def _items(found: Iterable[Card]) -> Iterator[Item]:
    """The cards in their order, those that share a remedy with an earlier one beside it."""
    items: list[list[Card]] = []
    holders: dict[int, list[Card]] = {}
    for card in found:
        keys = [id(each) for each in card.unit.remedies]
        shared = {id(item): item for key in keys if (item := holders.get(key)) is not None}
        if shared:
            item, *others = shared.values()
            for other in others:
                item += other
                items.remove(other)
                holders.update({key: item for key, held in holders.items() if held is other})
        else:
            item = []
            items.append(item)
        item.append(card)
        holders.update(dict.fromkeys(keys, item))
    return (Item(tuple(item)) for item in items)
