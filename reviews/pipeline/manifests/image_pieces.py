"""Images that a map spells in pieces: ``repository`` and ``tag``, ``registry`` and ``image``.

Nothing is rendered here, so the pieces are put together as everybody does: registry, repository
and name with slashes, the tag behind a colon, the digest behind an ``@``. Where they may be
joined in another way, or with something that is not there, they are only listed: what completes
them is the program that reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ..yaml.source import Path
from .image_places import (
    DocumentString,
    ImagePlace,
    PlaceKind,
    is_prefix,
    part_of_address,
    places_in,
    position_of,
)
from .references import ImageReference, is_host, is_in_cluster, is_valid_tag, parsed


class PieceRole(StrEnum):
    """What a piece is in the address."""

    REGISTRY = "registry"
    REPOSITORY = "repository"
    TAG = "tag"
    DIGEST = "digest"


@dataclass(frozen=True, eq=False)
class ImagePieces:
    """An image that several values of one map give together.

    ``address`` are the pieces of registry and path in their order; ``tag`` and ``digest`` have
    values of their own, else they are at the end of the address or missing.
    """

    image: str
    address: tuple[ImagePlace, ...]
    tag: ImagePlace | None = None
    digest: ImagePlace | None = None

    @property
    def name(self) -> ImagePlace:
        """The piece that ends in the image's name."""
        return self.address[-1]

    @property
    def pieces(self) -> tuple[tuple[ImagePlace, PieceRole], ...]:
        """Every piece with its role, in the order of the address."""
        found = [(each, PieceRole.REPOSITORY) for each in self.address]
        if len(found) > 1:
            found[0] = (self.address[0], PieceRole.REGISTRY)
        if self.tag is not None:
            found.append((self.tag, PieceRole.TAG))
        if self.digest is not None:
            found.append((self.digest, PieceRole.DIGEST))
        return tuple(found)

    def texts_for(self, target: ImageReference) -> Iterator[tuple[ImagePlace, PieceRole, str]]:
        """What each piece must become so that all of them give ``target``; unchanged ones too."""
        texts = _spread([each.image for each in self.address], target)
        own = parsed(self.address[-1].image)
        if own is not None and own.tag:
            texts[-1] += f":{target.tag}"
        if own is not None and own.digest and target.digest:
            texts[-1] += f"@{target.digest}"
        if self.tag is not None:
            texts.append(target.tag)
        if self.digest is not None:
            texts.append(target.digest)
        for (place, role), text in zip(self.pieces, texts, strict=True):
            yield place, role, text


@dataclass(frozen=True)
class ImagePlaces:
    """Everything that a package without an engine says of images.

    ``fields`` hold images in the files that the platform rewrites, ``outside`` those in other
    files; ``composed`` are images in pieces, in the files that are rewritten. ``parts`` are pieces
    that something else completes, ``inside`` are addresses in the cluster's own registry,
    ``unreadable`` images in JSON that does not parse, ``mentions`` texts that name an image.
    """

    fields: tuple[ImagePlace, ...] = ()
    outside: tuple[ImagePlace, ...] = ()
    parts: tuple[ImagePlace, ...] = ()
    mentions: tuple[ImagePlace, ...] = ()
    composed: tuple[ImagePieces, ...] = ()
    inside: tuple[ImagePlace, ...] = ()
    unreadable: tuple[ImagePlace, ...] = ()


@dataclass(frozen=True)
class Spelled:
    """What the maps of one JSON text give in pieces.

    ``loose`` are pieces that something else completes, ``inside`` those of addresses in the
    cluster's own registry. ``taken`` are the paths of all of them. ``joined`` are the roots of the
    resources that give a registry to be put before what else they name.
    """

    images: list[ImagePieces] = field(default_factory=list)
    loose: list[ImagePlace] = field(default_factory=list)
    inside: list[ImagePlace] = field(default_factory=list)
    taken: set[Path] = field(default_factory=set)
    joined: set[Path] = field(default_factory=set)


class _Key(StrEnum):
    """What the name of a key says of its value."""

    REGISTRY = "registry"
    REPOSITORY = "repository"
    IMAGE = "image"
    NAME = "name"
    TAG = "tag"
    VERSION = "version"
    DIGEST = "digest"


_KEYS: tuple[tuple[_Key, re.Pattern[str]], ...] = (
    (_Key.DIGEST, re.compile(r"(?P<stem>.*?)(?:image)?digest")),
    (_Key.TAG, re.compile(r"(?P<stem>.*?)(?:(?:image)?(?:tag|tagname)|imageversion)")),
    (_Key.REGISTRY, re.compile(r"(?P<stem>.*?)(?:image|docker)?registry|(?:image|docker)?hub")),
    (_Key.REPOSITORY, re.compile(r"(?P<stem>.*?)(?:image)?(?:repository|repo)")),
    (_Key.IMAGE, re.compile(r"(?P<stem>.*?)(?:image|baseimage|imagename|imagepath)")),
    (_Key.VERSION, re.compile(r"(?P<stem>)version")),
    (_Key.NAME, re.compile(r"(?P<stem>)(?:name|path)")),
)
_OTHER_STEM = re.compile(r"(?:git|helm|chart|source|maven|npm|snapshot|backup)")
_NO_PARENTS = frozenset(
    {"git", "gitrepo", "gitrepository", "helm", "chart", "charts", "helmchart", "maven", "source"}
)
_NO_SIBLINGS = frozenset(
    {"chart", "chartname", "branch", "ref", "revision", "targetrevision", "commit"}
)
_NEEDS_ORGANIZATION = frozenset({"quay.io", "ghcr.io", "gcr.io", "nvcr.io", "public.ecr.aws"})
_MARKS = re.compile(r"[-_.]")
_NO_PIECE = re.compile(r"\s|://|[${}]")


