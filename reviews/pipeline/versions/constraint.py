"""Ranges of versions as Helm reads them, for ``kubeVersion`` of a chart.

Source: the grammar of the Go package Masterminds/semver, which Helm uses: comparisons side by
side or with commas must all hold, ``||`` separates alternatives, ``1.2 - 1.4`` is a range,
missing numbers and ``x`` stand for any, and a pre-release is admitted only where one of the
comparisons beside it names one.

Written here because the library ``semver`` knows no ranges, and reads no version that lacks numbers
or has ``x`` in their place. The versions that are compared, and their order, are the library's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from semver import Version

from .semantic import core_of

_NUMBER = r"(?:[0-9]+|[xX*])"
_LABELS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_VERSION = rf"v?{_NUMBER}(?:\.{_NUMBER}){{0,2}}(?:-{_LABELS})?(?:\+{_LABELS})?"
_OPERATOR = r"=>|=<|>=|<=|!=|~>|[=<>~^]|"
_COMPARISON = re.compile(rf"\s*({_OPERATOR})\s*({_VERSION})\s*(?:,|(?=\s)|$)")
_SPAN = re.compile(rf"\s*({_VERSION})\s+-\s+({_VERSION})\s*")
_PARTS = re.compile(
    rf"v?(?P<numbers>{_NUMBER}(?:\.{_NUMBER})*)(?:-(?P<pre>{_LABELS}))?(?:\+{_LABELS})?"
)
_LONGEST = 1_000
_SAME = {"=>": ">=", "=<": "<=", "~>": "~", "": "="}
_OF_ANY = {">": 3, "!=": 3, "^": 3, "<=": 2}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison. ``given`` counts the numbers that are written: 0 for ``*``, 2 for ``1.2``."""

    operator: str
    version: Version
    given: int

    def admits(self, version: Version) -> bool:
        """Whether it holds for ``version``, pre-releases taken by their order alone."""
        return _HOLDS[self.operator](self, version)


@dataclass(frozen=True, slots=True)
class HelmConstraint:
    """A range: one of ``alternatives`` must admit a version, and that with all its comparisons."""

    alternatives: tuple[tuple[Comparison, ...], ...]

    @classmethod
    def parse(cls, text: str) -> HelmConstraint | None:
        """The range that ``text`` is; None where Helm takes it for none."""
        alternatives = _alternatives(text) if len(text) <= _LONGEST else None
        return cls(alternatives) if alternatives is not None else None

    def admits(self, version: Version) -> bool:
        """Whether Helm would take ``version``."""
        return any(
            all(each.admits(version) for each in comparisons)
            for comparisons in self.alternatives
            if not version.prerelease or any(each.version.prerelease for each in comparisons)
        )


@lru_cache(maxsize=256)
def _alternatives(text: str) -> tuple[tuple[Comparison, ...], ...] | None:
    read = [_comparisons(each) for each in text.split("||")]
    found = tuple(each for each in read if each is not None)
    return found if len(found) == len(read) else None


def _comparisons(text: str) -> tuple[Comparison, ...] | None:
    text = _SPAN.sub(r" >=\1,<=\2 ", text).strip()
    found: list[Comparison] = []
    position = 0
    while position < len(text):
        match = _COMPARISON.match(text, position)
        if match is None or match.end() == position:
            return None
        found.append(_comparison(match[1], match[2]))
        position = match.end()
    return None if text.endswith(",") else tuple(found) or None


def _comparison(operator: str, text: str) -> Comparison:
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise AssertionError(text)
    numbers: list[int] = []
    for part in parts["numbers"].split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    operator = _SAME.get(operator, operator)
    # Behind these, Helm takes a lone * for the number 0.
    given = len(numbers) or _OF_ANY.get(operator, 0)
    major, minor, patch = (*numbers, 0, 0, 0)[:3]
    version = Version(major, minor, patch, parts["pre"])
    return Comparison(operator, version, given)


def _equal(limit: Comparison, version: Version) -> bool:
    if limit.given < 3:
        return _tilde(limit, version)
    return version == limit.version


def _unequal(limit: Comparison, version: Version) -> bool:
    if limit.given == 3:
        return not _equal(limit, version)
    if core_of(limit.version)[: limit.given] != core_of(version)[: limit.given]:
        return True
    return limit.given == 2 and limit.version.prerelease != version.prerelease


def _greater(limit: Comparison, version: Version) -> bool:
    if limit.given == 3:
        return limit.version < version
    return core_of(version)[: limit.given] > core_of(limit.version)[: limit.given]


def _less(limit: Comparison, version: Version) -> bool:
    return version < limit.version


def _at_least(limit: Comparison, version: Version) -> bool:
    return version >= limit.version


def _at_most(limit: Comparison, version: Version) -> bool:
    if limit.given == 3:
        return version <= limit.version
    return core_of(version)[: limit.given] <= core_of(limit.version)[: limit.given]


def _tilde(limit: Comparison, version: Version) -> bool:
    """At least, with the same major and minor number as far as they are written."""
    if version < limit.version:
        return False
    most = min(limit.given, 2)
    return core_of(version)[:most] == core_of(limit.version)[:most]


def _caret(limit: Comparison, version: Version) -> bool:
    """At least, with the same numbers up to the first that is not 0."""
    if version < limit.version:
        return False
    leading = next((at for at, number in enumerate(core_of(limit.version)) if number), 2)
    most = min(leading + 1, limit.given)
    return core_of(version)[:most] == core_of(limit.version)[:most]


_HOLDS: dict[str, Callable[[Comparison, Version], bool]] = {
    "=": _equal,
    "!=": _unequal,
    ">": _greater,
    "<": _less,
    ">=": _at_least,
    "<=": _at_most,
    "~": _tilde,
    "^": _caret,
}
