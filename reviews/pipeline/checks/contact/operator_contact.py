"""A ClusterServiceVersion says who provides and who maintains the operator.

**What.** `spec.provider` has `name` and `email`, and so has at least one of `spec.maintainers`.

**Why.** Without a contact the platform stops the version after the security scan and calls it
failed.

**How to fix it.** Add both, for example `maintainers: [{name: Demo Software, email:
care@demo.example}]`. The colon is the plain one: a full-width colon makes another key.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...core.remedies import Setting, SettingValue
from ...facts.model import Facts
from ...package.operator import Manifest
from ...yaml.source import Path
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "OSC-CONTACT-002"
NAME = "operator-contact"
TITLE = _("A CSV does not say who provides and maintains the operator")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.md"
GOOD: tuple[Example, ...] = (operator_package(),)
BAD: tuple[Example, ...] = (
    operator_package(csv=CSV.replace("  provider:\n    name", "  vendor:\n    name")).expecting(
        Expected(
            "OSC-CONTACT-002",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:22:3",
            message=Message(
                "spec.provider of %(csv)s lacks a name or an email.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help="Write both: provider: {name: ..., email: ...}",
        )
    ),
    operator_package(
        csv=CSV.replace("    email: care@demo-software.example\n  provider", "  provider")
    ).expecting(
        Expected(
            "OSC-CONTACT-002",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:25:3",
            message=Message(
                "%(csv)s names no maintainer with a name and an email.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help="Write at least one: maintainers: [{name: ..., email: ...}]",
        )
    ),
    operator_package(csv=CSV.replace("email: care@demo-software.example", "email:")).expecting(
        Expected(
            "OSC-CONTACT-002",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:25:3",
            message=Message(
                "%(csv)s names no maintainer with a name and an email.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help="Write at least one: maintainers: [{name: ..., email: ...}]",
        ),
        Expected(
            "OSC-CONTACT-002",
            "error",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:28:5",
            message=Message(
                "spec.provider of %(csv)s lacks a name or an email.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help="Write both: provider: {name: ..., email: ...}",
        ),
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every CSV with no provider or no maintainer who can be reached."""
    for csv in facts.operator.csvs if facts.operator is not None else ():
        if not _is_contact(csv.at(("spec", "provider"))):
            yield Problem(
                _("spec.provider of %(csv)s lacks a name or an email.", csv=csv.title),
                _("Write both: provider: {name: ..., email: ...}"),
                csv.place(("spec", "provider")),
                by_hand=_example(csv, "provider"),
            )
        if not any(map(_is_contact, csv.items(("spec", "maintainers")))):
            yield Problem(
                _("%(csv)s names no maintainer with a name and an email.", csv=csv.title),
                _("Write at least one: maintainers: [{name: ..., email: ...}]"),
                csv.place(("spec", "maintainers")),
                by_hand=_example(csv, "maintainers"),
            )


_CONTACT = {"name": "Your company", "email": "support@your-company.cn"}


def _example(csv: Manifest, key: str) -> tuple[Setting, ...]:
    """What to write: all of it where nothing is, else what the contact lacks."""
    path: Path = ("spec", key)
    found = csv.at(path)
    if not found:
        value: SettingValue = _CONTACT if key == "provider" else (_CONTACT,)
        return (Setting(csv.file, path, value, is_example=True),)
    if isinstance(found, list):
        path, found = (*path, 0), found[0]
    if not isinstance(found, dict):
        return ()
    return tuple(
        Setting(csv.file, (*path, name), value, is_example=True)
        for name, value in _CONTACT.items()
        if not (isinstance(found.get(name), str) and found[name].strip())
    )


def _is_contact(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(key), str) and value[key].strip() for key in ("name", "email")
    )
