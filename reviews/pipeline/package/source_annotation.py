"""Where a package says whose it is: ``source: ISV``.

Source: the packaging guide for charts and operators, the OSC format's own pages for
``metadata.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..core.findings import DONE_ON_APPROVAL, Place, Problem
from ..core.messages import Message, _
from ..yaml.edit import CannotEdit, replace
from ..yaml.source import Path, YamlSource, dotted, place_of
from .helm import Chart
from .operator import SOURCE_ANNOTATION, Operator
from .osc import OscPackage

ISV = "ISV"
WORDS = (ISV, "OpenSource", "HuaweiProvided")
"""What the platform knows."""
SOURCE_SET = "source-mark"
"""The change set of its edits."""


@dataclass(frozen=True)
class SourceAnnotation:
    """One document that must say it, and the path at which it does."""

    source: YamlSource
    path: Path

    @property
    def names(self) -> dict[str, str]:
        """The file's own name and the dotted path, for messages."""
        return {"name": PurePosixPath(self.source.file).name, "path": dotted(self.path)}


def corrected(annotation: SourceAnnotation, message: Message) -> Problem:
    """The problem that ``annotation`` says something else, with the edit that makes it say ISV."""
    leaf = annotation.source.leaf_at(annotation.path)
    if leaf is None:
        return Problem(
            message,
            _("Write “source: ISV” in its place."),
            place_of(annotation.source, annotation.path),
        )
    place = Place(annotation.source.file, leaf.line, leaf.column)
    if leaf.aliased_by:
        help_ = _("Write ISV out here: the value is shared with other places by an anchor (&).")
        return Problem(message, help_, place)
    try:
        edit = replace(annotation.source, leaf, ISV)
    except CannotEdit as error:
        return Problem(message, error.reason, place)
    return Problem(message, DONE_ON_APPROVAL, place, change_set=SOURCE_SET, edit=edit)


def source_annotations(
    chart: Chart | None, operator: Operator | None, osc: OscPackage | None
) -> Iterator[SourceAnnotation]:
    """The documents of a package that must say whose it is."""
    if osc is not None:
        if metadata := osc.sources.get("metadata.yaml"):
            yield SourceAnnotation(metadata, ("source",))
    elif chart is not None:
        if chart.metadata is not None:
            yield SourceAnnotation(chart.metadata, ("annotations", "source"))
    elif operator is not None:
        for csv in operator.csvs:
            yield SourceAnnotation(csv.source, SOURCE_ANNOTATION)
