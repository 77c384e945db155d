"""One use of an image, with what provides it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...manifests.workloads import Use
from ...package.chart_values import ValueLeaf
from .locate import Literal
from .markers import Contribution
from .reference_spans import ReferenceSpans, is_controlled
from .renderer import Scenario
from .ways import Way


@dataclass(frozen=True)
class TracedUse:
    """One use in one scenario with what provides it.

    ``others`` are further ways to the same image: from values that are empty now, or without
    such a value, which then is one of ``empty``.
    """

    use: Use
    scenario: Scenario
    spans: ReferenceSpans | None
    contributions: tuple[Contribution, ...]
    literals: tuple[Literal, ...]
    empty: tuple[ValueLeaf, ...] = ()
    others: tuple[Way, ...] = ()

    @property
    def is_controlled(self) -> bool:
        """Whether values decide everything of it that must change."""
        return self.spans is not None and is_controlled(self.spans, self.contributions)

    @property
    def ways(self) -> tuple[Way, ...]:
        """All ways to its address, the best first."""
        return (Way(self.contributions, self.empty), *self.others)

    def by(self, *ways: Way) -> TracedUse:
        """The use with these ways, the first of them the best."""
        first, *others = dict.fromkeys(ways)
        return replace(
            self, contributions=first.contributions, empty=first.empty, others=tuple(others)
        )
