"""What is known of the images of one package, and what is planned for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..core.findings import Edit
from ..core.messages import Message
from ..manifests.downward import UnsetAnnotation
from ..manifests.image_places import ImagePlace
from ..package.chart_values import ValueLeaf
from .experiment.harm import Harm
from .experiment.reference_spans import ReferenceSpans
from .experiment.renderer import Observation, Scenario
from .experiment.uses import TracedUse


class ImageStatus(StrEnum):
    """What is known about where an image is pulled from once the edits are applied."""

    REDIRECTED = "redirected"
    """Equals its target in every scenario that was rendered, in every place where none is."""
    HARDCODED = "hardcoded"
    """Nothing decides a part that must change."""
    UNVERIFIED = "unverified"
    """Found, not proven."""
    UNCHANGED = "unchanged"
    """Was its target already."""
    EXTERNAL = "external"
    """On the administrators' list of images that customers pull from elsewhere."""


class SourceRole(StrEnum):
    """Which part of an image's address a piece of text decides."""

    REFERENCE = "reference"
    REGISTRY = "registry"
    REPOSITORY = "repository"
    TAG = "tag"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class ImageSource:
    """A piece of text that decides a part of an image.

    ``path`` is the dotted path of a value, None for a literal in a template. ``line`` and
    ``column`` are 1-based, columns in code points.
    """

    file: str
    path: str | None
    line: int
    column: int
    role: SourceRole


@dataclass(frozen=True)
class Collision:
    """Different originals that would share one target."""

    target: str
    originals: tuple[str, ...]


@dataclass(frozen=True)
class SharedValue:
    """A value that is left as it is, for its edit would do ``harms``.

    ``images`` are those that it decides and that nothing else redirects.
    """

    leaf: ValueLeaf
    images: tuple[str, ...]
    harms: tuple[Harm, ...]


@dataclass(frozen=True)
class TracedImage:
    """One original image with one status.

    ``original`` is exactly what the unmodified package renders. ``reason`` says in words
    why it is hard-coded or unverified. ``change_set`` names the edits that move it.
    """

    original: str
    target: str
    status: ImageStatus
    sources: tuple[ImageSource, ...]
    uses: tuple[TracedUse, ...]
    shown_by: tuple[str, ...]
    reason: Message | None = None
    change_set: str | None = None

    @property
    def spans(self) -> ReferenceSpans | None:
        """The parts of its address; None where it is none, or where no render showed it."""
        return self.uses[0].spans if self.uses else None

    @property
    def is_pulled(self) -> bool:
        """Whether a pod template names it."""
        return any(each.use.is_pulled for each in self.uses)


@dataclass(frozen=True)
class CompletedAtRuntime:
    """A registry, with or without an organisation, from which a program pulls images it knows.

    ``pieces`` are the parts that are given, by their role; ``after`` is what the edits make of
    ``prefix``: it stays what it is, or leads to the target. Of ``is_unrendered`` ones, in files
    that no engine renders, OSC-OPR-010 speaks.
    """

    prefix: str
    pieces: Mapping[str, str]
    sources: tuple[ImageSource, ...]
    uses: tuple[TracedUse, ...]
    shown_by: tuple[str, ...] = ()
    after: str = ""
    is_unrendered: bool = False


@dataclass(frozen=True)
class LeafChange:
    """One value that must become ``text`` so that ``images`` are redirected.

    ``is_override`` says that the value is a sub-chart's own, so that the edit inserts it into
    the root values.yaml, under the sub-chart's alias (OSC-HELM-011). Overrides that are
    inserted at one place share one edit.
    """

    leaf: ValueLeaf
    text: str
    images: tuple[str, ...]
    change_set: str
    edit: Edit
    is_override: bool = False


@dataclass(frozen=True)
class Replacement:
    """One whole reference, written in one place, that must become ``text``.

    What ``LeafChange`` is to charts, this is to packages that no engine renders. ``images`` are
    given where it is no whole reference, but a value that a sample instance sets again, or the
    piece of an image that ``role`` names.
    """

    place: ImagePlace
    text: str
    change_set: str
    edit: Edit
    images: tuple[str, ...] = ()
    role: SourceRole | None = None


@dataclass(frozen=True)
class Trace:
    """What is known of the images of one package, and what is planned for them.

    ``changes`` are the values of a chart that change; ``replacements`` the references of a
    package that no engine renders.

    ``completed`` are prefixes of images that programs complete, ``unset`` variables that read an
    annotation which no manifest sets.

    ``guard`` is the edit that switches Bitnami's image guard off, where the chart has it and
    it is on; ``guard_change_set`` names the change set it belongs to.
    """

    scenarios: tuple[tuple[Scenario, Observation], ...] = ()
    images: tuple[TracedImage, ...] = ()
    changes: tuple[LeafChange, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    guard: Edit | None = None
    guard_change_set: str | None = None
    collisions: tuple[Collision, ...] = ()
    completed: tuple[CompletedAtRuntime, ...] = ()
    unset: tuple[UnsetAnnotation, ...] = ()
    shared_values: tuple[SharedValue, ...] = ()
    unmarkable: tuple[ValueLeaf, ...] = ()
    unreached: tuple[tuple[str, Message], ...] = ()
