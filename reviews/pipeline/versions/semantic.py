"""Versions by Semantic Versioning 2.0.0 (semver.org), and ranges of them.

The range is that of OLM's ``skipRange`` (the grammar of the Go package blang/semver):
comparisons side by side must all hold, ``||`` separates alternatives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"(?:0|[1-9][0-9]*)"
_LABEL = r"(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)"
_VERSION = re.compile(
    rf"(?P<core>{_NUMBER}\.{_NUMBER}\.{_NUMBER})(?:-(?P<pre>{_LABEL}(?:\.{_LABEL})*))?"
    r"(?:\+(?P<build>[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?"
)
_COMPARISON = re.compile(r"(?:>=|<=|==|!=|[<>=!])?")
_LONGEST = 256


@dataclass(frozen=True, slots=True)
class SemanticVersion:
    """One version. ``build`` (behind ``+``) takes no part in the order."""

    core: tuple[int, int, int]
    prerelease: tuple[str, ...] = ()
    build: str = ""

    @classmethod
    def parse(cls, text: str) -> SemanticVersion | None:
        """The version that ``text`` is; None where it is none."""
        match = _VERSION.fullmatch(text) if len(text) <= _LONGEST else None
        if match is None:
            return None
        major, minor, patch = map(int, match["core"].split("."))
        labels = tuple(match["pre"].split(".")) if match["pre"] else ()
        return cls((major, minor, patch), labels, match["build"] or "")

    def precedes(self, other: SemanticVersion) -> bool:
        """Whether it comes before ``other`` in the order of precedence."""
        return self._key() < other._key()

    def _key(self) -> tuple[object, ...]:
        labels = tuple(
            (0, int(each), "") if each.isdigit() else (1, 0, each) for each in self.prerelease
        )
        return (self.core, not self.prerelease, labels)


def is_version_range(text: str) -> bool:
    """Whether ``text`` is a range such as ``>=0.0.1 <0.0.5`` or ``<1.0.0 || >=2.0.0``."""
    return all(_is_alternative(each) for each in text.split("||"))


def _is_alternative(text: str) -> bool:
    comparisons = re.sub(r"([<>=!])\s+", r"\1", text.strip()).split()
    return bool(comparisons) and all(map(_is_comparison, comparisons))


def _is_comparison(text: str) -> bool:
    operator = _COMPARISON.match(text)
    return operator is not None and SemanticVersion.parse(text[operator.end() :]) is not None
