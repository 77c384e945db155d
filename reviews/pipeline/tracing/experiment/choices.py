"""Values that choose among variants, as in ``eq .Values.architecture "replication"``.

Words do, and booleans beside the parts of an image (``image.chroot``). A variant that is not
chosen may pull images that no default render shows. Only templates that speak of images are
read: words elsewhere decide ports and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...package.chart_values import ValueLeaf
from ...package.helm import Chart
from ...yaml.source import Path
from .renderer import ChartRenderer

_PATH = r"\(*\s*(?:(?:toString|lower|trim)\s+)?\$?[\w.]*?\.Values((?:\.[A-Za-z_]\w*)+)\s*\)*"
_WORD = r"\"([A-Za-z0-9][\w.+-]{0,62})\""
_ASKED = (
    re.compile(rf"\beq\s+{_PATH}\s+{_WORD}"),
    re.compile(rf"\beq\s+{_WORD}\s+{_PATH}"),
)
_SWITCHES = ("enabled", "enable", "create", "install", "deploy")
_LONGEST_TEMPLATE = 1 << 20
# These decide how a thing is reached or pulled, or are parts of images themselves: another word
# there makes an image that nobody has.
_NEVER = (
    *("service.type", "pullPolicy", "imagePullPolicy"),
    *("registry", "Registry", "repository", "Repository", ".image", "Image", "digest", "Digest"),
)


_IF = re.compile(r"\{\{-?\s*(?:else )?(?:if|with)\b([^{}]*)\}\}|\bternary\b([^{}]*)\}\}")
_PARTS = ("registry", "repository", "image", "tag")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value together with another one that a template expects there."""

    leaf: ValueLeaf
    word: str | bool


def choices(renderer: ChartRenderer) -> list[Choice]:
    """The words that templates with images compare values to, other than those in force.

    Each once, in the order of the templates.
    """
    found = dict.fromkeys(
        (path, word)
        for chart in renderer.chart.walk()
        for path, word in _compared(chart)
        if not ".".join(map(str, path)).endswith(_NEVER)
    )
    return [
        Choice(leaf, word)
        for path, word in found
        if (leaf := renderer.leaves.get(path)) is not None
        and isinstance(leaf.leaf.value, str)
        and leaf.leaf.value != word
    ]


def flags(renderer: ChartRenderer) -> list[Choice]:
    """The booleans beside the parts of an image on which a condition depends, turned round."""
    asked = {
        name
        for chart in renderer.chart.walk()
        for _name, text in chart.templates()
        if "image" in text and len(text) <= _LONGEST_TEMPLATE
        for condition in _IF.findall(text)
        for name in re.findall(r"\.([A-Za-z_]\w*)(?![\w.])", "".join(condition))
    }
    holders = {path[:-1] for path in renderer.leaves if path and path[-1] in _PARTS}
    return [
        Choice(leaf, not leaf.leaf.value)
        for path, leaf in renderer.leaves.items()
        if isinstance(leaf.leaf.value, bool)
        and path[:-1] in holders
        and path[-1] in asked
        and not is_switch(path)
    ]


def is_switch(path: Path) -> bool:
    """Whether the value at ``path`` is called as those that turn a feature on."""
    return str(path[-1]).lower().endswith(_SWITCHES)


def _compared(chart: Chart) -> Iterator[tuple[Path, str]]:
    for _name, text in chart.templates():
        if "image" not in text or len(text) > _LONGEST_TEMPLATE:
            continue
        for pattern in _ASKED:
            for match in pattern.finditer(text):
                path, word = match.groups() if pattern is _ASKED[0] else match.groups()[::-1]
                yield (*chart.key, *path.strip(".").split(".")), word
