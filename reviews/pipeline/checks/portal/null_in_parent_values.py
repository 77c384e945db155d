"""A parent's values remove nothing of a sub-chart by null.

**What.** A chart's `values.yaml` sets a value of a sub-chart to `null` to be rid of the sub-chart's
default: a digest, a limit, a whole sidecar.

**Why.** Helm before 4.2 removes the key; Helm 4.2 ignores the null and keeps the sub-chart's
default. What the customer installs then depends on the version of Helm, and so may the image that
is pulled. The portal renders with Helm 4.2. A null over the digest of an image that it redirects it
replaces by an empty text, which every Helm reads alike.

**How to fix it.** Write what is meant as a value: an empty text, `false`, `0`, an empty list; or a
switch of the sub-chart, such as `enabled: false`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, Parameter, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.chart_values import ParentNull, parent_nulls
from ...yaml.source import dotted
from ..examples.charts import Example, bare_chart
from ..examples.expected import Expected

ID = "PORTAL-017"
NAME = "null-in-parent-values"
TITLE = _("What a null in a parent's values does depends on the version of Helm")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

_SUBCHART = {
    "charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
    "charts/db/values.yaml": "port: 5432\nempty: null\nbackup: {hours: 6}\n",
}
GOOD: tuple[Example, ...] = (
    bare_chart("port: null\ndb: {port: 5433, empty: null, other: null}\n", more=_SUBCHART),
)
BAD: tuple[Example, ...] = (
    bare_chart("db:\n  port: null\n", more=_SUBCHART).expecting(
        Expected(
            "PORTAL-017",
            "warning",
            "demo/values.yaml:2:9",
            message=Message(
                "%(path)s is null, to remove the value from %(file)s:%(line)d. Helm"
                " before 4.2 removes it; Helm 4.2 keeps it, and so did the render.",
                {"path": "db.port", "file": "demo/charts/db/values.yaml", "line": 1},
            ),
            help=(
                "Write what is meant as a value, such as an empty text, false or an"
                " empty list, or use a switch of the sub-chart."
            ),
        )
    ),
    bare_chart("db:\n  backup: ~\n", more=_SUBCHART).expecting(
        Expected(
            "PORTAL-017",
            "warning",
            "demo/values.yaml:2:11",
            message=Message(
                "%(path)s is null, to remove all that %(file)s:%(line)d has there."
                " Helm before 4.2 removes it; Helm 4.2 keeps it, and so did the"
                " render. Images of it are shown all the same.",
                {"path": "db.backup", "file": "demo/charts/db/values.yaml", "line": 3},
            ),
            help=(
                "Write what is meant as a value, such as an empty text, false or an"
                " empty list, or use a switch of the sub-chart."
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every null over a value of a sub-chart, in the order of the files."""
    if facts.chart is None:
        return
    emptied = {change.leaf for change in facts.trace.changes if not change.text}
    for null in parent_nulls(facts.chart):
        leaf = null.leaf
        help_ = _REPLACED if leaf in emptied else _REMEDY
        place = Place(leaf.source.file, leaf.leaf.line, leaf.leaf.column)
        yield Problem(_message(null), help_, place)


_REMEDY = _(
    "Write what is meant as a value, such as an empty text, false or an empty list, or use a switch"
    " of the sub-chart."
)
_REPLACED = _(
    "You need not do anything: when the reviewer approves the change beside it, the portal writes"
    " an empty text instead."
)


def _message(null: ParentNull) -> Message:
    names: dict[str, Parameter] = {
        "path": dotted(null.path),
        "file": null.over.source.file,
        "line": null.over.leaf.line,
    }
    if null.is_scalar:
        return _(
            "%(path)s is null, to remove the value from %(file)s:%(line)d. Helm before 4.2 removes"
            " it; Helm 4.2 keeps it, and so did the render.",
            **names,
        )
    return _(
        "%(path)s is null, to remove all that %(file)s:%(line)d has there. Helm before 4.2 removes"
        " it; Helm 4.2 keeps it, and so did the render. Images of it are shown all the same.",
        **names,
    )
