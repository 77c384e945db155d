"""Images that rendered manifests spell in several strings.

Custom resources, environments, arguments, annotations and texts in ConfigMaps often give registry,
repository and tag of an image apart, under neighbouring names (``registry``, ``repository``,
``tag``; ``SIDECAR_IMAGE_REGISTRY``, ``SIDECAR_IMAGE_TAG``; ``--image-repo=``). What reads them puts
them together. Where a registry, with or without an organisation, stands there and no name, the
reader knows the names: its images are completed at run time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from .references import is_host, is_known_registry, is_valid_tag, parsed

Pointer = tuple[str | int, ...]
Role = Literal["registry", "repository", "name", "tag", "digest"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One string that gives a part of an image.

    ``pointer`` leads to the string in the document; where that string holds YAML, JSON or
    properties, ``inner`` leads on in it. ``lead`` is what comes before the part in the string, as
    ``--image-tag=`` does.
    """

    role: Role
    pointer: Pointer
    inner: Pointer = ()
    lead: str = ""


@dataclass(frozen=True, slots=True)
class PiecedImage:
    """Pieces that belong together.

    ``pointer`` leads to what holds them, and goes on with what their names begin with.
    ``is_prefix`` says that no piece gives a name.
    """

    pieces: tuple[Piece, ...]
    text: str
    pointer: Pointer
    container: str = ""
    is_prefix: bool = False


