"""The contact's e-mail address is one.

**What.** Each `email` of `maintainers` (and of `provider`) in `metadata.yaml` of an OSC-format
package is an address, and none that is left over from a sample.

**Why.** Customers write there when the service fails. A sample's address reaches nobody, and it
cannot be changed in later versions.

**How to mend it.** Write the address of your support.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..examples import Example
from ..facts import Facts
from ..findings import Place, Problem, Severity
from ..messages import _
from ..osc_examples import OSC_METADATA, osc_package
from ..policy import Policy

ID = "OSC-CONTACT-004"
NAME = "contact-email"
TITLE = _("The contact's e-mail address is one")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_SAMPLE = re.compile(
    r"(?:test|foo|user|example|xxx+)@.*|.*@(?:.*\.)?example\.(?:com|org|net)", re.IGNORECASE
)
GOOD: tuple[Example, ...] = (osc_package(),)
BAD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA.replace("care@demo-software.example", "test@example.com")),
    osc_package(metadata=OSC_METADATA.replace("care@demo-software.example", "our support")),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """What is no address, and addresses of samples."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    for leaf in metadata.leaves if metadata is not None else ():
        is_contact = leaf.path[:1] in {("maintainers",), ("provider",)}
        if metadata is None or not is_contact or leaf.path[-1:] != ("email",) or not leaf.text:
            continue
        place = Place(metadata.file, leaf.line, leaf.column)
        if not _ADDRESS.fullmatch(leaf.text):
            words = _("“%(text)s” is no e-mail address.", text=leaf.text[:100])
            yield Problem(words, _("Write the address of your support."), place)
        elif _SAMPLE.fullmatch(leaf.text):
            words = _("“%(text)s” is the address of a sample.", text=leaf.text[:100])
            yield Problem(words, _("Write the address of your support."), place)
