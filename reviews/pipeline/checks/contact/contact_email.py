"""The contact's e-mail address is valid.

**What.** Each `email` of `maintainers` (and of `provider`) in `Chart.yaml`, in the
ClusterServiceVersion or in `metadata.yaml` is an address, and none that is left over from a sample.

**Why.** Customers write there when the service fails. A sample's address reaches nobody, and it
cannot be changed in later versions.

**How to fix it.** Write the address of your support.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...yaml.source import Leaf, Path, YamlSource
from ..examples.charts import CHART, Example, bare_chart
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-CONTACT-004"
NAME = "contact-email"
TITLE = _("The contact's e-mail address is not valid, or a placeholder")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_SAMPLE = re.compile(
    r"(?:test|foo|user|example|xxx+)@.*|.*@(?:.*\.)?example\.(?:com|org|net)", re.IGNORECASE
)
_CONTACTS = {("maintainers",), ("provider",)}
_CARE = "care@demo-software.example"
GOOD: tuple[Example, ...] = (osc_package(), bare_chart(), operator_package())
BAD: tuple[Example, ...] = (
    bare_chart(metadata=CHART.replace(_CARE, "user@example.com")).expecting(
        Expected(
            "OSC-CONTACT-004",
            "warning",
            "demo/Chart.yaml:7:12",
            message=Message("“%(text)s” is the address of a sample.", {"text": "user@example.com"}),
            help="Write the address of your support.",
        )
    ),
    operator_package(csv=CSV.replace(_CARE, "care at demo")).expecting(
        Expected(
            "OSC-CONTACT-004",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:26:12",
            message=Message("“%(text)s” is not an e-mail address.", {"text": "care at demo"}),
            help="Write the address of your support.",
        ),
        Expected(
            "OSC-CONTACT-004",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:29:12",
            message=Message("“%(text)s” is not an e-mail address.", {"text": "care at demo"}),
            help="Write the address of your support.",
        ),
    ),
    osc_package(
        metadata=OSC_METADATA.replace("care@demo-software.example", "test@example.com")
    ).expecting(
        Expected(
            "OSC-CONTACT-004",
            "warning",
            "demo/metadata.yaml:13:12",
            message=Message("“%(text)s” is the address of a sample.", {"text": "test@example.com"}),
            help="Write the address of your support.",
        )
    ),
    osc_package(
        metadata=OSC_METADATA.replace("care@demo-software.example", "our support")
    ).expecting(
        Expected(
            "OSC-CONTACT-004",
            "warning",
            "demo/metadata.yaml:13:12",
            message=Message("“%(text)s” is not an e-mail address.", {"text": "our support"}),
            help="Write the address of your support.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What is not an address, and addresses of samples."""
    for source, leaf in _addresses(facts):
        if not _ADDRESS.fullmatch(leaf.text):
            words = _("“%(text)s” is not an e-mail address.", text=leaf.text[:100])
        elif _SAMPLE.fullmatch(leaf.text):
            words = _("“%(text)s” is the address of a sample.", text=leaf.text[:100])
        else:
            continue
        place = Place(source.file, leaf.line, leaf.column)
        yield Problem(words, _("Write the address of your support."), place)


def _addresses(facts: Facts) -> Iterator[tuple[YamlSource, Leaf]]:
    for source, path in _contacts(facts):
        for leaf in source.leaves:
            below = leaf.path[len(path) :]
            is_contact = leaf.path[: len(path)] == path and below[:1] in _CONTACTS
            if is_contact and below[-1:] == ("email",) and leaf.text:
                yield source, leaf


def _contacts(facts: Facts) -> Iterator[tuple[YamlSource, Path]]:
    """The documents that name contacts, and the path below which they do."""
    if facts.osc is not None:
        if facts.osc.metadata is not None:
            yield facts.osc.metadata, ()
    elif facts.chart is not None and facts.chart.metadata is not None:
        yield facts.chart.metadata, ()
    for csv in facts.operator.csvs if facts.operator is not None else ():
        yield csv.source, ("spec",)
