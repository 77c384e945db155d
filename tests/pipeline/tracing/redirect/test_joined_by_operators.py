"""What the program of an operator joins at run time is in the report, with the pieces known."""

from __future__ import annotations

from pathlib import Path

from reviews.pipeline.checks.examples.operators import CSV, operator_package
from reviews.pipeline.examination.run import examine

from ...journey import POLICY


def test_a_registry_in_the_environment_is_completed_at_run_time(tmp_path: Path) -> None:
    lines = CSV.splitlines(keepends=True)
    (at,) = [number for number, line in enumerate(lines) if line.lstrip().startswith("image: ")]
    indent = " " * (len(lines[at]) - len(lines[at].lstrip()))
    lines.insert(at + 1, f"{indent}env: [{{name: IMAGE_REGISTRY, value: quay.io/team}}]\n")
    for name, content in operator_package(csv="".join(lines)).files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")

    report = examine(tmp_path / "demo", POLICY).report

    assert {
        image.original: image.completed_at_runtime
        for image in report.images
        if image.completed_at_runtime is not None
    } == {"quay.io/team": {"registry": "quay.io/team"}}
    assert [each.rule for each in report.findings if each.rule == "PORTAL-013"] == []
