"""What a check is: the names that its module defines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from ..core.findings import Problem, Severity
from ..core.messages import Message
from ..core.policy import Policy
from .examples.charts import Example

if TYPE_CHECKING:
    from ..facts.model import Facts


class Check(Protocol):
    """One module of a family's folder; its docstring is the help page that people read.

    ``ID`` is the id of the rule in the format's list (``OSC-HELM-008``), or ``PORTAL-NNN`` for
    one of ours; it is never renamed once released. ``NAME`` is the same in kebab-case words,
    ``TITLE`` says in a few words what is wrong where it finds something.
    ``SOURCE`` is the address of the official page that demands it, or None where it is our
    advice. ``GOOD`` packages pass untouched; each ``BAD`` one is reported exactly
    as it expects, and fixed as it shows.

    A check may also define ``AFTER``: the ids of rules, earlier in ``CHECKS``, whose breach can
    cause its own. Where one of them has a finding at least as heavy in the same file, this one
    waits for the next examination: one cause, one finding.
    """

    ID: str
    NAME: str
    TITLE: Message
    SEVERITY: Severity
    SOURCE: str | None
    GOOD: tuple[Example, ...]
    BAD: tuple[Example, ...]
    __doc__: str | None

    def check(self, facts: Facts, policy: Policy, /) -> Iterator[Problem]:
        """Yield what is wrong, in the order of the package."""
        ...
