"""Why a chart does not render: reported once, with the place, and never as an internal error."""

from __future__ import annotations

from pathlib import Path

from reviews.pipeline.checks.examples.charts import CHART, Example, bare_chart, pod
from reviews.pipeline.core.policy import Limits, Policy

from ..boxes import examined, reported

HOSTNAME = '  hostname: {{ required "give one" .Values.hostname }}\n'


def places(example: Example, folder: Path) -> list[tuple[str, str | None, int | None]]:
    return [
        (each.rule, each.place.file, each.place.line)
        for each in examined(example, folder).report.findings
    ]


def test_a_fault_that_lint_reports_too_is_one_finding(tmp_path: Path) -> None:
    assert places(bare_chart(template="a: {{ nosuch }}\n"), tmp_path) == [
        ("OSC-HELM-005", "demo/templates/pod.yaml", 1)
    ]


def test_the_place_is_that_of_the_innermost_include(tmp_path: Path) -> None:
    example = bare_chart(
        template=pod() + '  hostname: {{ include "host" . }}\n',
        more={"templates/_host.tpl": '{{ define "host" }}\n{{ .Values.a.b.c }}\n{{ end }}\n'},
    )

    assert places(example, tmp_path) == [("OSC-HELM-005", "demo/templates/_host.tpl", 2)]


def test_a_template_of_a_sub_chart_is_found_under_its_own_name(tmp_path: Path) -> None:
    example = bare_chart(
        metadata=CHART + "dependencies:\n- {name: store, version: 1.0.0, alias: db}\n",
        more={
            "charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
            "charts/store/templates/pod.yaml": pod().replace("demo", "store") + HOSTNAME,
        },
    )

    assert places(example, tmp_path) == [
        ("OSC-HELM-005", "demo/charts/store/templates/pod.yaml", 7)
    ]


def test_a_file_that_does_not_parse_is_the_one_finding(tmp_path: Path) -> None:
    assert places(bare_chart("a: [\n"), tmp_path) == [("OSC-YAML-001", "demo/values.yaml", 2)]


def test_values_that_the_schema_refuses_are_one_finding(tmp_path: Path) -> None:
    schema = '{"properties": {"a": {"type": "string"}}}'

    assert places(bare_chart("a: 1\n", more={"values.schema.json": schema}), tmp_path) == [
        ("OSC-HELM-006", "demo/values.yaml", 1)
    ]


def test_a_chart_that_never_ends_is_reported_with_the_limit(tmp_path: Path) -> None:
    endless = bare_chart(
        template="{{ range until 30000 }}{{ range until 30000 }}{{ end }}{{ end }}\n"
    )
    policy = Policy(limits=Limits(render_seconds=1.0))

    report = examined(endless, tmp_path, policy).report

    assert [(each.rule, each.severity.value, str(each.message)) for each in report.findings] == [
        (
            "OSC-HELM-005",
            "error",
            (
                "Rendering did not finish within 1 seconds and was stopped, so no image could be"
                " traced."
            ),
        )
    ]


def test_a_chart_that_eats_all_memory_is_reported_with_the_limit(tmp_path: Path) -> None:
    greedy = bare_chart(template='{{ $x := repeat 2000000000 "x" }}{{ len $x }}\n')

    assert reported(greedy, tmp_path, "OSC-HELM-005") == [
        (
            "error",
            (
                "Rendering needed more than 512 MiB of memory and was stopped, so no image could be"
                " traced."
            ),
        )
    ]


def test_the_words_of_the_engine_are_no_template_of_ours(tmp_path: Path) -> None:
    example = bare_chart(template='{{ fail "100% %(words)s" }}\n')

    assert reported(example, tmp_path, "OSC-HELM-005") == [
        (
            "error",
            (
                "The chart does not render, so no image could be proven: execution error at"
                " (demo/templates/pod.yaml:1:3): 100% %(words)s"
            ),
        )
    ]
