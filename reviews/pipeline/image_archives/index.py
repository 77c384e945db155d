"""Image archives, found by what they hold and by what they are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..manifests.references import ImageReference, is_public, parsed
from ..package.catalogue import ARCHITECTURES
from .model import ImageArchive, ShippedImage
from .names import architecture_in, label, plain

_SURE = frozenset({"digest", "name"})
_KINDS = ("digest", "name", "path", "last", "public", "file")
"""The kinds of names under which an image is looked for, the surest first.

``last`` and ``public`` are last segments: of names that an archive's makers gave, and of those in
public registries, where another path is another image. The latter count only for an image that
was renamed itself, as those at their targets are.
"""

_Key = tuple[str, str]


class ArchiveIndex:
    """The archives of one package.

    An archive is found under the names that it gives its images, in full, without the registry,
    and by the last segment alone where it is likely enough; under its file name where it gives
    none. One that cannot be used, and one that holds another architecture than its file
    name says, is found only where no other is.
    """

    def __init__(self, archives: Sequence[ImageArchive]) -> None:
        self.by_name: dict[str, ImageArchive] = {}
        self._good: dict[tuple[_Key, str], ImageArchive] = {}
        self._suspects: dict[tuple[_Key, str], ImageArchive] = {}
        for archive in archives:
            self.by_name.setdefault(archive.name, archive)
            self._put(archive)

    def find(
        self, original: str, target: str | None, architecture: str
    ) -> tuple[ImageArchive | None, bool]:
        """The archive of ``original``, which may bear the name ``target``, for ``architecture``.

        With it, whether only a likely name has led to it.
        """
        keys = list(_wanted_keys(original, target))
        for index in (self._good, self._suspects):
            for key in keys:
                archive = index.get((key, architecture))
                if archive is not None:
                    return archive, key[0] not in _SURE
        return None, False

    def _put(self, archive: ImageArchive) -> None:
        said = architecture_in(archive.name)
        suspected = (said,) if said else ARCHITECTURES if archive.flaw else ()
        by_file: list[_Key] = [("file", label(archive.name))]
        for image in archive.images:
            keys = list(_names_of(image)) or by_file
            if image.manifest is not None:
                keys = [*keys, ("digest", image.manifest)]
            if archive.flaw is None and image.platform is not None:
                _add(self._good, keys, archive, (image.platform,))
            _add(self._suspects, keys, archive, suspected)
        if archive.flaw is not None and not archive.images:
            _add(self._suspects, by_file, archive, suspected)


def _add(
    index: dict[tuple[_Key, str], ImageArchive],
    keys: Sequence[_Key],
    archive: ImageArchive,
    architectures: Sequence[str],
) -> None:
    for key in keys:
        for architecture in architectures:
            index.setdefault((key, architecture), archive)


def _names_of(image: ShippedImage) -> Iterator[_Key]:
    """The keys of the names that an archive gives an image; a tag alone is no name."""
    for text in image.references:
        reference = parsed(text)
        if reference is None or not (reference.tag or reference.digest):
            continue
        is_own = "/" not in str(reference) or not is_public(reference)
        for kind, name in _names(reference):
            yield (kind if kind != "last" or is_own else "public"), name


def _wanted_keys(original: str, target: str | None) -> Iterator[_Key]:
    references = [each for each in (parsed(original), parsed(target or "")) if each is not None]
    found: dict[_Key, None] = {}
    first, last = references[:1], references[-1:]
    if first and first[0].digest and not first[0].tag and last[0].tag:
        # It has its tag from an archive, which calls it as the package does, or as its file.
        found["digest", first[0].digest] = None
        references[0] = replace(first[0], tag=last[0].tag, digest="")
    for reference in references:
        if reference.digest:
            found["digest", reference.digest] = None
        found.update(dict.fromkeys(_names(reference)))
    for reference in references[:1]:
        if not is_public(reference):
            found["public", f"{reference.name}:{reference.tag or 'latest'}"] = None
        found["file", plain(f"{reference.name}-{reference.tag or 'latest'}")] = None
        found["file", plain(reference.name)] = None
    yield from sorted(found, key=lambda key: _KINDS.index(key[0]))


def _names(reference: ImageReference) -> Iterator[_Key]:
    """In full, without its registry, and its last segment alone, each with the tag."""
    if reference.digest and not reference.tag:
        yield "digest", reference.digest
        return
    tag = reference.tag or "latest"
    yield "name", ImageReference(reference.registry, reference.repository, tag).normal()
    yield "path", f"{reference.repository.removeprefix('library/')}:{tag}"
    yield "last", f"{reference.name}:{tag}"
