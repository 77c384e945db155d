"""A layer of an image is not too large to be pushed.

**What.** No layer in an image archive has more than 10 GB.

**Why.** The platform's registry takes layers of up to 10 GB. A larger one is refused, after all the
others were sent.

**How to fix it.** Split what the layer holds into several: one `COPY` or `RUN` for each part, or
keep large data, such as models, out of the image.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, shipping_chart

ID = "PORTAL-032"
NAME = "layer-size"
TITLE = _("A layer of an image is too large for the registry")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
_GB = 10**9
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    replace(shipping_chart({"etcd-3-x86_64.tar": etcd()}), limits={"layer_bytes": 10}).expecting(
        Expected(
            "PORTAL-032",
            "error",
            "demo/images/etcd-3-x86_64.tar",
            message=Message(
                "%(name)s has a layer of %(size)s GB. The registry takes %(most)s GB at most.",
                {"name": "etcd-3-x86_64.tar", "size": 0.0, "most": 0.0},
            ),
            help="Split the layer: one COPY or RUN for each part of what it holds.",
        )
    ),
)


def check(facts: Facts, policy: Policy, /) -> Iterator[Problem]:
    """Each archive with such a layer, once."""
    most = policy.limits.layer_bytes
    for archive in facts.coverage.archives if facts.coverage is not None else ():
        sizes = [layer.size for image in archive.images for layer in image.layers]
        if max(sizes, default=0) > most:
            yield Problem(
                _(
                    "%(name)s has a layer of %(size)s GB. The registry takes %(most)s GB at most.",
                    name=archive.name,
                    size=round(max(sizes) / _GB, 2),
                    most=round(most / _GB, 2),
                ),
                _("Split the layer: one COPY or RUN for each part of what it holds."),
                Place(archive.address),
            )
