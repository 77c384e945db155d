"""The entries that ``images/mapping.yaml`` should have, read off the rewrite that was proven.

A value that the rewrite gives a new text gets the key whose part of the new address is exactly
that text, under the first reading of ``Policy.mapping_readings``. So the platform, which writes
these parts, ends where the proof has been. Where no key writes what a value must hold, nothing
is guessed: there is no entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...core.address_parts import ADDRESS_KEYS, AMBIGUOUS_KEYS, Reading
from ...core.policy import Policy
from ...manifests.references import ImageReference, parsed
from ...mapping.proposal import WantedEntry
from ...package.chart_values import ValueLeaf
from ...yaml.source import Path, dotted
from ..experiment.markers import Contribution, printed
from ..experiment.reference_spans import ReferenceSpans
from ..model import ImageStatus, LeafChange, Trace, TracedImage

_UNTAGGED = "latest"
"""The tag of an image that is pulled without one."""

Fields = tuple[tuple[str, tuple[str, ...]], ...]
"""Keys of the mapping, each with the dotted paths of all places that the value feeds."""


def wanted_entries(trace: Trace, policy: Policy) -> tuple[WantedEntry, ...]:
    """An entry for each image that values decide, and for each set of values that does.

    In the order of the trace. A value that several images share is in the entry of each, always
    with the same key and text, so that any of the entries can be left out. An image whose values
    hold no parts that a key writes has no entry, nor has one that is named by its digest alone:
    the platform pushes names and tags.
    """
    entries = _Entries(trace, policy.mapping_readings[0])
    for image in trace.images:
        if image.status in {ImageStatus.REDIRECTED, ImageStatus.UNCHANGED} and is_certain(image):
            entries.add(image)
    return tuple(entries.found.values())


def is_certain(image: TracedImage) -> bool:
    """Whether it is an image for sure: a pod pulls it, or it has what only an image has.

    Outside of pods a registry with a path may be the beginning of a name that others complete.
    """
    reference = parsed(image.original)
    return image.is_pulled or (reference is not None and bool(reference.tag or reference.digest))


@dataclass
class _Entries:
    """The entries so far, and what they write: each path with its key and its text."""

    trace: Trace
    reading: Reading
    found: dict[object, WantedEntry] = field(default_factory=dict)
    written: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, image: TracedImage) -> None:
        """The entries of one image, one for each set of values that decides it somewhere."""
        changes = {change.leaf: change for change in self.trace.changes}
        seen: set[frozenset[ValueLeaf]] = set()
        for use in image.uses:
            leaves = frozenset(contribution.leaf for contribution in use.contributions)
            if not leaves or leaves in seen or use.spans is None or not use.is_controlled:
                continue
            seen.add(leaves)
            target = parsed(image.target)
            if target is None or (target.digest and not target.tag):
                continue
            fields = _fields(
                use.spans, use.contributions, image, _Writing(target, self.reading, changes)
            )
            for each in _one_path_each(fields):
                self._add(image, target, each)

    def _add(self, image: TracedImage, target: ImageReference, address: Mapping[str, str]) -> None:
        name, tag = target.name, target.tag or _UNTAGGED
        same = (name, tag, tuple(address.items()))
        if same in self.found:
            known = self.found[same]
            originals = dict.fromkeys((*known.originals, image.original))
            self.found[same] = replace(known, originals=tuple(originals))
            return
        texts = {path: (key, _piece(self.reading, key, target)) for key, path in address.items()}
        if any(self.written.get(path, text) != text for path, text in texts.items()):
            return
        self.written |= texts
        self.found[same] = WantedEntry(
            originals=(image.original,),
            image=name,
            tag=tag,
            address=address,
            change_sets=(image.change_set,) if image.change_set else (),
            is_ambiguous=not AMBIGUOUS_KEYS.isdisjoint(address),
        )


@dataclass(frozen=True)
class _Writing:
    """What must be written for one image, and what the keys write."""

    target: ImageReference
    reading: Reading
    changes: Mapping[ValueLeaf, LeafChange]

    def key_for(self, contribution: Contribution, spans: ReferenceSpans) -> str | None:
        """The key that writes the text of the contribution's whole value; None: no key does."""
        text = self.text_of(contribution.leaf)
        is_tag = spans.tag is not None and contribution.start >= spans.tag[0]
        keys = ("tag",) if is_tag else sorted(ADDRESS_KEYS, key=AMBIGUOUS_KEYS.__contains__)
        return next(
            (key for key in keys if text and _piece(self.reading, key, self.target) == text), None
        )

    def text_of(self, leaf: ValueLeaf) -> str | None:
        """The value's whole text once it is rewritten; None where it is more than a text."""
        if leaf.leaf.style in {"literal", "folded"} or "{{" in leaf.leaf.text:
            return None
        change = self.changes.get(leaf)
        return change.text if change is not None else printed(leaf)


def _piece(reading: Reading, key: str, target: ImageReference) -> str:
    """What the platform writes for ``key``; it pushes everything with a tag."""
    organization, _slash, name = target.repository.rpartition("/")
    return reading[key].of(target.registry, organization, name, target.tag or _UNTAGGED)


def _fields(
    spans: ReferenceSpans,
    contributions: Sequence[Contribution],
    image: TracedImage,
    writing: _Writing,
) -> Fields:
    """The values that decide an image with the keys that write them; () where a key is missing.

    What stays as it is may be left out, for the proof has left it, too: a value that is no part,
    that an anchor feeds to other places, or that is in a sub-chart's file alone. In an image
    that is at its target already nothing changes, so there every value of its address counts. A
    digest is emptied by the edit.
    """
    found: dict[str, tuple[str, ...]] = {}
    for contribution in sorted(contributions, key=lambda each: each.start):
        if spans.digest is not None and contribution.start >= spans.digest[0]:
            continue
        change = writing.changes.get(contribution.leaf)
        is_there = change is not None or contribution.leaf.chart.is_root
        is_needed = change is not None or (
            image.status is ImageStatus.UNCHANGED and contribution.start < spans.location
        )
        key = writing.key_for(contribution, spans) if is_there else None
        paths = tuple(map(_written, contribution.leaf.paths))
        if change is None and len(paths) > 1:
            key = None
        if key is not None and key not in found and all(paths):
            found[key] = paths
        elif is_needed:
            return ()
    return tuple(found.items())


def _written(path: Path) -> str:
    """A path as the mapping has it; "" where the guide does not say how: lists, dots in keys."""
    text = dotted(path)
    return text if text == ".".join(map(str, path)) and _is_plain(path) else ""


def _is_plain(path: Path) -> bool:
    return all(isinstance(part, str) and part and "." not in part for part in path)


def _one_path_each(fields: Fields) -> Iterator[dict[str, str]]:
    """The fields with their first paths, then what an anchor feeds besides: an entry each."""
    for number in range(max((len(paths) for _key, paths in fields), default=0)):
        yield {key: paths[number] for key, paths in fields if number < len(paths)}
