"""An image archive holds its image for one architecture.

**What.** No name in the archive is for several platforms at once (an index, or “multi-arch
image”).

**Why.** The guide asks for one archive for each architecture; the platform joins them itself. What
it makes of an archive with several is not documented, and `images/mapping.yaml` names an archive
for one architecture only, so the portal proposes no entry that would name it twice.

**How to fix it.** Pull with `--platform linux/amd64`, save, and do the same for
`linux/arm64`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, index_archive, shipping_chart

ID = "OSC-IMG-012"
NAME = "one-architecture"
TITLE = _("An image archive holds several architectures")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0006.html"
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": index_archive("quay.io/coreos/etcd:3")}).expecting(
        Expected(
            "OSC-IMG-012",
            "warning",
            "demo/images/etcd-3-x86_64.tar",
            message=Message(
                "%(name)s holds %(found)s under one name.",
                {
                    "name": "etcd-3-x86_64.tar",
                    "found": (
                        "linux/amd64",
                        "linux/arm64",
                    ),
                },
            ),
            help=("Pull and save the image once for each architecture, with “--platform”."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each archive with an index."""
    for archive in facts.coverage.archives if facts.coverage is not None else ():
        if archive.has_index and archive.flaw is None:
            found = (f"{each.os}/{each.architecture}" for each in archive.images)
            yield Problem(
                _(
                    "%(name)s holds %(found)s under one name.",
                    name=archive.name,
                    found=tuple(dict.fromkeys(found)),
                ),
                _("Pull and save the image once for each architecture, with “--platform”."),
                Place(archive.address),
            )
