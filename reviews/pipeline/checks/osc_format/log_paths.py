"""The paths of log files are absolute and not inside each other.

**What.** Each item of a `LogConfig` has a `labelSelector` and `logPaths`; each path begins with
`/`, and none is inside another.

**Why.** Of a folder the platform collects all logs. A path inside it would collect the same files
twice, which the platform refuses.

**How to fix it.** Keep the outer path.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...yaml.source import Path, YamlSource, place_of
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import osc_package

ID = "OSC-FMT-027"
NAME = "log-paths"
TITLE = _("A path of log files is not absolute, or is inside another")
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
        more={"manifests/vendor/log_config.yaml": _LOG.replace("/var/log/demo", "log")}
    ).expecting(
        Expected(
            "OSC-FMT-027",
            "error",
            "demo/manifests/vendor/log_config.yaml:6:18",
            message=Message(
                "%(path)s says “%(found)s”, which is not of the form that is wanted.",
                {"path": "spec.logConfigItems[0].logPaths[0]", "found": "log"},
            ),
            help="Give labelSelector and absolute logPaths.",
        )
    ),
    osc_package(
        more={"manifests/vendor/log_config.yaml": _LOG.replace("/demo]", "/demo, /var/log/]")}
    ).expecting(
        Expected(
            "OSC-FMT-027",
            "error",
            "demo/manifests/vendor/log_config.yaml:6:18",
            message=Message(
                "%(inner)s is inside %(outer)s.", {"inner": "/var/log/demo", "outer": "/var/log"}
            ),
            help="Keep the outer path only.",
        )
    ),
    osc_package(
        more={"manifests/vendor/log_config.yaml": _LOG.replace("logPaths", "paths")}
    ).expecting(
        Expected(
            "OSC-FMT-027",
            "error",
            "demo/manifests/vendor/log_config.yaml:5:7",
            message=Message("Missing: %(paths)s.", {"paths": ("spec.logConfigItems[0].logPaths",)}),
            help="Give labelSelector and absolute logPaths.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Items that are incomplete, and paths that hold one another."""
    if facts.osc is None:
        return
    for each in facts.osc.violations_of(ID):
        yield Problem(each.message, _("Give labelSelector and absolute logPaths."), each.place)
    for source in facts.osc.configs("LogConfig"):
        for path, inner, outer in _nested(source):
            yield Problem(
                _("%(inner)s is inside %(outer)s.", inner=inner[:200], outer=outer[:200]),
                _("Keep the outer path only."),
                place_of(source, path),
            )


def _nested(source: YamlSource) -> Iterator[tuple[Path, str, str]]:
    """Each path that is inside another one or is the same, in sorted order next to it."""
    folders = sorted(
        (f"{leaf.text.rstrip('/')}/", leaf.path)
        for leaf in source.leaves
        if leaf.path[:2] == ("spec", "logConfigItems") and leaf.path[3:4] == ("logPaths",)
    )
    outer = ""
    for folder, path in folders:
        if outer and folder.startswith(outer):
            yield path, folder.rstrip("/"), outer.rstrip("/")
        else:
            outer = folder
