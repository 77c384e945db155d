"""Where a literal image is in the templates, by the same experiment.

Each candidate literal (in template text, or in a string of a template action) gets a mark;
the one whose mark appears in the rendered image is the place. ``appVersion`` is marked with
them, because a tag often falls back to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from ...manifests.workloads import Use
from ...package.helm import Chart
from ...rendering import BudgetSpent, ChartRejected
from ...yaml.edit import CannotEdit, replace, splice
from .copies import Changed
from .literals import Region, occurrences, regions
from .markers import Contribution, beside_consequences, is_same
from .reference_spans import ReferenceSpans, spans_of
from .renderer import ChartRenderer, Scenario

_MARK = re.compile(r"-?zq(\d{4})")
_IMAGE_LINE = re.compile(r"^[ \t-]*image:[ \t]+([\"']?)([^\s\"']+)\1[ \t]*\r?$", re.MULTILINE)
_MOST = 400


@dataclass(frozen=True, slots=True)
class Literal:
    """A part of an image that a template (or Chart.yaml's appVersion) hard-codes.

    ``file`` is its address, ``line`` and ``column`` are 1-based in code points, ``start``
    and ``end`` the span of the rendered image it provides. ``fallback`` is true where it
    is in a template action, so that a value may take its place.
    """

    file: str
    line: int
    column: int
    text: str
    start: int
    end: int
    fallback: bool = False
    is_app_version: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    chart: Chart
    name: str
    offset: int
    text: str
    fallback: bool
    is_app_version: bool = False

    @property
    def key(self) -> object:
        """The place, and what is marked there."""
        return self.chart.address(self.name), self.offset, self.text


@dataclass
class Location:
    """Literals of every use, by its key; ``spent`` when the budget ended before.

    ``unmarkable`` are the places with whose marks alone the chart does not render.
    """

    literals: dict[object, tuple[Literal, ...]] = field(default_factory=dict)
    spent: bool = False
    unmarkable: set[object] = field(default_factory=set)


def locate(
    renderer: ChartRenderer,
    scenario: Scenario,
    located: Mapping[Use, tuple[Contribution, ...]],
    unmarkable: set[object] | None = None,
) -> Location:
    """Find the literals of the uses ``located``, whose contributions leave a part open.

    ``unmarkable`` are places with whose marks the chart does not render: known ones are left out,
    and those that are found are added.
    """
    result = Location(unmarkable=set() if unmarkable is None else unmarkable)
    tried: set[frozenset[object]] = set()
    open_uses = dict(located)
    try:
        for parts in (_whole, _between_contributions, _location, _front, _segments):
            open_uses = {
                use: contributions
                for use, contributions in open_uses.items()
                if not _is_closed(use, contributions, result.literals.get(use.key, ()))
            }
            if not open_uses:
                break
            found = _candidates(renderer.chart, open_uses, parts)
            candidates = list(islice((c for c in found if c.key not in result.unmarkable), _MOST))
            keys = frozenset(candidate.key for candidate in candidates)
            if keys not in tried:
                tried.add(keys)
                _try(renderer, scenario, candidates, list(open_uses), result)
    except BudgetSpent:
        result.spent = True
    lines: dict[str, Mapping[str, Sequence[int]]] = {}
    for use, contributions in located.items():
        if not _is_closed(use, contributions, result.literals.get(use.key, ())):
            result.literals.setdefault(use.key, _hard_coded(renderer.chart, use, lines))
    result.spent = result.spent and not all(
        _is_closed(use, contributions, result.literals.get(use.key, ()))
        for use, contributions in located.items()
    )
    return result


def _hard_coded(
    root: Chart, use: Use, lines: dict[str, Mapping[str, Sequence[int]]]
) -> tuple[Literal, ...]:
    """The one line ``image: <the whole image>`` of its template, () where there is none.

    Where no mark could be tried, this is what a reader would find; no action has a part in it.
    ``lines`` are those of the templates that were read before.
    """
    chart, name = root.source_of(use.template)
    if use.template not in lines:
        member = chart.member(name)
        content = (member.content or b"").decode("utf-8", "replace") if member else ""
        lines[use.template] = _image_lines(content)
    found = lines[use.template].get(use.image, ())
    if len(found) != 1 or use.text != use.image:
        return ()
    candidate = _Candidate(chart, name, found[0], use.image, fallback=False)
    return (_literal(candidate, 0, len(use.image)),)


def _image_lines(content: str) -> dict[str, list[int]]:
    """Where each image ends that a line ``image: ...`` gives alone."""
    found: dict[str, list[int]] = {}
    for line in _IMAGE_LINE.finditer(content):
        found.setdefault(line[2], []).append(line.end(2))
    return found


def _is_closed(
    use: Use, contributions: Sequence[Contribution], literals: Sequence[Literal]
) -> bool:
    spans = spans_of(use.image)
    if spans is None:
        return True
    covered_spans = [(contribution.start, contribution.end) for contribution in contributions]
    covered_spans += [(literal.start, literal.end) for literal in literals]
    covered = {position for start, end in covered_spans for position in range(start, end)}
    end = spans.tag[1] if spans.tag else spans.location
    return all(position in covered or use.image[position] in "/:@" for position in range(end))


def _whole(spans: ReferenceSpans, _owners: Sequence[Contribution]) -> list[str]:
    return [spans.text]


def _between_contributions(
    spans: ReferenceSpans, contributions: Sequence[Contribution]
) -> list[str]:
    """What is between the parts that values provide, up to the tag, and the tag."""
    parts, position = [], 0
    for contribution in sorted(contributions, key=lambda each: each.start):
        parts.append(spans.text[position : min(contribution.start, spans.location)])
        position = max(position, contribution.end)
    parts.append(spans.text[position : spans.location])
    return [part.strip("/") for part in parts if part.strip("/:@")] + _tags(spans)


def _location(spans: ReferenceSpans, _owners: Sequence[Contribution]) -> list[str]:
    return [spans.text[: spans.location]]


def _front(spans: ReferenceSpans, _owners: Sequence[Contribution]) -> list[str]:
    return [spans.text[: spans.name], *_tags(spans)]


def _segments(spans: ReferenceSpans, _owners: Sequence[Contribution]) -> list[str]:
    parts = spans.text[: spans.location].split("/")
    return [*parts, *_tags(spans)]


def _tags(spans: ReferenceSpans) -> list[str]:
    return [spans.text[slice(*spans.tag)]] if spans.tag else []


def _candidates(
    root: Chart,
    uses: Mapping[Use, tuple[Contribution, ...]],
    parts: Callable[[ReferenceSpans, Sequence[Contribution]], list[str]],
) -> Iterator[_Candidate]:
    """The literals that may be ``parts`` of the uses, each place once."""
    found: set[tuple[str, int]] = set()
    places: dict[str, list[_Text]] = {}
    searched: set[tuple[str, str]] = set()
    for use, contributions in uses.items():
        spans = spans_of(use.image)
        if spans is None:
            continue
        if use.template not in places:
            places[use.template] = [_Text(*each) for each in _places(root, use.template)]
        for text in parts(spans, contributions):
            if not text or _is_contributed(text, spans, contributions):
                continue
            if (use.template, text) in searched:
                continue
            searched.add((use.template, text))
            for place in places[use.template]:
                for each in place.candidates(text):
                    key = (each.chart.address(each.name), each.offset)
                    if key not in found:
                        found.add(key)
                        yield each
        chart = root.source_of(use.template)[0]
        key = (chart.address("Chart.yaml"), 0)
        if key in found or not spans.tag:
            continue
        if chart.app_version and chart.app_version in use.image:
            found.add(key)
            yield _Candidate(chart, "Chart.yaml", 0, chart.app_version, True, True)


@dataclass
class _Text:
    """A file in which literals may be; most texts are not in most files."""

    chart: Chart
    name: str
    content: str

    def candidates(self, text: str) -> Iterator[_Candidate]:
        """Every place where ``text`` is a literal."""
        if text not in self.content:
            return
        for offset, fallback in occurrences(self.content, text, self._regions):
            yield _Candidate(self.chart, self.name, offset + len(text), text, fallback)

    @cached_property
    def _regions(self) -> list[Region]:
        return regions(self.content)


def _is_contributed(
    text: str, spans: ReferenceSpans, contributions: Sequence[Contribution]
) -> bool:
    start = spans.text.find(text)
    return any(
        contribution.start <= start and start + len(text) <= contribution.end
        for contribution in contributions
    )


def _places(root: Chart, template: str) -> Iterator[tuple[Chart, str, str]]:
    """The template itself, every partial of the chart and its relatives, and files they read."""
    own, own_name = root.source_of(template)
    for chart in root.walk():
        for name, text in chart.templates():
            is_own = chart is own and name == own_name
            if is_own or name.rsplit("/", 1)[-1].startswith("_") or "{{- define" in text:
                yield chart, name, text
    if root.reads_files:
        for chart in root.walk():
            yield from ((chart, name, text) for name, text in chart.readable_files())


def _try(
    renderer: ChartRenderer,
    scenario: Scenario,
    candidates: Sequence[_Candidate],
    uses: Sequence[Use],
    result: Location,
) -> None:
    if not candidates:
        return
    try:
        with renderer.marked(_marked(candidates), {use.template for use in uses}) as handle:
            rendering = renderer.probe(scenario.values, handle)
    except (ChartRejected, CannotEdit):
        if len(candidates) > 1:
            middle = len(candidates) // 2
            _try(renderer, scenario, candidates[:middle], uses, result)
            _try(renderer, scenario, candidates[middle:], uses, result)
        else:
            result.unmarkable.add(candidates[0].key)
        return
    strings = renderer.strings(rendering, uses)
    for use in uses:
        text = strings[use.key]
        if text is not None:
            literals = tuple(_literals(use, text, candidates))
            known = result.literals.get(use.key, ())
            new = [each for each in literals if not _overlaps(each, known)]
            result.literals[use.key] = (*known, *new)


def _overlaps(literal: Literal, known: Iterable[Literal]) -> bool:
    return any(literal.start < each.end and each.start < literal.end for each in known)


def _literals(use: Use, marked: str, candidates: Sequence[_Candidate]) -> Iterator[Literal]:
    use, marked = beside_consequences(use, marked, _MARK)
    parts = _MARK.split(marked)
    plain = "".join(parts[0::2])
    if len(plain) != len(use.text) or not is_same(plain, use.text):
        return
    position = 0
    for before, number in zip(parts[0::2], parts[1::2], strict=False):
        position += len(before)
        candidate = candidates[int(number)]
        if not use.text.endswith(candidate.text, 0, position):
            continue
        begin = max(position - len(candidate.text), use.start)
        end = min(position, use.end)
        # What other images of the same text are made of is no part of this one.
        if begin < end:
            yield _literal(candidate, begin - use.start, end - use.start)


def _literal(candidate: _Candidate, start: int, end: int) -> Literal:
    chart, name = candidate.chart, candidate.name
    if candidate.is_app_version:
        leaf = chart.metadata.leaf_at(("appVersion",)) if chart.metadata else None
        line, column = (leaf.line, leaf.column) if leaf else (1, 1)
    else:
        member = chart.member(name)
        text = (member.content or b"").decode("utf-8", "replace") if member else ""
        before = text[: candidate.offset - len(candidate.text)]
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
    return Literal(
        chart.address(name),
        line,
        column,
        candidate.text,
        start,
        end,
        candidate.fallback,
        candidate.is_app_version,
    )


def _marked(candidates: Sequence[_Candidate]) -> Changed:
    """The files with a mark behind every candidate, by the ``where`` of their archive."""
    marks: dict[tuple[str, str], list[tuple[int, int]]] = {}
    texts: dict[tuple[str, str], str] = {}
    changed: dict[str, dict[str, bytes]] = {}
    for number, candidate in enumerate(candidates):
        chart = candidate.chart
        where, name = chart.archive.where, chart.root + candidate.name
        if candidate.is_app_version:
            changed.setdefault(where, {})[name] = _marked_app_version(candidate, number)
            continue
        member = chart.archive.get(name)
        texts[where, name] = (member.content or b"").decode("utf-8", "replace") if member else ""
        marks.setdefault((where, name), []).append((candidate.offset, number))
    for (where, name), points in marks.items():
        text = texts[where, name]
        for offset, number in sorted(points, reverse=True):
            text = f"{text[:offset]}-zq{number:04d}{text[offset:]}"
        changed.setdefault(where, {})[name] = text.encode()
    return changed


def _marked_app_version(candidate: _Candidate, number: int) -> bytes:
    source = candidate.chart.metadata
    leaf = source.leaf_at(("appVersion",)) if source else None
    if source is None or leaf is None:
        return b""
    return splice(source.data, [replace(source, leaf, f"{candidate.text}-zq{number:04d}")])
