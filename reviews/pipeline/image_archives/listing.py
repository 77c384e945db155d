"""What the lists of images in one archive have in common: bounds, configurations, flaws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..archive.refusals import printable
from ..core.messages import _
from ..manifests.references import ImageReference, NotAReference
from .contents import Blob, Contents
from .errors import UnusableArchive
from .json_fields import Fields, parsed
from .model import Flaw, ShippedImage


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an image's configuration says; ``diff_ids`` are the digests of its unpacked layers."""

    digest: str
    os: str
    architecture: str
    variant: str
    diff_ids: tuple[str, ...]


class Listing:
    """What the lists in ``contents`` share; together they may name ``most`` things.

    ``flaw`` is the first that was noted: the later ones mostly follow from it.
    """

    def __init__(self, contents: Contents, most: int) -> None:
        self.contents = contents
        self.flaw: UnusableArchive | None = None
        self._most = most
        self._named = 0
        self._configurations: dict[str, Configuration] = {}

    def note(self, unusable: UnusableArchive) -> None:
        """Remember a flaw, and go on."""
        self.flaw = self.flaw or unusable

    def count(self, more: int) -> None:
        """Count ``more`` images, names or layers; raises ``UnusableArchive`` for too many."""
        self._named += more
        if self._named > self._most:
            raise UnusableArchive(
                Flaw.INCOMPLETE,
                _(
                    "Its lists name more than %(most)d images and layers. Save fewer images into"
                    " one archive.",
                    most=self._most,
                ),
            )

    def configuration(self, blob: Blob) -> Configuration:
        """What ``blob`` says, read once for all images. Raises ``UnusableArchive``."""
        known = self._configurations.get(blob.name)
        if known is None:
            known = _configuration(blob)
            self._configurations[blob.name] = known
        return known

    def check_layer_count(self, configuration: Configuration, layers: int) -> None:
        """Note a manifest that lists more or fewer layers than the configuration."""
        if layers != len(configuration.diff_ids):
            self.note(
                UnusableArchive(
                    Flaw.INCOMPLETE,
                    _(
                        "An image in it has %(listed)d layers in its manifest and %(configured)d"
                        " in its configuration. Save the image again.",
                        listed=layers,
                        configured=len(configuration.diff_ids),
                    ),
                )
            )


def missing(name: str) -> UnusableArchive:
    """A list names a content that is not in the archive."""
    return UnusableArchive(
        Flaw.INCOMPLETE,
        _(
            "It lists “%(name)s”, which is not in it. Pull the image completely, for one platform,"
            " and save it again.",
            name=printable(name),
        ),
    )


def missing_elsewhere(name: str) -> UnusableArchive:
    """A layer that must not be handed on stays where its owner offers it."""
    return UnusableArchive(
        Flaw.INCOMPLETE,
        _(
            "Its layer “%(name)s” is not in it but is to be fetched from elsewhere, which the"
            " customer's cluster cannot do. Build the image on a base whose layers may be shipped.",
            name=printable(name),
        ),
    )


def damaged(name: str) -> UnusableArchive:
    """A content is not what its digest or size says."""
    return UnusableArchive(
        Flaw.DAMAGED,
        _(
            "The content of “%(name)s” in it does not match its digest. Save the image"
            " again and copy it completely.",
            name=printable(name),
        ),
    )


def united(names: Iterable[str]) -> tuple[str, ...]:
    """Each reference once, be it written in full or in short."""
    found: dict[str, str] = {}
    for name in names:
        try:
            found.setdefault(ImageReference.parse(name).normal(), name)
        except NotAReference:
            found.setdefault(name, name)
    return tuple(found.values())


def merged(listed: Iterable[ShippedImage], again: Iterable[ShippedImage]) -> list[ShippedImage]:
    """``listed`` and ``again``, each image once with all its names: equal is what has one config.

    Two manifests over one configuration, whose layers are packed differently, stay two.
    """
    images: dict[str, ShippedImage] = {}
    names: dict[str, list[str]] = {}
    others = []
    for image in (*listed, *again):
        if image.manifest and image.config in images:
            others.append(image)
        else:
            images.setdefault(image.config, image)
            names.setdefault(image.config, []).extend(image.references)
    return [
        *(replace(each, references=united(names[config])) for config, each in images.items()),
        *others,
    ]


def _configuration(blob: Blob) -> Configuration:
    fields = Fields(parsed(blob), blob.name)
    configuration = Configuration(
        digest=blob.digest,
        os=fields.text("os"),
        architecture=fields.text("architecture"),
        variant=fields.text("variant"),
        diff_ids=fields.fields("rootfs").digests("diff_ids"),
    )
    if not configuration.os or not configuration.architecture:
        raise UnusableArchive(
            Flaw.INCOMPLETE,
            _(
                "The configuration “%(name)s” in it names no operating system or no architecture."
                " Build the image with an ordinary tool and save it again.",
                name=printable(blob.name),
            ),
        )
    return configuration
