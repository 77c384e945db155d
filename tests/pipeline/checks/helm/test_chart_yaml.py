"""What Chart.yaml and its neighbours say, in cases that are easily missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import CHART, Example, bare_chart, pod, service_package

from ..boxes import examined, findings, reported


def rules(example: Example, folder: Path) -> list[tuple[str, str | None, int | None]]:
    return [
        (each.rule, each.place.file, each.place.line)
        for each in examined(example, folder).report.findings
    ]


def test_a_chart_in_order_has_no_finding(tmp_path: Path) -> None:
    assert rules(bare_chart(), tmp_path) == []


def test_a_full_width_colon_is_the_one_cause_of_all_that_is_missing(tmp_path: Path) -> None:
    example = bare_chart(metadata=CHART.replace("    email: ", "    email："))

    assert rules(example, tmp_path) == [("OSC-YAML-002", "demo/Chart.yaml", 7)]


def test_text_for_people_may_have_full_width_signs(tmp_path: Path) -> None:
    values = (
        "# 镜像：latest\n"
        "text: |\n"
        "  tag：latest\n"
        "  名称：演示，其他\n"
        'quoted: "a：b\n  c：d"\n'
        "plain: 演示，集群\n"
        "名称: 演示\n"
    )

    assert rules(bare_chart(values), tmp_path) == []


@pytest.mark.parametrize(
    ("values", "line", "column"),
    [
        ("image：demo\n", 1, 6),
        ("a: 1\nlist:\n- name：x\n", 3, 7),
        ("block: |\n  a：b\nb：c\n", 3, 2),
        ("tags: [a，b]\n", 1, 8),
        ("tag: “1.20”\n", 1, 6),
        ("a:\n　b: 1\n", 2, 1),
        ("broken: [\nimage：x\n", 2, 6),
    ],
)
def test_a_full_width_sign_in_the_structure_is_found_where_it_stands(
    values: str, line: int, column: int, tmp_path: Path
) -> None:
    found = findings(bare_chart(values), tmp_path, "OSC-YAML-002")

    assert [(each.place.line, each.place.column) for each in found] == [(line, column)]


def test_annotations_that_are_a_list_are_the_one_cause(tmp_path: Path) -> None:
    example = bare_chart(metadata=CHART.replace("scenes: CCE", "scenes: [CCE]"))

    assert rules(example, tmp_path) == [("OSC-ANN-010", "demo/Chart.yaml", 12)]


def test_a_chart_without_a_version_is_the_one_cause(tmp_path: Path) -> None:
    example = bare_chart(metadata=CHART.replace("version: 1.0.0\n", ""))

    assert rules(example, tmp_path) == [("OSC-HELM-002", "demo/Chart.yaml", 1)]


def test_a_template_that_fails_is_reported_beside_a_version_that_is_none(tmp_path: Path) -> None:
    example = bare_chart(template='{{ fail "no" }}\n', metadata=CHART.replace("1.0.0", "v1.0.0"))

    assert rules(example, tmp_path) == [
        ("OSC-NAME-004", "demo/Chart.yaml", 3),
        ("OSC-HELM-005", "demo/templates/pod.yaml", 1),
    ]


@pytest.mark.parametrize(
    ("category", "remedy"),
    [
        ("Database", "Add “categories: Database”."),
        ("Analytics", "Add “categories: Big Data”."),
        ("Storage", "Add “categories: Others”."),
    ],
)
def test_a_category_for_another_catalogue_is_translated(
    category: str, remedy: str, tmp_path: Path
) -> None:
    metadata = CHART.replace("categories: Database", f"category: {category}")

    found = findings(bare_chart(metadata=metadata), tmp_path, "OSC-ANN-005")

    assert [str(each.help) for each in found] == [remedy]


def test_docker_s_words_for_processors_are_translated(tmp_path: Path) -> None:
    metadata = CHART.replace("x86_64", "amd64,aarch64, ARM64,riscv64")

    found = findings(bare_chart(metadata=metadata), tmp_path, "OSC-ANN-007")

    assert [str(each.help) for each in found] == [
        "Write x86_64.",
        "Write aarch64.",
        "Write x86_64 or aarch64.",
    ]


@pytest.mark.parametrize(
    ("written", "severity"),
    [
        (">=1.20.0-0", []),
        (">=1.20.0-0 <2.0.0-0", []),
        ("^1.10.0-0", []),
        (">= 1.20.0", ["warning"]),
        ("1.28.x", ["warning"]),
        ("1.20.x", ["error"]),
        (">=1.19.0-0 <1.26.0-0", ["warning"]),
        ("<1.15.0-0", ["error"]),
        (">=2.0.0-0", ["error"]),
        ("latest", ["error"]),
    ],
)
def test_kube_version_must_let_clusters_of_the_platform_in(
    written: str, severity: list[str], tmp_path: Path
) -> None:
    example = bare_chart(metadata=CHART + f'kubeVersion: "{written}"\n')

    assert [each[0] for each in reported(example, tmp_path, "OSC-HELM-018")] == severity


def test_kube_version_of_a_sub_chart_is_its_own_affair(tmp_path: Path) -> None:
    example = bare_chart(
        metadata=CHART + "dependencies:\n- {name: store, version: 1.0.0}\n",
        more={
            "charts/store/Chart.yaml": (
                "apiVersion: v2\nname: store\nversion: 1.0.0\nkubeVersion: '>=1.20'\n"
            )
        },
    )

    assert rules(example, tmp_path) == []


def test_a_schema_of_a_sub_chart_points_into_the_root_values(tmp_path: Path) -> None:
    example = bare_chart(
        "other: 1\ndb:\n  size: big\n",
        metadata=CHART + "dependencies:\n- {name: store, version: 1.0.0, alias: db}\n",
        more={
            "charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
            "charts/store/values.schema.json": '{"properties": {"size": {"type": "integer"}}}',
        },
    )

    found = findings(example, tmp_path, "OSC-HELM-006")

    assert [(each.place.file, each.place.line, str(each.message)) for each in found] == [
        ("demo/values.yaml", 3, "The schema of db refuses size: got string, want integer")
    ]


def test_each_value_that_a_schema_refuses_is_reported(tmp_path: Path) -> None:
    schema = '{"required": ["c"], "properties": {"a": {"type": "string"}, "x/y": {"enum": [1]}}}'
    example = bare_chart("a: 1\nx/y: 2\n", more={"values.schema.json": schema})

    assert rules(example, tmp_path) == [
        ("OSC-HELM-006", "demo/values.yaml", 1),
        ("OSC-HELM-006", "demo/values.yaml", 1),
        ("OSC-HELM-006", "demo/values.yaml", 2),
    ]


def test_a_schema_on_another_host_is_not_fetched(tmp_path: Path) -> None:
    address = '"https://schemas.example/demo.json"'
    example = bare_chart(more={"values.schema.json": f'{{"$ref": {address}}}'})

    beginning = "values.schema.json refers to https://schemas.example/demo.json, so every"
    assert [
        (each.place.file, str(each.message)[: len(beginning)])
        for each in findings(example, tmp_path, "OSC-HELM-006")
    ] == [("demo/values.schema.json", beginning)]


def test_a_broken_schema_is_reported_at_the_schema(tmp_path: Path) -> None:
    example = bare_chart(more={"values.schema.json": '{"type": 5}'})

    assert [each[:2] for each in rules(example, tmp_path)] == [
        ("OSC-HELM-006", "demo/values.schema.json")
    ]


def test_a_custom_resource_of_a_group_that_the_chart_defines_is_fine(tmp_path: Path) -> None:
    gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: demo}\n"
    ours = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: demo}\n"
    example = bare_chart(template=f"{pod()}---\n{gateway}---\n{ours}")

    assert reported(example, tmp_path, "OSC-PKG-015") == [
        (
            "warning",
            (
                "The chart installs kinds of resources that the package does not define, for it has"
                " no CustomResourceDefinition of their groups: Gateway (gateway.networking.k8s.io)."
            ),
        )
    ]


def test_a_misspelt_values_file_is_reported_by_one_rule(tmp_path: Path) -> None:
    files = dict(bare_chart().files)
    files["demo/value.yaml"] = files.pop("demo/values.yaml")

    assert rules(Example(files), tmp_path) == [("OSC-YAML-004", "demo/value.yaml", None)]


def test_a_misspelt_mapping_is_reported(tmp_path: Path) -> None:
    example = service_package(more={"images/Mapping.yml": "instance: []\n"})

    assert rules(example, tmp_path) == [("OSC-YAML-004", "demo/images/Mapping.yml", None)]


def test_hooks_for_upgrades_are_one_finding(tmp_path: Path) -> None:
    hook = pod().replace("  name: demo\n", "  name: demo\n  annotations:\n    %s\n", 1)
    hooks = ("pre-upgrade", "post-upgrade", "pre-upgrade")
    example = bare_chart(
        more={
            f"templates/{number}.yaml": hook % f"helm.sh/hook: {kind}"
            for number, kind in enumerate(hooks)
        }
    )

    assert [words for _severity, words in reported(example, tmp_path, "OSC-HELM-019")] == [
        (
            "The platform does not upgrade services that come as plain charts, so this has no"
            " effect: helm.sh/hook: pre-upgrade, helm.sh/hook: post-upgrade."
        )
    ]
