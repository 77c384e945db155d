"""The field fits the mode of the instance version definition.

**What.** In mode `url` the field that `versionDefinition.path` points to holds a whole image with
its tag (`registry/organisation/redis:6.2`); in mode `tag` it holds nothing but a tag (`6.2`).

**Why.** In mode `url` the platform puts a whole image there, in mode `tag` a bare tag. The wrong
one of the two makes an address such as `redis:swr.example.com/redis:7.0`, and the upgraded instance
does not start.

**How to fix it.** Change the mode to what is in the field, or point the path to the other
field.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.version_definition import VersionDefinition, tag_in
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, OSC_HELM_CSD, osc_chart_package, osc_package

ID = "OSC-FMT-020"
NAME = "version-mode"
TITLE = _("The field does not fit the mode of the instance version definition")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
GOOD: tuple[Example, ...] = (
    osc_package(),
    osc_chart_package(),
)
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace("mode: url", "mode: tag")).expecting(
        Expected(
            "OSC-FMT-020",
            "error",
            "demo/manifests/demo_csd.yaml:22:11",
            message=Message(
                "In mode tag %(path)s must hold a bare tag, but it holds “%(found)s”.",
                {
                    "path": "spec.image",
                    "found": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.0.0",
                },
            ),
            help=Message("Write mode: %(mode)s, which fits what is there.", {"mode": "url"}),
        )
    ),
    osc_package(csd=OSC_CSD.replace("/demo:1.0.0", "/demo")).expecting(
        Expected(
            "OSC-FMT-020",
            "error",
            "demo/manifests/demo_csd.yaml:22:11",
            message=Message(
                "In mode url %(path)s must hold a whole image with its tag, but it"
                " holds “%(found)s”.",
                {
                    "path": "spec.image",
                    "found": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo",
                },
            ),
            help=("Point the path to the field that the mode wants, or change the mode."),
        )
    ),
    osc_chart_package(csd=OSC_HELM_CSD.replace("imageVersion", "image")).expecting(
        Expected(
            "OSC-FMT-020",
            "error",
            "demo/manifests/helmrelease_csd.yaml:12:11",
            message=Message(
                "In mode tag %(path)s must hold a bare tag, but it holds “%(found)s”.",
                {
                    "path": "demo.image",
                    "found": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo",
                },
            ),
            help=("Point the path to the field that the mode wants, or change the mode."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Values without a tag in mode url, and values that are more than a tag in mode tag."""
    for csd in facts.osc.csds if facts.osc is not None else ():
        definition = csd.version_definition
        if facts.osc is None or definition is None:
            continue
        found = facts.osc.value_at(csd, definition.path)
        if found is None or found.text is None or tag_in(definition.mode, found.text) is not None:
            continue
        yield Problem(
            _words(definition, found.text[:200]),
            _help(definition, found.text),
            csd.definition_place("mode"),
        )


def _words(definition: VersionDefinition, found: str) -> Message:
    if definition.mode == "url":
        return _(
            "In mode url %(path)s must hold a whole image with its tag, but it holds “%(found)s”.",
            path=definition.path,
            found=found,
        )
    return _(
        "In mode tag %(path)s must hold a bare tag, but it holds “%(found)s”.",
        path=definition.path,
        found=found,
    )


def _help(definition: VersionDefinition, found: str) -> Message:
    other = "tag" if definition.mode == "url" else "url"
    if tag_in(other, found) is not None:
        return _("Write mode: %(mode)s, which fits what is there.", mode=other)
    return _("Point the path to the field that the mode wants, or change the mode.")
