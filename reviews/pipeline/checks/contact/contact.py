"""The package says who answers for it.

**What.** `metadata.yaml` of an OSC-format package has `maintainers`, each with `name` and `email`,
or a `provider` with a `name`.

**Why.** Customers see whom to ask. Without it the upload fails, with the message that the
provider's contact is missing. Neither can be changed in later versions.

**How to fix it.** Add `maintainers` with the name and address of your support.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...core.remedies import Setting
from ...facts.model import Facts
from ...yaml.source import place_of
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-CONTACT-003"
NAME = "contact"
TITLE = _("Nobody is named who answers for the package")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0007.html"
_NOBODY = OSC_METADATA.replace(
    "maintainers:\n  - name: Demo Software\n    email: care@demo-software.example\n", ""
)
GOOD: tuple[Example, ...] = (
    osc_package(),
    osc_package(metadata=_NOBODY + "provider: {name: Demo Software}\n"),
)
BAD: tuple[Example, ...] = (
    osc_package(metadata=_NOBODY).expecting(
        Expected(
            "OSC-CONTACT-003",
            "error",
            "demo/metadata.yaml:1:1",
            message="metadata.yaml names neither maintainers nor a provider.",
            help="Add “maintainers” with name and email to metadata.yaml.",
        )
    ),
    osc_package(
        metadata=OSC_METADATA.replace("    email: care@demo-software.example\n", "")
    ).expecting(
        Expected(
            "OSC-CONTACT-003",
            "error",
            "demo/metadata.yaml:12:5",
            message=Message("Missing: %(paths)s.", {"paths": ("maintainers[0].email",)}),
            help="Add “maintainers” with name and email to metadata.yaml.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A package without a contact, and contacts that are incomplete."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    if facts.osc is None or metadata is None:
        return
    help_ = _("Add “maintainers” with name and email to metadata.yaml.")
    for each in facts.osc.violations_of(ID):
        yield Problem(each.message, help_, each.place)
    if not metadata.data_at(("maintainers",)) and not metadata.data_at(("provider",)):
        yield Problem(
            _("metadata.yaml names neither maintainers nor a provider."),
            help_,
            place_of(metadata, ("maintainers",)),
            by_hand=(Setting(metadata.file, ("maintainers",), (_CONTACT,), is_example=True),),
        )


_CONTACT = {"name": "Your company", "email": "support@your-company.cn"}
