from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .__main__ import main
from .boxes import CHART, POD, VALUES, chart
from .chart import _moving_no_image
from .edited import Foreign, foreign_scalars
from .table import has_failed, summary
from .truth import Truth, read_truth

CRASHED = {"chart": "a.tgz", "has_subcharts": False, "outcome": "crashed", "words": "boom"}


def true(container: str, place: str, value: str, verdict: str, *paths: str) -> dict[str, Any]:
    return {
        "template": "demo/templates/pod.yaml",
        "kind": "Pod",
        "cname": container,
        "path": place,
        "value": value,
        "state": "default",
        "verdict": verdict,
        "controls": [{"path": path} for path in paths],
    }


TRUTH: dict[str, Any] = {
    "render": {"base_values": {}},
    "subcharts": [],
    "deps": [],
    "flags": {"not_in_all": []},
    "container_images": [
        true(
            "demo-app",
            "spec.containers[0].image",
            "docker.io/acme/web:1.0",
            "controlled",
            "image.registry",
            "image.repository",
        ),
        true("wait", "spec.initContainers[0].image", "busybox:1.36", "hard-coded"),
    ],
    "other_images": [],
    "static_literals": [
        {"file": "templates/pod.yaml", "line": 8, "text": "image: busybox:1.36"},
    ],
    "undeclared_controls_all": [],
    "image_leaves_never_seen": [],
    "controlling_leaves": {"image.tag": {}},
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for folder in ("charts", "truth/charts"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "charts/acme__demo-1.0.0.tgz").write_bytes(chart())
    (tmp_path / "truth/charts/acme__demo-1.0.0.json").write_text(json.dumps(TRUTH))
    return tmp_path


def test_a_chart_goes_over_the_bench(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = corpus / "bench.json"
    assert main(["--corpus", str(corpus), "--json", str(out), "--repeat", "1"]) == 0
    figures = json.loads(out.read_text())["summary"]
    assert figures["outcomes"] == {"examined": 1}
    assert figures["images"]["no sub-charts, default"] == {
        "controlled": {"redirected": 1, "rendered again": 1},
        "hard-coded": {"hardcoded": 1, "rendered again": 0},
    }
    assert figures["hard_coded"] == {"found": 1}
    assert [figures[name] for name in ("foreign_scalars", "wrongly_changed")] == [0, 0]
    names = ("ratio", "whole_ratio", "whole", "mebibytes")
    assert [figures[name]["median"] > 0 for name in names] == [True] * 4
    assert "bytes changed outside edits     0" in capsys.readouterr().out


def test_a_folder_without_charts_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--corpus", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"no chart and no operator like * in {tmp_path}\n"


def test_a_crash_a_hang_and_a_refusal_are_distinguished() -> None:
    hung, refused = CRASHED | {"outcome": "hung"}, CRASHED | {"outcome": "refused"}
    assert [has_failed(summary([record])) for record in (CRASHED, hung, refused)] == [
        True,
        True,
        False,
    ]


def foreign(archive: bytes, edits: list[dict[str, Any]], truth: Truth) -> list[str]:
    return [str(each) for each in foreign_scalars(archive, edits, truth)]


def test_only_image_parts_the_guard_and_the_mark_may_be_edited(corpus: Path) -> None:
    truth = read_truth(corpus / "truth/charts/acme__demo-1.0.0.json")
    values = VALUES.encode()

    def appended(file: str, size: int, text: str) -> dict[str, Any]:
        return {"file": file, "start": size, "end": size, "before": "", "after": text}

    guard = "global:\n  security:\n    allowInsecureImages: true\n"
    mark = len(CHART.encode())
    edits = [
        appended("demo/values.yaml", len(values), guard),
        appended("demo/Chart.yaml", mark, "annotations:\n  source: ISV\n"),
    ]
    assert foreign(chart(), edits, truth) == []
    (words,) = foreign(chart(), [appended("demo/values.yaml", len(values), "a: b: c\n")], truth)
    assert words.startswith("demo/values.yaml: cannot be compared: mapping values are not allowed")
    edits = [
        appended("demo/values.yaml", len(values), "replicas: 2\n"),
        appended("demo/Chart.yaml", mark, "icon: x\n"),
        appended("demo/templates/x/values.yaml", 0, "image: x\n"),
    ]
    assert foreign(chart(), edits, truth) == [
        "demo/values.yaml: replicas",
        "demo/Chart.yaml: icon",
        "demo/templates/x/values.yaml: image",
    ]


def test_a_value_that_moves_an_image_is_an_image_part_whatever_the_truth_says(
    tmp_path: Path,
) -> None:
    path = tmp_path / "demo.tgz"
    sidecar = POD + "      env: [{name: SIDECAR, value: 'acme/{{ .Values.sidecar }}:1'}]\n"
    path.write_bytes(chart(values=VALUES + "replicas: 1\nsidecar: s\n", pod=sidecar))
    changed = [
        Foreign("demo/values.yaml", "image.tag"),
        Foreign("demo/values.yaml", "sidecar"),
        Foreign("demo/values.yaml", "replicas"),
        Foreign("demo/Chart.yaml", "icon"),
    ]
    assert _moving_no_image(path, changed, [{}]) == [
        "demo/values.yaml: replicas",
        "demo/Chart.yaml: icon",
    ]
