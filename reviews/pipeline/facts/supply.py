"""An image that a package needs, and what its archives supply of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ..image_archives.commands import pull_and_save
from ..manifests.references import ImageReference, parsed
from ..tracing.model import ImageSource, ImageStatus


@dataclass(frozen=True, slots=True)
class NeededImage:
    """An image that the package pulls, as tracing has found it; see ``TracedImage``.

    ``instance_tag`` is the tag to which an instance must be upgraded before it pulls the image,
    None for one of the deployment; ``is_published`` says that an earlier release has published it.
    """

    original: str
    target: str | None
    status: ImageStatus
    sources: tuple[ImageSource, ...]
    shown_by: tuple[str, ...]
    instance_tag: str | None = None
    is_published: bool = False

    @property
    def reference(self) -> ImageReference | None:
        """The parts of ``original``; None where it is no valid reference."""
        return parsed(self.original)

    @property
    def paths(self) -> tuple[str, ...]:
        """The dotted paths of the values that decide it."""
        return tuple(dict.fromkeys(each.path for each in self.sources if each.path is not None))


class SupplyState(StrEnum):
    """What there is for one image and one architecture."""

    SHIPPED = "shipped"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    """There is an archive, but it has a flaw."""
    WRONG_ARCHITECTURE = "wrong architecture"
    """The archive that should be it holds the image for another architecture."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What the package ships of the image ``original`` for ``architecture`` (``x86_64``).

    ``archive`` is the bare file name, None where there is none. ``is_declared`` says whether the
    package promises to run on the architecture, ``is_likely`` that neither the mapping nor the
    archive calls the image exactly so.
    """

    original: str
    architecture: str
    state: SupplyState
    archive: str | None = None
    is_declared: bool = True
    is_likely: bool = False


def pull_commands(supplies: Iterable[Supply], architecture: str) -> tuple[str, ...]:
    """The lines that pull and save every image that is not shipped for ``architecture``.

    They are for a shell in the folder ``images``.
    """
    lines = (
        pull_and_save(each.original, architecture)
        for each in supplies
        if each.architecture == architecture and each.state is not SupplyState.SHIPPED
    )
    return tuple(dict.fromkeys(lines))
