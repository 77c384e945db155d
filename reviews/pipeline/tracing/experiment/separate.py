"""Templates that can be left out where others are looked at, as a mark does with a few images.

No other template renders them, takes a definition from them or sees a value that they set. Most
of what a large chart renders can be left out so, and what is left renders in a fraction of the
time. A copy without them proves nothing: what is found with it, the whole chart must show.
"""

from __future__ import annotations

from collections.abc import Collection

from ...package.helm import Chart
from .silent import A_FILE, REACHES_OTHERS, Silent, is_put_together


def separate_templates(root: Chart) -> Silent:
    """The templates that no other needs, by the ``where`` of their archive.

    None where the names of templates that others render are put together.
    """
    everywhere: set[str] = set()
    in_chart: dict[str, set[str]] = {}
    for chart in root.walk():
        for name, text in chart.templates():
            if is_put_together(text):
                return {}
            # A definition renders a template of whatever chart uses it.
            is_shared = _may_be_used(name, text)
            asked = everywhere if is_shared else in_chart.setdefault(_place(chart), set())
            asked.update(A_FILE.findall(text))
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
