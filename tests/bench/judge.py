"""One chart judged: what the pipeline says, what the truth says, what the bare engine shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Literal

import yaml

from .archives import content_at, read_members
from .truth import Literal as TrueLiteral
from .truth import TrueImage, Truth
from .witness import Render, Spot, merged, nested

Json = dict[str, Any]
OTHER_VALUES_FILE = "PORTAL-016"
HardCoded = Literal["found", "elsewhere", "missed"]


@dataclass(frozen=True, slots=True)
class ImageVerdict:
    """What became of one true container position.

    ``outcome`` is a status of the report, ``absent`` when the report does not have the image,
    ``unseen`` when it has it but not in this place, ``wrong`` when it is said to be redirected
    and the bare engine shows otherwise.
    ``rendered_again`` says whether the bare engine showed it at its target.
    """

    image: TrueImage
    outcome: str
    rendered_again: bool
    reason: str


@dataclass(frozen=True, slots=True)
class WrongChange:
    """A container that does not show what the report promises, after the rewrite."""

    spot: Spot
    state: str
    original: str
    promised: str
    found: str | None


@dataclass
class Proof:
    """What the bare engine shows of the rewritten package in every state that was tried.

    ``good`` are the templates, container names and originals seen at their target, where the
    report promises that; ``moved`` those that came there although it promises nothing.
    """

    good: set[tuple[str, str, str]] = field(default_factory=set)
    moved: list[WrongChange] = field(default_factory=list)
    wrong: list[WrongChange] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)


def template_end(template: str) -> str:
    """A template's name from the last ``templates/`` on: the same by alias, name and address."""
    return template[template.rfind("templates/") :]


def container_name(name: str) -> str:
    """A container's name whatever the release is called: the truth was measured with ``demo``.

    Five letters in front of ``test`` are taken for random ones, as Elastic's charts have them.
    """
    return re.sub(r"\b(release-name|demo)-?|\b[a-z]{5}-(?=test$)", "", name)


class Claims:
    """The report's images, found by what they render as and where."""

    def __init__(self, report: Json) -> None:
        self.images: list[Json] = report["images"]
        self._by_original: dict[str, list[Json]] = {}
        for image in self.images:
            self._by_original.setdefault(image["original"], []).append(image)
        self._messages: dict[str, str] = {}
        self._foretold = {
            str(finding.get("file")).partition("/")[2]
            for finding in report["findings"]
            if finding["rule"] == OTHER_VALUES_FILE
        }
        for finding in report["findings"]:
            if finding["image"] is not None and finding["edit"] is None:
                words = f"{finding['rule']}: {finding['message']}"
                self._messages.setdefault(finding["image"], words)

    def of(self, original: str, template: str, container: str, name: str = "") -> Json | None:
        """The entry for an image in a place, else one for that image elsewhere.

        ``name`` of the resource decides between several; see ``has_seen`` for the difference.
        """
        entries = self._by_original.get(original, [])
        wanted = (template, container_name(container))
        fits = [
            (bool(name) and use["name"] == name, -number)
            for number, entry in enumerate(entries)
            for use in entry["used_by"]
            if (use["template"], container_name(use["container"])) == wanted
        ]
        if fits:
            return entries[-max(fits)[1]]
        return entries[0] if entries else None

    def has_seen(self, original: str, template: str, container: str) -> bool:
        """Whether the report has the image in this place."""
        wanted = (template, container_name(container))
        return any(
            (use["template"], container_name(use["container"])) == wanted
            for entry in self._by_original.get(original, [])
            for use in entry["used_by"]
        )

    def foretells(self, state: str) -> bool:
        """Whether a finding says of the values file ``state`` that it leads images astray."""
        return state in self._foretold

    def reason(self, original: str) -> str:
        """The words of a finding without an edit about this image, or ""."""
        return self._messages.get(original, "")


def prove(
    claims: Claims, states: Sequence[str], before: list[Render], after: list[Render]
) -> Proof:
    """Compare the bare renders of original and rewritten package, state by state."""
    proof = Proof()
    for state, old, new in zip(states, before, after, strict=True):
        if old.error is not None:
            continue
        if new.error is not None:
            proof.stopped.append(f"{state}: {new.error}")
            continue
        after_by_place = {spot.identity: image for spot, image in new.images.items()}
        for spot, original in old.images.items():
            _compare(claims, proof, state, spot, original, after_by_place.get(spot.identity))
    return proof


def _compare(
    claims: Claims, proof: Proof, state: str, spot: Spot, original: str, found: str | None
) -> None:
    if original.endswith(":"):
        return  # no tag where one must be: nothing can be pulled by it, before or after
    claim = claims.of(original, spot.template, spot.container, spot.name)
    redirected = claim is not None and claim["status"] == "redirected"
    if found == original and not claims.has_seen(original, spot.template, spot.container):
        return
    promised = str(claim["target"]) if claim and redirected else original
    if found == promised:
        if redirected:
            proof.good.add(_key(spot.template, spot.container, original))
        return
    if claims.foretells(state):
        return
    change = WrongChange(spot, state, original, promised, found)
    at_target = claim is not None and found == claim["target"]
    (proof.moved if at_target else proof.wrong).append(change)


def reachable(truth: Truth, original: bytes) -> Truth:
    """``truth`` without the images of values files that the package does not bring."""
    missing = {f"ci:{file}" for file in truth.files if not _values_file(original, file)}
    images = tuple(image for image in truth.images if image.state not in missing)
    return replace(truth, images=images)


