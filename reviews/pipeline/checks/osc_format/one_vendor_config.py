"""A package has one log configuration and one monitoring configuration.

**What.** In `manifests/vendor` is at most one file of the kind `LogConfig` and at most one of the
kind `MonitorConfig`.

**Why.** The platform takes one of each for the whole package; with two it would be an accident
which.

**How to fix it.** Merge the files: `logConfigItems` and `monitorConfigItems` are lists.
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

ID = "OSC-FMT-026"
NAME = "one-vendor-config"
TITLE = _("The package has several log or monitoring configurations")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0039.html"
_LOG = """\
apiVersion: osc.io/v1
kind: LogConfig
spec:
  logConfigItems:
    - labelSelector: {app: demo}
      logPaths: [/var/log/demo]
"""
GOOD: tuple[Example, ...] = (osc_package(more={"manifests/vendor/log_config.yaml": _LOG}),)
BAD: tuple[Example, ...] = (
    osc_package(
        more={"manifests/vendor/log_config.yaml": _LOG, "manifests/vendor/more.yaml": _LOG}
    ).expecting(
        Expected(
            "OSC-FMT-026",
            "error",
            "demo/manifests/vendor/more.yaml:1:1",
            message=Message(
                "%(first)s is a %(kind)s, too.",
                {"first": "demo/manifests/vendor/log_config.yaml", "kind": "LogConfig"},
            ),
            help="Merge the two files into one.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each file of a kind after the first."""
    for kind in ("LogConfig", "MonitorConfig"):
        configs = facts.osc.configs(kind) if facts.osc is not None else []
        for source in configs[1:]:
            yield Problem(
                _("%(first)s is a %(kind)s, too.", first=configs[0].file, kind=kind),
                _("Merge the two files into one."),
                Place(source.file, 1, 1),
            )
