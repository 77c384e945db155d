"""What templates hard-code of images, and how to put it under a value instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import accumulate

from ...core.findings import Place
from ...core.messages import Message, _, series
from ...core.remedies import ByHand, NewLine, Setting
from ...manifests.references import is_host
from ...package.helm import Chart
from ...rendering import RELEASE_NAME
from ...yaml.source import Path, dotted
from ...yaml.spelling import spelled
from ..experiment.locate import Literal
from ..experiment.reference_spans import ReferenceSpans
from ..experiment.uses import TracedUse
from ..model import ImageStatus, TracedImage
from .new_names import NewNames, WantedName

_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`')
_FALLBACK = re.compile(r"(?:\bdefault\s*\(?\s*|\b(?:coalesce|or)\b[^|)]*)$")
_VALUE = re.compile(r"\.Values((?:\.[A-Za-z_]\w*)+)")
_WORD = re.compile(r"[A-Za-z_]\w*")
_LONGEST_LINE = 200


class Extent(StrEnum):
    """How much of an image a template hard-codes."""

    WHOLE = "whole"
    FRAGMENT = "fragment"
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class HardCoded:
    """A part of a template that decides a part of ``images``.

    ``decides`` says whether that part must change. ``values`` are the lines to write into
    ``values_file``, by path; empty where no name can be proposed. ``line`` is the template's line
    as it should then read, "" where it may stay or has to be rebuilt.
    """

    place: Place
    text: str
    extent: Extent
    decides: bool
    is_pulled: bool
    images: tuple[str, ...]
    uses: tuple[TracedUse, ...]
    values: tuple[tuple[Path, str], ...]
    values_file: str
    line: str

    @property
    def by_hand(self) -> tuple[ByHand, ...]:
        """What to write instead, as text; nothing where the template has to be rebuilt."""
        if not self.line and self.extent is not Extent.FALLBACK:
            return ()
        settings = tuple(Setting(self.values_file, path, text) for path, text in self.values)
        if not self.line or self.place.file is None or self.place.line is None:
            return settings
        return (*settings, NewLine(self.place.file, self.place.line, self.line))

    @property
    def remedy(self) -> Message:
        """What to write instead, in words."""
        values = series(f"{dotted(path)}: {spelled(text)}" for path, text in self.values)
        line = self.line.strip()[:_LONGEST_LINE]
        if self.values and self.extent is Extent.FALLBACK:
            return _("Write %(values)s into %(file)s.", values=values, file=self.values_file)
        if line:
            return _(
                "Write %(values)s into %(file)s and let the line read: %(line)s",
                values=values,
                file=self.values_file,
                line=line,
            )
        if self.values:
            return _(
                "Write %(values)s into %(file)s and let the template read it from there.",
                values=values,
                file=self.values_file,
            )
        return _(
            "Write %(text)s into %(file)s and let the template read it from there.",
            text=self.text,
            file=self.values_file,
        )


def hard_coded(root: Chart, images: Iterable[TracedImage]) -> tuple[HardCoded, ...]:
    """Everything of ``images`` that templates hard-code, one entry for each place.

    Of images that values move, only fall-backs are given; ``appVersion`` never is.
    """
    files = {each.address: each for each in _files(root)}
    readings = [
        _Reading(root, files[literal.file], image, each, literal)
        for image in images
        for each in (image.uses if image.status is not ImageStatus.EXTERNAL else ())
        for literal in _joined(_counting(image, each), files)
        if literal.file in files
    ]
    names = NewNames(reading.wanted_name() for reading in readings if reading.is_template)
    found: dict[Place, HardCoded] = {}
    # Gathered beside: thousands of images may come from one place.
    images_at: dict[Place, dict[str, None]] = {}
    uses_at: dict[Place, list[TracedUse]] = {}
    pulled: set[Place] = set()
    for reading in readings:
        one = reading.hard_coded_text(names)
        found[one.place] = _heavier(found.get(one.place), one)
        images_at.setdefault(one.place, {}).update(dict.fromkeys(one.images))
        uses_at.setdefault(one.place, []).extend(one.uses)
        if one.is_pulled:
            pulled.add(one.place)
    return tuple(
        replace(
            each,
            images=tuple(images_at[place]),
            uses=tuple(uses_at[place]),
            is_pulled=place in pulled,
        )
        for place, each in found.items()
        if each.decides or _is_fallback(each)
    )


def _is_fallback(each: HardCoded) -> bool:
    return each.extent is Extent.FALLBACK


def _heavier(known: HardCoded | None, new: HardCoded) -> HardCoded:
    return new if known is None or (new.decides and not known.decides) else known


def _counting(image: TracedImage, each: TracedUse) -> list[Literal]:
    """The literals of a use that count, in the order of the image's parts."""
    literals = sorted(
        (literal for literal in each.literals if not literal.is_app_version),
        key=lambda literal: literal.start,
    )
    if image.status is not ImageStatus.HARDCODED or each.spans is None:
        return literals
    # A literal tag alone may stay; it is given only where nothing else is known.
    spans = each.spans
    return [literal for literal in literals if _must_change(literal, spans)] or literals


