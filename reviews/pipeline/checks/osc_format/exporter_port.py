"""The port of a metrics exporter is a port.

**What.** Each item of a `MonitorConfig` has a `labelSelector` and `prometheus.exporterPort`, a
whole number from 1 to 65535 without quotes.

**Why.** The platform reads metrics from `http://POD:PORT/metrics`. Without a port there are none.

**How to fix it.** Write the number of the port on which the pod serves `/metrics`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import osc_package

ID = "OSC-FMT-028"
NAME = "exporter-port"
TITLE = _("The port of a metrics exporter is not a port")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0038.html"
_MONITOR = """\
apiVersion: osc.io/v1
kind: MonitorConfig
spec:
  monitorConfigItems:
    - labelSelector: {app: demo}
      prometheus:
        exporterPort: 9404
"""
GOOD: tuple[Example, ...] = (osc_package(more={"manifests/vendor/monitor_config.yaml": _MONITOR}),)
BAD: tuple[Example, ...] = (
    osc_package(
        more={"manifests/vendor/monitor_config.yaml": _MONITOR.replace("9404", "'9404'")}
    ).expecting(
        Expected(
            "OSC-FMT-028",
            "error",
            "demo/manifests/vendor/monitor_config.yaml:7:23",
            message=Message(
                "%(path)s must be a whole number.",
                {"path": "spec.monitorConfigItems[0].prometheus.exporterPort"},
            ),
            help="Write exporterPort as a number from 1 to 65535, without quotes.",
        )
    ),
    osc_package(
        more={"manifests/vendor/monitor_config.yaml": _MONITOR.replace("9404", "94040")}
    ).expecting(
        Expected(
            "OSC-FMT-028",
            "error",
            "demo/manifests/vendor/monitor_config.yaml:7:23",
            message=Message(
                "%(path)s says %(found)s, which is out of range.",
                {"path": "spec.monitorConfigItems[0].prometheus.exporterPort", "found": "94040"},
            ),
            help="Write exporterPort as a number from 1 to 65535, without quotes.",
        )
    ),
    osc_package(
        more={"manifests/vendor/monitor_config.yaml": _MONITOR.replace("exporterP", "p")}
    ).expecting(
        Expected(
            "OSC-FMT-028",
            "error",
            "demo/manifests/vendor/monitor_config.yaml:7:9",
            message=Message(
                "Missing: %(paths)s.",
                {"paths": ("spec.monitorConfigItems[0].prometheus.exporterPort",)},
            ),
            help="Write exporterPort as a number from 1 to 65535, without quotes.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What the format's schema says against it."""
    for each in facts.osc.violations_of(ID) if facts.osc is not None else ():
        yield Problem(
            each.message,
            _("Write exporterPort as a number from 1 to 65535, without quotes."),
            each.place,
        )
