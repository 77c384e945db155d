"""Images that values and templates spell and no render has shown yet, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ...manifests.references import looks_like_image
from ...manifests.workloads import references_in
from ...package.chart_values import ValueLeaf
from ...yaml.source import Path
from .renderer import ChartRenderer
from .template_blocks import Action, TemplateFile, Templates

_IMAGE_LINE = re.compile(r"^[ \t-]*[\w-]*[iI]mage:[ \t]*(\S.*)$", re.MULTILINE)
_PULLS = re.compile(r"pull|secret", re.IGNORECASE)
_MOST_SITES = 6


@dataclass(frozen=True, eq=False)
class Hidden:
    """An image that is not shown: a text of it, and the actions that may put it into a render.

    ``text`` is "" for a template with an image line of which no render has shown anything;
    ``template`` is then its name.
    """

    text: str
    sites: tuple[Action, ...]
    template: str = ""

    def is_shown(self, images: str, templates: Collection[str]) -> bool:
        """Whether one of the ``images`` that were shown, one a line, is this one."""
        return self.text in images if self.text else self.template in templates


def hidden_images(
    renderer: ChartRenderer,
    templates: Templates,
    images: str,
    shown_templates: Collection[str],
) -> Iterator[Hidden]:
    """What ``images``, those shown so far, one a line, leave out: each once, values first."""
    seen: set[str] = set()
    for path, leaf in renderer.leaves.items():
        text = _spelled(path, leaf)
        if text and text not in seen and text not in images:
            seen.add(text)
            sites = _sites(templates, path)
            if sites:
                yield Hidden(text, tuple(sites[:_MOST_SITES]))
    for file in templates.files:
        yield from _of_template(file, images, shown_templates, seen)


def _spelled(path: Path, leaf: ValueLeaf) -> str:
    """The image, or its repository, that a value spells; "" where it spells none."""
    value = leaf.leaf.value
    if not isinstance(value, str) or not value or "{{" in value:
        return ""
    key, above = str(path[-1]).lower(), path[-2] if len(path) > 1 else ""
    if key in {"repository", "name"}:
        is_part = "image" in str(above).lower() or (key == "repository" and "/" in value)
        return value if is_part and not isinstance(above, int) else ""
    return value if "image" in key and looks_like_image(value) else ""


def _sites(templates: Templates, path: Path) -> list[Action]:
    """The actions that read the image at ``path``, or the map of it; those of image lines first."""
    below = sorted(
        (c for c in templates.root.walk() if path[: len(c.key)] == c.key),
        key=lambda chart: -len(chart.key),
    )
    for chart in below:
        rest = path[len(chart.key) :]
        for end in range(len(rest), max(0, len(rest) - 3), -1):
            if not all(isinstance(part, str) for part in rest[:end]):
                continue
            dotted = ".".join(map(re.escape, map(str, rest[:end])))
            reads = re.compile(rf"\.Values\.{dotted}(?![\w])")
            found = [
                action
                for file in templates.files
                if file.chart is chart and reads.search(file.text)
                for action in file.actions
                if reads.search(action.text) and not _PULLS.search(_line(file, action))
            ]
            if found:
                return sorted(found, key=lambda action: "mage" not in _line(action.file, action))
    return []


def _line(file: TemplateFile, action: Action) -> str:
    start = file.text.rfind("\n", 0, action.start) + 1
    end = file.text.find("\n", action.start)
    return file.text[start : end if end >= 0 else len(file.text)]


def _of_template(
    file: TemplateFile, images: str, shown: Collection[str], seen: set[str]
) -> Iterator[Hidden]:
    """Literal images of a template, and the template itself where nothing of it was shown."""
    engine_name = f"{file.chart.engine_path}/{file.name}"
    is_partial = file.name.rsplit("/", 1)[-1].startswith("_")
    for line in _IMAGE_LINE.finditer(file.text):
        literal = next(
            (
                line[1][start:end]
                for start, end in references_in(line[1])
                if "{{" not in line[1] and looks_like_image(line[1][start:end])
            ),
            "",
        )
        if literal and literal not in seen and literal not in images:
            seen.add(literal)
            yield Hidden(literal, (file.at(line.start()),))
        elif not literal and not is_partial and engine_name not in {*shown, *seen}:
            seen.add(engine_name)
            yield Hidden("", (file.at(line.start()),), engine_name)