def _must_change(literal: Literal, spans: ReferenceSpans) -> bool:
    return literal.start < spans.name or literal.start == 0


@dataclass(frozen=True)
class _File:
    """A file of a chart in which literals are: its lines, and the offset of each."""

    chart: Chart
    address: str
    text: str
    is_template: bool

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def offsets(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self.lines)]


def _files(root: Chart) -> Iterator[_File]:
    """Those whose text templates may read, and the templates."""
    for chart in root.walk():
        for name, text in chart.readable_files() if root.reads_files else ():
            yield _File(chart, chart.address(name), text, is_template=False)
        for name, text in chart.templates():
            yield _File(chart, chart.address(name), text, is_template=True)


def _joined(literals: Iterable[Literal], files: Mapping[str, _File]) -> Iterator[Literal]:
    """Neighbours that one text holds (``docker.io/bitnami``) as one literal."""
    last: Literal | None = None
    for literal in literals:
        if last is not None and _are_neighbours(last, literal, files):
            gap = "/" * (literal.start - last.end)
            last = replace(last, text=last.text + gap + literal.text, end=literal.end)
            continue
        if last is not None:
            yield last
        last = literal
    if last is not None:
        yield last


def _are_neighbours(left: Literal, right: Literal, files: Mapping[str, _File]) -> bool:
    if (left.file, left.line) != (right.file, right.line) or left.file not in files:
        return False
    line = files[left.file].lines[left.line - 1]
    gap = line[left.column - 1 + len(left.text) : right.column - 1]
    return gap in {"", "/"} and len(gap) == right.start - left.end


