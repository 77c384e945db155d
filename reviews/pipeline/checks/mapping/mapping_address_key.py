"""Below `address` of a chart's mapping are only the six keys of the guide.

**What.** `fullAddress`, `repository`, `prefixAddress`, `repo`, `endpoint` and `tag`, in exactly
this spelling.

**Why.** What is under another key is not written anywhere, and nothing says so.

**How to fix it.** Use the key of the piece that the value holds: `fullAddress` the whole address
with its tag, `endpoint` the registry alone, `tag` the tag alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.address_parts import ADDRESS_KEYS
from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...core.suggestions import nearest
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import changed, mapped_chart

ID = "OSC-MAP-008"
NAME = "mapping-address-key"
TITLE = _("The mapping has an address under a key that is not one of the six")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
GOOD: tuple[Example, ...] = (mapped_chart(),)
BAD: tuple[Example, ...] = (
    changed("    endpoint:", "    registry:").expecting(
        Expected(
            "OSC-MAP-008",
            "error",
            "demo/images/mapping.yaml:5:5",
            message=Message(
                "“%(key)s” is not one of the keys that the platform knows, so"
                " nothing is written to %(path)s.",
                {"key": "registry", "path": "image.registry"},
            ),
            help=Message("Probably “%(meant)s” is meant.", {"meant": "endpoint"}),
        )
    ),
    changed("    repository:", "    Repository:").expecting(
        Expected(
            "OSC-MAP-008",
            "error",
            "demo/images/mapping.yaml:6:5",
            message=Message(
                "“%(key)s” is not one of the keys that the platform knows, so"
                " nothing is written to %(path)s.",
                {"key": "Repository", "path": "image.repository"},
            ),
            help=Message("Probably “%(meant)s” is meant.", {"meant": "repository"}),
        )
    ),
    changed("    tag:", "    colour:").expecting(
        Expected(
            "OSC-MAP-008",
            "error",
            "demo/images/mapping.yaml:7:5",
            message=Message(
                "“%(key)s” is not one of the keys that the platform knows, so"
                " nothing is written to %(path)s.",
                {"key": "colour", "path": "image.tag"},
            ),
            help=Message(
                "Use one of: %(keys)s.",
                {
                    "keys": (
                        "fullAddress",
                        "repository",
                        "prefixAddress",
                        "repo",
                        "endpoint",
                        "tag",
                    )
                },
            ),
        )
    ),
)

_SYNONYMS = {
    "registry": "endpoint",
    "host": "endpoint",
    "hub": "endpoint",
    "image": "fullAddress",
    "fullimage": "fullAddress",
    "address": "fullAddress",
    "url": "fullAddress",
    "prefix": "prefixAddress",
    "name": "repo",
    "version": "tag",
    "imagetag": "tag",
}


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every key that the guide does not know."""
    if facts.mapping is None or facts.chart is None:
        return
    for entry in facts.mapping.entries:
        for key, part in entry.address_parts.items():
            if key not in ADDRESS_KEYS:
                yield Problem(
                    _(
                        "“%(key)s” is not one of the keys that the platform knows, so nothing is"
                        " written to %(path)s.",
                        key=key[:100],
                        path=(part.text or part.kind)[:200],
                    ),
                    _remedy(key),
                    part.key_place,
                )


def _remedy(key: str) -> Message:
    meant = _SYNONYMS.get(key.lower()) or nearest(key, ADDRESS_KEYS)
    if meant is not None:
        return _("Probably “%(meant)s” is meant.", meant=meant)
    return _("Use one of: %(keys)s.", keys=tuple(ADDRESS_KEYS))
