"""A package that ships all its images for two architectures, and its way to a registry."""

from __future__ import annotations

from reviews.demo_package import demo_package
from reviews.models import Publication, Submission
from tests import factories
from tests.shipping import EXPORTER, POSTGRES, WEB, WORKER, archive_of, package_with

IMAGES = {
    "web-1.4.0": WEB,
    "worker-1.4.0": WORKER,
    "postgres-16.4": POSTGRES,
    "exporter-0.9.2": EXPORTER,
}
NAMES = ("web:1.4.0", "worker:1.4.0", "postgres:16.4", "exporter:0.9.2")
"""What they are called in the registry's organisation."""

BOTH = ("architecture: x86_64", "architecture: x86_64,aarch64")


def shipping_both(*, without: str = "") -> bytes:
    """The package; ``without`` is the name of an archive that is left out."""
    files = {
        f"{name}-{word}.tar": archive_of(image, architecture)
        for architecture, word in (("amd64", "x86_64"), ("arm64", "aarch64"))
        for name, image in IMAGES.items()
    }
    files.pop(without, None)
    return package_with(files, demo_package(BOTH))


def approved(version: str = "1.4.0", *, without: str = "") -> Submission:
    """Approved as it is proposed; what is missing is confirmed."""
    submission = factories.in_review(shipping_both(without=without), version)
    submission = factories.decided(factories.inspected(submission))
    factories.approve(submission, confirmed=True)
    return factories.again(submission)


def proven(version: str = "1.4.0", *, without: str = "") -> Submission:
    """Waiting for the worker that publishes."""
    return factories.proven(approved(version, without=without))


def publication_of(submission: Submission) -> Publication:
    """The newest."""
    found = Publication.objects.filter(release__revision=submission.current)
    return found.latest("pk")
