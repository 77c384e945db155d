"""What `images/mapping.yaml` says agrees with what the engine renders.

**What.** The portal plays the mapping through: it writes each piece of the new address to the value
that the mapping names, and looks at the image that comes of it. An error says that the image does
not become what the platform needs, under any reading of the keys: the path is not the value that
decides, or the key asks for another piece than the value holds. A warning says that the mapping
gives another name or tag than the chart renders, or that its paths decide no image in any render.

**Why.** The platform trusts the mapping. Where it is wrong, the platform writes a right address to
a wrong place, and the image keeps its old one.

**How to mend it.** Name the values that the finding says decide the image. `fullAddress` writes the
whole address with its tag, `endpoint` the registry alone, `tag` the tag alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import CHART, Example, below, pod
from ..facts import Facts
from ..findings import Place, Problem, Severity
from ..messages import Message, _
from ..package.helm import effective_leaves
from ..package.mapping import ImageMapping, MappingEntry
from ..policy import Policy
from ..provenance.mapped import (
    Contradiction,
    contradictions,
    entry_of,
    idle_entries,
    namesakes,
    plain_path,
)
from ..provenance.trace import Status, TracedImage
from ..provenance.unseen import unseen_images
from ..yaml_source import dotted

ID = "OSC-MAP-011"
NAME = "mapping-contradicted"
TITLE = _("The mapping disagrees with what the engine renders")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"

_OURS = "swr.cn-east-3.myhuaweicloud.com"


def _package(address: str, image: str = "etcd") -> Example:
    mapping = (
        f'instance:\n- image: {image}\n  tag: "3"\n  address: {address}\n'
        "  package: {x86_64: etcd.tar}\n"
    )
    chart = {
        "Chart.yaml": CHART,
        "values.yaml": (
            f"registry: {_OURS}\nimage:\n  registry: docker.io\n"
            f'  repository: osc-opensource/{image}\n  tag: "3"\n'
        ),
        "templates/pod.yaml": pod(
            '"{{ .Values.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"'
        ),
    }
    files = below("demo/package/demo-1.0.0.tgz!/demo/", chart)
    return Example(files | {"demo/images/mapping.yaml": mapping})


GOOD: tuple[Example, ...] = (
    _package("{endpoint: registry, repository: image.repository, tag: image.tag}"),
)
BAD: tuple[Example, ...] = (
    _package("{fullAddress: image.repository}"),
    _package("{endpoint: image.registry}"),
    _package("{endpoint: image.tag, repository: image.repository}"),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Entries that bring an image to another address, that name others, or that move none."""
    chart, mapping, trace = facts.chart, facts.mapping, facts.trace
    if chart is None or mapping is None or not trace.states:
        return
    leaves = effective_leaves(chart)
    for each in contradictions(mapping, trace, leaves):
        yield _contradicted(mapping, each)
    unseen = {dotted(each.path) for each in unseen_images(chart, trace.images)}
    for entry in idle_entries(mapping, trace):
        if not _speaks_of(entry, unseen):
            yield _without_effect(facts, mapping, entry, {dotted(path) for path in leaves})
    for image in trace.images:
        spoken = entry_of(mapping, image)
        if spoken is not None and image.status in {Status.REDIRECTED, Status.UNCHANGED}:
            yield from _called_otherwise(mapping, spoken, image)


def _speaks_of(entry: MappingEntry, unseen: set[str]) -> bool:
    """Whether it names a value beside one whose image no render showed; nothing is known then."""
    paths = {plain_path(path) for path in entry.addresses.values()}
    maps = {path.rpartition(".")[0] for path in unseen}
    return bool(paths & unseen) or any(path.rpartition(".")[0] in maps - {""} for path in paths)


def _contradicted(mapping: ImageMapping, each: Contradiction) -> Problem:
    deciding = ", ".join(dict.fromkeys(each.deciding)) or "-"
    return Problem(
        _(
            "With this entry %(image)s would render as %(rendered)s and not as %(target)s. The"
            " entry names %(paths)s; the image is decided by %(deciding)s.",
            image=each.image.original,
            rendered=each.rendered,
            target=each.image.target,
            paths=_paths(each.entry),
            deciding=deciding,
        ),
        _("Name the values that decide the image, each with the key of the piece that it holds."),
        Place(mapping.source.file, each.entry.line),
        image=each.image.original,
    )


def _without_effect(
    facts: Facts, mapping: ImageMapping, entry: MappingEntry, known: set[str]
) -> Problem:
    missing = [path for path in map(plain_path, entry.addresses.values()) if path not in known]
    meant = namesakes(entry, mapping, facts.trace)
    deciding = {path for image in meant for each in image.sources if (path := each.path)}
    remedy = _("Name the values that decide the image %(name)s.", name=entry.image)
    if deciding:
        remedy = _(
            "Name the values that decide %(image)s: %(deciding)s.",
            image=meant[0].original,
            deciding=", ".join(sorted(deciding - {"appVersion"})),
        )
    return Problem(
        _nothing_decided(entry, missing),
        remedy,
        Place(mapping.source.file, entry.line),
        image=meant[0].original if meant else None,
        severity=None if missing or meant else Severity.WARNING,
    )


def _nothing_decided(entry: MappingEntry, missing: list[str]) -> Message:
    if missing:
        return _(
            "The entry for %(name)s writes to %(missing)s, which is in no values.yaml, and so moves"
            " no image.",
            name=entry.image,
            missing=", ".join(missing),
        )
    return _(
        "The entry for %(name)s writes to %(paths)s, and that decides no image in any render.",
        name=entry.image,
        paths=_paths(entry),
    )


def _called_otherwise(
    mapping: ImageMapping, entry: MappingEntry, image: TracedImage
) -> Iterator[Problem]:
    anatomy = image.uses[0].anatomy
    if anatomy is None:
        return
    name, tag = entry.image.rpartition("/")[2], entry.tag
    rendered = anatomy.reference
    if (not name or name == rendered.name) and (not tag or tag == (rendered.tag or tag)):
        return
    yield Problem(
        _(
            "The mapping calls it %(mapped)s, but the chart renders %(image)s here. The address"
            " of the mapping replaces it.",
            mapped=f"{name}:{tag}" if tag else name,
            image=image.original,
        ),
        _("Make sure that the archive holds the image that the chart needs, or correct the entry."),
        Place(mapping.source.file, entry.line),
        image=image.original,
        severity=Severity.WARNING,
    )


def _paths(entry: MappingEntry) -> str:
    return ", ".join(f"{key}: {path}" for key, path in entry.addresses.items())
