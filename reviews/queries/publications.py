"""The publications of releases: the newest of a revision, and what each brought where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..models import Publication, PublishedImage, RegistryLookup, Release, Revision, look_up_of
from ..models.publication import Outcome
from ..pipeline import ARCHITECTURES
from .revisions import releases_of


@dataclass(frozen=True)
class ReleaseState:
    """A release of a revision that was proven, and its newest publication.

    ``publication`` is None for a release from before releases were published.
    """

    release: Release
    publication: Publication | None

    @property
    def is_out(self) -> bool:
        """Whether it may be had: it is not still being published, nor put back into review."""
        return self.publication is None or self.publication.published_at is not None

    @cached_property
    def images(self) -> Sequence[PublishedImage]:
        """What was found, images and charts, in the order of the plan."""
        return [] if self.publication is None else list(self.publication.images.all())

    @cached_property
    def rows(self) -> tuple[PublishedReference, ...]:
        """The addresses, each with what there is for every architecture."""
        found: dict[str, list[PublishedImage]] = {}
        for image in self.images:
            if image.architecture:
                found.setdefault(image.reference, []).append(image)
        return tuple(PublishedReference(name, images) for name, images in found.items())

    @property
    def architectures(self) -> tuple[str, ...]:
        """The architectures of which anything is there, in the platform's order."""
        there = {each.architecture for each in self.images if each.digest}
        return tuple(each for each in ARCHITECTURES if each in there)

    @property
    def stored(self) -> tuple[PublishedReference, ...]:
        """The addresses of which an image is there."""
        return tuple(row for row in self.rows if any(each.digest for each in row.images))

    @property
    def missing(self) -> int:
        """How many addresses lack an image for an architecture."""
        return sum(any(each.outcome == Outcome.MISSING for each in r.images) for r in self.rows)

    @property
    def is_pushed(self) -> bool:
        """Whether it was this publication that brought an image there."""
        return any(each.outcome == Outcome.PUSHED for each in self.images)


@dataclass(frozen=True)
class PublishedReference:
    """One address, with what there is of it for each architecture."""

    reference: str
    images: Sequence[PublishedImage]

    @property
    def tag_digest(self) -> str:
        """The digest of what the address names, "" where it is not there."""
        return next((each.tag_digest for each in self.images if each.tag_digest), "")


def release_state_of(revision: Revision) -> ReleaseState | None:
    """The last release of a revision that was proven; None where there is none."""
    proven = [each for each in releases_of(revision.pk) if each.archive]
    if not proven:
        return None
    release = proven[-1]
    release.revision = revision
    return ReleaseState(release, release.publications.order_by("pk").last())


def found_there(revision: Revision) -> frozenset[str] | None:
    """The addresses that the registry had when it was asked; None where it was not, or cannot.

    Of the local image store nobody pulls, so that it is not asked for what is not shipped.
    """
    asked = look_up_of(revision)
    if asked is None or asked.finished_at is None or asked.trouble is not None or not asked.address:
        return None
    rows = RegistryLookup.objects.filter(revision=revision, found=True)
    return frozenset(rows.values_list("reference", flat=True))
