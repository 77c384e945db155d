"""An operator says in which namespaces it can be installed.

**What.** `spec.installModes` of a ClusterServiceVersion lists `OwnNamespace`, `SingleNamespace`,
`MultiNamespace` and `AllNamespaces`, each at most once and with `supported: true` or `false`; at
least one of them is supported.

**Why.** The Operator Lifecycle Manager takes what is not listed for not supported. An operator that
supports none is never installed; it stays at `UnsupportedOperatorGroup`.

**How to fix it.** List all four with what holds for your operator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.operator import Manifest
from ...yaml.source import Path
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "PORTAL-011"
NAME = "install-modes"
TITLE = _("It is not said in which namespaces the operator can be installed")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
_MODES = ("OwnNamespace", "SingleNamespace", "MultiNamespace", "AllNamespaces")
_PATH: Path = ("spec", "installModes")
_START, _END = CSV.index("  installModes:"), CSV.index("  install:\n")
GOOD: tuple[Example, ...] = (
    operator_package(),
    operator_package(
        csv=CSV[:_START] + "  installModes: [{type: AllNamespaces, supported: true}]\n" + CSV[_END:]
    ),
)
BAD: tuple[Example, ...] = (
    operator_package(csv=CSV[:_START] + CSV[_END:]).expecting(
        Expected(
            "PORTAL-011",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:22:3",
            message=Message(
                "%(csv)s supports no install mode, so it is never installed.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help=("List the four modes under spec.installModes and set supported: true."),
        )
    ),
    operator_package(csv=CSV.replace("supported: true", "supported: false")).expecting(
        Expected(
            "PORTAL-011",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:36:3",
            message=Message(
                "%(csv)s supports no install mode, so it is never installed.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help=("List the four modes under spec.installModes and set supported: true."),
        )
    ),
    operator_package(csv=CSV.replace("type: OwnNamespace", "type: Namespaced")).expecting(
        Expected(
            "PORTAL-011",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:36:11",
            message=Message("“%(mode)s” is no install mode.", {"mode": "Namespaced"}),
            help=Message(
                "Write one of %(modes)s.",
                {
                    "modes": (
                        "OwnNamespace",
                        "SingleNamespace",
                        "MultiNamespace",
                        "AllNamespaces",
                    )
                },
            ),
        )
    ),
    operator_package(csv=CSV.replace("type: OwnNamespace", "type: AllNamespaces")).expecting(
        Expected(
            "PORTAL-011",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:42:11",
            message=Message(
                "The install mode %(mode)s is listed twice.", {"mode": "AllNamespaces"}
            ),
            help="Keep the one that holds.",
        )
    ),
    operator_package(csv=CSV.replace("supported: false", "supported: 'no'")).expecting(
        Expected(
            "PORTAL-011",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:41:16",
            message=Message(
                "It is not said whether the install mode %(mode)s is supported.",
                {"mode": "MultiNamespace"},
            ),
            help="Write supported: true or supported: false, without quotes.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What is wrong with the modes of each CSV."""
    for csv in facts.operator.csvs if facts.operator is not None else ():
        yield from _entries(csv)
        modes = [each for each in csv.items(_PATH) if isinstance(each, dict)]
        if not any(each.get("supported") is True for each in modes):
            yield Problem(
                _("%(csv)s supports no install mode, so it is never installed.", csv=csv.title),
                _("List the four modes under spec.installModes and set supported: true."),
                csv.place(_PATH),
            )


def _entries(csv: Manifest) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for index, entry in enumerate(csv.items(_PATH)):
        path: Path = (*_PATH, index)
        mode = csv.text((*path, "type"))
        seen[mode] += 1
        if mode not in _MODES:
            yield Problem(
                _("“%(mode)s” is no install mode.", mode=mode),
                _("Write one of %(modes)s.", modes=tuple(_MODES)),
                csv.place((*path, "type")),
            )
        elif seen[mode] == 2:
            yield Problem(
                _("The install mode %(mode)s is listed twice.", mode=mode),
                _("Keep the one that holds."),
                csv.place((*path, "type")),
            )
        if not isinstance(entry, dict) or not isinstance(entry.get("supported"), bool):
            yield Problem(
                _("It is not said whether the install mode %(mode)s is supported.", mode=mode),
                _("Write supported: true or supported: false, without quotes."),
                csv.place((*path, "supported")),
            )
