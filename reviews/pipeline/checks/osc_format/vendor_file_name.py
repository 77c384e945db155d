"""The log configuration is called log_config.yaml.

**What.** A `LogConfig` in `manifests/vendor` is called `log_config.yaml`, a `MonitorConfig`
`monitor_config.yaml`.

**Why.** Two official pages spell the first one differently (`logs_config.yaml`). The csd file's
`defaultPath` decides which file is read; the usual name keeps people from looking for it.

**How to fix it.** Rename the file, and correct `defaultPath` with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import osc_package

ID = "OSC-FMT-030"
NAME = "vendor-file-name"
TITLE = _("The log configuration is not called log_config.yaml")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0039.html"
_LOG = """\
apiVersion: osc.io/v1
kind: LogConfig
spec:
  logConfigItems:
    - labelSelector: {app: demo}
      logPaths: [/var/log/demo]
"""
_USUAL = {"LogConfig": "vendor/log_config.yaml", "MonitorConfig": "vendor/monitor_config.yaml"}
GOOD: tuple[Example, ...] = (osc_package(more={"manifests/vendor/log_config.yaml": _LOG}),)
BAD: tuple[Example, ...] = (
    osc_package(more={"manifests/vendor/logs_config.yaml": _LOG}).expecting(
        Expected(
            "OSC-FMT-030",
            "info",
            "demo/manifests/vendor/logs_config.yaml",
            message=Message(
                "This file is usually called %(usual)s.", {"usual": "vendor/log_config.yaml"}
            ),
            help="Rename it, and correct defaultPath in the csd file.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Configurations under another name."""
    if facts.osc is None:
        return
    for name, kind in facts.osc.vendor_kinds.items():
        usual = _USUAL.get(kind)
        if usual is not None and name != usual:
            yield Problem(
                _("This file is usually called %(usual)s.", usual=usual),
                _("Rename it, and correct defaultPath in the csd file."),
                Place(facts.osc.vendor[name].file),
            )
