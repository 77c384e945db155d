"""Prove the instance versions of a chart: render it with each tag, before and after the rewrite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..core.messages import Message, _
from ..package.osc import OscPackage
from ..rendering import ChartRejected
from ..tracing.experiment.renderer import ChartRenderer, Scenario, merged, nested
from ..tracing.instance_versions import InstanceImage, UnknownInstance, value_path_of
from ..tracing.model import ImageStatus

_MOST_RENDERED = 40
"""Instance versions are written by hand; of more than these the others stay unverified."""


def prove_instance_images(
    renderer: ChartRenderer, images: Sequence[InstanceImage], rewritten: bytes
) -> tuple[InstanceImage, ...]:
    """``images`` with what rendering their tags showed.

    The chart as it is, given the tag, must pull the new image in the place of the old one and
    otherwise the same; the archive ``rewritten`` must pull the new target. Where it does not, the
    image is unverified, and ``fault`` says why if the package is the reason.
    """
    proof = _Proof(renderer, rewritten)
    return tuple(
        proof.of(image) if index < _MOST_RENDERED else _unverified(image)
        for index, image in enumerate(images)
    )


def tried_instances(
    renderer: ChartRenderer, osc: OscPackage, unknown: Sequence[UnknownInstance]
) -> tuple[UnknownInstance, ...]:
    """``unknown`` with what rendering the chart with another of their tags showed."""
    return tuple(replace(each, fault=_tried(renderer, osc, each)) for each in unknown)


def _tried(renderer: ChartRenderer, osc: OscPackage, unknown: UnknownInstance) -> Message | None:
    path = value_path_of(osc, unknown.definition)
    value = osc.value_at(unknown.csd, unknown.definition.path)
    others = [tag for tag in unknown.definition.tags if value is None or tag != value.text]
    if unknown.definition.mode != "tag" or not path or not others:
        return None
    try:
        before, after = (
            Counter(use.image for use in renderer.observe(Scenario(values), budgeted=False).uses)
            for values in ({}, nested(path, others[0]))
        )
    except ChartRejected as error:
        return _("the chart does not render with it: %(words)s", words=error.words)
    return _changed(before - after, after - before)


@dataclass
class _Proof:
    renderer: ChartRenderer
    rewritten: bytes
    bases: dict[str, Counter[str]] = field(default_factory=dict)

    def of(self, image: InstanceImage) -> InstanceImage:
        if not image.value_path:
            return image
        shown = image.base.uses[0].scenario if image.base.uses else Scenario()
        try:
            base = self.bases.get(image.base.original) or self._pulled(shown)
            fault = _fault(image, base, self._pulled(_moved(shown, image)))
        except ChartRejected as error:
            words = _("the chart does not render with it: %(words)s", words=error.words)
            return _unverified(image, words)
        self.bases[image.base.original] = base
        if fault is not None:
            return _unverified(image, fault)
        is_proven = image.status is not ImageStatus.REDIRECTED or self._reaches(shown, image)
        return image if is_proven else _unverified(image)

    def _pulled(self, scenario: Scenario) -> Counter[str]:
        observation = self.renderer.observe(scenario, budgeted=False)
        return Counter(use.image for use in observation.uses)

    def _reaches(self, shown: Scenario, image: InstanceImage) -> bool:
        """Whether the rewritten chart pulls the target when it is moved to the tag."""
        moved = _moved(shown, image, image.target)
        try:
            (documents,) = self.renderer.rewritten(self.rewritten, [moved])
            uses = self.renderer.uses_in(documents.values())
        except ChartRejected:  # the proof of the rewrite reports it
            return False
        return any(use.image == image.target for use in uses)


def _moved(shown: Scenario, image: InstanceImage, address: str | None = None) -> Scenario:
    """The scenario that shows the instance's image, with what moves it to the tag."""
    given = nested(image.value_path, image.given(address or image.original))
    return replace(shown, values=merged(shown.values, given))


def _fault(image: InstanceImage, base: Counter[str], moved: Counter[str]) -> Message | None:
    """What the tag changes, where that is not exactly the image of the instance; else None."""
    gone, come = base - moved, moved - base
    if set(gone) == {image.base.original} and set(come) == {image.original}:
        return None
    return _changed(gone, come)


def _changed(gone: Counter[str], come: Counter[str]) -> Message:
    if not gone and not come:
        return _("no image changes with it")
    return _(
        "with it %(come)s is pulled in the place of %(gone)s",
        gone=tuple(sorted(gone)) or _("nothing"),
        come=tuple(sorted(come)) or _("nothing"),
    )


def _unverified(image: InstanceImage, fault: Message | None = None) -> InstanceImage:
    is_known = image.status in {ImageStatus.REDIRECTED, ImageStatus.UNCHANGED}
    status = ImageStatus.UNVERIFIED if is_known else image.status
    return replace(image, status=status, fault=fault)
