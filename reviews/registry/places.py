"""Opening a target, and finding the place of a reference in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..pipeline import ImageReference, NotAReference
from ..pipeline.core.messages import _
from .client import Registry
from .errors import Unsuitable
from .layout import Layout
from .patience import Patience
from .store import Store
from .target import LayoutTarget, Target


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reference lies: the repository, and its tag or digest."""

    reference: str
    repository: str
    name: str

    @property
    def is_digest(self) -> bool:
        return ":" in self.name


@contextmanager
def opened(target: Target | LayoutTarget, patience: Patience) -> Iterator[Store]:
    """The place for images that ``target`` describes."""
    store: Store
    if isinstance(target, LayoutTarget):
        store = Layout(target, patience)
    else:
        store = Registry(target, patience)
    try:
        yield store
    finally:
        store.close()


def place_of(store: Store, reference: str) -> Place | None:
    """Where ``reference`` lies in ``store``; None where it is of another registry.

    A digest goes before a tag, as clusters have it. Raises ``Unsuitable`` for no reference.
    """
    try:
        parts = ImageReference.parse(reference)
    except NotAReference as wrong:
        raise Unsuitable(wrong.words) from None
    repository = store.repository_of(parts.registry, parts.repository)
    if repository is None:
        return None
    return Place(reference, repository, parts.digest or parts.tag or "latest")


def required_place(store: Store, reference: str) -> Place:
    """As ``place_of``. Raises ``Unsuitable`` also for a reference of another registry."""
    place = place_of(store, reference)
    if place is None:
        raise Unsuitable(
            _(
                "“%(reference)s” does not belong to the registry %(registry)s of the target.",
                reference=reference,
                registry=store.registry,
            )
        )
    return place