def spelled_in(strings: Sequence[DocumentString], *, is_completed: bool) -> Spelled:
    """What the maps of one JSON text, of which ``strings`` are all strings, give in pieces.

    ``is_completed`` says that a registry is given elsewhere, so that an address without one may
    be completed with it.
    """
    spelled = Spelled()
    groups = [each for each in _groups(strings) if not each.is_of_something_else]
    for group in groups:
        if group.gives_a_registry and not group.stem:
            spelled.joined.add(root_of(group.parent))
    for group in groups:
        is_joined = is_completed or root_of(group.parent) in spelled.joined
        if group.settle(spelled, is_completed=is_joined):
            spelled.taken.update(each.full_path for each in group.strings)
    return spelled


def root_of(path: Path) -> Path:
    """The resource of a list of them in which ``path`` is."""
    return path[:1] if path and isinstance(path[0], int) else ()


@dataclass
class _Group:
    """The keys of one map that begin alike: ``serverImage`` and ``serverImageTag``."""

    parent: Path
    stem: str
    siblings: frozenset[str]
    found: dict[_Key, list[DocumentString]] = field(default_factory=dict)

    @property
    def strings(self) -> list[DocumentString]:
        """All pieces; a version is one beside an image, else it is that of the software."""
        is_tag = _Key.IMAGE in self.found and _Key.TAG not in self.found
        return [
            each
            for key, strings in self.found.items()
            for each in strings
            if key is not _Key.VERSION or is_tag
        ]

    @property
    def in_image(self) -> bool:
        """Whether the map is called an image: ``image: {name: etcd}``."""
        names = [part for part in self.parent if isinstance(part, str)]
        return bool(names) and _plain(names[-1]).endswith(("image", "images"))

    @property
    def is_of_something_else(self) -> bool:
        """Whether it is about source code or a chart."""
        parents = {_plain(part) for part in self.parent if isinstance(part, str)}
        return bool(parents & _NO_PARENTS or self.siblings & _NO_SIBLINGS)

    @property
    def gives_a_registry(self) -> bool:
        """Whether it is a registry, or a registry with an organisation, for others to use."""
        registry, repository = self.one(_Key.REGISTRY), self.one(_Key.REPOSITORY)
        if self.found.keys() & {_Key.IMAGE, _Key.NAME} or (registry and repository):
            return False
        if registry is not None:
            return is_prefix(registry.text) and not is_in_cluster(registry.text.partition("/")[0])
        return repository is not None and _is_bare(repository.text)

    def one(self, key: _Key) -> DocumentString | None:
        found = self.found.get(key, [])
        return found[0] if len(found) == 1 else None

    def settle(self, spelled: Spelled, *, is_completed: bool) -> bool:
        """Put what the map gives into ``spelled``; False where it gives no piece of an image."""
        if self.gives_a_registry:
            return self._leave(spelled)
        if any(len(each) > 1 for each in self.found.values()):
            return self._is_sure and self._leave(spelled)
        address = self._address()
        if address is None:
            return False
        if not address:
            return self._is_sure and self._leave(spelled)
        return self._compose(spelled, address, is_completed=is_completed)

    @property
    def _is_sure(self) -> bool:
        """Whether the names of its keys alone say that they are about an image."""
        is_versioned = bool(self.found.keys() & {_Key.TAG, _Key.DIGEST})
        is_named = bool(self.found.keys() & {_Key.IMAGE, _Key.REPOSITORY})
        return is_named and (is_versioned or _Key.REGISTRY in self.found or self.in_image)

    def _leave(self, spelled: Spelled) -> bool:
        spelled.loose.extend(part_of_address(each) for each in self.strings)
        return True

    def _address(self) -> list[DocumentString] | None:
        """The pieces of registry and path in order; [] where it is unclear, None where no image."""
        repository, image = self.one(_Key.REPOSITORY), self.one(_Key.IMAGE)
        name = self.one(_Key.NAME)
        path = [each for each in (repository, image) if each is not None]
        if not path and name is not None:
            path = [name]
        elif name is not None and image is None and repository is not None:
            is_said_twice = _names_end(repository.text) == name.text
            if not is_said_twice and len(_segments(repository.text)) > 1:
                return []
            path = [repository] if is_said_twice else [repository, name]
        if not path:
            return None
        registry = self.one(_Key.REGISTRY)
        address = [*([registry] if registry else []), *path]
        texts = [each.text for each in address]
        is_whole_again = any(_has_host(text) for text in texts[1:])
        if is_whole_again or any(text != text.strip("/") for text in texts):
            return []
        return address

    def _compose(
        self, spelled: Spelled, address: list[DocumentString], *, is_completed: bool
    ) -> bool:
        tag, digest = self._version(is_pair=len(address) > 1)
        own = parsed(address[-1].text)
        if own is not None and (own.tag or own.digest):
            tag = digest = None
        if len(address) == 1 and _is_bare(address[0].text):
            return self._leave(spelled)
        text = "/".join(each.text for each in address)
        text += f":{tag.text}" if tag else ""
        text += f"@{digest.text}" if digest else ""
        reference = parsed(text)
        if reference is None or (tag is not None and not is_valid_tag(tag.text)):
            return False
        if is_in_cluster(reference.registry):
            spelled.inside.extend(part_of_address(each) for each in address)
            return True
        if len(address) == 1 and not tag and not digest and _is_seen_whole(address[0]):
            return False
        has_version = bool(reference.tag or reference.digest)
        is_strong = len(address) > 1 or (self.in_image and _Key.NAME not in self.found)
        if not has_version and not is_strong:
            return self._one_word(spelled, address)
        is_pair_alone = len(address) > 1 and _Key.REGISTRY not in self.found
        if not reference.registry and (is_completed or is_pair_alone):
            return self._leave(spelled)
        spelled.images.append(
            ImagePieces(
                text,
                tuple(map(part_of_address, address)),
                part_of_address(tag) if tag else None,
                part_of_address(digest) if digest else None,
            )
        )
        return True

    def _one_word(self, spelled: Spelled, address: list[DocumentString]) -> bool:
        """``image: vault``: Docker's image of that name, or one that is completed."""
        is_image = self.one(_Key.IMAGE) is address[-1]
        return is_image and "/" not in address[-1].text and self._leave(spelled)

    def _version(self, *, is_pair: bool) -> tuple[DocumentString | None, DocumentString | None]:
        tag, digest = self.one(_Key.TAG), self.one(_Key.DIGEST)
        if tag is None and (is_pair or (self.in_image and _Key.NAME not in self.found)):
            tag = self.one(_Key.VERSION)
        if tag is not None and digest is None and tag.text.startswith("sha256:"):
            return None, tag
        return tag, digest