class _Reading:
    """One literal of one use, read in its template."""

    def __init__(
        self,
        root: Chart,
        file: _File,
        image: TracedImage,
        each: TracedUse,
        literal: Literal,
    ) -> None:
        self.root = root
        self.chart = file.chart
        self.image = image
        self.each = each
        self.literal = literal
        self.is_template = file.is_template
        self.line = file.lines[literal.line - 1]
        self.start = literal.column - 1
        self.offset = file.offsets[literal.line - 1] + self.start
        self.action, self.within = _action_around(file.text, self.offset)

    def wanted_name(self) -> WantedName | None:
        """The name under which the text could be a value; None where a value is there for it."""
        extent, text = self._extent(), self.literal.text.rstrip("/")
        if extent is Extent.FALLBACK:
            path = self._value_asked_for()
            return None if path is None else WantedName(self.chart, text, (path,), is_fixed=True)
        if extent is Extent.FRAGMENT:
            return WantedName(self.chart, text, (self._path_beside_contributions(),))
        use = self.each.use
        stem = use.template.rpartition("/")[2].partition(".")[0]
        name = _camel((use.container or stem).replace(f"{RELEASE_NAME}-", ""))
        return WantedName(
            self.chart, text, ((name, "image"), (f"{name}Image",)), after_image=self._after_image()
        )

    def hard_coded_text(self, names: NewNames) -> HardCoded:
        literal, use = self.literal, self.each.use
        extent = self._extent()
        wanted = self.wanted_name() if self.is_template else None
        name = names.of(wanted) if wanted is not None else None
        values, line = self._remedy(extent, name) if self.is_template else ([], "")
        return HardCoded(
            place=Place(literal.file, literal.line, literal.column),
            text=literal.text.rstrip("/"),
            extent=extent,
            decides=self.image.status is ImageStatus.HARDCODED,
            is_pulled=use.is_pulled,
            images=(self.image.original,),
            uses=(self.each,),
            values=tuple((self.chart.key + path, text) for path, text in values),
            values_file=self.root.address("values.yaml"),
            line=line.rstrip("\r"),
        )

    def _extent(self) -> Extent:
        string = self._string()
        if string is not None and _FALLBACK.search(self.action[: string[0]]):
            return Extent.FALLBACK
        return Extent.FRAGMENT if self.each.contributions else Extent.WHOLE

    def _string(self) -> tuple[int, int] | None:
        """The span in the action of the string that holds the literal."""
        for match in _STRING.finditer(self.action):
            if match.start() <= self.within < match.end():
                return match.span()
        return None

    def _remedy(self, extent: Extent, name: Path | None) -> tuple[list[tuple[Path, str]], str]:
        """The values to write, by path below the chart's own, and the line as it should read."""
        text = self.literal.text.rstrip("/")
        if name is None:
            return [], ""
        if extent is Extent.FALLBACK:
            return [(name, text)], ""
        if extent is Extent.FRAGMENT:
            return [(name, text)], self._line_with(_expression(name), text)
        location, colon, tag = text.rpartition(":")
        if self.literal.end - self.literal.start < len(self.image.original):
            path = (*name, self._part()) if name[-1] == "image" else name
            return [(path, text)], self._line_with(_expression(path), text)
        is_there = self._is_value(name, text)
        if is_there or self.action or not colon or "/" in tag or "@" in text or name[-1] != "image":
            return [(name, text)], self._line_with(_expression(name), text)
        repository, version = (*name, "repository"), (*name, "tag")
        both = f"{_expression(repository)} }}}}:{{{{ {_expression(version)}"
        return [
            (repository, location),
            (version, tag),
        ], self._line_with(both, text)

    def _is_value(self, name: Path, text: str) -> bool:
        """Whether a value that nothing reads holds the text already."""
        return self.chart.values is not None and self.chart.values.data_at(name) == text

    def _line_with(self, expression: str, text: str) -> str:
        before, after = self.line[: self.start], self.line[self.start + len(text) :]
        if not self.action:
            return f"{before}{{{{ {expression} }}}}{after}"
        string = self._string()
        if string is None or self.action[string[0] + 1 : string[1] - 1] != text:
            return ""
        return f"{before[:-1]}{expression}{after[1:]}"

    def _value_asked_for(self) -> Path | None:
        """The value whose absence brings the fall-back in: the nearest one in the action."""
        before = list(_VALUE.finditer(self.action, 0, self.within))
        match = before[-1] if before else _VALUE.search(self.action, self.within)
        return tuple(match[1].strip(".").split(".")) if match else None

    def _part(self) -> str:
        """What the text is of its image."""
        spans, literal = self.each.spans, self.literal
        if spans is not None and literal.end > spans.name:
            return "repository"
        leads = literal.start == 0 and is_host(literal.text.split("/")[0])
        return "registry" if leads else "namespace"

    def _path_beside_contributions(self) -> Path:
        """A name for the fragment, beside the values that provide the other parts."""
        word = self._part()
        own = self.chart.key
        for contribution in self.each.contributions:
            path = contribution.leaf.path
            below = path[len(own) :] if path[: len(own)] == own else path
            parent = below[:-1]
            if parent and all(isinstance(part, str) for part in parent):
                return (*parent, word)
        return (f"image{word.capitalize()}",)

    def _after_image(self) -> str:
        """A name after the image itself, for one that several containers run."""
        spans = self.each.spans
        if spans is None:
            return "image"
        return _camel(spans.text[spans.name : spans.location])


def _action_around(text: str, offset: int) -> tuple[str, int]:
    """The template action that holds ``offset`` and the offset in it; ("", 0) outside of any."""
    opened, closed = text.rfind("{{", 0, offset), text.rfind("}}", 0, offset)
    if opened < 0 or closed > opened:
        return "", 0
    end = text.find("}}", offset)
    return text[opened : end if end >= 0 else len(text)], offset - opened


def _expression(path: Path) -> str:
    parts = [str(part) for part in path]
    if all(_WORD.fullmatch(part) for part in parts):
        return ".Values." + ".".join(parts)
    return "(index .Values " + " ".join(f'"{part}"' for part in parts) + ")"


def _camel(name: str) -> str:
    first, *rest = re.split(r"[^A-Za-z0-9]+", name.strip("-_. ")) or ["main"]
    word = first.lower() + "".join(part.capitalize() for part in rest)
    return word if _WORD.fullmatch(word) else f"main{word.capitalize()}"
