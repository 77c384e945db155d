"""Which addresses lead to the platform's registry, and what the package ships for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..facts.supply import SupplyState
from ..tracing.model import ImageStatus
from .model import Report


@dataclass(frozen=True, slots=True)
class NeededAddress:
    """An address in the platform's registry that the package pulls.

    ``originals`` are the images that lead there. ``shipped`` and ``missing`` are architectures
    that the package promises (``x86_64``), by whether a usable archive holds the image for them.
    ``is_moved`` says that it leads there only after the rewrite, ``is_upgrade`` that only instances
    which are upgraded pull it.
    """

    reference: str
    originals: tuple[str, ...]
    shipped: tuple[str, ...]
    missing: tuple[str, ...]
    is_moved: bool
    is_upgrade: bool = False

    @property
    def is_shipped(self) -> bool:
        """Whether the package has it for every architecture that it promises."""
        return not self.missing


def needed_addresses(report: Report, kept: Collection[str] = ()) -> tuple[NeededAddress, ...]:
    """The addresses in the order of the report, each once, those of upgrades included.

    ``kept`` are originals whose rewrite was rejected: they are pulled from elsewhere, also in
    their other versions. A version that an earlier release has published is not asked for.
    """
    originals: dict[str, list[str]] = {}
    shipped: dict[str, set[str]] = {}
    moved: set[str] = set()
    deployed: set[str] = set()
    repositories = {repository_of(original) for original in kept}
    for image in report.needed:
        reference = _address(image.status, image.original, image.target)
        is_upgrade = image.instance_tag is not None
        is_kept = image.original in kept or (
            is_upgrade and repository_of(image.original) in repositories
        )
        if reference is None or is_kept or image.is_published:
            continue
        if not is_upgrade:
            deployed.add(reference)
        originals.setdefault(reference, []).append(image.original)
        if image.status is ImageStatus.REDIRECTED:
            moved.add(reference)
        shipped.setdefault(reference, set()).update(
            supply.architecture
            for supply in image.supplies
            if supply.state is SupplyState.SHIPPED and supply.is_declared
        )
    promised = promised_architectures(report)
    return tuple(
        NeededAddress(
            reference,
            tuple(dict.fromkeys(found)),
            tuple(each for each in promised if each in shipped[reference]),
            tuple(each for each in promised if each not in shipped[reference]),
            reference in moved,
            is_upgrade=reference not in deployed,
        )
        for reference, found in originals.items()
    )


def moved_images(report: Report, kept: Collection[str] = ()) -> dict[str, str]:
    """Each original that the edits move, with its target; ``kept`` are left out.

    Not those of upgrades, which nothing shows before an instance is upgraded: they go where the
    version that is deployed goes.
    """
    return {
        image.original: image.target
        for image in report.images
        if image.status is ImageStatus.REDIRECTED
        and image.target
        and image.instance_tag is None
        and image.original not in kept
    }


def repository_of(address: str) -> str:
    """``address`` without tag and digest; versions of one image have the same."""
    name = address.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name


def promised_architectures(report: Report) -> tuple[str, ...]:
    """The architectures that the package promises, as far as its images show them."""
    found = dict.fromkeys(
        supply.architecture
        for image in report.images
        for supply in image.supplies
        if supply.is_declared
    )
    return tuple(found) or _ASSUMED


_ASSUMED = ("x86_64",)
"""What the platform assumes where nothing is said (the developer guide's page on charts)."""


def _address(status: ImageStatus, original: str, target: str | None) -> str | None:
    if status is ImageStatus.REDIRECTED:
        return target
    return original if status is ImageStatus.UNCHANGED else None
