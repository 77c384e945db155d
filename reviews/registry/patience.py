"""Trying again: a growing pause between attempts, and an end to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import sleep
from typing import TypeVar

from ..pipeline.core.messages import _
from .answers import Passing
from .errors import Stopped, TargetUnreachable

_T = TypeVar("_T")
_FIRST_PAUSE = 1.0


def never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Patience:
    """How often something is tried; ``wait`` pauses so many seconds, ``should_stop`` ends all."""

    attempts: int = 6
    wait: Callable[[float], None] = sleep
    should_stop: Callable[[], bool] = never

    def check(self) -> None:
        """Raises ``Stopped`` when nobody wants the work any more."""
        if self.should_stop():
            raise Stopped(_("Publishing was stopped. What was pushed is not pushed again."))

    def repeat(self, action: Callable[[], _T]) -> _T:
        """What ``action`` gives in the end. Raises ``TargetUnreachable`` after the last attempt."""
        pause = _FIRST_PAUSE
        for left in reversed(range(self.attempts)):
            self.check()
            try:
                return action()
            except Passing as passing:
                if not left:
                    raise TargetUnreachable(passing.words) from None
                self._pause(pause if passing.after is None else passing.after)
                pause *= 2
        raise AssertionError("there is at least one attempt")

    def _pause(self, seconds: float) -> None:
        while seconds > 0:
            self.check()
            self.wait(min(1.0, seconds))
            seconds -= 1.0
