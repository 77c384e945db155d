"""No two entries of the mapping write different texts to one value.

**What.** Where several keys or entries name one path, all of them write the same text to it, under
one reading of the keys at least. So many entries may name one registry that their images share
(`endpoint: global.imageRegistry`), and one image that is in two fields may have two entries.
No path leads through another one.

**Why.** Of two texts for one value only one can stay, and nobody can say which. A value that is to
hold a text cannot be a map with other values as well.

**How to fix it.** Name for each image the values that decide this image alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...mapping.entries import ImageMapping, MappingEntry
from ...mapping.parts import Part
from ...tracing.mapping_trial.written import goal_of, written_by_entry
from ...yaml.source import Path, dotted
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import MAPPING, VALUES, mapped_chart, with_address

ID = "OSC-MAP-012"
NAME = "mapping-twice"
TITLE = _("Two addresses of the mapping write to one value")
SEVERITY = Severity.ERROR
SOURCE: str | None = None

_SECOND = """\
- image: agent
  tag: "1"
  address: {endpoint: image.registry, repository: %s}
  package: {x86_64: agent.tar}
"""
GOOD: tuple[Example, ...] = (
    mapped_chart(MAPPING + _SECOND % "agent", VALUES + "agent: demo/agent\n"),
)
BAD: tuple[Example, ...] = (
    mapped_chart(MAPPING + _SECOND % "image.repository").expecting(
        Expected(
            "OSC-MAP-012",
            "error",
            "demo/images/mapping.yaml:12:51",
            message=Message(
                "%(path)s is written twice, and not with the same text: as"
                " %(first)s of %(one)s in line %(line)d, and here as %(second)s of"
                " %(other)s.",
                {
                    "path": "image.repository",
                    "first": "repository",
                    "one": "etcd",
                    "line": 6,
                    "second": "repository",
                    "other": "agent",
                },
            ),
            help="Name for each image the values that decide this image alone.",
        )
    ),
    mapped_chart(with_address("{endpoint: image.registry, tag: image.registry}")).expecting(
        Expected(
            "OSC-MAP-012",
            "error",
            "demo/images/mapping.yaml:4:44",
            message=Message(
                "%(path)s is written twice, and not with the same text: as"
                " %(first)s of %(one)s in line %(line)d, and here as %(second)s of"
                " %(other)s.",
                {
                    "path": "image.registry",
                    "first": "endpoint",
                    "one": "etcd",
                    "line": 4,
                    "second": "tag",
                    "other": "etcd",
                },
            ),
            help="Name for each image the values that decide this image alone.",
        )
    ),
    mapped_chart(with_address("{endpoint: image.registry, tag: image.registry.tag}")).expecting(
        Expected(
            "OSC-MAP-012",
            "error",
            "demo/images/mapping.yaml:4:44",
            message=Message(
                "%(path)s leads through %(upper)s, to which the mapping writes a"
                " text in line %(line)d.",
                {"path": "image.registry.tag", "upper": "image.registry", "line": 4},
            ),
            help="Name for each image the values that decide this image alone.",
        )
    ),
)

_Address = tuple[MappingEntry, str, Part]


def check(facts: Facts, policy: Policy, /) -> Iterator[Problem]:
    """One problem for each value to which different texts, or a text and a map, are written."""
    if facts.mapping is None or facts.chart is None:
        return
    by_path = _by_path(facts.mapping)
    for path, addresses in by_path.items():
        if len(addresses) > 1 and not _agree(addresses, path, policy):
            yield _twice(path, addresses)
        for depth in range(1, len(path)):
            if path[:depth] in by_path:
                yield _through(path, addresses[0], by_path[path[:depth]][0])


def _by_path(mapping: ImageMapping) -> dict[Path, list[_Address]]:
    found: dict[Path, list[_Address]] = {}
    for entry in mapping.entries:
        for key, path in entry.value_paths.items():
            found.setdefault(path, []).append((entry, key, entry.address_parts[key]))
    return found


def _agree(addresses: list[_Address], path: Path, policy: Policy) -> bool:
    """Whether there is a reading under which all of them write the same."""
    entries = dict.fromkeys(entry for entry, _key, _part in addresses)
    for reading in policy.mapping_readings:
        texts = {
            text
            for entry in entries
            for where, text in written_by_entry(entry, goal_of(entry, policy), policy, reading)
            if where == path
        }
        if len(texts) == 1:
            return True
    return False


def _twice(path: Path, addresses: list[_Address]) -> Problem:
    first, second = addresses[0], addresses[-1]
    return Problem(
        _(
            "%(path)s is written twice, and not with the same text: as %(first)s of %(one)s in line"
            " %(line)d, and here as %(second)s of %(other)s.",
            path=dotted(path),
            first=first[1],
            one=first[0].image,
            line=first[2].span.line,
            second=second[1],
            other=second[0].image,
        ),
        _("Name for each image the values that decide this image alone."),
        second[2].place,
    )


def _through(path: Path, lower: _Address, upper: _Address) -> Problem:
    return Problem(
        _(
            "%(path)s leads through %(upper)s, to which the mapping writes a text in line"
            " %(line)d.",
            path=dotted(path),
            upper=upper[2].value,
            line=upper[2].span.line,
        ),
        _("Name for each image the values that decide this image alone."),
        lower[2].place,
    )
