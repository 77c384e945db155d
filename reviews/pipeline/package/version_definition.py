"""The instance version definition: which tags the instances of a service can be moved between.

Sources: the packaging guide's section on instance versions; the developer guide's page on the
csd file for ``mode``, ``path`` and ``tags``; its pages on upgrades for the two conditions that
a new release must meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..manifests.references import ImageReference, NotAReference, is_valid_tag
from ..yaml.source import Path

MODES = ("url", "tag")

_STEP = re.compile(r"(?P<key>[^.\[\]]+)|\[(?P<index>[0-9]{1,6})\]")


@dataclass(frozen=True, slots=True)
class VersionDefinition:
    """What one csd file says of the versions of its instances.

    ``crd`` is the name of the CRD. ``mode`` is ``url`` (the whole image is at ``path``) or
    ``tag`` (only its tag does). ``path`` is dotted. ``tags`` are the versions between which the
    platform moves instances, as texts.
    """

    crd: str
    mode: str
    path: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionConflict:
    """Tags of the previous release of a CRD that the new one does not know any more.

    ``is_disjoint`` says that not one of the previous tags is left: such a release cannot be
    published as an upgrade.
    """

    crd: str
    missing: tuple[str, ...]
    is_disjoint: bool


def read_version_definition(crd: str, written: object) -> VersionDefinition | None:
    """The definition in the plain data of ``versionDefinition``; None without a valid mode.

    Numbers among the tags count as the text that YAML makes of them.
    """
    data: Mapping[str, Any] = written if isinstance(written, dict) else {}
    mode, path, tags = data.get("mode"), data.get("path"), data.get("tags")
    if mode not in MODES:
        return None
    known = tags if isinstance(tags, list) else []
    return VersionDefinition(
        crd=crd,
        mode=mode,
        path=path if isinstance(path, str) else "",
        tags=tuple(str(tag) for tag in known if isinstance(tag, str | int | float)),
    )


def version_definition_conflicts(
    previous: Sequence[VersionDefinition], current: Sequence[VersionDefinition]
) -> tuple[VersionConflict, ...]:
    """What separates instances of ``previous`` and the release with ``current``.

    Definitions belong together by their CRD. A previous one without tags asks for nothing; a
    CRD that has no definition any more has lost all its tags.
    """
    known = {each.crd: set(each.tags) for each in current}
    conflicts = []
    for each in previous:
        kept = known.get(each.crd, set()) & set(each.tags)
        missing = tuple(tag for tag in each.tags if tag not in kept)
        if missing:
            conflicts.append(VersionConflict(each.crd, missing, is_disjoint=not kept))
    return tuple(conflicts)


def steps_of(path: str) -> Path | None:
    """``spec.nodes[0].image`` as the steps it takes; None where it is no such path."""
    steps: list[str | int] = []
    rest = path
    while rest:
        match = _STEP.match(rest)
        if match is None:
            return None
        steps.append(match["key"] if match["index"] is None else int(match["index"]))
        rest = rest[match.end() :]
        if rest.startswith("."):
            rest = rest[1:]
            if not rest or rest.startswith("["):
                return None
        elif rest and not rest.startswith("["):
            return None
    return tuple(steps) or None


def tag_in(mode: str, value: str) -> str | None:
    """The tag that ``value`` holds where ``mode`` looks for it; None where it does not fit.

    In mode ``url`` the value is an image with its tag, in mode ``tag`` a bare tag.
    """
    if mode == "tag":
        return value if is_valid_tag(value) else None
    try:
        return ImageReference.parse(value).tag or None
    except NotAReference:
        return None


def duplicates_of(tags: Iterable[object]) -> list[str]:
    """The tags that are there more than once, as texts, in order."""
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for tag in map(str, tags):
        if tag in seen:
            twice[tag] = None
        seen.add(tag)
    return list(twice)
