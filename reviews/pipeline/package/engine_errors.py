"""The place that an error of the engine is about, read from its words.

They name templates by alias, with a line; keys of Chart.yaml; or values, by JSON pointer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..core.findings import Place
from ..yaml.nodes import target_of
from ..yaml.source import YamlSource
from .helm import Chart

_TEMPLATE_LINE = re.compile(r"([\w.-]+(?:/[\w.-]+)+):(\d+)")
_METADATA = re.compile(r"chart\.metadata\.(\w+)|\bMetadata\.(\w+)|cannot load Chart\.yaml")
_SCHEMA = "values.schema.json"
_SCHEMA_REFUSES = "values don't meet the specifications of the schema"
_CHART = re.compile(r"([A-Za-z0-9][\w.-]*):")
_AT = re.compile(r"- at '(?P<pointer>[^']*)': (?P<words>.*)")


@dataclass(frozen=True, slots=True)
class SchemaRefusal:
    """One thing that the schema of ``chart`` (by name, a sub-chart by alias) refuses.

    ``path`` leads to the value, () for all values; None where the schema itself is not valid.
    """

    chart: str
    path: tuple[str, ...] | None
    words: str


def place_of_failure(words: str, chart: Chart) -> Place | None:
    """The innermost place that ``words`` name, None when they name none.

    A chain of failed includes names every template on the way; the last one is where it failed.
    The column in a template is left out: the engine counts it in bytes.
    """
    for name, line in reversed(_TEMPLATE_LINE.findall(words)):
        owner, inside = chart.source_of(name)
        if owner.member(inside) is not None and name.startswith(f"{owner.engine_path}/"):
            return Place(owner.address(inside), int(line))
    for refusal in schema_refusals(words):
        return place_of_schema(refusal, chart)
    if named := _METADATA.search(words):
        return _place_in(chart.metadata, (named[1] or named[2] or "",))
    return None


def schema_refusals(words: str) -> Iterator[SchemaRefusal]:
    """What a values.schema.json refuses, or why one is no schema, in the engine's order."""
    _head, refuses, rest = words.partition(_SCHEMA_REFUSES)
    if not refuses:
        return
    chart, is_sound = "", True
    for line in rest.splitlines():
        if named := _CHART.fullmatch(line):
            chart, is_sound = named[1], True
        elif not is_sound:
            continue
        elif pointed := _AT.fullmatch(line):
            steps = pointed["pointer"].split("/")[1:]
            path = tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)
            yield SchemaRefusal(chart, path, pointed["words"])
        elif line and chart and not line.startswith((" ", "-")):
            is_sound = False
            yield SchemaRefusal(chart, None, line)


def place_of_schema(refusal: SchemaRefusal, chart: Chart) -> Place:
    """The value that is refused where the root values.yaml writes it, else the schema's file."""
    for each in chart.walk():
        name = str(each.key[-1]) if each.key else each.name
        if name == refusal.chart and each.member(_SCHEMA) is not None:
            found = None
            # The chart does not write “global” itself: Helm gives it to every sub-chart.
            if refusal.path is not None and not (
                refusal.path == () and "'global'" in refusal.words
            ):
                found = _place_in(chart.values, (*map(str, each.key), *refusal.path))
            return found or Place(each.address(_SCHEMA))
    return Place(chart.path)


def _place_in(source: YamlSource | None, path: tuple[str, ...]) -> Place | None:
    """Where ``path`` is written in ``source``, or the innermost of its parents that is."""
    if source is None:
        return None
    nodes = source.nodes_along(path)
    node = target_of(nodes[-1]) if nodes else None
    return Place(source.file, node.line, node.column) if node else Place(source.file, 1, 1)
