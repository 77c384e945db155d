"""What the proposed edits change in YAML: image parts, the guard and the source mark only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from .archives import Edit, content_at, spliced
from .judge import Json
from .scalars import changed_values
from .truth import Truth


@dataclass(frozen=True, slots=True)
class Foreign:
    """A changed scalar that no truth calls an image part; ``words`` when there is more to say."""

    file: str
    path: str
    words: str = ""

    @property
    def can_be_given(self) -> bool:
        """Whether it can be set by values: a scalar of the root values.yaml, in no list."""
        in_root = self.file.endswith("/values.yaml") and self.file.count("/") == 1
        return in_root and bool(self.path) and "[" not in self.path

    def __str__(self) -> str:
        return f"{self.file}: {self.path}{self.words}"


def proposed(report: Json) -> list[Edit]:
    """Every proposed edit once, in the report's order."""
    edits: list[Edit] = []
    for finding in report["findings"]:
        if finding["edit"] is not None and finding["edit"] not in edits:
            edits.append(finding["edit"])
    return edits


def foreign_scalars(original: bytes, edits: Sequence[Edit], truth: Truth) -> list[Foreign]:
    """Scalars that the edits change and that are no part of an image as far as is known."""
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit["file"], []).append(edit)
    foreign: list[Foreign] = []
    for file, mine in by_file.items():
        before = content_at(original, file) or b""
        try:
            changed = changed_values(before, spliced(before, mine))
        except yaml.YAMLError as error:
            foreign.append(Foreign(file, "", f"cannot be compared: {error}"))
            continue
        foreign.extend(
            Foreign(file, min(paths))
            for paths in changed
            if not any(_may_change(file, path, truth) for path in paths)
        )
    return foreign


def _may_change(file: str, path: str, truth: Truth) -> bool:
    """Image parts and the guard in the root values.yaml, the source mark in Chart.yaml."""
    if file.count("/") != 1:
        return False
    if file.endswith("/Chart.yaml"):
        return path.startswith("annotations")
    return file.endswith("/values.yaml") and path in truth.image_paths