def _groups(strings: Iterable[DocumentString]) -> Iterator[_Group]:
    siblings: dict[Path, set[str]] = {}
    keyed: list[tuple[DocumentString, str]] = []
    for each in strings:
        if each.path and isinstance(each.path[-1], str):
            name = _plain(each.path[-1])
            siblings.setdefault(each.path[:-1], set()).add(name)
            if not _NO_PIECE.search(each.text) and position_of(each.path) is None:
                keyed.append((each, name))
    groups: dict[tuple[Path, str], _Group] = {}
    for string, name in keyed:
        if (known := _key_of(name)) is None or _OTHER_STEM.match(known[1]):
            continue
        parent = string.path[:-1]
        key, stem = known
        made = _Group(parent, stem, frozenset(siblings[parent]))
        group = groups.setdefault((parent, stem), made)
        if key is not _Key.NAME or group.in_image:
            group.found.setdefault(key, []).append(string)
    yield from groups.values()


def _is_seen_whole(string: DocumentString) -> bool:
    """Whether the string alone is known to be an image."""
    return any(each.kind is PlaceKind.IMAGE for each in places_in(string))


def _key_of(name: str) -> tuple[_Key, str] | None:
    for key, pattern in _KEYS:
        if match := pattern.fullmatch(name):
            return key, match["stem"] or ""
    return None


def _spread(pieces: Sequence[str], target: ImageReference) -> list[str]:
    """Registry, organisation and name of ``target``, divided as ``pieces`` are."""
    organization, _slash, name = target.repository.rpartition("/")
    if len(pieces) == 1:
        return [f"{target.registry}/{target.repository}"]
    if len(pieces) == 2:
        if _is_host_alone(pieces[0]):
            return [target.registry, target.repository]
        return [f"{target.registry}/{organization}", name]
    return [target.registry, *[organization] * (len(pieces) - 2), name]


def _is_bare(text: str) -> bool:
    """Whether it is a registry alone, or one with an organisation and certainly no image."""
    host, _slash, rest = text.partition("/")
    is_alone = not rest or (host in _NEEDS_ORGANIZATION and "/" not in rest)
    return is_prefix(text) and is_alone and not is_in_cluster(host)


def _is_host_alone(text: str) -> bool:
    return "/" not in text and is_host(text)


def _has_host(text: str) -> bool:
    first, slash, _rest = text.partition("/")
    return bool(slash) and is_host(first)


def _segments(text: str) -> list[str]:
    """The path without the registry."""
    first, _slash, rest = text.partition("/")
    return (rest if is_host(first) else text).split("/")


def _names_end(text: str) -> str:
    return text.rpartition("/")[2].partition(":")[0].partition("@")[0]


def _plain(name: str) -> str:
    return _MARKS.sub("", name).lower()
