"""Files of a chart that no template reads, for experiments that only look at images.

The engine gives them to every template, and one that copies all it is given copies them too: byte
by byte, which takes most of the time of charts with long descriptions and examples. What is
rendered as it is, and what proves a release, is the chart itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...package.helm import FOR_PEOPLE, Chart
from .silent import Silent

# With fewer bytes than these a render takes no longer.
_FEWEST_BYTES = 128 << 10
_NEEDED = re.compile(
    r"(?:Chart|values|requirements)\.(?:yaml|lock)|values\.schema\.json|(?:templates|charts)/.*"
)
_GIVEN_A_NAME = re.compile(r"\{\{-?\s*(\$\w+|\.Files)\s*:?=\s*\$?\.Files\s*-?\}\}")
_READING = re.compile(r"\.Files\b|[\"`]Files[\"`]")
# How a template reads files by their names, or by a pattern that begins with a part of them.
_BY_NAME = re.compile(
    r"\.Files\.(?:(?:Get|GetBytes|Lines)\b|Glob\s+\(*\s*(?:printf\s+)?[\"`][^*?\[{%\"`])"
)
_DEFINITIONS, _CALL = "crds/", 200
_COMMENT = re.compile(r"^[ \t]*#[^\n]*$|\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.MULTILINE | re.DOTALL)


def unread_files(root: Chart) -> Silent:
    """The files that can be left out, by the ``where`` of their archive; none where few bytes are.

    One that templates may read has its name, or that of a folder above it, in a template or in
    values. Where templates read whatever there is, nothing is left out.
    """
    every = list(root.walk())
    others = [
        (chart, name, member)
        for chart in every
        for name, member in chart.files()
        if not _NEEDED.fullmatch(name)
    ]
    if sum(member.size for _chart, _name, member in others) < _FEWEST_BYTES:
        return {}
    everywhere = _Reading()
    by_chart: dict[str, _Reading] = {}
    for chart in every:
        own = by_chart.setdefault(chart.archive.where + chart.root, _Reading())
        for name, text in chart.templates():
            # A definition reads the files of whatever chart uses it.
            is_shared = name.rpartition("/")[2].startswith("_") or "define" in text
            (everywhere if is_shared else own).look(text)
        everywhere.look(_values(chart))
    named = _Named(every)
    found: dict[str, set[str]] = {}
    size = 0
    for chart, name, member in others:
        own = by_chart[chart.archive.where + chart.root]
        readings = [each for each in (everywhere, own) if each.is_any]
        is_read = any(each.is_all for each in readings)
        if readings and not is_read:
            # Nearly every text has words like crds and README, so where they are read counts.
            near = _word_near(name)
            is_read = (
                any(near in each.calls for each in readings)
                if near
                else any(map(named.has, _parts(name)))
            )
        if not is_read:
            found.setdefault(chart.archive.where, set()).add(chart.root + name)
            size += member.size
    if size < _FEWEST_BYTES:
        return {}
    return {where: frozenset(names) for where, names in found.items()}


@dataclass
class _Named:
    """Which words templates and values have, beside their comments."""

    charts: Sequence[Chart]
    known: dict[str, bool] = field(default_factory=dict)

    def has(self, word: str) -> bool:
        """Whether ``word`` is anywhere."""
        if word not in self.known:
            self.known[word] = word in self._words
        return self.known[word]

    @cached_property
    def _words(self) -> str:
        return "\n".join(
            _COMMENT.sub("", text)
            for chart in self.charts
            for text in (_values(chart), *(text for _name, text in chart.templates()))
        )


@dataclass
class _Reading:
    """Whether templates read files, and whether without a word that would be in their names.

    ``calls`` are the places where they do.
    """

    is_any: bool = False
    is_all: bool = False
    calls: str = ""

    def look(self, text: str) -> None:
        """Look at one template, or at values that may be templates."""
        if "Files" not in text:
            return
        for name in {match[1] for match in _GIVEN_A_NAME.finditer(text)}:
            text = re.sub(rf"{re.escape(name)}(?!\w)", ".Files", text)
        text = _GIVEN_A_NAME.sub("", text)
        for match in _READING.finditer(text):
            self.is_any = True
            self.calls += text[match.start() : match.end() + _CALL]
            self.is_all = self.is_all or not _BY_NAME.match(text, match.start())


def _word_near(name: str) -> str:
    """The word that is where a file of definitions, or for people, is read; "" for other files."""
    if name.startswith(_DEFINITIONS):
        return _DEFINITIONS[:-1]
    return name.rpartition("/")[2] if name.endswith(FOR_PEOPLE) else ""


def _parts(name: str) -> Iterator[str]:
    """The folders of a file, and its name without what follows the first dot."""
    *folders, base = name.split("/")
    yield from folders
    yield base.lstrip(".").partition(".")[0] or base


def _values(chart: Chart) -> str:
    return chart.values.data.decode("utf-8", "replace") if chart.values is not None else ""
