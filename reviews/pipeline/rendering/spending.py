"""What rendering may cost: counted, and refused once it is spent."""

from __future__ import annotations

from dataclasses import dataclass

from .outcomes import BudgetSpent


@dataclass(slots=True)
class Spending:
    """How often was rendered and for how many seconds, and how much of each is allowed.

    ``forgiven`` of the renders count for nothing.
    """

    most_renders: int
    most_seconds: float
    renders: int = 0
    seconds: float = 0.0
    forgiven: int = 0

    @property
    def share(self) -> float:
        """How much is spent: 0.0 nothing, 1.0 all, whichever is scarcer."""
        counted = self.renders - self.forgiven
        return max(counted / self.most_renders, self.seconds / self.most_seconds)

    def seconds_left(self) -> float:
        """The seconds that are left; BudgetSpent where none are, or no renders."""
        left = self.most_seconds - self.seconds
        if self.renders - self.forgiven >= self.most_renders or left <= 0:
            raise BudgetSpent
        return left
