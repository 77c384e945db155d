"""The deploy package is named after service and version.

**What.** The archive in `package` has a name of letters, digits, `_`, `-` and `.`, which does not
end with one of the three before its extension (otherwise an error). It is `NAME-VERSION.tgz` or
`NAME-VERSION.zip` (otherwise a warning); `NAME` may go on, as in the guide's own
`etcd-helm-6.7.0.tgz`.

**Why.** The platform does not take other characters. Service and version in the file's name let
people see what they hold.

**How to fix it.** Rename the file. `helm package` names a chart right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.identity import is_named_for, named_after
from ...package.layout import Kind
from ..examples.charts import Example, service_package
from ..examples.expected import Expected
from ..examples.osc_packages import osc_package

ID = "OSC-NAME-007"
NAME = "deploy-file-name"
TITLE = _("The deploy package is not named after service and version")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0004.html"
_LEGAL = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9]\.(?:zip|tgz|tar\.gz)", re.IGNORECASE)


def _packed(name: str) -> Example:
    files = osc_package().files
    return Example({f"demo/package/{name}!/{each}": text for each, text in files.items()})


GOOD: tuple[Example, ...] = (
    _packed("demo-operator-1.0.0.zip"),
    service_package("package/demo-helm-1.0.0.tgz"),
)
BAD: tuple[Example, ...] = (
    _packed("demo operator-1.0.0.zip").expecting(
        Expected(
            "OSC-NAME-007",
            "error",
            "demo/package/demo operator-1.0.0.zip",
            message=(
                "The file's name ends in one of “_-.” or has other characters than are taken."
            ),
            help=Message("Name it %(wanted)s.", {"wanted": "demo-operator-1.0.0.zip"}),
        )
    ),
    _packed("demo-operator-1.0.0_.zip").expecting(
        Expected(
            "OSC-NAME-007",
            "error",
            "demo/package/demo-operator-1.0.0_.zip",
            message=(
                "The file's name ends in one of “_-.” or has other characters than are taken."
            ),
            help=Message("Name it %(wanted)s.", {"wanted": "demo-operator-1.0.0.zip"}),
        )
    ),
    _packed("demo-operator.zip").expecting(
        Expected(
            "OSC-NAME-007",
            "warning",
            "demo/package/demo-operator.zip",
            message="The file is not named after service and version.",
            help=Message("Name it %(wanted)s.", {"wanted": "demo-operator-1.0.0.zip"}),
        )
    ),
    service_package("package/store-1.0.0.tgz").expecting(
        Expected(
            "OSC-NAME-007",
            "warning",
            "demo/package/store-1.0.0.tgz",
            message="The file is not named after service and version.",
            help=Message("Name it %(wanted)s.", {"wanted": "demo-1.0.0.tgz"}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Names with other characters (error), and other names (warning)."""
    name, version = facts.identity.name, facts.identity.version
    if not facts.package.is_service_package or name is None or version is None:
        return
    holder, member = facts.package.holders[0]
    file = PurePosixPath(member.name).name
    service, named = named_after(file)
    is_legal = _LEGAL.fullmatch(file)
    if not is_legal:
        words = _("The file's name ends in one of “_-.” or has other characters than are taken.")
    elif not named or not is_named_for(service, name.text):
        words = _("The file is not named after service and version.")
    else:
        return
    extension = "tgz" if facts.package.kind is Kind.HELM else "zip"
    wanted = f"{name.text[:100]}-{version.text[:100]}.{extension}"
    yield Problem(
        words,
        _("Name it %(wanted)s.", wanted=wanted),
        Place(holder.address(member.name)),
        severity=Severity.WARNING if is_legal else None,
    )
