"""What a package ships against what it needs: images, mapping entries and archives together.

Made of the first stage's results and the archives, so that the second stage renders nothing.
An archive supplies an image when the mapping says so; failing that, when it holds the image under
the name that the package pulls, or under a likely one; failing that, by its file name, where it
names nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from ..core.messages import Message, _
from ..image_archives import ImageArchive
from ..image_archives.index import ArchiveIndex
from ..mapping.entries import INSTANCE_KEYS, ImageMapping, MappingEntry, last_segment
from ..mapping.proposal import MAPPING, ProposedMapping, WantedEntry
from ..package.catalogue import ARCHITECTURES as PLATFORM_WORDS
from ..package.catalogue import DEFAULT_ARCHITECTURES
from ..package.layout import Kind, Package, entries
from ..tracing.model import ImageStatus
from ..yaml.append import item_slot
from ..yaml.spelling import CannotEdit
from .supply import NeededImage, Supply, SupplyState

_NEARLY_MAPPING = re.compile(r"mappings?\.ya?ml", re.IGNORECASE)
_SUPPLIED = frozenset({ImageStatus.REDIRECTED, ImageStatus.UNCHANGED, ImageStatus.UNVERIFIED})


@dataclass(frozen=True)
class ImageCoverage:
    """``wanted`` are the mapping entries that tracing requires, their archives not yet named.

    ``mapping`` is the one that the package brings, ``promised`` the architectures that it
    promises, in the platform's words, () where it says nothing. ``file`` is the address at which
    a mapping is or would be, None where the portal proposes none.
    """

    needed: tuple[NeededImage, ...]
    wanted: tuple[WantedEntry, ...]
    archives: tuple[ImageArchive, ...]
    mapping: ImageMapping | None = None
    promised: tuple[str, ...] = ()
    file: str | None = None

    @property
    def declared(self) -> tuple[str, ...]:
        """The architectures that it promises, or that the platform assumes then."""
        return self.promised or DEFAULT_ARCHITECTURES

    @cached_property
    def pulled(self) -> tuple[NeededImage, ...]:
        """The images that need an archive, each original once, those of upgrades included.

        Not one that an earlier release has published, not one that customers pull from elsewhere
        on purpose, nor one that is hard-coded: it is pulled from its old address whatever is
        shipped, and other rules report that.
        """
        found = {
            each.original: each
            for each in reversed(self.needed)
            if each.status in _SUPPLIED and each.reference is not None and not each.is_published
        }
        return tuple(reversed(found.values()))

    @cached_property
    def supplies(self) -> tuple[Supply, ...]:
        """For each image that needs an archive: each declared or shipped architecture, in order.

        An architecture that is not declared has a row only where there is an archive.
        """
        found = []
        for image in self.pulled:
            for architecture in PLATFORM_WORDS:
                supply = self._supply(image, architecture)
                if supply.is_declared or supply.archive is not None:
                    found.append(supply)
        return tuple(found)

    @cached_property
    def missing(self) -> tuple[NeededImage, ...]:
        """The images of which there is no archive at all, each once however it is written."""
        return self._each_once(
            image
            for image in self.pulled
            if not any(each.archive for each in self.supplies_of(image.original).values())
        )

    @cached_property
    def used(self) -> frozenset[str]:
        """The archives that the mapping names, or that hold an image which the package pulls.

        Also one that is hard-coded or pulled from elsewhere: it is not moved, but it is pulled.
        """
        found = {each.archive for each in self.supplies}
        if self.mapping is not None:
            found |= {name for each in self.mapping.all_entries for name in each.archives.values()}
        for image in self.needed:
            for architecture in PLATFORM_WORDS:
                archive, _likely = self._index.find(image.original, image.target, architecture)
                found.add(archive.name if archive is not None else None)
        return frozenset(name for name in found if name is not None)

    def partly_missing(self, architecture: str) -> tuple[NeededImage, ...]:
        """The images that have an archive, but none for ``architecture``; each once."""
        return self._each_once(
            image
            for image in self.pulled
            if image not in self.missing
            and (supply := self.supplies_of(image.original).get(architecture)) is not None
            and supply.archive is None
        )

    def ships(self, architecture: str) -> bool:
        """Whether there is an archive for ``architecture``, of whatever image that is needed."""
        return any(each.archive and each.architecture == architecture for each in self.supplies)

    def supplies_of(self, original: str) -> dict[str, Supply]:
        """What is shipped of one image, by architecture."""
        return self._by_original.get(original, {})

    def archives_of(self, original: str) -> dict[str, str]:
        """The file names of the archives that supply one image, by architecture."""
        return {
            architecture: supply.archive
            for architecture, supply in self.supplies_of(original).items()
            if supply.state is SupplyState.SHIPPED and supply.archive is not None
        }

    def entry_of(self, image: NeededImage) -> MappingEntry | None:
        """The entry of the package's own mapping that speaks of ``image``."""
        reference = image.reference
        if self.mapping is None or reference is None:
            return None
        paths = (*image.paths, *self._wanted_paths.get(image.original, ()))
        return self.mapping.entry_for(paths, reference.name)

    @cached_property
    def unmapped(self) -> tuple[NeededImage, ...]:
        """The images that values redirect and that the package's own mapping does not speak of.

        Not one of whose name the mapping has an entry that moves nothing else: that is meant for
        it, and another rule reports what is wrong with it.
        """
        if self.mapping is None:
            return ()
        spoken = {image.original: self.entry_of(image) for image in self.needed}
        used = set(spoken.values())
        known = {path for image in self.needed for path in image.paths}
        idle = {
            last_segment(each.image)
            for each in self.mapping.entries
            if each.addresses and each not in used and known.isdisjoint(each.naming_paths)
        }
        return tuple(
            image
            for image in self.needed
            if image.status is ImageStatus.REDIRECTED
            and image.instance_tag is None
            and set(image.paths) - {"appVersion"}
            and spoken[image.original] is None
            and (reference := image.reference) is not None
            and reference.name not in idle
        )

    @cached_property
    def entries(self) -> tuple[WantedEntry, ...]:
        """The wanted entries that the package's mapping lacks, with their archives.

        Only for promised architectures, where any are; an entry without an archive is left out.
        An archive that would stand for two images, or for two architectures, cannot be named by a
        mapping.
        """
        missing = {image.original for image in self.unmapped}
        wanted = [
            each for each in self.wanted if self.mapping is None or missing & set(each.originals)
        ]
        filled = [replace(each, package=self._package_of(each)) for each in wanted]
        uses: dict[str, set[tuple[str, str, str]]] = {}
        for each in filled:
            for architecture, name in each.package.items():
                uses.setdefault(name, set()).add((each.image, each.tag, architecture))
        single = (
            replace(
                each,
                package={key: name for key, name in each.package.items() if len(uses[name]) == 1},
            )
            for each in filled
        )
        return tuple(each for each in single if each.package and self._agrees(each))

    @cached_property
    def unproposed(self) -> tuple[tuple[NeededImage, Message], ...]:
        """The images that values decide and of which no entry is proposed, with the reason.

        Not those whose archives are missing or cannot be used: other rules report that.
        """
        covered = {original for each in self.entries for original in each.originals}
        uncovered = self.unmapped if self.mapping is not None else self.pulled
        return tuple(
            (image, self._why_no_entry(image))
            for image in uncovered
            if image.original not in covered
            and image.instance_tag is None
            and image.status in {ImageStatus.REDIRECTED, ImageStatus.UNCHANGED}
            and image.paths
            and any(name in self._mapped_for for name in self.archives_of(image.original))
        )

    @cached_property
    def proposal(self) -> ProposedMapping | None:
        """The mapping that the portal proposes; None where it proposes nothing."""
        if self.file is None or not self.entries:
            return None
        if self.mapping is None:
            return ProposedMapping(self.file, is_new=True, entries=self.entries)
        try:
            slot = item_slot(self.mapping.source, INSTANCE_KEYS)
        except CannotEdit:
            return None
        return ProposedMapping.behind(self.file, slot, self.entries)

    @property
    def obstacle(self) -> Message | None:
        """Why the mapping that is there takes no new entries, in words; None where it does."""
        if self.mapping is not None:
            try:
                item_slot(self.mapping.source, INSTANCE_KEYS)
            except CannotEdit as error:
                return error.reason
        return None

    @property
    def _mapped_for(self) -> tuple[str, ...]:
        """The architectures whose archives a proposed mapping names: all, if none is promised."""
        return self.promised or PLATFORM_WORDS

    def archive_called(self, name: str) -> ImageArchive | None:
        """The archive of this bare file name."""
        return self._index.by_name.get(name)

    @cached_property
    def _by_original(self) -> dict[str, dict[str, Supply]]:
        found: dict[str, dict[str, Supply]] = {}
        for supply in self.supplies:
            found.setdefault(supply.original, {})[supply.architecture] = supply
        return found

    @cached_property
    def _wanted_paths(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for entry in self.wanted:
            for original in entry.originals:
                found[original] = (*found.get(original, ()), *entry.address.values())
        return found

    @cached_property
    def _index(self) -> ArchiveIndex:
        return ArchiveIndex(self.archives)

    def _why_no_entry(self, image: NeededImage) -> Message:
        reference = image.reference
        if reference is not None and reference.digest and not reference.tag:
            return _("it is named by its digest alone, and an entry needs a tag")
        lists = [path for path in image.paths if "[" in path or "\\" in path]
        if lists:
            return _(
                "the guide does not say how a mapping names %(path)s, which is in a list or has"
                " a dot in a key",
                path=lists[0],
            )
        if any(image.original in each.originals for each in self.wanted):
            return _(
                "its archive %(name)s holds several images or architectures or is in a folder,"
                " or another entry writes to its values",
                name=tuple(dict.fromkeys(self.archives_of(image.original).values())),
            )
        return _(
            "no keys of a mapping write what %(paths)s must hold. Let one value hold the whole"
            " address, or one the registry, one “organization/name” and one the tag",
            paths=tuple(path for path in image.paths if path != "appVersion"),
        )

    @staticmethod
    def _each_once(images: Iterable[NeededImage]) -> tuple[NeededImage, ...]:
        found: dict[str, NeededImage] = {}
        for image in images:
            if image.reference is not None:
                found.setdefault(image.reference.normal(), image)
        return tuple(found.values())

    def _package_of(self, entry: WantedEntry) -> dict[str, str]:
        """The archives of the entry's image, of those that a mapping can name."""
        found: dict[str, str] = {}
        for original in entry.originals:
            for architecture, name in self.archives_of(original).items():
                archive = self.archive_called(name)
                is_flat = archive is not None and archive.address.endswith(f"/images/{name}")
                if architecture in self._mapped_for and is_flat:
                    found.setdefault(architecture, name)
        return found

    def _agrees(self, entry: WantedEntry) -> bool:
        """Whether the package's mapping writes no other part to one of the entry's paths."""
        there = {
            path: key
            for each in (self.mapping.entries if self.mapping is not None else ())
            for key, path in each.paths.items()
        }
        return all(there.get(path, key) == key for key, path in entry.address.items())

    def _supply(self, image: NeededImage, architecture: str) -> Supply:
        is_declared = architecture in self.declared
        archive, is_likely = self._mapped(image, architecture), False
        if archive is None:
            archive, is_likely = self._index.find(image.original, image.target, architecture)
        if archive is None:
            state = SupplyState.MISSING
        elif archive.flaw is not None:
            state = SupplyState.UNREADABLE
        elif architecture in archive.platforms:
            state = SupplyState.SHIPPED
        else:
            state = SupplyState.WRONG_ARCHITECTURE
        name = archive.name if archive is not None else None
        return Supply(image.original, architecture, state, name, is_declared, is_likely)

    def _mapped(self, image: NeededImage, architecture: str) -> ImageArchive | None:
        entry = self.entry_of(image)
        name = entry.archives.get(architecture) if entry is not None else None
        return self.archive_called(name) if name is not None else None


def mapping_file(package: Package, mapping: ImageMapping | None) -> str | None:
    """The address at which a chart's package has, or should have, the mapping.

    None for a bare chart, for the other kinds, of whose form too little is known, and where a
    mapping is there that cannot be read or has another form of its name.
    """
    if package.top is None or package.kind is not Kind.HELM:
        return None
    if mapping is None and (package.mapping or misspelt_mapping(package)):
        return None
    return package.upload.address(package.top + MAPPING)


def misspelt_mapping(package: Package) -> str | None:
    """The name of a file in ``images/`` that was meant to be ``mapping.yaml``."""
    if package.top is None:
        return None
    names = entries(package.upload, f"{package.top}images/").keys() - {PurePosixPath(MAPPING).name}
    return next((name for name in sorted(names) if _NEARLY_MAPPING.fullmatch(name)), None)
