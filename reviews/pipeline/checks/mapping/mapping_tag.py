"""`tag` of a mapping's entry is a valid tag, written as a string.

**What.** A tag begins with a letter, a digit or an underscore, goes on with these, dots and dashes,
and has at most 128 characters. Where it looks like a number it is in quotes.

**Why.** A registry refuses any other tag. Without quotes `1.20` is a number to YAML: whoever reads
the mapping may make `1.2` of it, another image.

**How to fix it.** Put quotes around it: `tag: "1.20"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.references import is_valid_tag
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import changed, mapped_chart

ID = "OSC-MAP-006"
NAME = "mapping-tag"
TITLE = _("The tag in the mapping is not a valid tag, or not a string")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (mapped_chart(), changed('tag: "3"', "tag: 3.5.0-debian-10-r44"))
BAD: tuple[Example, ...] = (
    changed('tag: "3"', "tag: 3").expecting(
        Expected(
            "OSC-MAP-006",
            "warning",
            "demo/images/mapping.yaml:3:8",
            message=Message(
                "The tag is written %(tag)s without quotes, so it is a %(kind)s to YAML.",
                {"tag": "3", "kind": Message("number", {})},
            ),
            help=Message('Put it in quotes: tag: "%(tag)s".', {"tag": "3"}),
        )
    ),
    changed('tag: "3"', 'tag: "3+1"').expecting(
        Expected(
            "OSC-MAP-006",
            "error",
            "demo/images/mapping.yaml:3:8",
            message=Message("“%(tag)s” is not a valid tag.", {"tag": "3+1"}),
            help=("Write the tag alone: letters, digits, dots, dashes and underscores."),
        )
    ),
    changed('tag: "3"', "tag: etcd:3").expecting(
        Expected(
            "OSC-MAP-006",
            "error",
            "demo/images/mapping.yaml:3:8",
            message=Message("“%(tag)s” is not a valid tag.", {"tag": "etcd:3"}),
            help=("Write the tag alone: letters, digits, dots, dashes and underscores."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Tags that no registry takes, and tags that are numbers or booleans to YAML."""
    for entry in facts.mapping.all_entries if facts.mapping is not None else ():
        part = entry.parts.get("tag")
        if part is None or part.is_missing or part.text is None:
            continue
        if not is_valid_tag(part.text):
            yield Problem(
                _("“%(tag)s” is not a valid tag.", tag=part.text[:200]),
                _("Write the tag alone: letters, digits, dots, dashes and underscores."),
                part.place,
            )
        elif not isinstance(part.value, str):
            yield Problem(
                _(
                    "The tag is written %(tag)s without quotes, so it is a %(kind)s to YAML.",
                    tag=part.text,
                    kind=part.kind_name,
                ),
                _('Put it in quotes: tag: "%(tag)s".', tag=part.text),
                part.place,
                severity=Severity.WARNING,
            )
