"""Small operators of our own, taken through the whole journey."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reviews.pipeline.checks.examples.charts import Example
from reviews.pipeline.checks.examples.operators import CSV, CSV_FILE, OURS, operator_package
from reviews.pipeline.core.findings import Finding
from reviews.pipeline.core.policy import Policy
from reviews.pipeline.examination.run import examine
from reviews.pipeline.report.model import Report

from .checks.boxes import written

POLICY = Policy(registry="swr.example.com", organization="osc")
TARGET = "swr.example.com/osc"
CSV_ADDRESS = f"demo/{CSV_FILE}"
OPERATOR_IMAGE = f"{OURS}/demo-operator:1.0.0"
INSTANCE_IMAGE = f"{OURS}/demo:1.0.0"


@dataclass(frozen=True)
class Outcome:
    """What became of one operator: the report, and every file that the edits change."""

    report: Report
    changed: dict[str, str]

    @property
    def csv(self) -> str:
        """The rewritten CSV."""
        return self.changed[CSV_ADDRESS]

    @property
    def images(self) -> dict[tuple[str, str], str | None]:
        """Each original with its status, and the target."""
        return {(image.original, image.status.value): image.target for image in self.report.images}

    def of(self, rule: str) -> list[Finding]:
        """What this rule found."""
        return [each for each in self.report.findings if each.rule == rule]

    def reported(self, rule: str) -> list[tuple[int | None, str]]:
        """Line and words of what this rule found."""
        return [(each.place.line, str(each.message)) for each in self.of(rule)]


def plain_csv() -> str:
    """A CSV in order whose images come from elsewhere: one operator's, one instance's."""
    return CSV.replace(OPERATOR_IMAGE, "quay.io/demo/demo-operator:1.0.0").replace(
        INSTANCE_IMAGE, "quay.io/demo/demo:1.0.0"
    )


def rewritten(csv: str, pairs: Mapping[str, str]) -> str:
    """``csv`` with texts replaced: what the journey must make of it, to the byte."""
    for old, new in pairs.items():
        assert csv.count(old) == 1, old
        csv = csv.replace(old, new)
    return csv


def examine_operator(tmp_path: Path, csv: str, **more: str) -> Outcome:
    """Examine an operator with this CSV, write it rewritten, read it back.

    ``more`` are further files: their names with ``__`` for a slash and ``_DOT_`` for a dot.
    """
    files = {name.replace("__", "/").replace("_DOT_", "."): text for name, text in more.items()}
    return examine_example(tmp_path, operator_package(csv=csv, more=files))


def examine_example(tmp_path: Path, example: Example, policy: Policy = POLICY) -> Outcome:
    """Examine ``example``, a bare operator, write it rewritten, read it back."""
    source = written(example, tmp_path)
    examination = examine(source, policy)
    target = tmp_path / "rewritten.zip"
    examination.write(target)
    with zipfile.ZipFile(target) as archive:
        after = {name: archive.read(name).decode() for name in archive.namelist()}
    assert after.keys() == example.files.keys()
    changed = {name: text for name, text in after.items() if text != example.files[name]}
    return Outcome(examination.report, changed)
