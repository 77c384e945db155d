"""One use of an image, with what provides it."""

from __future__ import annotations

from dataclasses import dataclass

from ...manifests.workloads import Use
from .locate import Literal
from .markers import Contribution
from .reference_spans import ReferenceSpans, is_controlled
from .renderer import Scenario


@dataclass(frozen=True)
class TracedUse:
    """One use in one scenario with what provides it."""

    use: Use
    scenario: Scenario
    spans: ReferenceSpans | None
    contributions: tuple[Contribution, ...]
    literals: tuple[Literal, ...]

    @property
    def is_controlled(self) -> bool:
        """Whether values decide everything of it that must change."""
        return self.spans is not None and is_controlled(self.spans, self.contributions)
