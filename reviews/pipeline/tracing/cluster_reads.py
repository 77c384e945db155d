"""What the templates of a chart ask the cluster, and so which clusters may render otherwise.

Versions for which every question has the same answer render the same, so one render serves them
all. That holds only where the version of the cluster is compared and never printed or taken
apart; where a template does that, or something that is not understood, each version is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from semver import Version

from ..core.clusters import ClusterVersion, parse_api
from ..core.findings import Place
from ..package.helm import Chart
from ..versions.constraint import HelmConstraint
from .experiment.expressions import actions_in, inside_of

_WORDS = (".Capabilities", ".Release.IsUpgrade", ".Release.IsInstall", ".Release.Revision")
_COMPARES = re.compile(r"semverCompare\s+(?:\"([^\"\n]+)\"|`([^`\n]+)`)")
_STRINGS = re.compile(r"\"([^\"\n]+)\"")
_ASKS_FOR_API = re.compile(r"apiversions", re.IGNORECASE)
_READS_VERSION = re.compile(
    r"\.Capabilities\.KubeVersion|\.Capabilities\s*\||\b(?:to\w+|quote|print\w*)\s+\$?\.Capabilities\b(?!\.)"
)
_READS_RELEASE = re.compile(r"\.Release\.(?:IsUpgrade|IsInstall|Revision)\b")
_NAMED = re.compile(r"(?:define|block)\s+\"([^\"]+)\"")
_INCLUDED = re.compile(r"(?:include|template)\s+\"([^\"]+)\"")
_ASSIGNED = re.compile(r"(?:(?:if|with)\s+)?(\$\w+)\s*:?=")
_VARIABLE = re.compile(r"\$\w+")
_OPENING = re.compile(r"(?:if|with|range|define|block)\b")
_COMPARES_OTHERWISE = re.compile(r"\b(?:lt|gt|le|ge|eq|ne|hasPrefix|hasSuffix|contains|has)\s")
_TAKES_APART = re.compile(
    rf"{_COMPARES_OTHERWISE.pattern}|\b(?:regex\w+|semver|split\w*|atoi|int)\s"
)
_CONTROLS = re.compile(r"(?:if|with|range|else)\b|.*\b(?:ternary|coalesce)\b", re.DOTALL)
_IMAGE = re.compile(r"image(?!_?pull)", re.IGNORECASE)
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class VersionTest:
    """A range that a template compares the cluster's version with, and where."""

    range: str
    place: Place

    def admits(self, version: ClusterVersion, *, labelled: bool = False) -> bool:
        """Whether the range admits ``version``: its numbers, or where ``labelled`` all of it."""
        constraint = HelmConstraint.parse(self.range)
        label = version.label.removeprefix("-") or None if labelled else None
        return constraint is not None and constraint.admits(
            Version(1, version.minor, version.patch, label)
        )


@dataclass(frozen=True)
class ClusterReads:
    """What the templates of one chart ask the cluster.

    ``tests`` are comparisons of its version, ``apis`` the APIs asked for; ``showing_apis`` are
    those on which manifests or images depend, and not only fields of manifests that are there
    anyway. ``prints_version`` says that the version is also used in another way, ``printing`` are
    the addresses of the templates that do so, None where a partial does. ``reads_release`` says
    that manifests or images depend on whether it is an upgrade.
    """

    tests: tuple[VersionTest, ...] = ()
    apis: tuple[str, ...] = ()
    showing_apis: tuple[str, ...] = ()
    prints_version: bool = False
    printing: tuple[str, ...] | None = ()
    reads_release: bool = False

    @property
    def is_any(self) -> bool:
        """Whether the cluster is asked anything."""
        return bool(self.tests or self.apis or self.prints_version or self.reads_release)

    @property
    def reads_version(self) -> bool:
        """Whether the version of the cluster is asked for."""
        return bool(self.tests) or self.prints_version

    def answers(self, version: ClusterVersion, served: frozenset[str]) -> tuple[object, ...]:
        """What a cluster of ``version`` that serves ``served`` answers to all of it."""
        number = version.number if self.prints_version else ""
        return (
            number,
            *(test.admits(version) for test in self.tests),
            *(api in served for api in self.apis),
        )


def cluster_reads(root: Chart) -> ClusterReads:
    """What the templates of the chart and its sub-charts ask the cluster."""
    files = [
        _File(chart, name, text)
        for chart in root.walk()
        for name, text in chart.templates()
        if "{{" in text
    ]
    if not any(word in file.text for file in files for word in _WORDS):
        return ClusterReads()
    carriers: set[str] = set()
    for _round in range(_ROUNDS):  # partials include each other, rarely more than twice
        found = {name for file in files for name in file.carriers(carriers)}
        if found <= carriers:
            break
        carriers |= found
    printing = {file: list(file.printing(carriers)) for file in files}
    in_partial = any(each.partial for actions in printing.values() for each in actions)
    addresses = tuple(file.chart.address(file.name) for file in files if printing[file])
    return ClusterReads(
        tests=tuple(dict.fromkeys(test for file in files for test in file.tests())),
        apis=tuple(dict.fromkeys(api for file in files for api in file.apis())),
        prints_version=bool(addresses),
        printing=None if in_partial else addresses,
        showing_apis=tuple(
            api
            for api in dict.fromkeys(api for file in files for api in file.apis())
            if _shows(files, partial(_asks_for, api))
        ),
        reads_release=_shows(files, lambda text: _READS_RELEASE.search(text) is not None),
    )


