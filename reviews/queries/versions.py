"""A service over all its submissions: its versions, and how they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby

from django.contrib.auth.models import User
from semver import Version

from .. import storage
from ..models import Release, Service, Submission
from ..permissions import visible_to
from ..pipeline import (
    Report,
    ReportedImage,
    VersionDefinition,
    repository_of,
    version_definition_conflicts,
)
from ..states import PUT_OUT

_MOST = 50
_WITH_VERSIONS = "osc"  # the only kind of package that has instance versions


def find_service(user: User, pk: int) -> Service | None:
    """The service, if the user may see a submission of it."""
    seen = visible_to(user).filter(service=pk).select_related("service__organisation").first()
    return seen.service if seen is not None else None


@dataclass(frozen=True)
class ServiceVersion:
    """One submission of a service. ``release`` is its last finished one, None without any.

    ``place`` grows with the number of the version from one to the next; None: it has no such.
    """

    submission: Submission
    release: Release | None
    place: int | None

    @cached_property
    def is_examined(self) -> bool:
        """Whether its current revision was examined to the end."""
        return self.submission.current is not None and bool(self.submission.current.report)

    @cached_property
    def report(self) -> Report | None:
        """What was found in the current revision; None where it was not examined to the end."""
        current = self.submission.current
        return (
            storage.read_report(current.report) if current is not None and current.report else None
        )

    @cached_property
    def is_released(self) -> bool:
        """Whether customers may run it."""
        return self.submission.status in PUT_OUT

    @cached_property
    def definitions(self) -> tuple[VersionDefinition, ...]:
        """Its instance version definitions: only packages in the OSC format have them."""
        current = self.submission.current
        has_some = current is not None and current.report and current.kind == _WITH_VERSIONS
        return _definitions(current.report) if current is not None and has_some else ()

    @property
    def tags(self) -> tuple[str, ...]:
        """The instance versions that it offers."""
        return tuple(dict.fromkeys(tag for each in self.definitions for tag in each.tags))

    def follows(self, other: ServiceVersion) -> bool:
        """Whether it is a later version than ``other``: by number, else by date."""
        if self.place is not None and other.place is not None:
            return self.place > other.place
        return self.submission.submitted_at > other.submission.submitted_at


@lru_cache(maxsize=128)
def _definitions(report: str) -> tuple[VersionDefinition, ...]:
    """The instance version definitions of a stored report, which never changes."""
    return storage.read_report(report).package.instance_versions


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
        .select_related("current")
        .defer("current__policy", "current__timings", "search")
        .order_by("-submitted_at", "-pk")[:_MOST]
    )
    submissions = list(found)
    finished = Release.objects.filter(
        revision__in=[each.current_id for each in submissions], finished_at__isnull=False
    ).exclude(archive="")
    finished = finished.only("revision", "sha256")
    releases = {release.revision_id: release for release in finished.order_by("pk")}
    places = _places(each.version for each in submissions)
    return tuple(
        ServiceVersion(each, releases.get(each.current_id or 0), places.get(each.version))
        for each in submissions
    )


def version_before(
    version: ServiceVersion, versions: Sequence[ServiceVersion]
) -> ServiceVersion | None:
    """The newest examined version that ``version`` follows; a released one comes first.

    None where it follows none.
    """
    earlier = [
        each
        for each in versions
        if each is not version and version.follows(each) and each.is_examined
    ]
    released = [each for each in earlier if each.is_released] or earlier
    newest: ServiceVersion | None = None
    for each in released:
        if newest is None or each.follows(newest):
            newest = each
    return newest


def upgrades_from(
    version: ServiceVersion, versions: Sequence[ServiceVersion]
) -> tuple[UpgradePath, ...]:
    """The later released versions to which instances of ``version`` can be upgraded.

    A plain chart has no instance versions, and the platform upgrades none of its instances. A
    version that knows none of the tags of another is no upgrade of it. Source: the developer
    guide's pages on upgrades.
    """
    before = version.definitions
    if not version.is_released or not before:
        return ()
    found = []
    for each in versions:
        if not (each.is_released and each.is_examined and each.follows(version)):
            continue
        conflicts = version_definition_conflicts(before, each.definitions)
        if not any(conflict.is_disjoint for conflict in conflicts):
            missing = tuple(tag for conflict in conflicts for tag in conflict.missing)
            found.append(UpgradePath(each, missing))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ImageChange:
    """An image of two reports by its name: as each has it, None where one has none."""

    name: str
    before: ReportedImage | None
    after: ReportedImage | None


def changed_images(before: Report, after: Report) -> tuple[ImageChange, ...]:
    """The images that differ in address, target or status, by their names without tag."""
    old, new = _by_name(before), _by_name(after)
    return tuple(
        ImageChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if _pulled(old.get(name)) != _pulled(new.get(name))
    )


def _by_name(report: Report) -> Mapping[str, ReportedImage]:
    found: dict[str, list[ReportedImage]] = {}
    for image in report.pulled:
        found.setdefault(repository_of(image.original), []).append(image)
    return {
        name if len(images) == 1 else image.original: image
        for name, images in found.items()
        for image in images
    }


def _pulled(image: ReportedImage | None) -> tuple[str, str | None, str] | None:
    return None if image is None else (image.original, image.target, image.status.value)


def _places(versions: Iterable[str]) -> Mapping[str, int]:
    """The place of each in the order of their numbers: a comparison of two takes long."""
    numbers = {each: number for each in versions if (number := _number(each)) is not None}
    ordered = groupby(sorted(numbers, key=numbers.__getitem__), key=numbers.__getitem__)
    return {each: place for place, (_number, alike) in enumerate(ordered) for each in alike}


def _number(version: str) -> Version | None:
    try:
        return Version.parse(version.removeprefix("v"), optional_minor_and_patch=True)
    except ValueError:
        return None
