"""The source annotation: added once, replaced in place, and never guessed at."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import CHART, bare_chart

from ..boxes import examined

HEAD = "apiVersion: v2\nname: demo\nversion: 1.0.0\n"
MARK_RULES = {f"OSC-ANN-00{number}" for number in (1, 2, 3, 4)}


@pytest.mark.parametrize(
    ("before", "rule", "after"),
    [
        (HEAD + "annotations:\n", "OSC-ANN-001", HEAD + "annotations:\n  source: ISV\n"),
        (HEAD + "annotations: {}\n", "OSC-ANN-001", HEAD + "annotations:\n  source: ISV\n"),
        (
            HEAD + "annotations:\n  source: ''\n",
            "OSC-ANN-001",
            HEAD + "annotations:\n  source: 'ISV'\n",
        ),
        (
            HEAD.replace("\n", "\r\n"),
            "OSC-ANN-001",
            (HEAD + "annotations:\n  source: ISV\n").replace("\n", "\r\n"),
        ),
        (
            HEAD + "annotations:\n    # ours\n    category: Database\n",
            "OSC-ANN-001",
            HEAD + "annotations:\n    # ours\n    source: ISV\n    category: Database\n",
        ),
        (
            HEAD + "annotations: {source: true}\n",
            "OSC-ANN-002",
            HEAD + "annotations: {source: ISV}\n",
        ),
        (
            CHART + "  source: OpenSource\n",
            "OSC-ANN-003",
            CHART + "  source: ISV\n",
        ),
    ],
)
def test_the_annotation_is_fixed_by_one_rule_and_one_edit(
    before: str, rule: str, after: str, tmp_path: Path
) -> None:
    examination = examined(bare_chart(metadata=before), tmp_path)

    marks = [each for each in examination.report.findings if each.rule in MARK_RULES]
    assert [(each.rule, each.edit is not None) for each in marks] == [(rule, True)]
    assert [file.after.decode() for file in examination.rewriting.files] == [after]


@pytest.mark.parametrize(
    ("metadata", "rule", "help_"),
    [
        (
            HEAD + "home: &h OpenSource\nannotations: {source: *h}\n",
            "OSC-ANN-003",
            "Write ISV out here: the value is shared with other places by an anchor (&).",
        ),
        (
            HEAD + "annotations: {source: {a: b}}\n",
            "OSC-ANN-002",
            "Write “source: ISV” in its place.",
        ),
    ],
)
def test_what_cannot_be_edited_safely_is_reported_in_words(
    metadata: str, rule: str, help_: str, tmp_path: Path
) -> None:
    found = examined(bare_chart(metadata=metadata), tmp_path).report.findings

    marks = [each for each in found if each.rule in MARK_RULES]
    assert [(each.rule, str(each.help), each.edit) for each in marks] == [(rule, help_, None)]
