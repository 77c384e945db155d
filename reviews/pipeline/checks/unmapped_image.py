"""Every image that values decide has an entry in `images/mapping.yaml`.

**What.** The package brings a mapping, and a value decides an image that no entry of it speaks of:
none names one of the values that decide the image. It is an error for an image of the default
features, a warning for one that shows only when a feature is switched on.

**Why.** The platform writes the new addresses where the mapping says. An image that it does not
name keeps its old address, whatever is in `images/`.

**How to mend it.** Add an entry with the image's name and tag and, below `address`, the paths of
the values that the finding names.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import CHART, Example, below, pod
from ..facts import Facts
from ..findings import Place, Problem, Severity
from ..messages import _
from ..policy import Policy
from ..provenance.mapped import entry_of, idle_entries, namesakes
from ..provenance.trace import Source, Status, TracedImage

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


def _package(path: str, *, mended: bool, name: str = "etcd") -> Example:
    values = "image: quay.io/coreos/etcd:3\n"
    new = f"image: {_OURS}/etcd:3\n"
    chart = {
        "Chart.yaml": CHART,
        "values.yaml": values if mended else new,
        "templates/pod.yaml": pod("{{ .Values.image }}"),
    }
    inside = "demo/package/demo-1.0.0.tgz!/demo/"
    files = below(inside, chart) | {"demo/images/mapping.yaml": _ENTRY % (name, path)}
    return Example(files, {f"{inside}values.yaml": new} if mended else {})


GOOD: tuple[Example, ...] = (_package("image", mended=True), _package("other", mended=False))
BAD: tuple[Example, ...] = (_package("other", mended=True, name="agent"),)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """The images that values redirect, without an entry, and without one that is meant for them."""
    mapping = facts.mapping
    if mapping is None or facts.chart is None:
        return
    idle = idle_entries(mapping, facts.trace)
    told = {id(image) for each in idle for image in namesakes(each, mapping, facts.trace)}
    for image in facts.trace.images:
        if id(image) in told:
            continue
        sources = [each for each in image.sources if each.path and each.path != "appVersion"]
        if image.status is Status.REDIRECTED and sources and entry_of(mapping, image) is None:
            yield _problem(image, sources)


def _problem(image: TracedImage, sources: list[Source]) -> Problem:
    paths = ", ".join(dict.fromkeys(each.path or "" for each in sources))
    return Problem(
        _(
            "No entry of images/mapping.yaml names a value that decides %(image)s, so the platform"
            " would not move it: it is decided by %(paths)s.",
            image=image.original,
            paths=paths,
        ),
        _(
            "Add an entry for the image to images/mapping.yaml with these paths below “address”:"
            " %(paths)s.",
            paths=paths,
        ),
        Place(sources[0].file, sources[0].line, sources[0].column),
        image=image.original,
        severity=Severity.WARNING if image.shown_by else None,
    )
