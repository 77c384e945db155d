"""Every entry of the mapping names an archive for each architecture that the package promises.

**What.** Below `package` every entry has the architectures of the annotation `architecture`
(`x86_64` where it says nothing), as far as there are archives for them.

**Why.** The platform joins the archives of an image to one that runs on all of them. Where an entry
leaves one out, the archive is stored for nothing, and the image does not start there.

**How to fix it.** Add the archive below `package` of the entry.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.image_coverage import ImageCoverage
from ...facts.model import Facts
from ...facts.supply import SupplyState
from ...mapping.entries import MappingEntry
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import ETCD_MAPPING, etcd, shipping_chart

ID = "OSC-MAP-018"
NAME = "mapped-architectures"
TITLE = _("An entry of the mapping leaves out an architecture that the package promises")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
_BOTH = {"etcd-3-x86_64.tar": etcd(), "etcd-3-aarch64.tar": etcd("arm64")}
_ARM = "    aarch64: etcd-3-aarch64.tar\n"
GOOD: tuple[Example, ...] = (
    shipping_chart(_BOTH, ETCD_MAPPING + _ARM, architecture="x86_64,aarch64"),
    shipping_chart({"etcd-3-x86_64.tar": etcd()}, architecture="x86_64,aarch64"),
)
BAD: tuple[Example, ...] = (
    shipping_chart(_BOTH, architecture="x86_64,aarch64").expecting(
        Expected(
            "OSC-MAP-018",
            "error",
            "demo/images/mapping.yaml:6:3",
            message=Message(
                "The entry for %(image)s names no archive for %(architecture)s,"
                " which the package promises.",
                {"image": "etcd", "architecture": "aarch64"},
            ),
            help=Message(
                "Add “%(architecture)s: %(name)s” below “package”.",
                {"architecture": "aarch64", "name": "etcd-3-aarch64.tar"},
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each entry and architecture; an image without any archive is reported by another rule."""
    coverage = facts.coverage
    if coverage is None or coverage.mapping is None:
        return
    for entry in coverage.mapping.entries:
        if not entry.archives:
            continue
        for architecture in coverage.declared:
            if architecture not in entry.package_parts:
                yield from _problems(coverage, entry, architecture)


def _problems(coverage: ImageCoverage, entry: MappingEntry, architecture: str) -> Iterator[Problem]:
    found = [
        supply.archive
        for image in coverage.pulled
        if coverage.entry_of(image) is entry
        and (supply := coverage.supplies_of(image.original)[architecture]).archive is not None
        and supply.state is SupplyState.SHIPPED
    ]
    if found:
        yield Problem(
            _words(entry, architecture),
            _(
                "Add “%(architecture)s: %(name)s” below “package”.",
                architecture=architecture,
                name=found[0] or "",
            ),
            _place(entry),
        )


def _words(entry: MappingEntry, architecture: str) -> Message:
    return _(
        "The entry for %(image)s names no archive for %(architecture)s, which the package"
        " promises.",
        image=entry.image,
        architecture=architecture,
    )


def _place(entry: MappingEntry) -> Place:
    part = entry.parts.get("package")
    return part.key_place if part is not None else entry.place
