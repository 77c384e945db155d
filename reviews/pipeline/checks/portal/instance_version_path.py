"""A new instance version changes the image of the instance, and nothing else.

**What.** `versionDefinition.path` decides exactly one image. For a chart the portal renders it with
every tag at that path: the instance's image must change to the tag, and no other image.

**Why.** At an upgrade the platform changes what is at the path, and nothing more. A path that
decides no image leaves the instance on its old version and shows it as upgraded; one that decides
several images moves some to a tag that they may not have.

**How to fix it.** Point `path` to the value that decides the instance's image alone, or let the
templates read the image of the instance from that value.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Listed, Message, _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...tracing.instance_versions import UnknownInstance, faults
from ..examples.charts import Example, pod
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, OSC_HELM_CSD, osc_chart_package, osc_package

ID = "PORTAL-031"
NAME = "instance-version-path"
TITLE = _("An instance version does not change exactly the image of the instance")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
_TWO_TAGS = OSC_HELM_CSD.replace('- "1.0.0"', '- "1.0.0"\n      - "1.1.0"')
_BOTH = pod(
    '"{{ .Values.demo.image }}:{{ .Values.demo.imageVersion }}"',
    '"{{ .Values.demo.image }}-exporter:{{ .Values.demo.imageVersion }}"',
)
_FIXED = pod('"{{ .Values.demo.image }}:1.0.0"')
_GUARDED = pod('"{{ .Values.demo.image }}:{{ .Values.demo.imageVersion }}"') + (
    '{{ if ne .Values.demo.imageVersion "1.0.0" }}{{ fail "1.0.0 alone is supported" }}{{ end }}\n'
)
GOOD: tuple[Example, ...] = (
    osc_package(),
    osc_chart_package(csd=_TWO_TAGS),
)
BAD: tuple[Example, ...] = (
    osc_chart_package(csd=_TWO_TAGS, more={"raw/templates/pod.yaml": _BOTH}).expecting(
        Expected(
            "PORTAL-031",
            "error",
            "demo/manifests/helmrelease_csd.yaml:16:9",
            message=Message(
                "%(path)s is to move instances to %(tags)s, but %(fault)s.",
                {
                    "path": "demo.imageVersion",
                    "tags": Listed(("1.1.0",)),
                    "fault": Message(
                        "with it %(come)s is pulled in the place of %(gone)s",
                        {
                            "gone": (
                                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo-exporter:1.0.0",
                                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.0.0",
                            ),
                            "come": (
                                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo-exporter:1.1.0",
                                "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0",
                            ),
                        },
                    ),
                },
            ),
            help=("Point the path to the value that decides the image of the instance alone."),
            image="swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.0.0",
            images=("swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.1.0",),
        )
    ),
    osc_chart_package(csd=_TWO_TAGS, more={"raw/templates/pod.yaml": _FIXED}).expecting(
        Expected(
            "PORTAL-031",
            "error",
            "demo/manifests/helmrelease_csd.yaml:13:11",
            message=Message(
                "%(path)s is to move instances to %(tags)s, but %(fault)s.",
                {
                    "path": "demo.imageVersion",
                    "tags": Listed(
                        (
                            "1.0.0",
                            "1.1.0",
                        )
                    ),
                    "fault": Message("no image changes with it", {}),
                },
            ),
            help=("Point the path to the value that decides the image of the instance alone."),
        )
    ),
    osc_chart_package(csd=_TWO_TAGS, more={"raw/templates/pod.yaml": _GUARDED}).expecting(
        Expected(
            "PORTAL-031",
            "error",
            "demo/manifests/helmrelease_csd.yaml:13:11",
            message=Message(
                "%(path)s is to move instances to %(tags)s, but %(fault)s.",
                {
                    "path": "demo.imageVersion",
                    "tags": Listed(
                        (
                            "1.0.0",
                            "1.1.0",
                        )
                    ),
                    "fault": Message(
                        "the chart does not render with it: %(words)s",
                        {
                            "words": (
                                "execution error at (demo/templates/pod.yaml:9:48): 1.0.0 alone is"
                                " supported"
                            )
                        },
                    ),
                },
            ),
            help=("Point the path to the value that decides the image of the instance alone."),
        )
    ),
    osc_package(
        csd=OSC_CSD.replace("mode: url", "mode: tag")
        .replace("path: spec.image", "path: spec.release")
        .replace('"size": 3', '"size": 3, "release": "1.0.0"')
    ).expecting(
        Expected(
            "PORTAL-031",
            "warning",
            "demo/manifests/demo_csd.yaml:23:11",
            message=Message(
                "Which images the tags %(tags)s stand for is not known: no image"
                " that was found has its tag from %(path)s.",
                {
                    "path": "spec.release",
                    "tags": Listed(
                        (
                            "1.0.0",
                            "1.1.0",
                        )
                    ),
                },
            ),
            help=(
                "Make sure that the image of every tag is shipped, or point the path to the image."
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each definition and fault."""
    for fault, images in faults(facts.instance_images):
        first = images[0]
        yield Problem(
            _(
                "%(path)s is to move instances to %(tags)s, but %(fault)s.",
                path=first.path,
                tags=listed(image.tag for image in images),
                fault=fault,
            ),
            _("Point the path to the value that decides the image of the instance alone."),
            first.place,
            image=first.base.original,
            images=tuple(image.original for image in images),
        )
    yield from map(_of_unknown, facts.unknown_instances)


def _of_unknown(unknown: UnknownInstance) -> Problem:
    """A definition whose images are not known: an error where rendering shows the reason."""
    definition = unknown.definition
    tags, place = listed(definition.tags), unknown.csd.definition_place("path")
    if unknown.fault is not None:
        return Problem(
            _(
                "%(path)s is to move instances to %(tags)s, but %(fault)s.",
                path=definition.path,
                tags=tags,
                fault=unknown.fault,
            ),
            _("Point the path to the value that decides the image of the instance alone."),
            place,
        )
    return Problem(
        _(
            "Which images the tags %(tags)s stand for is not known: no image that was found has"
            " its tag from %(path)s.",
            path=definition.path,
            tags=tags,
        ),
        _("Make sure that the image of every tag is shipped, or point the path to the image."),
        place,
        severity=Severity.WARNING,
    )
