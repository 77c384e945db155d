"""An archive holds the architecture under which the mapping names it.

**What.** The file behind `x86_64:` holds an image for `x86_64`, the one behind `aarch64:` one for
`aarch64`.

**Why.** The platform joins the archives of an image by these keys. Where they are swapped, every
cluster pulls the image of the other one, and its containers end with “exec format error”.

**How to fix it.** Swap the names, or save the image for the right architecture.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...image_archives.names import architecture_in
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import ETCD_MAPPING, etcd, shipping_chart

ID = "OSC-MAP-016"
NAME = "mapped-architecture"
TITLE = _("The mapping names an archive for another architecture than it holds")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
GOOD: tuple[Example, ...] = (shipping_chart({"etcd-3-x86_64.tar": etcd()}),)
BAD: tuple[Example, ...] = (
    shipping_chart(
        {"etcd-3-aarch64.tar": etcd("arm64")},
        ETCD_MAPPING.replace("etcd-3-x86_64", "etcd-3-aarch64"),
    ).expecting(
        Expected(
            "OSC-MAP-016",
            "error",
            "demo/images/mapping.yaml:7:13",
            message=Message(
                "%(name)s is named for %(key)s, but holds an image for %(found)s.",
                {"name": "etcd-3-aarch64.tar", "key": "x86_64", "found": ("aarch64",)},
            ),
            help=Message("Name the archive that holds the image for %(key)s.", {"key": "x86_64"}),
        )
    ),
    shipping_chart(
        {"etcd-3.tar": etcd("arm64")}, ETCD_MAPPING.replace("etcd-3-x86_64", "etcd-3")
    ).expecting(
        Expected(
            "OSC-MAP-016",
            "error",
            "demo/images/mapping.yaml:7:13",
            message=Message(
                "%(name)s is named for %(key)s, but holds an image for %(found)s.",
                {"name": "etcd-3.tar", "key": "x86_64", "found": ("aarch64",)},
            ),
            help=Message("Name the archive that holds the image for %(key)s.", {"key": "x86_64"}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each such archive; where its own name is wrong, that is reported by another rule."""
    coverage = facts.coverage
    if coverage is None or coverage.mapping is None:
        return
    for entry in coverage.mapping.all_entries:
        for key, name in entry.archives.items():
            archive = coverage.archive_called(name)
            if archive is None or archive.flaw is not None or not archive.platforms:
                continue
            said = architecture_in(name)
            if key not in archive.platforms and (said is None or said in archive.platforms):
                yield Problem(
                    _(
                        "%(name)s is named for %(key)s, but holds an image for %(found)s.",
                        name=name,
                        key=key,
                        found=tuple(sorted(archive.platforms)),
                    ),
                    _("Name the archive that holds the image for %(key)s.", key=key),
                    entry.package_parts[key].place,
                )
