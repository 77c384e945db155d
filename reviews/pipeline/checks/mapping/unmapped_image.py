"""Every image that values decide has an entry in `images/mapping.yaml`.

**What.** The package brings a mapping, and a value decides an image that no entry of it covers:
none names one of the values that decide the image. It is an error for an image of the default
features, a warning for one that is rendered only when a feature is switched on. Where the archive
of the image is there, the portal proposes the entry behind those of the file; no other byte
changes.

**Why.** The platform writes the new addresses where the mapping says. An image that it does not
name keeps its old address, whatever is in `images/`.

**How to fix it.** You need not do anything where the portal proposes the entry. Elsewhere add
one with the image's name and tag and, below `address`, the paths of the values that the finding
names.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import DONE_ON_APPROVAL, Edit, Place, Problem, Severity
from ...core.messages import Clause, Message, Parameter, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...facts.supply import NeededImage
from ...mapping.proposal import CHANGE_SET
from ..examples.charts import CHART, Example, below, pod
from ..examples.expected import Expected
from ..examples.image_archives import etcd

ID = "OSC-MAP-017"
NAME = "unmapped-image"
TITLE = _("An image that values decide has no entry in the mapping")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"

_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
_ENTRY = """\
instance:
- image: %s
  tag: "3"
  address:
    fullAddress: %s
  package:
    x86_64: etcd.tar
"""


def _package(path: str, *, fixed: bool, name: str = "etcd") -> Example:
    values = "image: quay.io/coreos/etcd:3\n"
    new = f"image: {_OURS}/etcd:3\n"
    chart = {
        "Chart.yaml": CHART,
        "values.yaml": values if fixed else new,
        "templates/pod.yaml": pod("{{ .Values.image }}"),
    }
    inside = "demo/package/demo-1.0.0.tgz!/demo/"
    files = below(inside, chart) | {"demo/images/mapping.yaml": _ENTRY % (name, path)}
    return Example(files, {f"{inside}values.yaml": new} if fixed else {})


_BESIDE = """\
- image: agent
  tag: "1"
  address:
    fullAddress: agent
  package:
    x86_64: agent.tar
"""
_PROPOSED = """\
- image: etcd
  tag: "3"
  address:
    fullAddress: image
  package:
    x86_64: etcd-3-x86_64.tar
"""


def _completed() -> Example:
    """A package whose mapping has an entry for one of two images, and an archive for the other."""
    values = "image: quay.io/coreos/etcd:3\nagent: quay.io/demo/agent:1\n"
    mapping = "demo/images/mapping.yaml"
    inside = "demo/package/demo-1.0.0.tgz!/demo/"
    chart = {
        "Chart.yaml": CHART,
        "values.yaml": values,
        "templates/pod.yaml": pod("{{ .Values.image }}", "{{ .Values.agent }}"),
    }
    files = below(inside, chart) | below("demo/images/etcd-3-x86_64.tar!/", etcd())
    return Example(
        files | {mapping: f"# Ours.\ninstance:\n{_BESIDE}extra: kept\n"},
        {
            f"{inside}values.yaml": f"image: {_OURS}/etcd:3\nagent: {_OURS}/agent:1\n",
            mapping: f"# Ours.\ninstance:\n{_BESIDE}{_PROPOSED}extra: kept\n",
        },
    )


GOOD: tuple[Example, ...] = (_package("image", fixed=True), _package("other", fixed=False))
BAD: tuple[Example, ...] = (
    _package("other", fixed=True, name="agent").expecting(
        Expected(
            "OSC-MAP-017",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml:1:8",
            message=Message(
                "No entry of images/mapping.yaml names a value that decides"
                " %(image)s, so the platform would not move it: it is decided by"
                " %(paths)s.",
                {"image": "quay.io/coreos/etcd:3", "paths": ("image",)},
            ),
            help=Message(
                "Add an entry for the image to images/mapping.yaml with these paths"
                " below “address”: %(paths)s.",
                {"paths": ("image",)},
            ),
            image="quay.io/coreos/etcd:3",
        )
    ),
    _completed().expecting(
        Expected(
            "OSC-MAP-017",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml:1:8",
            message=Message(
                "No entry of images/mapping.yaml names a value that decides"
                " %(image)s, so the platform would not move it: it is decided by"
                " %(paths)s.",
                {"image": "quay.io/coreos/etcd:3", "paths": ("image",)},
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            image="quay.io/coreos/etcd:3",
            change_set="images/mapping.yaml",
            edit=Edit(
                "demo/images/mapping.yaml",
                start=111,
                end=111,
                before="",
                after=(
                    "- image: etcd\n"
                    '  tag: "3"\n'
                    "  address:\n"
                    "    fullAddress: image\n"
                    "  package:\n"
                    "    x86_64: etcd-3-x86_64.tar\n"
                ),
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """The images that values redirect, without an entry, and without one that is meant for them."""
    coverage = facts.coverage
    if coverage is None or coverage.mapping is None or facts.chart is None:
        return
    proposal = coverage.proposal
    edit = proposal.edit() if proposal is not None else None
    proposed = {original for each in coverage.entries for original in each.originals}
    reasons = {image.original: reason for image, reason in coverage.unproposed}
    for image in coverage.unmapped:
        is_proposed = edit is not None and image.original in proposed
        reason = reasons.get(image.original)
        if not is_proposed and image.original in proposed:
            reason = coverage.obstacle
        yield _problem(image, edit if is_proposed else None, reason)


def _problem(image: NeededImage, edit: Edit | None, reason: Message | None) -> Problem:
    sources = [each for each in image.sources if each.path and each.path != "appVersion"]
    paths = tuple(dict.fromkeys(each.path or "" for each in sources))
    return Problem(
        _(
            "No entry of images/mapping.yaml names a value that decides %(image)s, so the platform"
            " would not move it: it is decided by %(paths)s.",
            image=image.original,
            paths=paths,
        ),
        _remedy(paths, edit, reason),
        Place(sources[0].file, sources[0].line, sources[0].column),
        image=image.original,
        change_set=CHANGE_SET if edit is not None else None,
        edit=edit,
        severity=Severity.WARNING if image.shown_by else None,
    )


def _remedy(paths: Parameter, edit: Edit | None, reason: Message | None) -> Message:
    if edit is not None:
        return DONE_ON_APPROVAL
    if reason is not None:
        return _(
            "Add an entry for the image to images/mapping.yaml. The portal proposes none:"
            " %(reason)s.",
            reason=Clause(reason),
        )
    return _(
        "Add an entry for the image to images/mapping.yaml with these paths below “address”:"
        " %(paths)s.",
        paths=paths,
    )
