"""Where the engine's complaint points: its words name templates by alias, with a line."""

from __future__ import annotations

import re

from ..findings import Place
from .helm import Chart

_TEMPLATE_LINE = re.compile(r"([\w.-]+(?:/[\w.-]+)+):(\d+)")


def place_of(words: str, chart: Chart) -> Place | None:
    """The innermost template and line that ``words`` name, None when they name none.

    A chain of failed includes names every template on the way; the last one is the culprit.
    The column is left out: the engine counts it in bytes.
    """
    for name, line in reversed(_TEMPLATE_LINE.findall(words)):
        owner, inside = chart.source_of(name)
        if owner.member(inside) is not None and name.startswith(f"{owner.engine_path}/"):
            return Place(owner.address(inside), int(line))
    return None
