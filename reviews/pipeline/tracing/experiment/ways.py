"""The ways in which an image gets its address, and what attribution has found of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from ...package.chart_values import ValueLeaf
from .markers import Contribution


@dataclass(frozen=True)
class Way:
    """One way to give an image its address: what provides it while ``empty`` values stay empty."""

    contributions: tuple[Contribution, ...]
    empty: tuple[ValueLeaf, ...] = ()

    def needs(self, leaf: ValueLeaf) -> bool:
        """Whether ``leaf`` provides a part."""
        return not self.is_free_of({leaf})

    def is_free_of(self, leaves: Collection[ValueLeaf]) -> bool:
        """Whether none of ``leaves`` provides a part."""
        return not any(contribution.leaf in leaves for contribution in self.contributions)


@dataclass
class Attribution:
    """The contributions to every use of one observation, by its key.

    ``ways`` are all that were found, the best first, for uses that have several. ``unmarkable`` are
    leaves that cannot be marked alone; ``computed`` those, by the use's key,
    from which a template computes something else than their text; ``spent`` says that the budget
    ended before every value was tried.
    """

    contributions: dict[object, tuple[Contribution, ...]] = field(default_factory=dict)
    ways: dict[object, tuple[Way, ...]] = field(default_factory=dict)
    unmarkable: list[ValueLeaf] = field(default_factory=list)
    computed: dict[object, list[ValueLeaf]] = field(default_factory=dict)
    spent: bool = False

    def ways_of(self, key: object) -> tuple[Way, ...]:
        """The ways to one use, the best first."""
        return self.ways.get(key) or (Way(self.contributions.get(key, ())),)