def in_cluster(truth: Truth, measured: Sequence[Render], sold: Sequence[Render]) -> Truth:
    """``truth`` with the tags that follow from the version of the cluster as they are in another.

    ``measured`` are renders as the truth was measured, ``sold`` those in the other cluster, in
    the same states.
    """
    other: dict[tuple[str, str, str], str] = {}
    for before, after in zip(measured, sold, strict=True):
        there = {spot.identity: image for spot, image in after.images.items()}
        for spot, image in before.images.items():
            now = there.get(spot.identity, image)
            if now != image and now.rpartition(":")[0] == image.rpartition(":")[0]:
                other[_key(spot.template, spot.container, image)] = now
    images = tuple(
        replace(
            image, value=other.get(_key(image.template, image.container, image.value), image.value)
        )
        for image in truth.images
    )
    return replace(truth, images=images)


def image_verdicts(truth: Truth, claims: Claims, proof: Proof) -> Iterator[ImageVerdict]:
    """What became of every true container position."""
    wrong = {_key(each.spot.template, each.spot.container, each.original) for each in proof.wrong}
    for image in truth.images:
        claim = claims.of(image.value, image.template, image.container)
        key = _key(image.template, image.container, image.value)
        outcome = "absent" if claim is None else str(claim["status"])
        if key in wrong:
            outcome = "wrong"
        elif key not in proof.good and claim and not claims.has_seen(*_place(image)):
            outcome = "unseen"
        reason = "" if outcome == "redirected" else claims.reason(image.value)
        yield ImageVerdict(image, outcome, key in proof.good, reason)


def hard_coded(
    truth: Truth, claims: Claims, original: bytes
) -> Iterator[tuple[TrueImage, HardCoded, str]]:
    """Every true hard-coded image once, whether it was found, and where.

    ``found`` needs the line that the truth has, or where it has none, a line that holds the
    image's name; ``elsewhere`` is reported with neither.
    """
    seen: dict[tuple[str, str], TrueImage] = {}
    for image in truth.images:
        if image.verdict == "hard-coded":
            seen.setdefault((image.template, image.value), image)
    for image in seen.values():
        claim = claims.of(image.value, image.template, image.container)
        if claim is None or claim["status"] != "hardcoded":
            status = "absent" if claim is None else str(claim["status"])
            yield image, "missed", f"{status} {claims.reason(image.value)}".strip()
            continue
        places = [source for source in claim["sources"] if source["path"] is None]
        right = _true_places(truth.literals, image) or None
        named = any(_is_at(source, right, image.value, original) for source in places)
        where = ", ".join(f"{source['file']}:{source['line']}" for source in places)
        yield image, "found" if named else "elsewhere", where


def invented(truth: Truth, claims: Claims, original: bytes) -> Iterator[tuple[str, str]]:
    """Images reported as hard-coded that are not, with the truth's verdict.

    An image that the truth does not know is invented too, unless the line that the report
    names holds it.
    """
    verdicts: dict[str, set[str]] = {}
    for image in truth.images:
        verdicts.setdefault(image.value, set()).add(image.verdict)
    for claim in claims.images:
        value = claim["original"]
        if claim["status"] != "hardcoded" or value in truth.other_images:
            continue
        known = verdicts.get(value)
        if known is None:
            places = [source for source in claim["sources"] if source["path"] is None]
            if not any(_is_at(source, None, value, original) for source in places):
                yield value, "unknown"
        elif known <= {"controlled", "subchart-values-only"}:
            yield value, "/".join(sorted(known))


def _key(template: str, container: str, original: str) -> tuple[str, str, str]:
    return template, container_name(container), original


def _place(image: TrueImage) -> tuple[str, str, str]:
    return image.value, image.template, image.container


def _true_places(literals: Iterable[TrueLiteral], image: TrueImage) -> set[tuple[str, int]]:
    end = template_end(image.template)
    return {
        (template_end(literal.file), literal.line)
        for literal in literals
        if image.value in literal.text and template_end(literal.file) == end
    }


def _is_at(source: Json, right: set[tuple[str, int]] | None, image: str, original: bytes) -> bool:
    """Whether a source is one of the ``right`` places, or its line holds the image's name."""
    if right is not None:
        return (template_end(source["file"]), source["line"]) in right
    content = content_at(original, source["file"])
    lines = (content or b"").decode("utf-8", "replace").split("\n")
    number = source["line"] or 0
    name = PurePosixPath(image.partition("@")[0]).name.partition(":")[0]
    return 0 < number <= len(lines) and bool(name) and name in lines[number - 1]


def states_to_try(
    truth: Truth, report: Json, original: bytes, most: int
) -> list[tuple[str, Mapping[str, Any]]]:
    """The states to render again, by name, with the values that make each.

    They are the chart as it is, each flag and values file of the truth, and what the report
    says shows an image; at most ``most``, the default first.
    """
    states: dict[str, Mapping[str, Any]] = {"default": truth.base_values}
    shown = [tuple(image["shown_by"]) for image in report["images"]]
    reported = [(f"{flag}=true",) for flag in truth.flags] + [(file,) for file in truth.files]
    for labels in [*reported, *shown]:
        if labels:
            name = " ".join(labels)
            states.setdefault(name, _with(truth.base_values, labels, original))
    return list(states.items())[:most]


def _with(base: Mapping[str, Any], labels: Iterable[str], original: bytes) -> Json:
    """``base`` with every ``path=true`` of ``labels`` set and every values file laid over it."""
    result: Json = dict(base)
    for label in labels:
        path, _, value = label.rpartition("=")
        if value == "true":
            result = merged(result, nested(path, True))
        else:
            result = merged(result, _values_file(original, label))
    return result


def _values_file(original: bytes, name: str) -> Json:
    """A values file of the chart by its name in the chart's folder, {} where it has none."""
    root = read_members(original)[0].name.partition("/")[0]
    values = yaml.load(content_at(original, f"{root}/{name}") or b"", yaml.CSafeLoader)
    return values if isinstance(values, dict) else {}
