"""Edits applied to a package, and which of them the engine gets with the chart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reviews.pipeline.core.findings import Edit
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.facts.read import open_package
from reviews.pipeline.package.helm import read_chart
from reviews.pipeline.rewrite import apply_edits

from .journey import CHART, pod, texts, tgz

FILES = {
    "demo/Chart.yaml": CHART,
    "demo/values.yaml": "image: docker.io/a/b:1\n",
    "demo/templates/app.yaml": pod("{{ .Values.image }}"),
    "other/values.yaml": "image: docker.io/a/b:1\n",
    "demo.yaml": "image: docker.io/a/b:1\n",
}
MOVED = Edit("demo/values.yaml", 7, 22, "docker.io/a/b:1", "swr.example.com/osc/b:1")


def test_a_file_outside_of_the_charts_root_is_written_and_not_rendered(tmp_path: Path) -> None:
    source = tmp_path / "demo.tgz"
    source.write_bytes(tgz(FILES))
    package = open_package(source, Limits())
    chart = read_chart(package.deploy, Limits())
    outside = [replace(MOVED, file=file) for file in ("other/values.yaml", "demo.yaml")]

    rewriting = apply_edits(package, [MOVED, *outside])
    rewriting.write(source, tmp_path / "rewritten.tgz")

    moved = "image: swr.example.com/osc/b:1\n"
    assert rewriting.by_archive(chart) == {"": {"demo/values.yaml": moved.encode()}}
    assert texts(tmp_path / "rewritten.tgz") == {
        **FILES,
        "demo/values.yaml": moved,
        "other/values.yaml": moved,
        "demo.yaml": moved,
    }
