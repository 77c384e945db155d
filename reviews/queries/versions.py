"""A service over all its submissions: its versions, and how they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import User
from semver import Version

from .. import storage
from ..models import Release, Service, Submission
from ..permissions import visible_to
from ..pipeline import (
    Report,
    ReportedImage,
    repository_of,
    version_definition_conflicts,
)
from ..states import PUT_OUT

_MOST = 50


def find_service(user: User, pk: int) -> Service | None:
    """The service, if the user may see a submission of it."""
    seen = visible_to(user).filter(service=pk).select_related("service__organisation").first()
    return seen.service if seen is not None else None


@dataclass(frozen=True)
class ServiceVersion:
    """One submission of a service. ``release`` is its last finished one, None without any."""

    submission: Submission
    release: Release | None

    @cached_property
    def report(self) -> Report | None:
        """What was found in the current revision; None where it was not examined to the end."""
        current = self.submission.current
        return (
            storage.read_report(current.report) if current is not None and current.report else None
        )

    @property
    def is_released(self) -> bool:
        """Whether customers may run it."""
        return self.submission.status in PUT_OUT

    @property
    def tags(self) -> tuple[str, ...]:
        """The instance versions that it offers."""
        definitions = self.report.package.instance_versions if self.report is not None else ()
        return tuple(dict.fromkeys(tag for each in definitions for tag in each.tags))

    def follows(self, other: ServiceVersion) -> bool:
        """Whether it is a later version than ``other``: by number, else by date."""
        mine, theirs = _number(self.submission.version), _number(other.submission.version)
        if mine is not None and theirs is not None:
            return mine > theirs
        return self.submission.submitted_at > other.submission.submitted_at


@dataclass(frozen=True)
class UpgradePath:
    """That instances of one released version can go to ``target``, a later one.

    ``left_behind`` are tags of the former that the target does not know: instances that run
    them are moved to another one first.
    """

    target: ServiceVersion
    left_behind: tuple[str, ...]


def versions_of(user: User, service: Service) -> tuple[ServiceVersion, ...]:
    """The submissions of the service that the user may see, newest first, at most 50."""
    found = (
        visible_to(user)
        .filter(service=service)
        .select_related("service", "organisation", "submitted_by", "claimed_by", "current")
        .order_by("-submitted_at", "-pk")[:_MOST]
    )
    submissions = list(found)
    finished = Release.objects.filter(
        revision__in=[each.current_id for each in submissions], finished_at__isnull=False
    ).exclude(archive="")
    releases = {release.revision_id: release for release in finished.order_by("pk")}
    return tuple(ServiceVersion(each, releases.get(each.current_id or 0)) for each in submissions)


def upgrades_from(
    version: ServiceVersion, versions: Sequence[ServiceVersion]
) -> tuple[UpgradePath, ...]:
    """The later released versions to which instances of ``version`` can be upgraded.

    A plain chart has no instance versions, and the platform upgrades none of its instances. A
    version that knows none of the tags of another is no upgrade of it. Source: the developer
    guide's pages on upgrades.
    """
    if not version.is_released or version.report is None:
        return ()
    before = version.report.package.instance_versions
    found = []
    for each in versions:
        later = each.is_released and each.follows(version)
        if not before or not later or each.report is None:
            continue
        conflicts = version_definition_conflicts(before, each.report.package.instance_versions)
        if not any(conflict.is_disjoint for conflict in conflicts):
            missing = tuple(tag for conflict in conflicts for tag in conflict.missing)
            found.append(UpgradePath(each, missing))
    return tuple(found)


@dataclass(frozen=True)
class ImageChange:
    """An image of two versions: its address there, None where a version has none."""

    name: str
    before: str | None
    after: str | None


def changed_images(before: Report, after: Report) -> tuple[ImageChange, ...]:
    """The images that differ, by their names without tag."""
    old, new = _by_name(before), _by_name(after)
    return tuple(
        ImageChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    )


def _by_name(report: Report) -> Mapping[str, str]:
    found: dict[str, list[ReportedImage]] = {}
    for image in report.pulled:
        found.setdefault(repository_of(image.original), []).append(image)
    return {
        name if len(images) == 1 else image.original: image.original
        for name, images in found.items()
        for image in images
    }


def _number(version: str) -> Version | None:
    try:
        return Version.parse(version.removeprefix("v"), optional_minor_and_patch=True)
    except ValueError:
        return None
