"""A value that is to be rewritten is not shared with fields that are no image.

**What.** An anchor (`&name`) gives one text to several places, by aliases (`*name`) and merge keys
(`<<`). The text is rewritten where it is written, or the mapping says that the platform should
write there, and one of the places has a name that no part of an image has.

**Why.** All places change together. A login server or a display name that shares its text with an
image's registry would become the platform's registry, too.

**How to fix it.** Write the text out at the place that is no image.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.chart_values import ValueLeaf, effective_leaves
from ...tracing.mapping_trial.written import plain_path
from ...yaml.source import Path, dotted
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-MAP-025"
NAME = "shared-anchor"
TITLE = _("A rewritten value is shared with fields that are no image")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

# A ``name`` or a ``version`` alone is as often another thing's.
_IMAGE_WORDS = ("image", "registry", "repository", "repo", "tag", "hub", "digest")
_NEAR = 3

_OURS = "swr.cn-east-3.myhuaweicloud.com"
_IMAGE = pod("{{ .Values.image.registry }}/osc-opensource/etcd:3")
_VALUES = "image:\n  registry: &r %s\nloginServer: *r\n"
GOOD: tuple[Example, ...] = (
    bare_chart(_VALUES % _OURS, _IMAGE),
    bare_chart(
        "registry: &r docker.io/coreos\nimage:\n  registry: *r\n",
        pod("{{ .Values.image.registry }}/etcd:3"),
        fixed={"values.yaml": f"registry: &r {_OURS}/osc-opensource\nimage:\n  registry: *r\n"},
    ),
)
BAD: tuple[Example, ...] = (
    bare_chart(
        _VALUES % "docker.io/coreos",
        pod("{{ .Values.image.registry }}/etcd:3"),
        fixed={"values.yaml": _VALUES % f"{_OURS}/osc-opensource"},
    ).expecting(
        Expected(
            "OSC-MAP-025",
            "warning",
            "demo/values.yaml:2:16",
            message=Message(
                "%(path)s is to be rewritten, and an anchor shares its text with"
                " %(others)s. All of them change together.",
                {"path": "image.registry", "others": ("loginServer",)},
            ),
            help=Message("Write the text out at %(others)s.", {"others": ("loginServer",)}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each text that is written once and is to change in places of two kinds."""
    for leaf in _rewritten(facts):
        of_images = [path for path in leaf.paths if _is_of_an_image(path)]
        # Where no name decides, the place where it is written is taken for the image's.
        path = (of_images or leaf.paths)[0]
        others = [dotted(each) for each in leaf.paths if each not in {path, *of_images}]
        if others and leaf.leaf.aliased_by:
            yield Problem(
                _(
                    "%(path)s is to be rewritten, and an anchor shares its text with %(others)s."
                    " All of them change together.",
                    path=dotted(path),
                    others=tuple(others),
                ),
                _("Write the text out at %(others)s.", others=tuple(others)),
                Place(leaf.source.file, leaf.leaf.line, leaf.leaf.column),
            )


def _is_of_an_image(path: Path) -> bool:
    """Whether the key, or one near above it, is a word that only images have."""
    words = [str(part).lower() for part in path[-_NEAR:] if isinstance(part, str)]
    return any(mark in word for word in words for mark in _IMAGE_WORDS)


def _rewritten(facts: Facts) -> Iterator[ValueLeaf]:
    """The values that the portal's edits and the mapping write to, each once."""
    found = dict.fromkeys(change.leaf for change in facts.trace.changes)
    if facts.mapping is not None and facts.chart is not None:
        seen = {(leaf.source.file, leaf.leaf.start) for leaf in found}
        wanted = {
            plain_path(path) for entry in facts.mapping.entries for path in entry.addresses.values()
        }
        for path, leaf in effective_leaves(facts.chart).items():
            if dotted(path) in wanted and (leaf.source.file, leaf.leaf.start) not in seen:
                found[leaf] = None
    yield from found
