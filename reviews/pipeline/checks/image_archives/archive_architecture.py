"""An image archive holds the architecture that its name says.

**What.** An archive called `…-aarch64.tar` holds an image for `aarch64`, and every archive one for
a processor that the platform runs: `x86_64` or `aarch64`.

**Why.** `docker pull` without `--platform` takes the image for the machine on which it runs, so on
one computer both archives easily hold the same image. On the other architecture its containers
then end with “exec format error”.

**How to fix it.** Pull with `--platform linux/amd64` or `--platform linux/arm64` and save again,
or give the archives each other's names.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives import ImageArchive
from ...image_archives.names import architecture_in
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import ETCD_MAPPING, etcd, shipping_chart

ID = "OSC-IMG-006"
NAME = "archive-architecture"
TITLE = _("An image archive holds another architecture than its name says")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0006.html"
GOOD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": etcd()}),
    shipping_chart({"etcd-3.tar": etcd()}, ETCD_MAPPING.replace("etcd-3-x86_64", "etcd-3")),
)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": etcd("arm64")}).expecting(
        Expected(
            "OSC-IMG-006",
            "error",
            "demo/images/etcd-3-x86_64.tar",
            message=Message(
                "%(name)s says %(said)s, but the image in it is for %(found)s.",
                {"name": "etcd-3-x86_64.tar", "said": "x86_64", "found": ("linux/arm64",)},
            ),
            help=("Pull the image with “--platform” for the right architecture and save it again."),
        )
    ),
    shipping_chart({"etcd-3-x86_64.tar": etcd("s390x")}).expecting(
        Expected(
            "OSC-IMG-006",
            "error",
            "demo/images/etcd-3-x86_64.tar",
            message=Message(
                "%(name)s holds an image for %(found)s, which the platform does not run.",
                {"name": "etcd-3-x86_64.tar", "found": ("linux/s390x",)},
            ),
            help=("Pull the image with “--platform” for the right architecture and save it again."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each archive whose name and content disagree."""
    for archive in facts.coverage.archives if facts.coverage is not None else ():
        words = _message(archive, architecture_in(archive.name))
        if words is not None and archive.flaw is None:
            yield Problem(
                words,
                _("Pull the image with “--platform” for the right architecture and save it again."),
                Place(archive.address),
            )


def _message(archive: ImageArchive, said: str | None) -> Message | None:
    found = tuple(dict.fromkeys(f"{each.os}/{each.architecture}" for each in archive.images))
    if not archive.platforms and found:
        return _(
            "%(name)s holds an image for %(found)s, which the platform does not run.",
            name=archive.name,
            found=found,
        )
    if said is not None and found and said not in archive.platforms:
        return _(
            "%(name)s says %(said)s, but the image in it is for %(found)s.",
            name=archive.name,
            said=said,
            found=found,
        )
    return None
