"""The package says for which processors it is.

**What.** `metadata.yaml` of an OSC-format package has a non-empty list `architecture`.

**Why.** Without it the platform assumes `x86_64` only, even when images for `aarch64` are shipped.

**How to mend it.** Add the list with `x86_64`, `aarch64` or both.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import Example
from ..facts import Facts
from ..findings import Problem, Severity
from ..messages import _
from ..osc_examples import OSC_METADATA, osc_package
from ..package.osc_schema import place_of
from ..policy import Policy

ID = "OSC-ANN-007"
NAME = "architectures"
TITLE = _("The package says for which processors it is")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (osc_package(metadata=OSC_METADATA.replace("  - x86_64\n", "")),)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A metadata.yaml without the list."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    if metadata is None or metadata.data_at(("architecture",)):
        return
    yield Problem(
        _("metadata.yaml has no “architecture”."),
        _("Add “architecture” with a list of x86_64 and aarch64."),
        place_of(metadata, ("architecture",)),
    )
