"""Every image archive is whole.

**What.** No file in `images` is empty or ends before its end, and everything in it has the digest
under which it is listed.

**Why.** A copy that was interrupted, a full disk or a bad medium shows only when the platform loads
the image, after the whole upload.

**How to fix it.** Save the image again, look at the size of the file, and zip the package again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import _
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives import Flaw
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, shipping_chart

ID = "OSC-IMG-005"
NAME = "whole-archive"
TITLE = _("An image archive is empty, cut off or damaged")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": ""}).expecting(
        Expected(
            "OSC-IMG-005",
            "error",
            "demo/images/etcd-3-x86_64.tar",
            message=("It is empty. Put the saved image in its place, or remove it from images/."),
            help=("Save the image again with “docker save -o”, and zip the package again."),
        )
    ),
)

_FLAWS = frozenset({Flaw.EMPTY, Flaw.CUT_OFF, Flaw.DAMAGED})


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each such archive."""
    for archive in facts.coverage.archives if facts.coverage is not None else ():
        if archive.flaw in _FLAWS:
            yield Problem(
                archive.words or _("%(name)s is not whole.", name=archive.name),
                _("Save the image again with “docker save -o”, and zip the package again."),
                Place(archive.address),
            )
