"""Where rendered manifests name images.

A *use* is one image in one place: the field of a container, an init container, an
ephemeral container or an image volume of any pod template (Kubernetes' PodSpec, also
inside custom resources), or a string elsewhere (environment, arguments, ConfigMap,
custom resource) that is or holds an image reference.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from .references import looks_like_image
from .rendered_pieces import Piece, pieced_images
from .reported_state import reported_state

Position = Literal["container", "initContainer", "ephemeralContainer", "volume", "other"]
Pointer = tuple[str | int, ...]

_CONTAINER_LISTS: dict[str, Position] = {
    "containers": "container",
    "initContainers": "initContainer",
    "ephemeralContainers": "ephemeralContainer",
}
# Nothing is pulled from there: what a Secret holds must not be shown, and the names in rules
# of access look like images.
_WITHOUT_IMAGES = {"Secret", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"}
# What these name beside registries and versions are sources of files, or access.
_WITHOUT_PIECES = {
    *_WITHOUT_IMAGES,
    "CustomResourceDefinition",
    "GitRepository",
    "HelmRepository",
    "HelmChart",
    "Application",
    "ApplicationSet",
    "AppProject",
}
_SEPARATOR = re.compile(r"^---(?=[ \t\r\n#]|$)", re.MULTILINE)
_TOKEN = re.compile(
    r"[A-Za-z0-9][\w.-]*(?::\d+)?(?:/[\w.-]+)*(?::[\w][\w.-]*)?(?:@sha256:[0-9a-f]{64})?"
)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document of one rendered template."""

    template: str
    index: int
    text: str


@dataclass(frozen=True, slots=True)
class Use:
    """One image in one place of one rendered document.

    ``pointer`` leads to the string in the document's data; ``start`` and ``end`` are the
    code points of the image reference in that string. An image that is spelled in several
    strings has ``pieces``; ``text`` is then what they give together, and ``pointer`` leads to what
    holds them. ``is_prefix`` says that they give no name: the images are completed at run time.
    """

    template: str
    index: int
    kind: str
    name: str
    container: str
    position: Position
    pointer: Pointer
    text: str
    start: int
    end: int
    pieces: tuple[Piece, ...] = ()
    is_prefix: bool = False

    @property
    def image(self) -> str:
        """The image reference exactly as rendered."""
        return self.text[self.start : self.end]

    @property
    def key(self) -> tuple[str, int, Pointer, int]:
        """What identifies this use among all of the same render."""
        return (self.template, self.index, self.pointer, self.start)

    @property
    def is_pulled(self) -> bool:
        """Whether a kubelet pulls this image because a pod template names it."""
        return self.position != "other"


def split_documents(manifests: Mapping[str, str]) -> Iterator[Document]:
    """The documents of each rendered template, notes and partials left out."""
    for template, text in manifests.items():
        base = template.rsplit("/", 1)[-1]
        if base == "NOTES.txt" or base.startswith("_"):
            continue
        for index, part in enumerate(_SEPARATOR.split(text)):
            if part.strip():
                yield Document(template, index, part.strip("\n"))


def uses_in(document: Document, data: object) -> Iterator[Use]:
    """Every image that the parsed ``data`` of ``document`` names."""
    if not isinstance(data, dict):
        return
    kind = str(data.get("kind") or "")
    metadata = data.get("metadata")
    name = str(metadata.get("name") or "") if isinstance(metadata, dict) else ""
    if kind in _WITHOUT_IMAGES:
        return
    if kind == "List" and isinstance(data.get("items"), list):
        for number, item in enumerate(data["items"]):
            for use in uses_in(document, item):
                yield _moved(use, ("items", number))
        return
    walker = _Walker(document, kind, name)
    yield from walker.walk(data, (), "")


def pieced_uses_in(
    document: Document, data: object, texts: Iterable[tuple[Pointer, Any]]
) -> Iterator[Use]:
    """Every image that ``data`` spells in pieces; ``texts`` are strings of it, parsed."""
    if not isinstance(data, dict) or data.get("kind") in _WITHOUT_PIECES:
        return
    metadata = data.get("metadata")
    name = str(metadata.get("name") or "") if isinstance(metadata, dict) else ""
    for each in pieced_images(data, texts):
        yield Use(
            document.template,
            document.index,
            str(data.get("kind") or ""),
            name,
            each.container,
            "other",
            each.pointer,
            each.text,
            0,
            len(each.text),
            each.pieces,
            each.is_prefix,
        )


def settled(uses: Iterable[Use], pieced: Sequence[Use]) -> list[Use]:
    """The images of one render: no string that is but a piece, and prefixes known as such.

    A string without a tag in front of which other images begin names no image.
    """
    pieces = {
        (use.template, use.index, piece.pointer, piece.inner != ()): use
        for use in pieced
        for piece in use.pieces
    }
    found: list[Use] = []
    for use in uses:
        place = (use.template, use.index, use.pointer)
        whole = pieces.get((*place, False))
        inside = pieces.get((*place, True))
        if use.is_pulled or not (whole or (inside and use.image in inside.text)):
            found.append(use)
    fronts = {
        image[:end]
        for use in (*found, *(each for each in pieced if not each.is_prefix))
        for image in (use.image,)
        for end in (match.start() for match in re.finditer("/", image))
    }
    return [*(_as_prefix(use) if _is_front(use, fronts) else use for use in found), *pieced]


