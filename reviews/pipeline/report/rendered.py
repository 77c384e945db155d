"""What of the rendered manifests the edits change: each document before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA = "osc-portal/rendered/1"


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """One resource that renders differently after the edits.

    ``template`` is the address of the file that renders it. ``shown_by`` names the settings
    without which it does not appear, () for the default ones. Data of Secrets is hashed.
    """

    template: str
    kind: str
    name: str
    before: str
    after: str
    shown_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RenderedChanges:
    """All such documents, in the order in which they render; ``left_out`` more are not kept."""

    documents: tuple[RenderedDocument, ...] = ()
    left_out: int = 0


def dump_rendered(changes: RenderedChanges) -> dict[str, Any]:
    """The changes as JSON-ready data; ``load_rendered`` takes it back."""
    return {
        "schema": SCHEMA,
        "left_out": changes.left_out,
        "documents": [
            {
                "template": each.template,
                "kind": each.kind,
                "name": each.name,
                "before": each.before,
                "after": each.after,
                "shown_by": list(each.shown_by),
            }
            for each in changes.documents
        ],
    }


def load_rendered(data: Mapping[str, Any]) -> RenderedChanges:
    """The changes that ``data`` was dumped of. ValueError: it is of another schema."""
    if data["schema"] != SCHEMA:
        raise ValueError(f"rendered documents of schema {data['schema']!r} cannot be read")
    return RenderedChanges(
        tuple(
            RenderedDocument(**(each | {"shown_by": tuple(each["shown_by"])}))
            for each in data["documents"]
        ),
        data["left_out"],
    )
