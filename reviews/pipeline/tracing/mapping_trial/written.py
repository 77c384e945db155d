"""What ``images/mapping.yaml`` would write, and which images it speaks of.

The platform writes parts of an image's new address to the values that the mapping names. Which
part a key stands for is set by a reading (``Policy.mapping_readings``); whether the images then
render as they must is found out by ``trial``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ...core.address_parts import ADDRESS_KEYS, Reading
from ...core.policy import Policy
from ...manifests.references import ImageReference
from ...mapping.entries import ImageMapping, MappingEntry
from ...mapping.parts import Part
from ...mapping.value_paths import plain_path
from ...package.helm import Chart
from ...yaml.nodes import Scalar, target_of
from ...yaml.source import Path, dotted
from ..experiment.uses import TracedUse
from ..model import Trace, TracedImage
from ..redirect.targets import target_address

__all__ = [
    "Address",
    "Fault",
    "addresses_of",
    "entry_of",
    "goal_of",
    "idle_entries",
    "paths_of",
    "plain_path",
    "unspoken_by_name",
    "written_by",
    "written_by_entry",
]


class Fault(StrEnum):
    """Why the platform cannot write to the value that an address names."""

    NO_TEXT = "no text"
    """The address itself is no text."""
    NOWHERE = "nowhere"
    """No values.yaml has such a value."""
    NO_SCALAR = "no scalar"
    """There is a map or a list."""
    SUBCHART_ONLY = "sub-chart only"
    """Only a sub-chart's values.yaml has it, and no edit of ours inserts it into the root's."""


@dataclass(frozen=True)
class Address:
    """One key below ``address`` of one entry, with the value that it names.

    ``path`` is () where the address is no text. ``fault`` says why nothing can be written.
    """

    entry: MappingEntry
    key: str
    part: Part
    path: Path
    fault: Fault | None

    @property
    def is_dead(self) -> bool:
        """Whether nothing can come of it, wherever the platform writes."""
        return self.fault is not None and self.fault is not Fault.SUBCHART_ONLY


def addresses_of(
    mapping: ImageMapping, chart: Chart, trace: Trace, leaves: Collection[Path]
) -> list[Address]:
    """Every address that a known key gives, in the order of the file.

    ``leaves`` are the paths of the chart's values in force.
    """
    inserted = {
        path for change in trace.changes if change.is_override for path in change.leaf.paths
    }
    return [
        _looked_up(entry, key, part, chart, leaves, inserted)
        for entry in mapping.entries
        for key, part in entry.address_parts.items()
        if key in ADDRESS_KEYS
    ]


def _looked_up(
    entry: MappingEntry,
    key: str,
    part: Part,
    chart: Chart,
    leaves: Collection[Path],
    inserted: Collection[Path],
) -> Address:
    path = entry.value_paths.get(key)
    if path is None:
        return Address(entry, key, part, (), Fault.NO_TEXT)
    fault = _fault(path, chart, leaves)
    if fault is Fault.SUBCHART_ONLY and path in inserted:
        fault = None
    return Address(entry, key, part, path, fault)


def _fault(path: Path, chart: Chart, leaves: Collection[Path]) -> Fault | None:
    """Why nothing can be written at ``path`` of the root's values.yaml."""
    nodes = chart.values.nodes_along(path) if chart.values is not None else []
    if len(nodes) == len(path) + 1:
        return None if isinstance(target_of(nodes[-1]), Scalar) else Fault.NO_SCALAR
    return Fault.SUBCHART_ONLY if path in leaves else Fault.NOWHERE


def paths_of(use: TracedUse) -> frozenset[str]:
    """The dotted paths of all values that provide a part of ``use``."""
    return frozenset(
        dotted(path) for contribution in use.contributions for path in contribution.leaf.paths
    )


def entry_of(mapping: ImageMapping, image: TracedImage) -> MappingEntry | None:
    """The entry that speaks of ``image``."""
    spans = image.uses[0].spans
    if spans is None:
        return None
    paths = {path for use in image.uses for path in paths_of(use)}
    return mapping.entry_for(paths, spans.reference.name)


def idle_entries(mapping: ImageMapping, trace: Trace) -> list[MappingEntry]:
    """The entries with paths that speak of no image which was seen.

    Where several values name one image, here and there, an entry for each speaks of it.
    """
    used = {entry_of(mapping, image) for image in trace.images}
    known = {path for image in trace.images for use in image.uses for path in paths_of(use)}
    return [
        each
        for each in mapping.entries
        if each.addresses and each not in used and known.isdisjoint(each.naming_paths)
    ]


def unspoken_by_name(mapping: ImageMapping, trace: Trace) -> dict[str, list[TracedImage]]:
    """The images that no entry speaks of, by the last segments of their names."""
    found: dict[str, list[TracedImage]] = {}
    for image in trace.images:
        spans = image.uses[0].spans
        if spans is not None and entry_of(mapping, image) is None:
            found.setdefault(spans.reference.name, []).append(image)
    return found


def goal_of(
    entry: MappingEntry, policy: Policy, reference: ImageReference | None = None
) -> ImageReference:
    """Where the platform keeps what ``entry`` ships, in the place of ``reference`` as it is now.

    Without a ``reference`` the entry alone decides. It is what ``targets.target_of`` says.
    """
    name, tag = entry.pushed_name, entry.pushed_tag
    if reference is None:
        reference = ImageReference("", entry.name, tag)
    return target_address(
        reference,
        policy.registry,
        policy.organization,
        name=name or None,
        tag=(tag or None) if reference.tag else None,
    )


def written_by_entry(
    entry: MappingEntry, goal: ImageReference, policy: Policy, reading: Reading
) -> Iterator[tuple[Path, str]]:
    """What ``entry`` writes where, under ``reading``.

    ``goal`` is where the platform keeps the image. Keys that ``reading`` does not know and
    addresses that are no text write nothing.
    """
    name = goal.repository.removeprefix(f"{policy.organization}/")
    tag = entry.pushed_tag or goal.tag
    for key, path in entry.value_paths.items():
        if key in reading:
            yield path, reading[key].of(policy.registry, policy.organization, name, tag)


def written_by(
    mapping: ImageMapping,
    policy: Policy,
    reading: Reading,
    goals: Mapping[MappingEntry, ImageReference] | None = None,
) -> dict[Path, str]:
    """What all entries together write where; of two texts for one value the later wins.

    ``goals`` gives where entries lead whose images were seen; it matters only for
    entries without a name or tag of their own.
    """
    written: dict[Path, str] = {}
    for entry in mapping.entries:
        goal = (goals or {}).get(entry) or goal_of(entry, policy)
        written |= dict(written_by_entry(entry, goal, policy, reading))
    return written
