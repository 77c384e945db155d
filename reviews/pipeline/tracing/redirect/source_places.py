"""Where in a values file the part of an image is written."""

from __future__ import annotations

from ..experiment.markers import Contribution


def written_at(contribution: Contribution) -> tuple[int, int]:
    """Line and column of the part: in a block of text its own, else those of the value."""
    leaf, source = contribution.leaf.leaf, contribution.leaf.source
    if leaf.style != "literal" or contribution.fills:
        return leaf.line, leaf.column
    above = contribution.text[: contribution.leaf_start].split("\n")
    number = leaf.line + len(above) - 1
    lines = source.data.decode("utf-8", "replace").split("\n")
    written = lines[number].rstrip("\r") if number < len(lines) else ""
    own = contribution.text.split("\n")[len(above) - 1]
    indent = len(written) - len(own)
    if not written.endswith(own) or written[:indent].strip():
        return leaf.line, leaf.column
    return number + 1, indent + len(above[-1]) + 1
