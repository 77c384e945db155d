"""Which settings show an image: the fewest, where a render with these alone has shown it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ...package.helm import Chart
from ...rendering import BudgetSpent, ChartRejected
from ...yaml.source import dotted
from .renderer import CLUSTER, ChartRenderer, Scenario, overrides
from .uses import TracedUse

# Up to this part of the budget, and this many renders: it is a kindness to readers, no proof.
_SHARE, _RENDERS = 0.5, 10
_READ = re.compile(r"\.Values\.(\w+(?:\.\w+)*)\b(?!\.)")


def fewest_settings(
    renderer: ChartRenderer, uses: Sequence[TracedUse]
) -> Mapping[str, tuple[str, ...]]:
    """The settings beside the values of an image, by image, where these alone show it.

    Features were searched with many switches on at once. What is missing here appears with more
    than these, or was not tried within the budget.
    """
    default = {each.use.image for each in uses if not each.scenario.shown_by}
    by_settings: dict[tuple[str, ...], set[str]] = {}
    for each in uses:
        settings = _beside(each)
        is_given = each.scenario.is_file or each.scenario.is_asked
        is_new = settings and settings != each.scenario.shown_by and not is_given
        if is_new and each.use.image not in default:
            by_settings.setdefault(settings, set()).add(each.use.image)
    found: dict[str, tuple[str, ...]] = {}
    paths = {dotted(leaf.path) for leaf in renderer.leaves.values()}
    for settings, images in list(by_settings.items())[:_RENDERS]:
        if any(setting.partition("=")[0] not in paths for setting in settings):
            continue
        if renderer.engine.spent >= _SHARE:
            break
        try:
            seen = renderer.search(Scenario(_values(renderer, settings), settings))
        except BudgetSpent:
            break
        except ChartRejected:
            continue
        for image in images & {use.image for use in seen.uses}:
            found.setdefault(image, settings)
    return found


def likely_settings(root: Chart, uses: Iterable[TracedUse]) -> tuple[str, ...]:
    """The settings that probably show an image.

    Of all that are on: those beside the values that decide it, and those that its template
    names; where there are none of these, all. What had to be switched off always belongs to it.
    """
    first = next(iter(uses))
    settings = first.scenario.shown_by
    if first.scenario.is_asked:
        return settings
    return settings_of(root, first.use.template, settings, _beside(first))


def settings_of(
    root: Chart, template: str, settings: tuple[str, ...], beside: Container[str] = ()
) -> tuple[str, ...]:
    """Of ``settings`` those that probably decide what ``template`` gives; all where none does.

    Those in ``beside``, those that the template names, those that switch its chart on, what had
    to be switched off, and what the cluster must have. ``template`` is a name of the engine,
    settings are ``path=word`` or ``cluster:API``.
    """
    chart, name = root.source_of(template)
    member = chart.member(name)
    read = _values_read((member.content or b"") if member else b"")
    prefix = f"{dotted(chart.key)}." if chart.key else ""
    near = []
    for setting in settings:
        switch = setting.partition("=")[0]
        switches_chart = chart.key and switch.rpartition(".")[0] == dotted(chart.key)
        is_needed = setting.endswith("=false") or setting.startswith(CLUSTER)
        is_named = switch.removeprefix(prefix) in read
        if setting in beside or is_named or switches_chart or is_needed:
            near.append(setting)
    has_own = any(not each.startswith(CLUSTER) for each in near)
    return tuple(near) if has_own else settings


@lru_cache(maxsize=16)
def _values_read(content: bytes) -> frozenset[str]:
    """The values that a template names, one ``a.b`` each; many images may be of one template."""
    return frozenset(_READ.findall(content.decode("utf-8", "replace")))


def _beside(use: TracedUse) -> tuple[str, ...]:
    """The settings in the maps that hold the values of the image."""
    paths = [dotted(contribution.leaf.path) for contribution in use.contributions]
    return tuple(
        setting
        for setting in use.scenario.shown_by
        if any(
            path.startswith(setting.partition("=")[0].rpartition(".")[0] + ".") for path in paths
        )
    )


def _values(renderer: ChartRenderer, settings: Sequence[str]) -> dict[str, Any]:
    leaves = {dotted(leaf.path): leaf for leaf in renderer.leaves.values()}
    pairs = []
    for setting in settings:
        path, _equals, word = setting.partition("=")
        leaf = leaves[path]
        pairs.append((leaf, word == "true" if isinstance(leaf.leaf.value, bool) else word))
    return overrides(pairs)
