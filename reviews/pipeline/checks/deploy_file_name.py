"""The file of an OSC-format package is named after service and version.

**What.** The archive in `package` that holds an OSC-format package has a name of letters, digits,
`_`, `-` and `.`, which does not end with one of the three before its extension. It is
`NAME-VERSION.zip`, with `name` and `version` of `metadata.yaml` (otherwise a warning).

**Why.** The platform does not take other characters. Service and version in the file's name let
people see what they hold.

**How to mend it.** Rename the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ..examples import Example
from ..facts import Facts
from ..findings import Place, Problem, Severity
from ..messages import _
from ..osc_examples import osc_package
from ..policy import Policy

ID = "OSC-NAME-007"
NAME = "deploy-file-name"
TITLE = _("The file of an OSC-format package is named after service and version")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/devg-osc/osc_ss_0004.html"
_LEGAL = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9]\.(?:zip|tgz|tar\.gz)")


def _packed(name: str) -> Example:
    files = osc_package().files
    return Example({f"demo/package/{name}!/{each}": text for each, text in files.items()})


GOOD: tuple[Example, ...] = (_packed("demo-operator-1.0.0.zip"),)
BAD: tuple[Example, ...] = (
    _packed("demo operator-1.0.0.zip"),
    _packed("demo-operator-1.0.0_.zip"),
    _packed("demo-operator.zip"),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Names with other characters (error), and other names (warning)."""
    if facts.osc is None or not facts.package.is_service_package:
        return
    holder, member = facts.package.holders[0]
    name = PurePosixPath(member.name).name
    wanted = f"{facts.osc.written('name')}-{facts.osc.written('version')}.zip"
    if not _LEGAL.fullmatch(name):
        words = _("The file's name ends in one of “_-.” or has other characters than are taken.")
    elif name != wanted:
        words = _("The file is not named after service and version.")
    else:
        return
    yield Problem(
        words,
        _("Name it %(wanted)s.", wanted=wanted),
        Place(holder.address(member.name)),
        severity=Severity.WARNING if _LEGAL.fullmatch(name) else None,
    )
