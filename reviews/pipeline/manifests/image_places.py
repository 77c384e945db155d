"""Where documents that no engine renders name images, and how to write another name there.

Operators and the OSC format have no templates: an image is written where it is used, as one
whole reference. ``texts_in`` gives every string of a YAML document, also those of the JSON that
a string holds; ``places_in`` says which of them are an image, hold one in a command or an
environment, hold a part of one, or only mention one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from enum import StrEnum
from functools import cached_property
from typing import Any

from ..core.findings import Edit, Place
from ..core.messages import _
from ..yaml.edit import CannotEdit, replace
from ..yaml.embedded_json import JsonBroken, JsonInYaml, JsonLeaf
from ..yaml.source import Leaf, Path, YamlSource, dotted
from ..yaml.spelling import escaped
from ..yaml.text import WrittenText
from .references import ImageReference, NotAReference, is_host, looks_like_image
from .workloads import Position, Use, references_in

_CONTAINERS: dict[str, Position] = {
    "containers": "container",
    "initContainers": "initContainer",
    "ephemeralContainers": "ephemeralContainer",
}
_IMAGE_KEY = re.compile(r"(?:.*[^A-Za-z0-9])?images?|.*[a-z0-9]Images?|.*_IMAGE|.*[iI]mageName")
_IMAGE_VARIABLE = re.compile(r"(?:.*_)?IMAGES?(?:_.*)?", re.IGNORECASE)
_PART_VARIABLE = re.compile(
    r"(?:.*_)?(?:REGISTRY|REPO|REPOSITORY|PREFIX|HUB|NAMESPACE|ORG)(?:_.*)?", re.IGNORECASE
)
_PREFIX_VARIABLE = re.compile(
    r"(?:.*_)?(?:REGISTRY|PREFIX|HUB|MIRROR|ORG|ORGANI[SZ]ATION|NAMESPACE)(?:_(?:URL|HOST|NAME))?",
    re.IGNORECASE,
)
_PREFIX_KEY = re.compile(r"(?:.*[a-z_-])?(?:[rR]egistry|[hH]ub|[mM]irror)|.*[iI]mage[-_]?[pP]refix")
_PREFIX_FLAG = re.compile(
    r"--?(?:[\w.]+-)*(?:registry|repo|repository|prefix|hub|mirror)(?:-(?:url|host|name))?"
)
_FLAG_WITH_VALUE = re.compile(
    rf"(?<!\S)({_PREFIX_FLAG.pattern})[= ][\"']?([\w.:/-]+)(?![\w.:/@$-])"
)
_OCI = re.compile(r"oci://([\w.-]+(?::\d+)?(?:/[\w.-]+)+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?)")
_UNFINISHED = re.compile(r"(?<![\w./:@$(){}-])[\w.$(){}-][\w./:@$(){}-]*")
_UNKNOWN = re.compile(r"\$(?:\(\w+\)|\{\w+\}|\w+)")
_NO_IMAGE_VARIABLE = re.compile(r".*(?:POLICY|SECRETS?|_TAG|_VERSION|_NAME)", re.IGNORECASE)
_PICTURE = re.compile(r".*\.(?:png|jpe?g|gif|svg|ico|webp)")
_RUN = re.compile(r"(?:.*[a-z])?(?:[aA]rgs|[cC]ommand|[eE]nv)")
_PARTS_BESIDE = ("registry", "tag", "digest")


class PlaceKind(StrEnum):
    """What a string is to the image that it names."""

    IMAGE = "image"
    """The whole reference, alone or as a word of a command or an environment."""
    PART = "part"
    """A registry, an organisation or a repository, put together with other values elsewhere."""
    MENTION = "mention"
    """Text for people, or text whose meaning nobody knows."""


@dataclass(frozen=True, eq=False)
class DocumentString:
    """One string of a document: a YAML scalar, or a string in the JSON that a scalar holds.

    ``path`` leads to it in its own tree, which is the document's, or the JSON's.
    ``document`` has the document as its root; ``index`` counts the documents of the file.
    """

    document: YamlSource
    index: int
    leaf: Leaf
    yaml_path: Path
    json: JsonInYaml | None = None
    json_leaf: JsonLeaf | None = None

    @property
    def text(self) -> str:
        return self.leaf.text if self.json_leaf is None else str(self.json_leaf.value)

    @property
    def path(self) -> Path:
        return self.yaml_path if self.json_leaf is None else self.json_leaf.path

    @property
    def full_path(self) -> Path:
        """From the root of the document, through the JSON where there is some."""
        return self.yaml_path if self.json_leaf is None else self.yaml_path + self.json_leaf.path

    def beside(self, path: Path) -> Any:
        """What is at ``path`` of the same tree; of JSON only scalars are known."""
        if self.json is None:
            return self.document.data_at(path)
        leaf = self.json.leaf_at(path)
        return None if leaf is None else leaf.value

    def place(self, start: int) -> Place:
        """Where the character ``start`` is written."""
        file = self.document.file
        if self.json is not None and self.json_leaf is not None:
            return Place(file, *self.json.place_within(self.json_leaf, start))
        if start == 0 and self.leaf.style not in {"literal", "folded"}:
            return Place(file, self.leaf.line, self.leaf.column)
        return Place(file, *self._written.place(start))

    def replace(self, start: int, end: int, new: str) -> Edit:
        """The edit that puts ``new`` in the place of a part, or all, of the string.

        Raises CannotEdit.
        """
        if self.json is not None and self.json_leaf is not None:
            return self.json.replace_within(self.json_leaf, start, end, new)
        in_block = self.leaf.style in {"literal", "folded"}
        if (start, end) == (0, len(self.text)) and not in_block:
            return replace(self.document, self.leaf, new)
        span = self._written.span(start, end)
        if span is None:
            path = dotted(self.yaml_path)
            raise CannotEdit(
                _("%(path)s is laid out in a way that is not edited automatically", path=path)
            )
        after = new.replace("'", "''") if self.leaf.style == "single" else new
        after = escaped(new) if self.leaf.style == "double" else after
        return Edit(self.document.file, *span, self.document.data[slice(*span)].decode(), after)

    @cached_property
    def _written(self) -> WrittenText:
        return WrittenText(self.document, self.leaf)


@dataclass(frozen=True, eq=False)
class ImagePlace:
    """One reference in one place: the code points of ``string`` from ``start`` to ``end``."""

    string: DocumentString
    start: int
    end: int
    kind: PlaceKind
    use: Use

    @property
    def image(self) -> str:
        """The reference exactly as written."""
        return self.string.text[self.start : self.end]

    @property
    def file(self) -> str:
        return self.string.document.file

    @property
    def path(self) -> str:
        """The dotted path, through JSON where there is some."""
        return dotted(self.string.full_path)

    @cached_property
    def place(self) -> Place:
        return self.string.place(self.start)

    def as_kind(self, kind: PlaceKind) -> ImagePlace:
        """The same place, known better from where it is written."""
        return self if kind is self.kind else replace_fields(self, kind=kind)

    def replace(self, new: str) -> Edit:
        """The edit that makes it ``new`` and touches no other byte. Raises CannotEdit."""
        return self.string.replace(self.start, self.end, new)


def texts_in(
    document: YamlSource, index: int, holds_json: Callable[[Path, str], bool]
) -> Iterator[DocumentString]:
    """Every string of ``document``, in the order of the file, each path of a shared one.

    ``holds_json(path, text)`` says whose text is read as JSON; text that is none after all is
    given as it is.
    """
    for leaf in document.leaves:
        if not isinstance(leaf.value, str) or not leaf.value:
            continue
        for path in (leaf.path, *leaf.aliased_by):
            if holds_json(path, leaf.text):
                try:
                    embedded = JsonInYaml.parse(document, leaf)
                except JsonBroken:
                    pass
                else:
                    yield from _json_texts(document, index, leaf, path, embedded)
                    continue
            yield DocumentString(document, index, leaf, path)


def _json_texts(
    document: YamlSource, index: int, leaf: Leaf, path: Path, embedded: JsonInYaml
) -> Iterator[DocumentString]:
    for each in embedded.leaves:
        if isinstance(each.value, str) and each.value and embedded.leaf_at(each.path) is each:
            yield DocumentString(document, index, leaf, path, embedded, each)


def places_in(string: DocumentString) -> Iterator[ImagePlace]:
    """The images that one string is, holds or mentions."""
    text, path = string.text, string.path
    position = position_of(path)
    if position is not None:
        yield _place(string, 0, len(text), PlaceKind.IMAGE, position)
        return
    if _is_part(string):
        yield _place(string, 0, len(text), PlaceKind.PART)
        return
    if _is_whole(string):
        yield _place(string, 0, len(text), PlaceKind.IMAGE)
        return
    in_words = any(character.isspace() for character in text) and not _is_run(path)
    unfinished = [] if in_words else list(_unfinished(string))
    for start, end in unfinished:
        yield _place(string, start, end, PlaceKind.PART)
    if "/" not in text:
        return
    for start, end in references_in(text):
        if not any(first <= start < last for first, last in unfinished):
            # A sentence may end in an image, and its full stop is none of the tag.
            stop = start + len(text[start:end].rstrip(".")) if in_words else end
            yield _place(string, start, stop, PlaceKind.MENTION if in_words else PlaceKind.IMAGE)


def _unfinished(string: DocumentString) -> Iterator[tuple[int, int]]:
    """Addresses that a program completes: behind ``--image-repo=``, with a ``$VERSION`` inside.

    Also those of ``oci://``, of which nobody knows whether they are an image.
    """
    text, path = string.text, string.path
    for match in _OCI.finditer(text):
        yield match.span(1)
    if "$" in text and "/" in text:
        for match in _UNFINISHED.finditer(text):
            if "$" in match.group() and looks_like_image(_UNKNOWN.sub("x", match.group())):
                yield match.span()
    if not _is_run(path):
        return
    for match in _FLAG_WITH_VALUE.finditer(text):
        if is_prefix(match[2]):
            yield match.span(2)
    if isinstance(path[-1], int) and path[-1] > 0 and is_prefix(text):
        before = string.beside((*path[:-1], path[-1] - 1))
        if isinstance(before, str) and _PREFIX_FLAG.fullmatch(before):
            yield 0, len(text)


def position_of(path: Path) -> Position | None:
    """What kind of image field of a pod ``path`` is; None when it is none."""
    if len(path) >= 3 and path[-1] == "image" and isinstance(path[-2], int):
        return _CONTAINERS.get(str(path[-3]))
    if path[-2:] == ("image", "reference") and len(path) >= 4 and path[-4] == "volumes":
        return "volume"
    return None


def variable_of(string: DocumentString) -> str | None:
    """The name of the environment variable whose value this is."""
    path = string.path
    if len(path) < 3 or path[-1] != "value" or not str(path[-3]).lower().endswith("env"):
        return None
    name = string.beside((*path[:-1], "name"))
    return name if isinstance(name, str) else None


def _is_whole(string: DocumentString) -> bool:
    text = string.text
    if list(references_in(text)) == [(0, len(text))]:
        return True
    try:
        reference = ImageReference.parse(text)
    except NotAReference:
        return False
    has_version = bool(reference.tag or reference.digest)
    variable = variable_of(string)
    if variable is not None:
        if variable.startswith("RELATED_IMAGE_"):
            return True
        if not _IMAGE_VARIABLE.fullmatch(variable) or _NO_IMAGE_VARIABLE.fullmatch(variable):
            return False
        return has_version or (bool(reference.registry) and "/" in reference.repository)
    if not _IMAGE_KEY.fullmatch(_key(string.path)) or _PICTURE.fullmatch(text):
        return False
    return has_version or "/" in text


def _is_part(string: DocumentString) -> bool:
    """Whether other values complete it: ``registry`` beside ``repository``, ``..._REGISTRY``."""
    text, path = string.text, string.path
    if any(character.isspace() for character in text):
        return False
    variable = variable_of(string)
    if variable is not None:
        if _NO_IMAGE_VARIABLE.fullmatch(variable):
            return False
        if not is_prefix(text):
            return False
        if _PREFIX_VARIABLE.fullmatch(variable):
            return True
        if looks_like_image(text):
            return False
        # “my.app:1” may be a registry with its port or an image with its tag: the name decides.
        is_image = ":" not in text and _IMAGE_VARIABLE.fullmatch(variable) is not None
        return is_image or _PART_VARIABLE.fullmatch(variable) is not None
    if _PREFIX_KEY.fullmatch(_key(path)) and is_prefix(text):
        return True
    if _key(path) not in {"repository", "image"} or position_of(path) is not None:
        return False
    siblings = {name: string.beside((*path[:-1], name)) for name in _PARTS_BESIDE}
    if isinstance(siblings["registry"], str) and siblings["registry"]:
        return True
    is_split = any(value is not None for value in siblings.values())
    first = text.partition("/")[0]
    return _key(path) == "repository" and is_split and "/" in text and not is_host(first)


def part_of_address(string: DocumentString) -> ImagePlace:
    """All of a text that is a part of an address."""
    return _place(string, 0, len(string.text), PlaceKind.PART)


def is_prefix(text: str) -> bool:
    """Whether it is a registry, or a registry with an organisation, and no version."""
    host, _slash, rest = text.rstrip("/").partition("/")
    name, _colon, port = host.partition(":")
    is_registry = "." in name and is_host(name) and (not port or port.isdigit())
    return is_registry and not set(rest) & {":", "@"} and "//" not in text


def _is_run(path: Path) -> bool:
    """Whether the string is a word or a line of a command, or the value of a variable."""
    return any(isinstance(part, str) and _RUN.fullmatch(part) for part in path)


def _key(path: Path) -> str:
    """The innermost name, past the ``default`` of a schema and the items of a list."""
    for part in reversed(path):
        if isinstance(part, str) and part != "default":
            return part
    return ""


def _place(
    string: DocumentString, start: int, end: int, kind: PlaceKind, position: Position = "other"
) -> ImagePlace:
    resource, name = _resource(string)
    use = Use(
        template=string.document.file,
        index=string.index,
        kind=resource,
        name=name,
        container=_container(string),
        position=position,
        pointer=string.full_path,
        text=string.text,
        start=start,
        end=end,
    )
    return ImagePlace(string, start, end, kind, use)


def _resource(string: DocumentString) -> tuple[str, str]:
    """Kind and name of the resource that holds the string, in JSON of the example's own."""
    first = string.path[:1]
    own: Path = first if string.json is not None and first and isinstance(first[0], int) else ()
    kind, name = string.beside((*own, "kind")), string.beside((*own, "metadata", "name"))
    return (kind if isinstance(kind, str) else ""), (name if isinstance(name, str) else "")


def _container(string: DocumentString) -> str:
    """The name of the container around the string, "" outside of any."""
    path = string.path
    for depth in range(len(path) - 1, 0, -1):
        if isinstance(path[depth], int) and path[depth - 1] in _CONTAINERS:
            name = string.beside((*path[: depth + 1], "name"))
            return name if isinstance(name, str) else ""
    return ""