def _shows(files: Sequence[_File], asks: Callable[[str], bool]) -> bool:
    """Whether a manifest or an image may depend on what ``asks`` finds in an action.

    It does where a template asks in a condition or keeps the answer in a variable, itself or by a
    partial, and where a partial asks that has to do with images. What a partial gives as the text
    of a field shows nothing new.
    """
    asked = [(file, each) for file in files for each in file.actions if asks(each.text)]
    if not asked:
        return False
    including = [(file, each) for file in files for each in file.including]
    asking = {each.partial for _file, each in asked if each.partial}
    imaging = {name for file in files for name in file.partials_with_images}
    for _round in range(_ROUNDS):
        for _file, each in including:
            if each.partial and each.included & asking:
                asking.add(each.partial)
            if each.partial and each.included & imaging:
                imaging.add(each.partial)
    if any(each.partial in imaging for _file, each in asked):
        return True
    by_partial = [(file, each) for file, each in including if each.included & asking]
    return any(
        _CONTROLS.match(each.text) or _ASSIGNED.match(each.text) or file.is_of_image(each)
        for file, each in (*asked, *by_partial)
        if not each.partial or each.partial in imaging
    )


def _asks_for(api: str, text: str) -> bool:
    return f'"{api}"' in text and _ASKS_FOR_API.search(text) is not None


def _apis_in(text: str) -> Iterator[str]:
    if _ASKS_FOR_API.search(text):
        for string in _STRINGS.findall(text):
            if _is_api(string):
                yield string


@dataclass(frozen=True, slots=True)
class _Action:
    """One action: its text, where it begins, and the partials that it includes.

    ``partial`` is the one that holds it, "" where none does.
    """

    text: str
    start: int
    partial: str
    included: frozenset[str]


@dataclass(eq=False)
class _File:
    """One template, read action by action."""

    chart: Chart
    name: str
    text: str
    variables: set[str] = field(default_factory=set)

    @cached_property
    def actions(self) -> tuple[_Action, ...]:
        return tuple(self._read())

    def _read(self) -> Iterator[_Action]:
        blocks: list[str] = []
        for start, end in actions_in(self.text):
            inner = inside_of(self.text[start:end])
            if inner.startswith("/*"):
                continue
            if _OPENING.match(inner):
                named = _NAMED.match(inner)
                blocks.append(named[1] if named else "")
            elif inner == "end" and blocks:
                blocks.pop()
            included = _INCLUDED.findall(inner) if "clude" in inner or "plate" in inner else ()
            name = next((name for name in reversed(blocks) if name), "")
            yield _Action(inner, start, name, frozenset(included))

    @cached_property
    def including(self) -> tuple[_Action, ...]:
        """The actions that include a partial."""
        return tuple(each for each in self.actions if each.included)

    def tests(self) -> Iterator[VersionTest]:
        """The ranges that something is compared with here."""
        if "semverCompare" not in self.text:
            return
        for action in self.actions:
            for found in _COMPARES.finditer(action.text):
                offset = len(self.text[: action.start].encode())
                place = Place.at(self.chart.address(self.name), self.text.encode(), offset)
                yield VersionTest(found[1] or found[2], place)

    def apis(self) -> Iterator[str]:
        """The APIs that are asked for here."""
        for action in self.actions:
            yield from _apis_in(action.text)

    @cached_property
    def partials_with_images(self) -> frozenset[str]:
        """The partials defined here whose text has to do with images."""
        found = set()
        last, name = 0, ""
        for action in self.actions:
            if name and _IMAGE.search(self.text[last : action.start] + action.text):
                found.add(name)
            last, name = action.start, action.partial
        return frozenset(found)

    def is_of_image(self, action: _Action) -> bool:
        """Whether the line of the action is about an image."""
        start = self.text.rfind("\n", 0, action.start) + 1
        return _IMAGE.search(self.text[start : action.start]) is not None

    def carriers(self, known: set[str]) -> Iterator[str]:
        """The partials that give the version itself; notes the variables that hold it."""
        if not known and ".Capabilities" not in self.text:
            return
        for action in self.actions:
            if not self._carries(action, known):
                continue
            assigned = _ASSIGNED.match(action.text)
            if assigned:
                self.variables.add(assigned[1])
            elif action.partial and not _OPENING.match(action.text):
                yield action.partial

    def printing(self, carriers: set[str]) -> Iterator[_Action]:
        """The actions that use the version for more than a comparison with a range."""
        for action in self.actions:
            if self._carries(action, carriers) and not self._is_harmless(action, carriers):
                yield action

    def _is_harmless(self, action: _Action, carriers: set[str]) -> bool:
        if _ASSIGNED.match(action.text) and not _TAKES_APART.search(action.text):
            return True
        if _OPENING.match(action.text) or action.text.startswith("else"):
            return not _TAKES_APART.search(action.text)
        # What a partial cuts out of the version is compared where the partial is included.
        return action.partial in carriers and not _COMPARES_OTHERWISE.search(action.text)

    def _carries(self, action: _Action, carriers: set[str]) -> bool:
        """Whether the action gives or handles the version itself; a comparison gives a truth."""
        text = action.text
        is_read = "Capabilities" in text and "APIVersions" not in text
        if not (
            (is_read and _READS_VERSION.search(text))
            or action.included & carriers
            or (self.variables and not self.variables.isdisjoint(_VARIABLE.findall(text)))
        ):
            return False
        return _COMPARES.search(text) is None


def _is_api(text: str) -> bool:
    if "/" not in text:
        return False
    try:
        parse_api(text)
    except ValueError:
        return False
    return True
