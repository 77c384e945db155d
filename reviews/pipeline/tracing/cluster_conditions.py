"""Conditions that only a cluster can decide, where an image hangs on them.

The engine has no objects to look up. What the branch of a condition on such an object names, no
render shows; it can only be read in the template, and reported. Versions, APIs and upgrades are
rendered instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from ..core.findings import Place
from ..manifests.references import looks_like_image
from ..manifests.workloads import references_in
from ..package.helm import Chart
from .model import TracedImage

_ACTION = re.compile(r"\{\{-?\s*(/\*.*?\*/|.*?)\s*-?\}\}", re.DOTALL)
_CLUSTER = re.compile(r"\blookup\s+[\"$(.]")
_CLUSTER_WORDS = ("lookup",)
_DEFINITION = re.compile(r"(?:define|block)\s+\"([^\"]+)\"")
_INCLUDED = re.compile(r"(?:include|template)\s+\"([^\"]+)\"")
_ASSIGNMENT = re.compile(r"(\$\w+)\s*:?=")
_VARIABLE = re.compile(r"\$\w+")
_VALUE = re.compile(r"\.Values((?:\.[A-Za-z_]\w*)+)")
_NAMES_AN_IMAGE = re.compile(r"image(?!pull)", re.IGNORECASE)
_SETS_AN_IMAGE = re.compile(
    r"(?i:image)[\"']?\s*[:=](?!=)"
    r"|(?:include|template)\s+\"[^\"]*[iI]mage\""
    r"|\.Values\.[\w.]*(?:[iI]mage|[rR]epository|[rR]egistry)\b"
)
_NO_PART_OF_AN_IMAGE = re.compile(r"pull|secret|policy|enabled?$", re.IGNORECASE)
_PARTS_OF_AN_IMAGE = frozenset({"image", "registry", "repository", "tag", "digest", "name"})
_OPENING = frozenset({"if", "with", "range", "define", "block"})
_LONGEST_CONDITION = 160


@dataclass(frozen=True, slots=True)
class ClusterCondition:
    """One condition in a template. ``values`` are the paths that its branches build images of.

    ``condition`` is its text, ``images`` are references hard-coded in the
    branches. Both may be empty, where the branches only include a partial.
    """

    place: Place
    condition: str
    values: tuple[str, ...]
    images: tuple[str, ...]


def hidden_by_the_cluster(
    root: Chart, images: Collection[TracedImage]
) -> tuple[ClusterCondition, ...]:
    """The conditions of all templates that guard an image which no render showed.

    ``images`` are those that renders showed.
    """
    shown = _Shown.of(images)
    reading_partials = _partials_that_read_cluster(root)
    return tuple(
        each
        for chart in root.walk()
        for name, text in chart.templates()
        if ("mage" in text or "MAGE" in text) and _reads_cluster(text, reading_partials, ())
        for each in _Reading(chart, name, text, reading_partials).conditions()
        if not shown.holds(each, f"{chart.engine_path}/{name}")
    )


@dataclass(frozen=True)
class _Shown:
    """What the renders showed: values that decide an image, images, and their templates."""

    values: frozenset[tuple[str, ...]]
    images: frozenset[str]
    templates: frozenset[str]

    @classmethod
    def of(cls, images: Collection[TracedImage]) -> _Shown:
        uses = [use for image in images for use in image.uses]
        return cls(
            frozenset(
                tuple(map(str, path[:depth]))
                for use in uses
                for contribution in use.contributions
                for path in contribution.leaf.paths
                for depth in range(1, len(path) + 1)
            ),
            frozenset(image.original for image in images),
            frozenset(use.use.template for use in uses),
        )

    def holds(self, each: ClusterCondition, template: str) -> bool:
        """Whether everything that the branches name was shown."""
        if not each.values and not each.images:
            return template in self.templates
        paths = [tuple(path.split(".")) for path in each.values]
        return all(path in self.values or path[:-1] in self.values for path in paths) and all(
            image in self.images for image in each.images
        )


def _partials_that_read_cluster(root: Chart) -> frozenset[str]:
    """The names of partials that depend on the cluster and name no image."""
    found = set()
    for chart in root.walk():
        for _name, text in chart.templates():
            if "define" not in text or not _reads_cluster_itself(text):
                continue
            for start in _DEFINITION.finditer(text):
                end = text.find("define", start.end())
                body = text[start.end() : end if end >= 0 else len(text)]
                if _CLUSTER.search(body) and not _NAMES_AN_IMAGE.search(body):
                    found.add(start[1])
    return frozenset(found)


def _reads_cluster_itself(text: str) -> bool:
    # Plain words are found much faster in long texts, as definitions of resources are.
    return any(_CLUSTER.match(text, at) for word in _CLUSTER_WORDS for at in _places(text, word))


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _reads_cluster(text: str, partials: Collection[str], variables: Collection[str]) -> bool:
    if _reads_cluster_itself(text):
        return True
    if partials and any(name in partials for name in _INCLUDED.findall(text)):
        return True
    return bool(variables) and any(name in variables for name in _VARIABLE.findall(text))


def _may_be_a_part(path: str) -> bool:
    """Whether a value may decide an image: in a map of an image only its known keys do."""
    above, _dot, key = path.rpartition(".")
    if above.lower().endswith("image"):
        return key in _PARTS_OF_AN_IMAGE
    return _NO_PART_OF_AN_IMAGE.search(key) is None


@dataclass
class _Block:
    """An open block: where its body begins, and the conditions of it that read the cluster."""

    begin: int
    conditions: list[tuple[int, str]] = field(default_factory=list)


class _Reading:
    """One template, read action by action."""

    def __init__(self, chart: Chart, name: str, text: str, partials: Collection[str]) -> None:
        self.chart = chart
        self.file = chart.address(name)
        self.text = text
        self.partials = partials
        self.variables: set[str] = set()
        self.in_images = {
            variable
            for line in text.splitlines()
            if _SETS_AN_IMAGE.search(line)
            for variable in _VARIABLE.findall(line)
        }

    def conditions(self) -> Iterator[ClusterCondition]:
        """The conditions that read the cluster and whose branches name an image."""
        blocks: list[_Block] = []
        for action in _ACTION.finditer(self.text):
            inner = action[1]
            word = inner.partition(" ")[0]
            if word in _OPENING:
                blocks.append(_Block(action.end()))
            if (word in {"if", "with", "else"}) and blocks and self._reads_cluster(inner):
                blocks[-1].conditions.append((action.start(1), inner))
            elif word == "end" and blocks:
                block = blocks.pop()
                body = self.text[block.begin : action.start()]
                yield from self._found(block.conditions, body)
            elif self._reads_cluster(inner) and ("ternary" in inner or "coalesce" in inner):
                yield from self._found([(action.start(1), inner)], self._line(action.start()))
            else:
                assigned = _ASSIGNMENT.match(inner)
                if assigned and self._reads_cluster(inner[assigned.end() :]):
                    self.variables.add(assigned[1])

    def _line(self, offset: int) -> str:
        end = self.text.find("\n", offset)
        start = self.text.rfind("\n", 0, offset) + 1
        return self.text[start : end if end >= 0 else len(self.text)]

    def _reads_cluster(self, inner: str) -> bool:
        return not inner.startswith("/*") and _reads_cluster(inner, self.partials, self.variables)

    def _found(self, conditions: list[tuple[int, str]], body: str) -> Iterator[ClusterCondition]:
        lines = [line for line in body.splitlines() if self._builds_an_image(line)]
        if not conditions or not lines:
            return
        values = {
            ".".join((*map(str, self.chart.key), path.strip(".")))
            for line in lines
            for path in _VALUE.findall(line)
            if _may_be_a_part(path)
        }
        images = {
            line[start:end]
            for line in lines
            for start, end in references_in(line)
            if looks_like_image(line[start:end])
        }
        for offset, condition in conditions:
            yield ClusterCondition(
                Place.at(self.file, self.text.encode(), len(self.text[:offset].encode())),
                " ".join(condition.split())[:_LONGEST_CONDITION],
                tuple(sorted(values)),
                tuple(sorted(images)),
            )

    def _builds_an_image(self, line: str) -> bool:
        if _SETS_AN_IMAGE.search(line):
            return True
        assigned = _ASSIGNMENT.search(line)
        return assigned is not None and assigned[1] in self.in_images
