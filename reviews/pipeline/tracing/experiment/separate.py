"""Templates that can be left out where others are looked at, as a mark does with a few images.

No other template renders them, takes a definition from them or sees a value that they set. Most
of what a large chart renders can be left out so, and what is left renders in a fraction of the
time. A copy without them proves nothing: what is found with it, the whole chart must show.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ...package.helm import Chart
from .expressions import actions_in
from .silent import REACHES_OTHERS, Silent, is_put_together

_A_FILE = re.compile(r"[/\"`]([\w.-]+\.(?:ya?ml|tpl|txt|json))[\"`]")


def separate_templates(root: Chart) -> Silent:
    """The templates that no other needs, by the ``where`` of their archive.

    None where the names of templates that others render are put together.
    """
    everywhere: set[str] = set()
    in_chart: dict[str, set[str]] = {}
    for chart in root.walk():
        for name, text in chart.templates():
            if "BasePath" not in text:
                continue
            if is_put_together(text):
                return {}
            asked = set(_asked_for(text))
            # A definition renders a template of whatever chart uses it.
            if _may_be_used(name, text):
                everywhere |= asked
            else:
                in_chart.setdefault(_place(chart), set()).update(asked)
    found: dict[str, set[str]] = {}
    for chart in root.walk():
        needed = everywhere | in_chart.get(_place(chart), set())
        for name, text in chart.templates():
            base = name.rpartition("/")[2]
            if base not in needed and not _may_be_used(name, text):
                found.setdefault(chart.archive.where, set()).add(chart.root + name)
    return {where: frozenset(names) for where, names in found.items()}


def members_of(root: Chart, templates: Collection[str]) -> Silent:
    """The members of templates, given by the engine's names, by the ``where`` of their archive."""
    found: dict[str, set[str]] = {}
    for template in templates:
        chart, name = root.source_of(template)
        found.setdefault(chart.archive.where, set()).add(chart.root + name)
    return {where: frozenset(names) for where, names in found.items()}


def _place(chart: Chart) -> str:
    return chart.archive.where + chart.root


def _may_be_used(name: str, text: str) -> bool:
    """Whether other templates may depend on this one without rendering it by its name."""
    base = name.rpartition("/")[2]
    return base.startswith("_") or base == "NOTES.txt" or REACHES_OTHERS.search(text) is not None


def _asked_for(text: str) -> Iterator[str]:
    for start, end in actions_in(text):
        if "BasePath" in text[start:end]:
            yield from _A_FILE.findall(text, start, end)
