"""Parts of images that no value decides, but the release or the cluster it is installed into.

The name of the release, its namespace and the cluster's version are seen in renders: a piece of
the image that neither a value nor a literal provides. What `lookup` finds is there in no render, so
it is read in the templates. These are read action by action in either case, to name the place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..core.clusters import ClusterVersion
from ..core.findings import Place
from ..package.helm import Chart
from ..rendering import NAMESPACE, RELEASE_NAME
from .experiment.uses import TracedUse
from .model import TracedImage

_ACTION = re.compile(r"\{\{-?\s*(/\*.*?\*/|.*?)\s*-?\}\}", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`')
_COMPARED = re.compile(r'semverCompare\s+""\s+\(?[^()]*?\.Capabilities\.KubeVersion[\w.]*')
_DEFINITION = re.compile(r"(?:define|block)\s+\"([^\"]+)\"")
_INCLUDED = re.compile(r"(?:include|template)\s+\"([^\"]+)\"")
_ASSIGNMENT = re.compile(r"(\$\w+)\s*:?=")
_VARIABLE = re.compile(r"\$\w+")
_OWN_FIELD = re.compile(r"(?<![\w$.)])\.(?!Values|Release|Chart|Capabilities|Files|Template)\w")
_SETS_AN_IMAGE = re.compile(r"image[\"']?\s*[:=](?!=)", re.IGNORECASE)
# ``demo.image`` and ``demo.imageTag`` are, ``demo.imageRenderer.token`` is not.
_BUILDS_AN_IMAGE = re.compile(
    r"image[._-]?(?:s|name|ref|reference|path|url|tag|version|repository|registry)?$",
    re.IGNORECASE,
)
_CONTROL = frozenset({"if", "else", "end", "range", "with", "define", "block", "break", "continue"})
_OPENING = frozenset({"if", "range", "with", "define", "block"})
_LONGEST = 160


class Origin(StrEnum):
    """What decides the part."""

    RELEASE = "release"
    CLUSTER = "cluster"
    LOOKUP = "lookup"


_HINT = re.compile(r"Release|Capabilities|lookup")
_READS = {
    Origin.RELEASE: re.compile(r"\.Release\.(?:Name|Namespace|Revision|Service)\b"),
    Origin.CLUSTER: re.compile(r"\.Capabilities\.KubeVersion\b"),
    Origin.LOOKUP: re.compile(r"(?<![\w.$])lookup\s"),
}
_Origins = frozenset[Origin]
_NONE: _Origins = frozenset()


@dataclass(frozen=True, slots=True)
class ReleasePart:
    """A place in a template that takes a part of ``images`` from ``origin``.

    ``action`` is the text of the template action, "" where the place is only known by its file.
    ``images`` is empty where no render shows what is pulled; ``versions`` are those of the
    clusters in the renders that show them, newest first.
    """

    place: Place
    origin: Origin
    action: str
    images: tuple[str, ...]
    versions: tuple[ClusterVersion, ...] = ()


def release_parts(
    root: Chart, images: Collection[TracedImage], base: ClusterVersion
) -> tuple[ReleasePart, ...]:
    """The places of all templates that take a part of an image from elsewhere than a value.

    ``base`` is the version of the cluster in renders of which nothing else is said.
    """
    evidence = [
        (each, origin)
        for image in images
        for each in image.uses
        for origin in sorted(_seen_in(each, base))
    ]
    is_looked_up = any("lookup" in text for chart in root.walk() for _n, text in chart.templates())
    if not evidence and not is_looked_up:
        return ()
    found = _found_in(root)
    parts: dict[tuple[Place, Origin, str], dict[str, None]] = {
        (each.place, each.origin, each.action): {} for each in found if each.origin is Origin.LOOKUP
    }
    seen: dict[tuple[Place, Origin, str], set[ClusterVersion]] = {}
    for use, origin in evidence:
        for key in _places_of(root, use, origin, found, base):
            parts.setdefault(key, {})[use.use.image] = None
            seen.setdefault(key, set()).add(_version_of(use, base))
    return tuple(
        ReleasePart(*key, tuple(originals), tuple(sorted(seen.get(key, ()), reverse=True)))
        for key, originals in parts.items()
    )


def _version_of(each: TracedUse, base: ClusterVersion) -> ClusterVersion:
    """The version of the cluster in the render that shows the image."""
    cluster = each.scenario.cluster
    return ClusterVersion.parse(cluster.version) if cluster is not None else base


def _seen_in(each: TracedUse, base: ClusterVersion) -> _Origins:
    """What the pieces of the image show that neither values nor literals provide."""
    found = set()
    version = _version_of(each, base)
    for piece in _unprovided(each):
        if RELEASE_NAME in piece or piece in {NAMESPACE, "1"}:
            found.add(Origin.RELEASE)
        if version.short in piece or piece.removeprefix("v") == str(version.minor):
            found.add(Origin.CLUSTER)
    return frozenset(found)


def _unprovided(each: TracedUse) -> Iterator[str]:
    image = each.use.image
    spans = [(part.start, part.end) for part in each.contributions]
    spans += [(part.start, part.end) for part in each.literals]
    covered = {position for start, end in spans for position in range(start, end)}
    piece = ""
    for position, letter in enumerate(image):
        if position in covered or letter in "/:@":
            yield from [piece] if piece else []
            piece = ""
        else:
            piece += letter
    yield from [piece] if piece else []


def _places_of(
    root: Chart,
    use: TracedUse,
    origin: Origin,
    found: Collection[ReleasePart],
    base: ClusterVersion,
) -> list[tuple[Place, Origin, str]]:
    """Where the part of a use comes from: in its own template, else in a partial."""
    chart, name = root.source_of(use.use.template)
    own = chart.address(name)
    candidates = [each for each in found if each.origin is origin]
    near = [each for each in candidates if each.place.file == own]
    near = near or [each for each in candidates if _is_partial(each.place.file)]
    if near:
        return [(each.place, origin, each.action) for each in near]
    version = _version_of(use, base).short
    strong = any(RELEASE_NAME in piece or version in piece for piece in _unprovided(use))
    return [(Place(own), origin, "")] if strong else []


def _is_partial(file: str | None) -> bool:
    return (file or "").rpartition("/")[2].startswith("_")


def _found_in(root: Chart) -> list[ReleasePart]:
    """Every action of a template that puts into an image what is no value."""
    texts = [
        (chart.address(name), text) for chart in root.walk() for name, text in chart.templates()
    ]
    partials: dict[str, _Origins] = {}
    # A library that several sub-charts bring is read once.
    defining = {text: file for file, text in texts if "define" in text}
    for _round in range(3):  # partials include each other, rarely more than twice
        known = dict(partials)
        for text, file in defining.items():
            if _may_read(text, partials):
                _Reading(file, text, partials).learn()
        if known == partials:
            break
    return [
        each
        for file, text in texts
        if ("mage" in text or "MAGE" in text) and _may_read(text, partials)
        for each in _Reading(file, text, partials).parts()
    ]


def _may_read(text: str, partials: Collection[str]) -> bool:
    """Whether an action of the text can read what is no value: a cheap look."""
    return _HINT.search(text) is not None or any(name in text for name in partials)


@dataclass
class _Reading:
    """One template, read action by action; ``partials`` are those that give no value."""

    file: str
    text: str
    partials: dict[str, _Origins]
    variables: dict[str, _Origins] = field(default_factory=dict)
    blocks: list[tuple[str, str, _Origins]] = field(default_factory=list)

    def learn(self) -> None:
        """Note what the partials defined here read, but for those that are images themselves."""
        for _offset, _inner, origins in self._outputs():
            name = self._definition()
            if name and not _BUILDS_AN_IMAGE.search(name) and origins:
                self.partials[name] = self.partials.get(name, _NONE) | origins

    def parts(self) -> Iterator[ReleasePart]:
        """The actions that give a part of an image, one of each origin in a line."""
        seen: set[tuple[int | None, Origin]] = set()
        for offset, inner, origins in self._outputs():
            if not origins or not self._is_in_an_image(offset):
                continue
            place = Place.at(self.file, self.text.encode(), len(self.text[:offset].encode()))
            fresh = [each for each in sorted(origins) if (place.line, each) not in seen]
            seen.update((place.line, each) for each in fresh)
            for origin in fresh:
                yield ReleasePart(place, origin, " ".join(inner.split())[:_LONGEST], ())

    def _definition(self) -> str:
        names = [name for word, name, _origins in self.blocks if word in {"define", "block"}]
        return names[-1] if names else ""

    def _is_in_an_image(self, offset: int) -> bool:
        if _BUILDS_AN_IMAGE.search(self._definition()):
            return True
        start = self.text.rfind("\n", 0, offset) + 1
        line = self.text[start:offset]
        if line.strip().lstrip("- ").startswith("value:"):
            above = self.text[:start].rstrip().rpartition("\n")[2]
            return "IMAGE" in above.upper() and "name:" in above
        return _SETS_AN_IMAGE.search(line) is not None

    def _outputs(self) -> Iterator[tuple[int, str, _Origins]]:
        """Each action that prints something: its offset, its text, and what it reads."""
        for action in _ACTION.finditer(self.text):
            inner = action[1]
            word = inner.partition(" ")[0]
            assigned = _ASSIGNMENT.match(
                inner.removeprefix(word).strip() if word in _OPENING else inner
            )
            origins = _NONE if inner.startswith("/*") else self._origins(inner)
            if word in _OPENING:
                definition = _DEFINITION.match(inner)
                self.blocks.append((word, definition[1] if definition else "", origins))
            elif word == "end" and self.blocks:
                self.blocks.pop()
            if assigned and origins and word != "if":
                known = self.variables.get(assigned[1], _NONE)
                self.variables[assigned[1]] = known | origins
            elif word == "define":
                self.variables.clear()
            elif word not in _CONTROL and not assigned and not inner.startswith("/*"):
                yield action.start(1), inner, origins | self._dot(inner)

    def _dot(self, inner: str) -> _Origins:
        """What the fields of the map are that a ``with`` around the action has looked up."""
        around = [each for each in self.blocks if each[0] in {"with", "range"}]
        if around and Origin.LOOKUP in around[-1][2] and _OWN_FIELD.search(inner):
            return frozenset({Origin.LOOKUP})
        return _NONE

    def _origins(self, inner: str) -> _Origins:
        plain = _COMPARED.sub("", _STRING.sub('""', inner))
        found = {origin for origin, pattern in _READS.items() if pattern.search(plain)}
        for name in _INCLUDED.findall(inner):
            found |= self.partials.get(name, _NONE)
        for name in _VARIABLE.findall(plain):
            found |= _known(self.variables, name)
        return frozenset(found)


def _known(variables: Mapping[str, _Origins], name: str) -> _Origins:
    return variables.get(name, _NONE)