ROLES: tuple[Role, ...] = ("registry", "repository", "name", "tag", "digest")
_NAMES: Mapping[tuple[str, ...], tuple[Role, bool]] = {
    ("registry",): ("registry", True),
    ("hub",): ("registry", True),
    ("registry", "host"): ("registry", True),
    ("registry", "url"): ("registry", True),
    ("registry", "server"): ("registry", True),
    ("registry", "address"): ("registry", True),
    ("registry", "prefix"): ("registry", True),
    ("image", "prefix"): ("registry", True),
    ("image", "host"): ("registry", True),
    ("host",): ("registry", False),
    ("repository",): ("repository", True),
    ("repo",): ("repository", True),
    ("image", "path"): ("repository", True),
    ("path",): ("repository", False),
    ("image",): ("name", True),
    ("image", "name"): ("name", True),
    ("base", "image"): ("name", True),
    ("name",): ("name", False),
    ("tag",): ("tag", True),
    ("image", "version"): ("tag", True),
    ("version",): ("tag", False),
    ("digest",): ("digest", True),
}
"""The ends of names with what they give, and whether they speak of images by themselves."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FLAG = re.compile(r"(--?[A-Za-z][\w.-]*)=(.*)", re.DOTALL)
# Templates and programs often write the algorithm in front of it themselves.
_DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
_IMAGE_WORDS = frozenset({"image", "images"})
# Maps below these keys select or describe; what is called a source there is one of files.
_NO_IMAGES_BELOW = frozenset({"labels", "matchLabels", "selector", "status", "openAPIV3Schema"})
_OF_FILES = frozenset({"git", "source", "sources", "chart", "charts", "helm", "repo"})
_CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})
_CLUSTER_HOST = re.compile(r"(?:.*\.(?:svc|local|internal|localdomain)|[\d.]+|localhost)(?::\d+)?")
_HINT = re.compile(r"registry|hub|repo|image", re.IGNORECASE)
_LONGEST_TEXT = 200_000
_LONGEST_PREFIX = 200


def may_hold_pieces(text: str) -> bool:
    """Whether a document or a text can hold pieces: a cheap look."""
    return _HINT.search(text) is not None


def texts_of_data(data: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Every string of ``data`` that may hold YAML, JSON or properties with pieces in it."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in _NO_IMAGES_BELOW:
                yield from texts_of_data(value, (*pointer, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from texts_of_data(item, (*pointer, index))
    elif isinstance(data, str) and (":" in data or "=" in data) and len(data) < _LONGEST_TEXT:
        is_one = "\n" in data.strip() or data.lstrip().startswith(("{", "["))
        if is_one and may_hold_pieces(data):
            yield pointer, data


def pieced_images(
    data: Any, parsed_texts: Iterable[tuple[Pointer, Any]] = ()
) -> Iterator[PiecedImage]:
    """The images in pieces of one parsed document, and of the texts in it that parse."""
    places = [((), data), *parsed_texts]
    for base, inside in places:
        if isinstance(inside, dict | list):
            found = list(_walk(inside, base, (), ""))
            yield from found
            known = {(piece.pointer, piece.inner) for each in found for piece in each.pieces}
            for each in _standing_alone(inside, base, (), ""):
                if (each.pieces[0].pointer, each.pieces[0].inner) not in known:
                    yield each


def composed(pieces: Sequence[Piece], read: Callable[[Piece], object]) -> str | None:
    """The image that the pieces give with the strings that ``read`` finds; None if one is gone."""
    texts: list[tuple[Role, str]] = []
    for piece in pieces:
        value = read(piece)
        text = "" if value is None and piece.role == "registry" else _text(value)
        if text is None or not text.startswith(piece.lead):
            return None
        texts.append((piece.role, text.removeprefix(piece.lead)))
    return _joined(texts)


def _joined(texts: Sequence[tuple[Role, str]]) -> str:
    front = "/".join(text.rstrip("/") for role, text in texts if role in ROLES[:3] and text)
    tag = "".join(f":{text}" for role, text in texts if role == "tag" and text)
    digests = (text.removeprefix("sha256:") for role, text in texts if role == "digest" and text)
    return f"{front}{tag}{''.join(f'@sha256:{each}' for each in digests)}"


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value)


@dataclass(frozen=True, slots=True)
class _Part:
    """A named string, read as a part of an image; ``is_plain`` where the name says so itself."""

    role: Role
    text: str
    pointer: Pointer
    lead: str
    is_plain: bool
    words: tuple[str, ...]


@dataclass
class _Group:
    parts: dict[Role, _Part] = field(default_factory=dict)
    says_image: bool = False

    def add(self, part: _Part) -> None:
        """Keep the part, unless one is known that says more plainly what it is."""
        known = self.parts.get(part.role)
        if known is None or not known.text or (part.is_plain and not known.is_plain):
            self.parts[part.role] = part


def _walk(data: Any, base: Pointer, inner: Pointer, container: str) -> Iterator[PiecedImage]:
    """The images in pieces of ``data``; ``base`` leads to the text that holds it, () for none."""
    if isinstance(data, dict):
        is_container = len(inner) > 1 and inner[-2] in _CONTAINERS
        if is_container:
            container = str(data.get("name") or "")
        else:
            named = (
                (key, value, (*inner, key), "")
                for key, value in data.items()
                if isinstance(key, str)
            )
            yield from _images(named, base, inner, container)
        for key, value in data.items():
            if key not in _NO_IMAGES_BELOW:
                yield from _walk(value, base, (*inner, key), container)
    elif isinstance(data, list):
        key = str(inner[-1]) if inner else ""
        if key.lower().endswith("env"):
            yield from _images(_variables(data, inner), base, inner, container)
        elif key.lower().endswith(("args", "command")):
            yield from _images(_flags(data, inner), base, inner, container)
        for index, item in enumerate(data):
            yield from _walk(item, base, (*inner, index), container)


def _standing_alone(
    data: Any, base: Pointer, inner: Pointer, container: str
) -> Iterator[PiecedImage]:
    """The strings that are a known registry with an organisation and nothing else."""
    if isinstance(data, dict):
        if len(inner) > 1 and inner[-2] in _CONTAINERS:
            container = str(data.get("name") or "")
        for key, value in data.items():
            if key not in _NO_IMAGES_BELOW and key not in {"metadata", "image"}:
                yield from _standing_alone(value, base, (*inner, key), container)
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _standing_alone(item, base, (*inner, index), container)
    elif isinstance(data, str) and 3 < len(data) < _LONGEST_PREFIX:
        match = _FLAG.fullmatch(data)
        lead, text = (f"{match[1]}=", match[2]) if match else ("", data)
        names_image = bool(_IMAGE_WORDS & set(_words(str(inner[-1] if inner else ""))[-1:]))
        if not names_image and text.rstrip("/").count("/") == 1 and _is_known_place(text):
            piece = Piece("registry", base or inner, inner if base else (), lead)
            yield PiecedImage((piece,), text.rstrip("/"), (*base, *inner), container, True)


def _is_known_place(text: str) -> bool:
    reference = parsed(text.rstrip("/"))
    return (
        is_known_registry(text)
        and _begins_with_host(text)
        and reference is not None
        and not (reference.tag or reference.digest)
    )


_Named = tuple[str, object, Pointer, str]


def _variables(items: Sequence[Any], inner: Pointer) -> Iterator[_Named]:
    for index, item in enumerate(items):
        if isinstance(item, dict) and isinstance(item.get("name"), str) and "value" in item:
            yield item["name"], item["value"], (*inner, index, "value"), ""


def _flags(items: Sequence[Any], inner: Pointer) -> Iterator[_Named]:
    for index, item in enumerate(items):
        match = _FLAG.fullmatch(item) if isinstance(item, str) else None
        if match is not None:
            yield match[1], item, (*inner, index), f"{match[1]}="
        elif isinstance(item, str) and item.startswith("-") and index + 1 < len(items):
            yield item, items[index + 1], (*inner, index + 1), ""


def _images(
    named: Iterable[_Named], base: Pointer, inner: Pointer, container: str
) -> Iterator[PiecedImage]:
    """The images that strings beside each other give, by what their names begin with."""
    groups: dict[tuple[str, ...], _Group] = {}
    for name, value, place, lead in named:
        read = _read_name(name)
        is_empty = value is None and read is not None and read[0] == "registry"
        text = "" if is_empty else _text(value)
        if text is None or read is None or " " in text or "\n" in text:
            continue
        role, is_plain, stem, says_image = read
        group = groups.setdefault(stem, _Group())
        group.says_image = group.says_image or says_image
        group.add(_Part(role, text.removeprefix(lead), place, lead, is_plain, _words(name)))
    if not groups:
        return
    above = _words(next((part for part in reversed(inner) if isinstance(part, str)), ""))
    above_all = {word for part in inner if isinstance(part, str) for word in _words(part)}
    for stem, group in groups.items():
        below_image = not stem and (
            bool(_IMAGE_WORDS & set(above[-1:])) or bool(_IMAGE_WORDS & set(_before(inner)))
        )
        is_of_files = bool(_OF_FILES & (above_all | set(stem)))
        found = _decided(group, group.says_image or below_image, below_image, is_of_files)
        if found is None:
            continue
        parts, is_prefix = found
        pieces = tuple(
            Piece(part.role, (*base, *part.pointer), (), part.lead)
            if not base
            else Piece(part.role, base, part.pointer, part.lead)
            for part in parts
        )
        text = _joined([(part.role, part.text) for part in parts])
        pointer = (*base, *inner, *stem)
        yield PiecedImage(pieces, text, pointer, container, is_prefix)


def _before(inner: Pointer) -> tuple[str, ...]:
    """The words of the key above the innermost: ``images`` of ``images.proxy``."""
    keys = [part for part in inner if isinstance(part, str)]
    return _words(keys[-2]) if len(keys) > 1 and keys[-2].lower() == "images" else ()


@lru_cache(maxsize=8192)
def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=8192)
def _read_name(name: str) -> tuple[Role, bool, tuple[str, ...], bool] | None:
    """What a name gives: role, whether it says so plainly, its stem, and whether it says image."""
    words = _words(name)
    for length in (2, 1):
        found = _NAMES.get(words[-length:])
        if found is None or len(words) < length:
            continue
        role, is_plain = found
        stem = words[:-length]
        says_image = bool(_IMAGE_WORDS & set(words[-length:]) and length > 1)
        if stem[-1:] and stem[-1] in _IMAGE_WORDS:
            stem, says_image = stem[:-1], True
        return role, is_plain or says_image, stem, says_image
    return None


def _decided(
    group: _Group, says_image: bool, below_image: bool, is_of_files: bool
) -> tuple[list[_Part], bool] | None:
    """The parts that make an image, or a prefix of images; None where they make neither."""
    parts = {role: part for role, part in group.parts.items() if part.text}
    registry, tag = parts.get("registry"), parts.get("tag")
    if registry is not None and not _is_place(registry.text):
        return None
    if tag is not None and not is_valid_tag(tag.text):
        del parts["tag"]
        tag = None
    digest = parts.get("digest")
    if digest is not None and not _DIGEST.fullmatch(digest.text):
        return None
    _without_titles(parts, below_image)
    chosen = [parts[role] for role in ROLES if role in parts]
    front = [part for part in chosen if part.role in ROLES[:3]]
    is_plain = below_image or any(part.is_plain for part in chosen)
    reference = parsed(_joined([(part.role, part.text) for part in chosen]))
    if not front or not is_plain or reference is None:
        return None
    if _is_prefix(parts, says_image, below_image):
        is_known = is_known_registry(front[0].text) or says_image
        return (chosen, True) if is_known and not is_of_files and front[0].is_plain else None
    if len(chosen) < 2 or (is_of_files and not says_image):
        return None
    if not _is_image(parts, below_image, says_image):
        return None
    # A registry that is there and empty is a place for one.
    empty = group.parts.get("registry")
    return ([empty, *chosen] if empty and not empty.text else chosen), False


def _without_titles(parts: dict[Role, _Part], below_image: bool) -> None:
    """Take out a name that is that of a component, and no part of the address."""
    name, repository = parts.get("name"), parts.get("repository")
    if name is None or repository is None:
        return
    path = repository.text.strip("/")
    if name.is_plain and not _begins_with_host(name.text):
        return
    is_whole = path.rpartition("/")[2] == name.text or path.count("/") > 1
    if not name.is_plain and not is_whole and (below_image or _begins_with_host(path)):
        return
    del parts["name"]


def _is_prefix(parts: Mapping[Role, _Part], says_image: bool, below_image: bool) -> bool:
    """Whether a registry or an organisation stands there without the name of an image."""
    if "name" in parts or "digest" in parts:
        return False
    registry, repository = parts.get("registry"), parts.get("repository")
    if registry is not None:
        return repository is None and _begins_with_host(registry.text)
    if repository is None or not _begins_with_host(repository.text) or below_image:
        return False
    tag = parts.get("tag")
    is_short = repository.text.strip("/").count("/") <= 1
    return is_short and not (tag is not None and tag.is_plain) and not says_image


def _is_image(parts: Mapping[Role, _Part], below_image: bool, says_image: bool) -> bool:
    front = [parts[role] for role in ROLES[:3] if role in parts]
    tag, digest = parts.get("tag"), parts.get("digest")
    if "registry" in parts:
        registry = parts["registry"]
        is_addressed = _begins_with_host(registry.text) and (registry.is_plain or below_image)
        return len(front) > 1 and (is_addressed or (below_image and tag is not None))
    if len(front) > 1 and _begins_with_host(front[0].text):
        return any(part.is_plain for part in front)
    if tag is None and digest is None:
        return False
    last = front[-1]
    reference = parsed(last.text)
    if reference is None or reference.tag or reference.digest:
        return False
    if below_image or digest is not None:
        return True
    is_plain = last.is_plain and tag is not None and tag.is_plain
    if "/" not in last.text:
        return is_plain and (last.role == "name" or says_image)
    return is_plain or (last.is_plain and _begins_with_host(last.text))


def _is_place(text: str) -> bool:
    """Whether it can precede a repository: a host, an organisation, or both."""
    host, _slash, path = text.strip("/").partition("/")
    if "://" in text or "@" in text or _CLUSTER_HOST.fullmatch(host):
        return False
    return parsed(f"{host}/{path or 'x'}") is not None


def _begins_with_host(text: str) -> bool:
    host = text.partition("/")[0]
    is_dotted = "." in host and is_host(host) and not _CLUSTER_HOST.fullmatch(host)
    return is_dotted and "://" not in text
