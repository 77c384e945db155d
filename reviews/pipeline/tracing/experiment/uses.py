"""One use of an image, with what provides it."""

from __future__ import annotations

from dataclasses import dataclass

from ...manifests.workloads import Use
from .anatomy import Anatomy, is_controlled
from .locate import Literal
from .markers import Owner
from .renderer import State


@dataclass(frozen=True)
class TracedUse:
    """One use in one state with what provides it."""

    use: Use
    state: State
    anatomy: Anatomy | None
    owners: tuple[Owner, ...]
    literals: tuple[Literal, ...]

    @property
    def is_controlled(self) -> bool:
        """Whether values decide everything of it that must change."""
        return self.anatomy is not None and is_controlled(self.anatomy, self.owners)
