"""What earlier releases of a service have left behind, which counts for the next."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import QuerySet

from .. import storage
from ..models import PublishedImage, Release, Revision
from ..models.publication import Outcome
from ..pipeline import VersionDefinition, released_versions
from ..states import PUT_OUT, SubmissionState

_WITH_VERSIONS = "osc"  # the only kind of package that has instance versions


def versions_of_last(revision: Revision) -> tuple[VersionDefinition, ...]:
    """The instance versions that the service's last release supports: customers may run them."""
    last = _releases(revision).last()
    if last is None:
        return ()
    return released_versions(storage.local_path(last.archive), revision.held_to.limits)


def published_versions(revision: Revision) -> tuple[VersionDefinition, ...]:
    """The instance versions whose images the service's releases have published.

    Suspended releases do not count, nor does a tag of which an image was missing when its release
    was published.
    """
    released = _releases(revision).filter(
        revision__submission__state=SubmissionState.RELEASED.value,
        revision__kind=_WITH_VERSIONS,
    )
    return tuple(
        _without(each, _missing_tags(release))
        for release in released.select_related("revision")
        for each in storage.read_report(release.revision.report).package.instance_versions
    )


def _releases(revision: Revision) -> QuerySet[Release]:
    """All finished releases of the service that customers may run, the last one at the end."""
    return (
        Release.objects.filter(
            revision__submission__service=revision.submission.service_id,
            revision__submission__state__in=PUT_OUT,
        )
        .exclude(archive="")
        .order_by("finished_at", "pk")
    )


def _missing_tags(release: Release) -> frozenset[str]:
    missing = PublishedImage.objects.filter(
        publication__release=release,
        publication__published_at__isnull=False,
        outcome=Outcome.MISSING.value,
    )
    return frozenset(
        each.rpartition(":")[2] for each in missing.values_list("reference", flat=True)
    )


def _without(definition: VersionDefinition, missing: frozenset[str]) -> VersionDefinition:
    return replace(definition, tags=tuple(tag for tag in definition.tags if tag not in missing))
