"""The operator has the permissions that it runs with, and not all of them.

**What.** Each `serviceAccountName` of a deployment in `lifecycle.yaml` is granted something in
`install.permissions` or `install.clusterPermissions`, and no rule grants every verb on every
resource of every group.

**Why.** Without a grant the operator starts and may do nothing. With all of them whoever takes over
the operator owns the customer's cluster. (The official sample itself uses `*`.)

**How to fix it.** Grant what the operator needs, by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...yaml.source import Path, YamlSource, place_of
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_LIFECYCLE, osc_package

ID = "OSC-FMT-035"
NAME = "operator-permissions"
TITLE = _("The operator's permissions are missing or unlimited")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
_KEYS = ("apiGroups", "resources", "verbs")
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(
        lifecycle=OSC_LIFECYCLE.replace(
            "- serviceAccountName: demo-operator", "- serviceAccountName: demo"
        )
    ).expecting(
        Expected(
            "OSC-FMT-035",
            "warning",
            "demo/lifecycle.yaml:18:33",
            message=Message(
                "The service account “%(name)s” is granted nothing.", {"name": "demo-operator"}
            ),
            help=("Add its permissions to install.permissions or install.clusterPermissions."),
        )
    ),
    osc_package(
        lifecycle=OSC_LIFECYCLE.replace('[""]', '["*"]')
        .replace("configmaps", '"*"')
        .replace("get, list", '"*"')
    ).expecting(
        Expected(
            "OSC-FMT-035",
            "warning",
            "demo/lifecycle.yaml:6:11",
            message="The rule grants every verb on every resource of the cluster.",
            help="Name the groups, resources and verbs that the operator needs.",
        )
    ),
    osc_package(lifecycle=OSC_LIFECYCLE.replace("[get, list]", "get")).expecting(
        Expected(
            "OSC-FMT-035",
            "warning",
            "demo/lifecycle.yaml:8:18",
            message=Message(
                "%(path)s must be a list.", {"path": "install.permissions[0].rules[0].verbs"}
            ),
            help=("Write it as Kubernetes does: rules with apiGroups, resources and verbs."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Accounts without a grant, and grants of everything."""
    osc = facts.osc
    if osc is None or osc.lifecycle is None:
        return
    for each in osc.violations_of(ID):
        help_ = _("Write it as Kubernetes does: rules with apiGroups, resources and verbs.")
        yield Problem(each.message, help_, each.place)
    granted = set()
    for path, grant in _entries(osc.lifecycle, "permissions", "clusterPermissions"):
        granted.add(str(grant.get("serviceAccountName")))
        rules = grant.get("rules")
        for index, each in enumerate(rules if isinstance(rules, list) else ()):
            if isinstance(each, dict) and all("*" in _listed(each.get(key)) for key in _KEYS):
                yield Problem(
                    _("The rule grants every verb on every resource of the cluster."),
                    _("Name the groups, resources and verbs that the operator needs."),
                    place_of(osc.lifecycle, (*path, "rules", index)),
                )
    for path, _deployment in _entries(osc.lifecycle, "deployments"):
        account = (*path, "spec", "template", "spec", "serviceAccountName")
        name = osc.lifecycle.data_at(account)
        if isinstance(name, str) and name not in granted:
            yield Problem(
                _("The service account “%(name)s” is granted nothing.", name=name),
                _("Add its permissions to install.permissions or install.clusterPermissions."),
                place_of(osc.lifecycle, account),
            )


def _entries(lifecycle: YamlSource, *keys: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for key in keys:
        items = lifecycle.data_at(("install", key))
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield ("install", key, index), item


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
