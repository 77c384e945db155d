"""No digest wins over the tag that the mapping gives.

**What.** `images/mapping.yaml` gives an image a tag, and a value gives it a digest that stays in
place after the rewrite. Where the portal's edit drops the digest there is no finding.

**Why.** A cluster that is given a digest does not look at the tag. It asks the platform's registry
for the very bytes of the old registry, which are not there after a push of its own.

**How to fix it.** Leave the digest empty in `values.yaml` and let the tag decide.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.references import ImageReference, NotAReference
from ...tracing.mapping_trial.written import entry_of
from ...tracing.model import ImageStatus, TracedImage
from ..examples.charts import CHART, Example, below, pod
from ..examples.expected import Expected

ID = "OSC-MAP-024"
NAME = "digest-over-tag"
TITLE = _("A digest wins over the tag of the mapping")
SEVERITY = Severity.ERROR
SOURCE: str | None = None

_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
_DIGEST = "sha256:" + "0123456789abcdef" * 4
_MAPPING = """\
instance:
- image: etcd
  tag: "3"
  address:
    prefixAddress: repository
    tag: tag
  package:
    x86_64: etcd.tar
"""
_EITHER = (
    "{{ .Values.repository }}{{ if .Values.digest }}@{{ .Values.digest }}"
    "{{ else }}:{{ .Values.tag }}{{ end }}"
)


def _package(digest: str, image: str = _EITHER, after: str | None = None) -> Example:
    values = f'repository: {_OURS}/etcd\ntag: "3"\ndigest: "%s"\n'
    chart = {"Chart.yaml": CHART, "values.yaml": values % digest, "templates/pod.yaml": pod(image)}
    inside = "demo/package/demo-1.0.0.tgz!/demo/"
    files = below(inside, chart) | {"demo/images/mapping.yaml": _MAPPING}
    return Example(files, {} if after is None else {f"{inside}values.yaml": values % after})


GOOD: tuple[Example, ...] = (
    _package(""),
    _package(
        _DIGEST,
        "{{ .Values.repository }}:{{ .Values.tag }}{{ with .Values.digest }}@{{ . }}{{ end }}",
        after="",
    ),
)
BAD: tuple[Example, ...] = (
    _package(_DIGEST).expecting(
        Expected(
            "OSC-MAP-024",
            "error",
            "demo/package/demo-1.0.0.tgz!/demo/values.yaml:3:9",
            message=Message(
                "images/mapping.yaml gives %(image)s the tag %(tag)s, but its"
                " digest wins over any tag.",
                {
                    "image": (
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd@sha256:0123456"
                        "789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                    ),
                    "tag": "3",
                },
            ),
            help="Leave the digest empty in values.yaml, so that the tag decides.",
            image=(
                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd@sha256:0123456"
                "789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """The images with an entry whose digest stays."""
    mapping = facts.mapping
    if mapping is None or facts.chart is None:
        return
    for image in facts.trace.images:
        entry = entry_of(mapping, image)
        if entry is not None and entry.tag and _keeps_its_digest(image):
            yield Problem(
                _(
                    "images/mapping.yaml gives %(image)s the tag %(tag)s, but its digest wins over"
                    " any tag.",
                    image=image.original,
                    tag=entry.tag,
                ),
                _("Leave the digest empty in values.yaml, so that the tag decides."),
                _place(image),
                image=image.original,
            )


def _keeps_its_digest(image: TracedImage) -> bool:
    """Whether it has a digest that no edit drops."""
    if image.status in {ImageStatus.HARDCODED, ImageStatus.EXTERNAL} or "@" not in image.original:
        return False
    if image.status is not ImageStatus.REDIRECTED:
        return True
    try:
        return bool(ImageReference.parse(image.target).digest)
    except NotAReference:
        return False


def _place(image: TracedImage) -> Place:
    """Where the digest is written."""
    sources = [each for each in image.sources if each.role == "digest"] or list(image.sources)
    return Place(sources[0].file, sources[0].line, sources[0].column) if sources else Place()
