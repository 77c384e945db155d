"""The package promises every architecture for which it ships images.

**What.** There are archives for an architecture that the annotation `architecture` does not name.

**Why.** Without the word in the annotation nobody can install the package on such a cluster, and
its archives are shipped in vain. Where nothing is promised, the platform assumes `x86_64`.

**How to fix it.** Add the architecture to the annotation: `architecture: x86_64,aarch64`. Or leave
its archives out.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.image_coverage import ImageCoverage
from ...facts.model import Facts
from ...image_archives.names import architecture_in
from ...package.catalogue import ARCHITECTURES
from ...package.layout import Kind
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.image_archives import etcd, shipping_chart

ID = "OSC-IMG-009"
NAME = "promised-architecture"
TITLE = _("Images are shipped for an architecture that the package does not promise")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": etcd()}),
    shipping_chart(
        {"etcd-3-x86_64.tar": etcd(), "etcd-3-aarch64.tar": etcd("arm64")},
        architecture="x86_64,aarch64",
    ),
)
BAD: tuple[Example, ...] = (
    shipping_chart({"etcd-3-x86_64.tar": etcd(), "etcd-3-aarch64.tar": etcd("arm64")}).expecting(
        Expected(
            "OSC-IMG-009",
            "warning",
            "demo/package/demo-1.0.0.tgz!/demo/Chart.yaml:11:17",
            message=Message(
                "There are archives for %(architecture)s: %(names)s. The package"
                " promises only %(declared)s.",
                {
                    "architecture": "aarch64",
                    "names": Listed(("etcd-3-aarch64.tar",)),
                    "declared": ("x86_64",),
                },
            ),
            help=Message(
                "Add %(architecture)s to the annotation “architecture”, or leave the archives out.",
                {"architecture": "aarch64"},
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each architecture, with its archives; wrong archive names are reported by another rule."""
    coverage = facts.coverage
    if coverage is None:
        return
    place = next((each.place("architecture") for each in facts.annotations), Place())
    for architecture in ARCHITECTURES:
        found = [
            archive.name
            for archive in coverage.archives
            if archive.flaw is None
            and architecture in archive.platforms
            and architecture_in(archive.name) in {None, *archive.platforms}
        ]
        if found and architecture not in coverage.declared and not _is_asked_for(facts, found):
            yield Problem(
                _words(coverage, architecture, found),
                _(
                    "Add %(architecture)s to the annotation “architecture”, or leave the archives"
                    " out.",
                    architecture=architecture,
                ),
                place,
            )


def _is_asked_for(facts: Facts, names: list[str]) -> bool:
    """Whether another rule asks for the missing annotation, with the architectures of names."""
    is_missing = facts.coverage is not None and not facts.coverage.promised
    is_chart = facts.package.kind is Kind.HELM and facts.chart is not None
    is_named = is_chart and all(architecture_in(name) for name in names)
    return is_missing and (is_named or facts.package.kind is Kind.OPERATOR)


def _words(coverage: ImageCoverage, architecture: str, names: list[str]) -> Message:
    if coverage.promised:
        return _(
            "There are archives for %(architecture)s: %(names)s. The package promises only"
            " %(declared)s.",
            architecture=architecture,
            names=listed(names),
            declared=coverage.declared,
        )
    return _(
        "There are archives for %(architecture)s: %(names)s. The package promises nothing, so the"
        " platform assumes %(declared)s.",
        architecture=architecture,
        names=listed(names),
        declared=coverage.declared,
    )
