"""Images that documents spell in pieces, before and after the rewrite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..manifests.rendered_pieces import Piece
from ..manifests.workloads import Document, Pointer, Use
from ..tracing.experiment.renderer import ChartRenderer
from ..tracing.model import Trace
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


def led_astray(
    renderer: ChartRenderer,
    trace: Trace,
    uses: Iterable[Use],
    pointer: Pointer,
    document: Document,
) -> Iterator[tuple[Use, str]]:
    """The images in pieces, and the prefixes, that a change at ``pointer`` makes wrong.

    ``uses`` are those of the render before, ``document`` is what is rendered after. Each is given
    with what its pieces give now: for an image not its target, for a prefix not the place of one.
    """
    targets = {image.original: image.target for image in trace.images}
    places = {target.rpartition("/")[0] for target in targets.values()}
    for use in uses:
        is_here = (use.template, use.index) == (document.template, document.index)
        if not is_here or not any(_is_at(piece, pointer) for piece in use.pieces):
            continue
        now = renderer.string_of(use, document)
        if now is None or now == use.text:
            continue
        front = now if "/" in now.rpartition(":")[2] else now.rpartition(":")[0] or now
        is_right = front in places if use.is_prefix else now == targets.get(use.image)
        if not is_right:
            yield use, now


def _is_at(piece: Piece, pointer: Pointer) -> bool:
    whole = piece.pointer + piece.inner
    return whole[: len(pointer)] == pointer or (piece.inner != () and pointer == piece.pointer)
