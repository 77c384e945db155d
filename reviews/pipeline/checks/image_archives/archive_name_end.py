"""The file name of an image archive does not end in `_`, `-` or `.` before `.tar`.

**What.** The part before `.tar` ends in a letter or a digit.

**Why.** The guide forbids the other endings. Mostly a part of the name was lost, such as the
architecture in `etcd-3-.tar`.

**How to fix it.** Rename the file, and name it so in `images/mapping.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives.names import bare_names, stem
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, shipping_chart

ID = "OSC-IMG-002"
NAME = "archive-name-end"
TITLE = _("The name of an image archive ends in “_”, “-” or “.”")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0006.html"
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-.tar": etcd()}).expecting(
        Expected(
            "OSC-IMG-002",
            "error",
            "demo/images/etcd-3-.tar",
            message=Message(
                "“%(stem)s” of “%(name)s” ends in “%(end)s”.",
                {"stem": "etcd-3-", "name": "etcd-3-.tar", "end": "-"},
            ),
            help="Rename the file, and name it so in images/mapping.yaml.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each archive whose name ends so."""
    for name, address in bare_names(facts.package):
        if stem(name).endswith(("_", "-", ".")):
            yield Problem(
                _(
                    "“%(stem)s” of “%(name)s” ends in “%(end)s”.",
                    stem=stem(name)[:200],
                    name=name[:200],
                    end=stem(name)[-1],
                ),
                _("Rename the file, and name it so in images/mapping.yaml."),
                Place(address),
            )
