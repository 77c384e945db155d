"""When two findings are the same for whoever decides: equal in all that a decision rests on."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..core.findings import Finding
from ..core.policy import Policy
from ..mapping.proposal import CHANGE_SET
from .model import Report, ReportedImage


@dataclass(frozen=True, slots=True)
class Decidable:
    """A finding of a report, at ``position`` in it, as a thing to be decided.

    ``unit`` names what is decided as a whole: its change set, or the finding alone.
    ``fingerprint`` is 64 hex digits. So is ``content``, the part of it that the package alone
    decides: equal also where rules, engine or policy have changed, where lines above it have moved
    it, or where an archive within the package is named for another version.
    """

    position: int
    finding: Finding
    unit: str
    fingerprint: str
    content: str


def decidables(report: Report, policy: Policy) -> tuple[Decidable, ...]:
    """Every finding of ``report``, which was made under ``policy``, in its order."""
    held_to = _hash(policy.snapshot())
    found = (
        (finding, _paths(report, finding), _images(report, finding)) for finding in report.findings
    )
    return tuple(
        Decidable(
            position,
            finding,
            _unit(finding, position),
            # Where no value's path says which place it is, only the line can.
            _hash(
                [
                    report.rules,
                    report.engine,
                    held_to,
                    _essence(finding, paths or [finding.place.line, finding.place.column], images),
                ]
            ),
            _hash(without_versions(_text(_essence(finding, paths, images)))),
        )
        for position, (finding, paths, images) in enumerate(found)
    )


def without_versions(address: str) -> str:
    """The address of a file, or a text with such, without the versions in names of archives.

    ``etcd/package/etcd-6.7.0.tgz!/etcd/values.yaml`` becomes
    ``etcd/package/etcd.tgz!/etcd/values.yaml``.
    """
    return _ARCHIVE_VERSION.sub("", address)


def images_of(report: Report, finding: Finding) -> tuple[ReportedImage, ...]:
    """The images of ``report`` that a finding is about, or whose address it decides a part of."""
    place = finding.place
    return tuple(
        image
        for image in report.images
        if image.original == finding.image
        or image.original in finding.images
        or (
            place.line is not None
            and any(
                (source.file, source.line, source.column) == (place.file, place.line, place.column)
                for source in image.sources
            )
        )
    )


def same_units(before: Sequence[Decidable], after: Sequence[Decidable]) -> dict[int, int]:
    """Which findings of a later report are those of an earlier one: position to position.

    A unit is the same only as a whole, and only where nothing else looks just like it.
    """
    earlier, later = _by_content(before), _by_content(after)
    pairs: dict[int, int] = {}
    for content, (unit,) in ((key, units) for key, units in later.items() if len(units) == 1):
        known = earlier.get(content, [])
        if len(known) == 1:
            old = sorted(known[0], key=_content_of)
            new = sorted(unit, key=_content_of)
            pairs |= {now.position: was.position for now, was in zip(new, old, strict=True)}
    return pairs


def _by_content(all_of_them: Sequence[Decidable]) -> dict[tuple[str, ...], list[list[Decidable]]]:
    units: dict[str, list[Decidable]] = {}
    for each in all_of_them:
        units.setdefault(each.unit, []).append(each)
    found: dict[tuple[str, ...], list[list[Decidable]]] = {}
    for unit in units.values():
        found.setdefault(tuple(sorted(map(_content_of, unit))), []).append(unit)
    return found


def _content_of(each: Decidable) -> str:
    return each.fingerprint


def _unit(finding: Finding, position: int) -> str:
    return _unit_of_set(finding.change_set) if finding.change_set else f"finding-{position}"


def _unit_of_set(change_set: str) -> str:
    # Hashed, because a change set is named for a path, which may be of any length.
    return f"set-{_hash(change_set)[:16]}"


def _paths(report: Report, finding: Finding) -> list[str]:
    """The paths of the values at its place that decide images."""
    place = finding.place
    return sorted(
        source.path or ""
        for image in report.images
        for source in image.sources
        if (source.file, source.line, source.column) == (place.file, place.line, place.column)
    )


def _images(report: Report, finding: Finding) -> list[list[Any]]:
    """What is known of the images that it is about."""
    return sorted(
        [
            image.original,
            image.target or "",
            image.status.value,
            sorted([use.template, use.kind, use.name, use.container] for use in image.used_by),
        ]
        for image in images_of(report, finding)
    )


def _essence(finding: Finding, spot: Sequence[str | int | None], images: list[Any]) -> list[Any]:
    edit = finding.edit
    return [
        finding.rule,
        finding.severity.value,
        finding.place.file,
        spot,
        finding.message.template,
        finding.message.dump()["parameters"],
        [edit.file, edit.before, edit.after] if edit else None,
        images,
    ]


def _hash(data: Any) -> str:
    return hashlib.sha256(_text(data).encode()).hexdigest()


def _text(data: Any) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


_ARCHIVE_VERSION = re.compile(r"[-_]v?\d[\w.+-]{0,60}?(?=\.(?:tgz|tar\.gz|tar|zip)\b)")


MAPPING_UNIT = _unit_of_set(CHANGE_SET)
"""The unit of the proposed ``images/mapping.yaml``, in every report."""
