"""Images are set in `values.yaml`, which is the only values file that the platform reads.

**What.** Beside `values.yaml` the chart has another values file (`values-prod.yaml`,
`values.openshift.yaml`) that names images. Values files for the chart's own tests, in `ci/`, are
not meant.

**Why.** The platform installs the chart with `values.yaml`, and rewrites image addresses there and
nowhere else. Whoever installs the chart with the other file pulls its images from their old
addresses.

**How to fix it.** Leave the file out of the package, or leave the images out of the file, so that
those of `values.yaml` hold. Nothing has to be done where nobody installs the chart with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.helm import Chart
from ...tracing.mapping_trial.unseen import images_in
from ...yaml.source import YamlBroken, YamlSource
from ..examples.charts import Example, bare_chart
from ..examples.expected import Expected

ID = "PORTAL-016"
NAME = "other-values-file"
TITLE = _("Another values file names images")
SEVERITY = Severity.INFO
SOURCE: str | None = None

GOOD: tuple[Example, ...] = (
    bare_chart(more={"values-prod.yaml": "replicas: 3\n"}),
    bare_chart(more={"ci/values-prod.yaml": "image: quay.io/team/app:1\n"}),
)
BAD: tuple[Example, ...] = (
    bare_chart(
        more={
            "values.openshift.yaml": (
                "image:\n  repository: quay.io/team/app\n  tag: '1'\nsidecar: {image: 'a/b:2'}\n"
            )
        }
    ).expecting(
        Expected(
            "PORTAL-016",
            "info",
            "demo/values.openshift.yaml:2:15",
            message=Message(
                "This values file names %(images)s. The platform rewrites"
                " values.yaml only, so whoever installs the chart with this file"
                " pulls from the old addresses.",
                {
                    "images": Listed(
                        (
                            "quay.io/team/app:1",
                            "a/b:2",
                        )
                    )
                },
            ),
            help=("Leave the file out of the package, or leave the images out of the file."),
        )
    ),
)

_FILE = re.compile(r"(?:[\w.-]+[-_.])?values(?:[-_.][\w.-]+)?\.ya?ml")


def check(facts: Facts, policy: Policy, /) -> Iterator[Problem]:
    """The root chart's other values files, each at the first image it names."""
    chart = facts.chart
    for name, member in chart.files() if chart is not None else ():
        is_other = name != "values.yaml" and _FILE.fullmatch(name) is not None
        if chart is None or not is_other or member.content is None:
            continue
        try:
            source = YamlSource.parse(member.content, chart.address(name), policy.limits)
        except YamlBroken:  # another rule's finding, OSC-YAML-001
            continue
        yield from _of_file(chart, source)


def _of_file(chart: Chart, source: YamlSource) -> Iterator[Problem]:
    found = list(images_in(chart, source))
    if not found:
        return
    first = found[0].leaf.leaf
    yield Problem(
        _(
            "This values file names %(images)s. The platform rewrites values.yaml only, so whoever"
            " installs the chart with this file pulls from the old addresses.",
            images=listed(list(dict.fromkeys(each.image for each in found))),
        ),
        _("Leave the file out of the package, or leave the images out of the file."),
        Place(source.file, first.line, first.column),
    )
