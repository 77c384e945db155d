"""The file name of an image archive says for which processor it is.

**What.** The name has `x86_64` or `aarch64` somewhere, best as in the guide's samples:
`etcd-3.5.0-x86_64.tar`.

**Why.** Nobody demands it, and the platform goes by `images/mapping.yaml`. But a package for two
architectures has every image twice, and a name that says which is which prevents mistakes.

**How to fix it.** Rename the files to name, version and architecture, and name them so in
`images/mapping.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives.names import architecture_in, bare_names
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, shipping_chart

ID = "OSC-IMG-007"
NAME = "archive-name-architecture"
TITLE = _("The name of an image archive does not say for which processor it is")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0010.html"
GOOD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": etcd()}),
    shipping_chart({"etcd-x86_64-3.tar": etcd()}),
)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3.tar": etcd()}).expecting(
        Expected(
            "OSC-IMG-007",
            "info",
            "demo/images/etcd-3.tar",
            message=Message(
                "There is no architecture in %(names)s.", {"names": Listed(("etcd-3.tar",))}
            ),
            help=("Name archives like etcd-3.5.0-x86_64.tar: name, version, architecture."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """All such archives at once: they are renamed together."""
    found = [
        (name, address)
        for name, address in bare_names(facts.package)
        if name.lower().endswith(".tar") and architecture_in(name) is None
    ]
    if found:
        yield Problem(
            _("There is no architecture in %(names)s.", names=listed(name for name, _at in found)),
            _("Name archives like etcd-3.5.0-x86_64.tar: name, version, architecture."),
            Place(found[0][1]),
        )
