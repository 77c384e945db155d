"""Versions by Semantic Versioning 2.0.0 (semver.org), and OLM's ranges of them.

Versions and their order are those of the library ``semver``. Added is what it lacks: a limit on
the length of a text, and the grammar of OLM's ``skipRange`` (that of the Go package
blang/semver): comparisons side by side must all hold, ``||`` separates alternatives. The library's
own ``match`` takes a single comparison, and no ``=`` or ``!``.
"""

from __future__ import annotations

import re

from semver import Version

_COMPARISON = re.compile(r"(?:>=|<=|==|!=|[<>=!])?")
_LONGEST = 256


def parse_version(text: str) -> Version | None:
    """The version that ``text`` is; None where it is none, or longer than 256 characters."""
    if len(text) > _LONGEST:
        return None
    try:
        return Version.parse(text)
    except ValueError:
        return None


def core_of(version: Version) -> tuple[int, int, int]:
    """Its three numbers."""
    return version.major, version.minor, version.patch


def is_version_range(text: str) -> bool:
    """Whether ``text`` is a range such as ``>=0.0.1 <0.0.5`` or ``<1.0.0 || >=2.0.0``."""
    return all(_is_alternative(each) for each in text.split("||"))


def _is_alternative(text: str) -> bool:
    comparisons = re.sub(r"([<>=!])\s+", r"\1", text.strip()).split()
    return bool(comparisons) and all(map(_is_comparison, comparisons))


def _is_comparison(text: str) -> bool:
    operator = _COMPARISON.match(text)
    return operator is not None and parse_version(text[operator.end() :]) is not None
