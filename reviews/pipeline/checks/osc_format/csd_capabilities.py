"""The capabilities that a csd file asks for are complete and configured.

**What.** Each entry of `spec.capabilityRequirements` has `apiVersion: osc.io/v1`, a `kind`
(`MonitorConfig` or `LogConfig`) and a `defaultPath` to a file in `manifests/vendor` of that kind.

**Why.** The platform sets up monitoring and log collection from that file. Without it the instance
comes up and shows no metrics and no logs.

**How to fix it.** Complete the entry. `defaultPath` begins at `manifests`:
`vendor/log_config.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-FMT-012"
NAME = "csd-capabilities"
TITLE = _("A capability that a csd file asks for is incomplete or not configured")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0009.html"
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
    osc_package(csd=_CSD).expecting(
        Expected(
            "OSC-FMT-012",
            "error",
            "demo/manifests/demo_csd.yaml:17:20",
            message=Message(
                "There is no manifests/%(file)s of the kind %(kind)s.",
                {"file": "vendor/log_config.yaml", "kind": "LogConfig"},
            ),
            help="Add the file, or correct the path; it begins at manifests.",
        )
    ),
    osc_package(
        csd=_CSD, more={"manifests/vendor/log_config.yaml": _LOG.replace("LogC", "MonitorC")}
    ).expecting(
        Expected(
            "OSC-FMT-012",
            "error",
            "demo/manifests/demo_csd.yaml:17:20",
            message=Message(
                "There is no manifests/%(file)s of the kind %(kind)s.",
                {"file": "vendor/log_config.yaml", "kind": "LogConfig"},
            ),
            help="Add the file, or correct the path; it begins at manifests.",
        )
    ),
    osc_package(csd=_CSD.replace("kind: LogConfig", "kind: Logs")).expecting(
        Expected(
            "OSC-FMT-012",
            "error",
            "demo/manifests/demo_csd.yaml:16:13",
            message=Message(
                "%(path)s says “%(found)s”; allowed are: %(allowed)s.",
                {
                    "path": "spec.capabilityRequirements[0].kind",
                    "found": "Logs",
                    "allowed": (
                        "MonitorConfig",
                        "LogConfig",
                    ),
                },
            ),
            help="Complete the entry: apiVersion osc.io/v1, kind and defaultPath.",
        ),
        Expected(
            "OSC-FMT-012",
            "error",
            "demo/manifests/demo_csd.yaml:17:20",
            message=Message(
                "There is no manifests/%(file)s of the kind %(kind)s.",
                {"file": "vendor/log_config.yaml", "kind": "Logs"},
            ),
            help="Add the file, or correct the path; it begins at manifests.",
        ),
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Entries that are incomplete, and paths that lead to no such file."""
    if facts.osc is None:
        return
    for each in facts.osc.violations_of(ID):
        help_ = _("Complete the entry: apiVersion osc.io/v1, kind and defaultPath.")
        yield Problem(each.message, help_, each.place)
    for csd in facts.osc.csds:
        for path, item in csd.maps("spec", "capabilityRequirements"):
            file, kind = item.get("defaultPath"), item.get("kind")
            source = facts.osc.vendor.get(file) if isinstance(file, str) else None
            if isinstance(file, str) and (source is None or source.data_at(("kind",)) != kind):
                yield Problem(
                    _(
                        "There is no manifests/%(file)s of the kind %(kind)s.",
                        file=file,
                        kind=str(kind),
                    ),
                    _("Add the file, or correct the path; it begins at manifests."),
                    csd.place((*path, "defaultPath")),
                )
