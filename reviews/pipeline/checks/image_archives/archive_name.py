"""The file name of an image archive takes letters, digits and three signs.

**What.** The files in `images` have names of letters, digits, `_`, `-` and `.`.

**Why.** The guide takes no other name. `mapping.yaml` names archives by their file names, and a
blank or a Chinese letter in one is encoded in different ways on the way to the platform.

**How to fix it.** Rename the file, and name it so in `images/mapping.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives.names import bare_names
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, shipping_chart

ID = "OSC-IMG-001"
NAME = "archive-name"
TITLE = _("The name of an image archive has letters that the platform does not take")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0006.html"
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd 3 x86_64.tar": etcd()}).expecting(
        Expected(
            "OSC-IMG-001",
            "error",
            "demo/images/etcd 3 x86_64.tar",
            message=Message(
                "“%(name)s” has more than a–z, A–Z, 0–9, “_”, “-” and “.”.",
                {"name": "etcd 3 x86_64.tar"},
            ),
            help="Rename the file, and name it so in images/mapping.yaml.",
        )
    ),
)

_LEGAL = re.compile(r"[A-Za-z0-9_.-]+")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each archive whose name has another letter."""
    for name, address in bare_names(facts.package):
        if not _LEGAL.fullmatch(name):
            yield Problem(
                _("“%(name)s” has more than a–z, A–Z, 0–9, “_”, “-” and “.”.", name=name[:200]),
                _("Rename the file, and name it so in images/mapping.yaml."),
                Place(address),
            )
