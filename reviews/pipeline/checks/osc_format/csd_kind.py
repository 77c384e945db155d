"""A csd file is one CustomServiceDefinition.

**What.** A file `xxx_csd.yaml` in `manifests` has `apiVersion: osc.io/v1beta1`, `kind:
CustomServiceDefinition`, a name and a `spec`, in one document.

**Why.** The platform reads these two lines to know what the file is. With another version or kind
it is passed over, and with it everything that it says of forms, upgrades and logs.

**How to fix it.** Write the two lines as they are here. A second document belongs into a file of
its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-FMT-009"
NAME = "csd-kind"
TITLE = _("A csd file is not a CustomServiceDefinition")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0009.html"
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(csd=OSC_CSD.replace("v1beta1", "v1")).expecting(
        Expected(
            "OSC-FMT-009",
            "error",
            "demo/manifests/demo_csd.yaml:1:13",
            message=Message(
                "%(path)s says “%(found)s”; it must be “%(wanted)s”.",
                {"wanted": "osc.io/v1beta1", "path": "apiVersion", "found": "osc.io/v1"},
            ),
            help=(
                "Write apiVersion osc.io/v1beta1, kind CustomServiceDefinition, a name and a spec."
            ),
        )
    ),
    osc_package(
        csd=OSC_CSD.replace("kind: CustomServiceDefinition", "kind: ServiceDefinition")
    ).expecting(
        Expected(
            "OSC-FMT-009",
            "error",
            "demo/manifests/demo_csd.yaml:2:7",
            message=Message(
                "%(path)s says “%(found)s”; it must be “%(wanted)s”.",
                {"wanted": "CustomServiceDefinition", "path": "kind", "found": "ServiceDefinition"},
            ),
            help=(
                "Write apiVersion osc.io/v1beta1, kind CustomServiceDefinition, a name and a spec."
            ),
        )
    ),
    osc_package(csd="# to be written\n").expecting(
        Expected(
            "OSC-FMT-009",
            "error",
            "demo/manifests/demo_csd.yaml:1:1",
            message=Message(
                "%(path)s must be a map of names and values.", {"path": Message("The file", {})}
            ),
            help=(
                "Write apiVersion osc.io/v1beta1, kind CustomServiceDefinition, a name and a spec."
            ),
        )
    ),
    osc_package(csd=OSC_CSD + "---\n" + OSC_CSD).expecting(
        Expected(
            "OSC-FMT-009",
            "error",
            "demo/manifests/demo_csd.yaml:1:1",
            message=Message(
                "The file holds %(count)d documents; one csd file describes one resource.",
                {"count": 2},
            ),
            help="Put each document into a csd file of its own.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Files with another head, without content or with several documents."""
    if facts.osc is None:
        return
    for each in facts.osc.violations_of(ID):
        yield Problem(
            each.message,
            _("Write apiVersion osc.io/v1beta1, kind CustomServiceDefinition, a name and a spec."),
            each.place,
        )
    for csd in facts.osc.csds:
        if csd.source.documents > 1:
            yield Problem(
                _(
                    "The file holds %(count)d documents; one csd file describes one resource.",
                    count=csd.source.documents,
                ),
                _("Put each document into a csd file of its own."),
                Place(csd.file, 1, 1),
            )
