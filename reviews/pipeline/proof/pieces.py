"""Images that documents spell in pieces, before and after the rewrite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..manifests.workloads import Pointer, Use
from ..tracing.experiment.renderer import ChartRenderer
from .differences import differences

# What differs in a document: where, and the text before and after.
Difference = tuple[Pointer, Any, Any]


def beside_pieces(
    renderer: ChartRenderer, found: Iterable[Difference], uses: Iterable[Use]
) -> Iterator[Difference]:
    """The differences that are none of the pieces of ``uses``, which all became what they should.

    A text that holds pieces is compared as the YAML that it is.
    """
    places = {(piece.pointer, piece.inner) for use in uses for piece in use.pieces}
    texts = {pointer for pointer, inner in places if inner}
    for pointer, was, now in found:
        if (pointer, ()) in places:
            continue
        if pointer in texts and isinstance(was, str) and isinstance(now, str):
            inside = differences(renderer.data_in(was), renderer.data_in(now))
            left = [each for each in inside if (pointer, each[0]) not in places]
            for inner, old, new in left:
                yield (*pointer, *inner), old, new
            continue
        yield pointer, was, now
