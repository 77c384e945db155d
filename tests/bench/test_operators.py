"""The bench for operators sees what it must see: planted faults are found."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from reviews.pipeline.checks.examples.operators import operator_package
from tests.pipeline.operators import plain_csv

from .operators import _judge, _unintended, measure_operator, operator_figures, operators_failed

CSV_FILE = "1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml"
IMAGE_PATH = "spec.install.spec.deployments[0].spec.template.spec.containers[0].image"
REF = {
    "file": CSV_FILE,
    "cls": "deployment.container",
    "path": IMAGE_PATH,
    "value": "quay.io/demo/demo-operator:1.0.0",
}


def measured(tmp_path: Path, refs: list[dict[str, str]]) -> dict[str, Any]:
    package, truth = tmp_path / "demo.zip", tmp_path / "demo.json"
    with zipfile.ZipFile(package, "w") as archive:
        for name, text in operator_package(csv=plain_csv()).files.items():
            archive.writestr(name, text)
    truth.write_text(json.dumps({"n_csv": 1, "refs": refs}), encoding="utf-8")
    return measure_operator(package, truth)


def test_a_good_operator_has_good_figures(tmp_path: Path) -> None:
    refs = [
        REF,
        {
            **REF,
            "cls": "alm-examples",
            "path": "metadata.annotations.alm-examples",
            "value": "quay.io/demo/demo:1.0.0",
        },
    ]

    figures = operator_figures([measured(tmp_path, refs)])

    seconds = figures.pop("seconds_per_csv")
    assert seconds["median"] == seconds["max"] > 0
    assert figures == {
        "operators": 1,
        "crashed": 0,
        "places": {"csv": {"redirected": 2}},
        "invented": 0,
        "image_edits": 2,
        "lines_per_place": 1.0,
        "outside_edits": 0,
        "exactly_as_intended": 1,
    }
    assert not operators_failed(figures)


def test_what_is_not_said_and_what_the_truth_knows_not_is_counted(tmp_path: Path) -> None:
    figures = operator_figures([measured(tmp_path, [{**REF, "path": "spec.x", "value": "a/b:1"}])])

    assert (figures["places"], figures["invented"]) == ({"csv": {"left": 1}}, 2)


def test_a_crash_is_a_line_of_the_table(tmp_path: Path) -> None:
    package, truth = tmp_path / "demo.zip", tmp_path / "demo.json"
    package.write_bytes(b"")
    truth.write_text('{"n_csv": 1, "refs": []}', encoding="utf-8")

    record = measure_operator(package, truth)

    assert (record["outcome"], operators_failed(operator_figures([record]))) == ("crashed", True)


REPORT = {
    "findings": [],
    "images": [{"original": "a/b:1", "target": "s/o/b:1", "status": "redirected"}],
}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("x: a/b:1\n", "x: s/o/b:1\n", []),
        ("x: see a/b:1, a/b:1\n", "x: see s/o/b:1, s/o/b:1\n", []),
        ("x: a/b:1.2\n", "x: s/o/b:1.2\n", ["f.yaml#0.x"]),
        ("x: a/b:1\ny: 1\n", "x: s/o/b:1\ny: 2\n", ["f.yaml#0.y"]),
        ("x: a/b:1\n", "x: s/o/b:1\n---\ny: 1\n", ["f.yaml"]),
        ("metadata: {annotations: {}}\n", "metadata: {annotations: {source: ISV}}\n", []),
    ],
)
def test_every_difference_that_nobody_intended_is_found(
    before: str, after: str, found: list[str]
) -> None:
    assert (
        list(_unintended(REPORT, {"f.yaml": before.encode()}, {"f.yaml": after.encode()})) == found
    )


def test_a_member_that_changes_without_an_edit_is_found() -> None:
    judged = _judge(REPORT, {"refs": []}, {"a": b"1\n", "b": b"2\n"}, {"a": b"1\n", "b": b"3\n"})

    assert (judged["outside_edits"], judged["lines"]) == (["b"], 1)
