"""A vendor configuration is asked for by a csd file.

**What.** For each `LogConfig` and `MonitorConfig` in `manifests/vendor` some csd file has an entry
in `spec.capabilityRequirements` whose `defaultPath` leads to it.

**Why.** The platform looks at the file only then. Otherwise nothing is monitored and nothing
collected.

**How to fix it.** Add the entry, or remove the file.
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

ID = "OSC-FMT-029"
NAME = "undeclared-vendor-config"
TITLE = _("No csd file asks for a vendor configuration")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0039.html"
_LOG = """\
apiVersion: osc.io/v1
kind: LogConfig
spec:
  logConfigItems:
    - labelSelector: {app: demo}
      logPaths: [/var/log/demo]
"""
_CSD = OSC_CSD.replace(
    "  role: serviceEntity\n",
    "  role: serviceEntity\n  capabilityRequirements:\n    - apiVersion: osc.io/v1\n"
    "      kind: LogConfig\n      defaultPath: vendor/log_config.yaml\n",
)
GOOD: tuple[Example, ...] = (
    osc_package(csd=_CSD, more={"manifests/vendor/log_config.yaml": _LOG}),
)
BAD: tuple[Example, ...] = (
    osc_package(more={"manifests/vendor/log_config.yaml": _LOG}).expecting(
        Expected(
            "OSC-FMT-029",
            "warning",
            "demo/manifests/vendor/log_config.yaml:1:1",
            message=Message(
                "No csd file asks for this %(kind)s, so it has no effect.", {"kind": "LogConfig"}
            ),
            help=Message(
                "Add it to spec.capabilityRequirements of a csd file: defaultPath: %(name)s.",
                {"name": "vendor/log_config.yaml"},
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Configurations that no csd file names."""
    if facts.osc is None:
        return
    asked = {
        item.get("defaultPath")
        for csd in facts.osc.csds
        for _path, item in csd.maps("spec", "capabilityRequirements")
        if isinstance(item.get("defaultPath"), str)
    }
    for name, kind in facts.osc.vendor_kinds.items():
        if kind in {"LogConfig", "MonitorConfig"} and name not in asked:
            yield Problem(
                _("No csd file asks for this %(kind)s, so it has no effect.", kind=kind),
                _(
                    "Add it to spec.capabilityRequirements of a csd file: defaultPath: %(name)s.",
                    name=name,
                ),
                Place(facts.osc.vendor[name].file, 1, 1),
            )
