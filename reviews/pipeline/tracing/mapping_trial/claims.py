"""What ``images/mapping.yaml`` promises: which entry brings which image to which address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...core.policy import Policy
from ...manifests.references import ImageReference
from ...mapping.entries import ImageMapping, MappingEntry
from ...package.helm import Chart
from ...yaml.source import dotted
from ..experiment.uses import TracedUse
from ..model import ImageStatus, Trace, TracedImage
from .unseen import unseen_images
from .written import entry_of, goal_of, idle_entries

ByName = Mapping[str, Sequence[TracedImage]]
"""Images by the last segments of their names."""


@dataclass(frozen=True)
class Contradiction:
    """An image that the mapping speaks of, or is meant for, and does not bring to its address.

    ``rendered`` is what comes of it under the reading that is right for most, "" where it is not
    rendered at all any more; ``deciding`` are the paths of the values that decide the image.
    ``is_right_otherwise`` says that another reading brings this image to its address, and others
    elsewhere.
    """

    entry: MappingEntry
    original: str
    goal: str
    rendered: str
    deciding: tuple[str, ...]
    is_right_otherwise: bool = False


@dataclass(frozen=True)
class Claim:
    """That ``entry`` brings one use of ``image`` to ``goal``."""

    entry: MappingEntry
    image: TracedImage
    use: TracedUse
    goal: ImageReference

    @property
    def accepted(self) -> frozenset[str]:
        """The addresses at which the cluster finds it; a digest that stays is another matter."""
        address = f"{self.goal.registry}/{self.goal.repository}"
        tag = self.entry.pushed_tag or self.goal.tag
        kept = str(self.goal).partition("@")[0]
        return frozenset({kept, f"{address}:{tag}" if tag else address})

    def contradicted(self, rendered: str) -> Contradiction:
        deciding = tuple(
            dict.fromkeys(dotted(contribution.leaf.path) for contribution in self.use.contributions)
        )
        return Contradiction(self.entry, self.image.original, str(self.goal), rendered, deciding)


def entries_without_image(
    chart: Chart, mapping: ImageMapping, trace: Trace, unspoken: ByName
) -> list[MappingEntry]:
    """Entries that speak of no image seen, nor, as far as is known, of any other.

    Left out are those that name values whose image no render has shown, and those with the name
    of an image of which it is not known what decides it.
    """
    entries = idle_entries(mapping, trace)
    if not entries:
        return []
    unseen = {dotted(each.path) for each in unseen_images(chart, trace.images)}
    maps = {path.rpartition(".")[0] for path in unseen} - {""}
    unknown = {
        name
        for name, images in unspoken.items()
        if any(image.status is ImageStatus.UNVERIFIED for image in images)
    }
    return [
        entry
        for entry in entries
        if entry.name not in unknown
        and not any(
            path in unseen or path.rpartition(".")[0] in maps for path in entry.paths.values()
        )
    ]


def claims_of(
    mapping: ImageMapping,
    trace: Trace,
    policy: Policy,
    idle: Sequence[MappingEntry],
    unspoken: ByName,
) -> Iterator[Claim]:
    """What the mapping promises: for the images it speaks of, and for those it was meant for.

    An entry without an image of its own was meant for those of its name that no other speaks of
    and that are not where they belong anyway. Only images that values move are checked, where
    the engine renders them.
    """
    rendered = {scenario for scenario, _observation in trace.scenarios}
    moved = {ImageStatus.REDIRECTED, ImageStatus.UNCHANGED}
    pairs = [
        (entry, image)
        for image in trace.images
        if image.status in moved and (entry := entry_of(mapping, image))
    ]
    pairs += [
        (entry, image)
        for name, entry in {entry.name: entry for entry in reversed(idle)}.items()
        for image in unspoken.get(name, ())
        if image.status is ImageStatus.REDIRECTED
    ]
    for entry, image in pairs:
        for use in image.uses:
            if use.spans is not None and use.scenario in rendered:
                yield Claim(entry, image, use, goal_of(entry, policy, use.spans.reference))