def _is_front(use: Use, fronts: Container[str]) -> bool:
    is_alone = use.position == "other" and use.text[use.end :] == ""
    return is_alone and use.image in fronts and "=" not in use.image


def _as_prefix(use: Use) -> Use:
    piece = Piece("registry", use.pointer, (), use.text[: use.start])
    text = use.image
    return replace(use, text=text, start=0, end=len(text), pieces=(piece,), is_prefix=True)


def at(data: Any, pointer: Pointer) -> Any:
    """What is at ``pointer`` in ``data``, None when nothing does."""
    for part in pointer:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _moved(use: Use, prefix: Pointer) -> Use:
    return replace(use, pointer=prefix + use.pointer)


@dataclass(frozen=True, slots=True)
class _Walker:
    document: Document
    kind: str
    name: str

    def walk(self, value: object, pointer: Pointer, container: str) -> Iterator[Use]:
        if isinstance(value, dict):
            yield from self._mapping(value, pointer, container)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self.walk(item, (*pointer, index), container)
        elif isinstance(value, str):
            yield from self._string(value, pointer, container)

    def _mapping(self, value: dict[str, Any], pointer: Pointer, container: str) -> Iterator[Use]:
        for key, item in value.items():
            here = (*pointer, key)
            if key == "status" and "kind" in value:
                continue
            position = _CONTAINER_LISTS.get(key)
            if position and isinstance(item, list):
                for index, each in enumerate(item):
                    yield from self._container(each, (*here, index), position)
            elif key == "image" and isinstance(item, dict) and _is_volume(pointer):
                yield from self._volume(item, here, container)
            elif isinstance(item, str) and _is_image_key(key) and _is_plain_reference(item):
                yield self._use(item, here, container, "other", 0, len(item))
            else:
                yield from self.walk(item, here, container)

    def _container(self, value: object, pointer: Pointer, position: Position) -> Iterator[Use]:
        if not isinstance(value, dict):
            yield from self.walk(value, pointer, "")
            return
        name = str(value.get("name") or "")
        for key, item in value.items():
            if key == "image" and isinstance(item, str):
                if item.strip():
                    yield self._use(item, (*pointer, key), name, position, 0, len(item))
            else:
                yield from self.walk(item, (*pointer, key), name)

    def _volume(self, value: dict[str, Any], pointer: Pointer, container: str) -> Iterator[Use]:
        for key, item in value.items():
            if key == "reference" and isinstance(item, str) and item.strip():
                yield self._use(item, (*pointer, key), container, "volume", 0, len(item))
            else:
                yield from self.walk(item, (*pointer, key), container)

    def _string(self, value: str, pointer: Pointer, container: str) -> Iterator[Use]:
        if "/" not in value:
            return
        reported = reported_state(value)
        for start, end in references_in(value):
            if any(low <= start < high for low, high in reported):
                continue
            yield self._use(value, pointer, container, "other", start, end)

    def _use(
        self, text: str, pointer: Pointer, container: str, position: Position, start: int, end: int
    ) -> Use:
        document = self.document
        return Use(
            document.template,
            document.index,
            self.kind,
            self.name,
            container,
            position,
            pointer,
            text,
            start,
            end,
        )


def references_in(text: str) -> Iterator[tuple[int, int]]:
    """The spans of ``text`` that are image references, standing alone between delimiters."""
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if "/" not in match.group():
            continue
        before = text[start - 1] if start else ""
        after = text[end] if end < len(text) else ""
        is_artifact = text.startswith("oci://", start - 6) if start >= 6 else False
        if before in _NOT_BEFORE and not (is_artifact and ":" in match.group()):
            continue
        if after in _NOT_AFTER and not text.startswith(_VARIABLE_TAG, end):
            continue
        if looks_like_image(match.group()):
            yield start, end


# The tag is another variable, which the kubelet or the program fills in.
_VARIABLE_TAG = ":$"
_NOT_BEFORE = frozenset("/:@.-_$}{~#?&%+\\") - {""}
_NOT_AFTER = frozenset("/:@$}{~?&%+(\\*") - {""}


def _is_image_key(key: str) -> bool:
    return key == "image" or key.endswith(("Image", "_image", "-image", "_IMAGE"))


def _is_plain_reference(text: str) -> bool:
    spans = list(references_in(text))
    if spans == [(0, len(text))]:
        return True
    match = _TOKEN.fullmatch(text)
    return match is not None and ":" in text and "/" not in text and not text.isdigit()


def _is_volume(pointer: Pointer) -> bool:
    return len(pointer) >= 2 and pointer[-2] == "volumes"
