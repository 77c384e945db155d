"""An archive in the mapping is for one image and one architecture.

**What.** No file is named for both `x86_64` and `aarch64`, and none for two different images. Two
entries for one image, which fill different fields, may name the same file.

**Why.** The guide asks for one archive for each image and each architecture, which the platform
merges itself. From one that is named for two it would push the same image twice, once under a wrong
name or for a processor that cannot run it.

**How to fix it.** Save every image for every architecture into an archive of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...mapping.entries import ImageMapping, MappingEntry
from ...package.catalogue import ARCHITECTURES
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import MAPPING, changed, mapped_chart

ID = "OSC-MAP-015"
NAME = "mapping-shared-archive"
TITLE = _("One archive is named for two images or two architectures")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (
    mapped_chart(),
    changed("x86_64: etcd.tar", "x86_64: etcd.tar\n    aarch64: etcd-arm.tar"),
)
BAD: tuple[Example, ...] = (
    changed("x86_64: etcd.tar", "x86_64: etcd.tar\n    aarch64: etcd.tar").expecting(
        Expected(
            "OSC-MAP-015",
            "error",
            "demo/images/mapping.yaml:10:14",
            message=Message(
                "%(file)s is named for %(first)s in line %(line)d and for %(second)s here.",
                {
                    "file": "etcd.tar",
                    "first": "etcd:3 x86_64",
                    "line": 9,
                    "second": "etcd:3 aarch64",
                },
            ),
            help=("Save every image for every architecture into an archive of its own."),
        )
    ),
    mapped_chart(
        MAPPING + MAPPING.removeprefix("instance:\n").replace("image: etcd", "image: e")
    ).expecting(
        Expected(
            "OSC-MAP-015",
            "error",
            "demo/images/mapping.yaml:17:13",
            message=Message(
                "%(file)s is named for %(first)s in line %(line)d and for %(second)s here.",
                {"file": "etcd.tar", "first": "etcd:3 x86_64", "line": 9, "second": "e:3 x86_64"},
            ),
            help=("Save every image for every architecture into an archive of its own."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each archive that is named for different things."""
    for file, uses in _uses(facts.mapping).items() if facts.mapping is not None else ():
        first = uses[0]
        other = next((each for each in uses if _meaning(each) != _meaning(first)), None)
        if other is None:
            continue
        yield Problem(
            _(
                "%(file)s is named for %(first)s in line %(line)d and for %(second)s here.",
                file=file,
                first=" ".join(_meaning(first)),
                line=first[0].package_parts[first[1]].span.line,
                second=" ".join(_meaning(other)),
            ),
            _("Save every image for every architecture into an archive of its own."),
            other[0].package_parts[other[1]].place,
        )


def _uses(mapping: ImageMapping) -> dict[str, list[tuple[MappingEntry, str]]]:
    """For each archive: the entries and architectures that name it."""
    uses: dict[str, list[tuple[MappingEntry, str]]] = {}
    for entry in mapping.all_entries:
        for key in ARCHITECTURES:
            if file := entry.archives.get(key):
                uses.setdefault(file, []).append((entry, key))
    return uses


def _meaning(use: tuple[MappingEntry, str]) -> tuple[str, str]:
    entry, key = use
    return f"{entry.image}:{entry.tag}", key
