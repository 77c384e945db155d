"""What is to be published: each reference, each architecture, and where the image lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..pipeline import Report
from ..pipeline.core.policy import Limits


@dataclass(frozen=True, slots=True)
class PlannedImage:
    """One image for one architecture (``x86_64``, ``aarch64``) at the address ``reference``.

    ``archive`` is the address of the image archive in the package, None where the package ships
    none: then the registry is only asked. ``config`` is the digest of the configuration of the
    image in the archive that is meant. ``is_asked`` is False for what comes from another registry on
    purpose. ``original`` is the address before the rewrite, as the report names the image.
    """

    reference: str
    architecture: str
    archive: str | None = None
    config: str | None = None
    is_asked: bool = True
    original: str = ""


@dataclass(frozen=True, slots=True)
class PlannedChart:
    """A chart, whose ``content`` (tgz) becomes an OCI artifact at ``reference``."""

    reference: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """All that one publication puts into a registry.

    ``package`` is the stored zip, original or released: its image archives are the same.
    ``limits`` are those under which it was examined.
    """

    package: Path
    images: tuple[PlannedImage, ...]
    charts: tuple[PlannedChart, ...] = ()
    limits: Limits = Limits()

    @property
    def references(self) -> tuple[PlannedImage, ...]:
        """What is read back: the images (alias, for reading at the call)."""
        return self.images


def planned_images(
    report: Report, moved: Mapping[str, str], registry: str, architectures: Sequence[str]
) -> tuple[PlannedImage, ...]:
    """What a package released from ``report`` pulls, each for all promised ``architectures``.

    ``moved`` maps each original address that the released package rewrites to its target (a
    release's ``expected``); all other images are pulled as they are written. ``registry`` is
    ``host[:port]`` of the policy: images of another registry are not asked for.
    """
    raise NotImplementedError
