"""Where two renders of one chart differ, field by field."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from ..manifests.workloads import Document, Pointer
from ..tracing.experiment.markers import CHECKSUM
from ..tracing.experiment.renderer import ChartRenderer, DocumentKey

# A field of what a template renders: the template's name and the field's place in a document.
Place = tuple[str, Pointer]

_ABSENT = object()


def differences(old: Any, new: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any, Any]]:
    """Every place at which two parsed documents differ, with both values.

    A value that is absent on one side is given as None there.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(new.keys() - old.keys())]:
            yield from differences(old.get(key, _ABSENT), new.get(key, _ABSENT), (*pointer, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (was, now) in enumerate(zip(old, new, strict=True)):
            yield from differences(was, now, (*pointer, index))
    elif old is not new and (type(old) is not type(new) or old != new):
        yield pointer, _present(old), _present(new)


def _present(value: Any) -> Any:
    return None if value is _ABSENT else value


def checksums(old: str, new: str) -> tuple[str, str]:
    """The first checksum that differs in two texts that differ by checksums only."""
    pairs = zip(CHECKSUM.findall(old), CHECKSUM.findall(new), strict=False)
    return next(((was, now) for was, now in pairs if was != now), (old, new))


def differing_places(
    renderer: ChartRenderer,
    before: Mapping[DocumentKey, Document],
    after: Mapping[DocumentKey, Document],
    templates: Container[str] | None = None,
) -> Iterator[tuple[Place, Any]]:
    """Every field that differs between two renders, with its value in ``after``.

    A document that does not parse is one field, ``()``, whose value is its text; one that is
    missing in ``after`` is left out. ``templates`` are those to look at, None for all.
    """
    for key, old in before.items():
        new = after.get(key)
        looked_at = templates is None or old.template in templates
        if new is None or not looked_at or new.text == old.text:
            continue
        was, now = renderer.data(old), renderer.data(new)
        if was is None and now is None:
            yield (old.template, ()), new.text
        for pointer, _was, value in differences(was, now):
            yield (old.template, pointer), value
