"""An image archive is a plain tar, and its name ends in `.tar`.

**What.** The files in `images` beside `mapping.yaml` are not compressed, and are called `.tar`.

**Why.** The guide asks for the format tar. Layers are compressed by the platform's registry anyway,
so a second compression saves little and may keep the platform from reading the archive.

**How to fix it.** Undo the compression, for example with `gunzip` or `unzstd`, call the result
`.tar`, and name it so in `images/mapping.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives import Flaw, ImageArchive
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import ETCD_MAPPING, etcd, shipping_chart

ID = "OSC-IMG-003"
NAME = "plain-tar"
TITLE = _("An image archive is not a plain tar")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0006.html"
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart(
        {"etcd-3-x86_64.tar.gz": etcd()}, ETCD_MAPPING.replace("x86_64.tar", "x86_64.tar.gz")
    ).expecting(
        Expected(
            "OSC-IMG-003",
            "error",
            "demo/images/etcd-3-x86_64.tar.gz",
            message=Message(
                "%(name)s is compressed (%(compression)s).",
                {"name": "etcd-3-x86_64.tar.gz", "compression": "gzip"},
            ),
            help=("Make it a plain tar called “….tar”, and name it so in images/mapping.yaml."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each archive that is compressed, or called otherwise."""
    for archive in facts.coverage.archives if facts.coverage is not None else ():
        words = _message(archive)
        if words is not None:
            yield Problem(
                words,
                _("Make it a plain tar called “….tar”, and name it so in images/mapping.yaml."),
                Place(archive.address),
            )


def _message(archive: ImageArchive) -> Message | None:
    if archive.compression is not None:
        return _(
            "%(name)s is compressed (%(compression)s).",
            name=archive.name,
            compression=archive.compression,
        )
    if not archive.name.endswith(".tar") and archive.flaw is not Flaw.FOREIGN:
        return _("The name %(name)s does not end in “.tar”.", name=archive.name)
    return None
