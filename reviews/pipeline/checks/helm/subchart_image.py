"""Images of a sub-chart are set in the chart's own `values.yaml`.

**What.** Where a sub-chart's `values.yaml` alone decides an image, the root chart's `values.yaml`
overrides it, under the name or alias of the sub-chart.

**Why.** The platform rewrites the root `values.yaml` and reaches no file inside `charts/`. An
image that is named only there keeps its old address, and the customer's cluster cannot pull it.

**How to fix it.** You need not do anything: the portal proposes the lines for the root
`values.yaml`, proven by rendering, and writes them when the reviewer approves them. The
sub-chart's files stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import DONE_ON_APPROVAL, Edit, Place, Problem, Severity
from ...core.messages import Listed, Message, Series, _, listed, series
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.helm import Chart
from ...tracing.model import LeafChange
from ...yaml.source import dotted
from ..examples.charts import CHART, Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-HELM-011"
NAME = "subchart-image"
TITLE = _("An image of a sub-chart must be set in the root values.yaml")
SEVERITY = Severity.ERROR
SOURCE: str | None = None

_METADATA = CHART + "dependencies:\n- {name: store, version: 1.0.0, alias: db}\n"
_STORE = {
    "charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
    "charts/store/values.yaml": "image:\n  repository: docker.io/bitnami/redis\n  tag: '7.2'\n",
    "charts/store/templates/pod.yaml": pod(
        '"{{ .Values.image.repository }}:{{ .Values.image.tag }}"'
    ),
}
_OVERRIDE = "db:\n  image:\n    repository: swr.cn-east-3.myhuaweicloud.com/osc-opensource/redis\n"
GOOD: tuple[Example, ...] = (bare_chart(_OVERRIDE, metadata=_METADATA, more=_STORE),)
BAD: tuple[Example, ...] = (
    bare_chart(
        "replicas: 1\n",
        metadata=_METADATA,
        more=_STORE,
        fixed={"values.yaml": "replicas: 1\n" + _OVERRIDE},
    ).expecting(
        Expected(
            "OSC-HELM-011",
            "error",
            "demo/values.yaml:2:1",
            message=Message(
                "%(files)s alone decides %(images)s, and the platform does not"
                " reach it. The root values.yaml is to set %(values)s.",
                {
                    "files": ("demo/charts/store/values.yaml",),
                    "images": Listed(("docker.io/bitnami/redis:7.2",)),
                    "values": Series(
                        (
                            (
                                "db.image.repository:"
                                " swr.cn-east-3.myhuaweicloud.com/osc-opensource/redis"
                            ),
                        )
                    ),
                },
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            image="docker.io/bitnami/redis:7.2",
            images=("docker.io/bitnami/redis:7.2",),
            change_set="image:db.image.repository",
            edit=Edit(
                "demo/values.yaml",
                start=12,
                end=12,
                before="",
                after=(
                    "db:\n"
                    "  image:\n"
                    "    repository:"
                    " swr.cn-east-3.myhuaweicloud.com/osc-opensource/redis\n"
                ),
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each insertion, with all the values it sets."""
    inserted: dict[Edit, list[LeafChange]] = {}
    for change in facts.trace.changes:
        if change.is_override:
            inserted.setdefault(change.edit, []).append(change)
    for edit, changes in inserted.items():
        if facts.chart is not None:
            yield _problem(facts.chart, edit, changes)


def _problem(root: Chart, edit: Edit, changes: list[LeafChange]) -> Problem:
    images = list(dict.fromkeys(image for change in changes for image in change.images))
    values = [f"{dotted(path)}: {change.text}" for change in changes for path in change.leaf.paths]
    data = root.values.data if root.values is not None else b""
    return Problem(
        _(
            "%(files)s alone decides %(images)s, and the platform does not reach it. The root"
            " values.yaml is to set %(values)s.",
            files=tuple(dict.fromkeys(change.leaf.source.file for change in changes)),
            images=listed(images),
            values=series(values),
        ),
        DONE_ON_APPROVAL,
        Place.at(edit.file, data, edit.start),
        image=images[0] if images else None,
        images=tuple(images),
        change_set=changes[0].change_set,
        edit=edit,
    )
