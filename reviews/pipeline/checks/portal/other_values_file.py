"""Images are set in `values.yaml`, which is the only values file that the platform reads.

**What.** Beside `values.yaml` the chart has another values file (`values-prod.yaml`,
`values.openshift.yaml`) that names images, or sets a part of an address, such as a registry, that
is rewritten in `values.yaml`. Values files for the chart's own tests, in `ci/`, are not meant.

**Why.** The platform installs the chart with `values.yaml`, and rewrites image addresses there and
nowhere else. Whoever installs the chart with the other file pulls its images from their old
addresses, or, where it sets only a part, from an address at which there is nothing.

**How to fix it.** Leave the file out of the package, or leave the images and these parts out of the
file, so that those of `values.yaml` hold. Nothing has to be done where nobody installs the chart
with it.
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
from ...yaml.source import YamlBroken, YamlSource, dotted
from ..examples.charts import Example, bare_chart, pod
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
    bare_chart(
        "image:\n  registry: quay.io\n  repository: team/app\n  tag: '1'\n",
        pod("{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"),
        more={"values.mirror.yaml": "image:\n  registry: mirror.example.com\n"},
        fixed={
            "values.yaml": (
                "image:\n  registry: swr.cn-east-3.myhuaweicloud.com\n"
                "  repository: osc-opensource/app\n  tag: '1'\n"
            )
        },
    ).expecting(
        Expected(
            "PORTAL-016",
            "info",
            "demo/values.mirror.yaml:2:13",
            message=Message(
                "This values file sets %(values)s, of which addresses are made:"
                " %(images)s. The platform rewrites values.yaml only, so whoever"
                " installs the chart with this file pulls from addresses that are"
                " one part old and the rest new.",
                {"values": Listed(("image.registry",)), "images": Listed(("quay.io/team/app:1",))},
            ),
            help=("Leave the file out of the package, or leave these values out of the file."),
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
        yield from _of_file(facts, chart, source)


def _of_file(facts: Facts, chart: Chart, source: YamlSource) -> Iterator[Problem]:
    found = list(images_in(chart, source))
    if not found:
        yield from _of_parts(facts, source)
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


def _of_parts(facts: Facts, source: YamlSource) -> Iterator[Problem]:
    """The values of the file that take the place of rewritten ones: parts of addresses."""
    rewritten = {
        path: change
        for change in facts.trace.changes
        for path in (*change.leaf.paths, *change.leaf.override_paths)
    }
    found = [
        (leaf, rewritten[leaf.path])
        for leaf in source.leaves
        if leaf.path in rewritten and leaf.text
    ]
    if not found:
        return
    first = found[0][0]
    images = dict.fromkeys(image for _leaf, change in found for image in change.images)
    yield Problem(
        _(
            "This values file sets %(values)s, of which addresses are made: %(images)s. The"
            " platform rewrites values.yaml only, so whoever installs the chart with this file"
            " pulls from addresses that are one part old and the rest new.",
            values=listed([dotted(leaf.path) for leaf, _change in found]),
            images=listed(list(images)),
        ),
        _("Leave the file out of the package, or leave these values out of the file."),
        Place(source.file, first.line, first.column),
    )
