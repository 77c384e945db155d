"""A package that ships all its images for two architectures, and its way to a registry."""

from __future__ import annotations

import hashlib
import io
import json
import random
import tarfile
from collections.abc import Mapping

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


def shipping_large(size: int) -> bytes:
    """The package, in which the image of the web has a layer of ``size`` bytes that do not shrink."""
    files = {
        f"{name}-{word}.tar": _large_archive(image, architecture, size)
        if image == WEB
        else archive_of(image, architecture)
        for architecture, word in (("amd64", "x86_64"), ("arm64", "aarch64"))
        for name, image in IMAGES.items()
    }
    return package_with(files, demo_package(BOTH))


def _large_archive(image: str, architecture: str, size: int) -> bytes:
    noise = random.Random(architecture).randbytes(size)  # noqa: S311 - it is no secret
    layer = _tar({"noise": noise})
    config = {
        "os": "linux",
        "architecture": architecture,
        "rootfs": {
            "type": "layers",
            "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"],
        },
    }
    listed = [{"Config": "config.json", "RepoTags": [image], "Layers": ["layer.tar"]}]
    return _tar(
        {
            "manifest.json": json.dumps(listed).encode(),
            "config.json": json.dumps(config).encode(),
            "layer.tar": layer,
        }
    )


def _tar(files: Mapping[str, bytes]) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return output.getvalue()


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
