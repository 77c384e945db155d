"""Literal images, fragments and fall-backs: which rule reports them, where, and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import CHART, Example, bare_chart, pod

from ..boxes import examined

LITERALS = ("OSC-HELM-008", "OSC-HELM-009", "OSC-HELM-010", "OSC-HELM-012")
Reported = tuple[str, str, str | None, int | None, int | None, str | None, str]


def literals(example: Example, folder: Path) -> list[Reported]:
    """Rule, severity, file, line, column, image and remedy of each finding about literals."""
    return [
        (
            each.rule,
            each.severity.value,
            each.place.file,
            each.place.line,
            each.place.column,
            each.image,
            str(each.help),
        )
        for each in examined(example, folder).report.findings
        if each.rule in LITERALS
    ]


def test_a_literal_in_a_comment_or_a_branch_not_taken_is_no_finding(tmp_path: Path) -> None:
    template = pod() + (
        "{{/* image: quay.io/team/old:1 */}}\n# image: quay.io/team/older:1\n"
        '{{ if false }}image: "quay.io/team/never:1"{{ end }}\n'
    )

    assert literals(bare_chart(template=template), tmp_path) == []


def test_a_word_that_chooses_an_image_is_no_part_of_it(tmp_path: Path) -> None:
    chosen = (
        '{{ if eq .Values.type "database" }}quay.io/team/database:1{{ else }}'
        '{{ fail "what type?" }}{{ end }}'
    )
    resource = (
        "apiVersion: acme.io/v1\nkind: Cluster\nmetadata: {name: a}\n"
        'spec:\n  imageName: {{ include "image" . }}\n'
    )
    example = bare_chart(
        template=pod("quay.io/team/operator:1"),
        values="type: database\n",
        more={
            "templates/_names.tpl": f'{{{{ define "image" }}}}{chosen}{{{{ end }}}}',
            "templates/cluster.yaml": resource,
        },
    )

    found = literals(example, tmp_path)

    assert [each[:4] for each in found] == [
        ("OSC-HELM-008", "error", "demo/templates/pod.yaml", 8),
        ("OSC-HELM-012", "error", "demo/templates/_names.tpl", 1),
    ]


def test_one_literal_in_two_templates_is_two_findings(tmp_path: Path) -> None:
    example = bare_chart(
        template=pod("quay.io/team/backup"), more={"templates/job.yaml": pod("quay.io/team/backup")}
    )

    assert literals(example, tmp_path) == [
        (
            "OSC-HELM-008",
            "error",
            f"demo/templates/{name}.yaml",
            8,
            14,
            "quay.io/team/backup",
            (
                "Write main.image: quay.io/team/backup into demo/values.yaml and let the line read:"
                " image: {{ .Values.main.image }}"
            ),
        )
        for name in ("job", "pod")
    ]


def test_a_registry_in_a_helper_is_one_finding_for_all_its_images(tmp_path: Path) -> None:
    example = bare_chart(
        "one: {name: a, tag: v1}\ntwo: {name: b, tag: v2}\n",
        pod('{{ include "image" .Values.one }}', '{{ include "image" .Values.two }}'),
        more={
            "templates/_image.tpl": (
                '{{ define "image" }}docker.io/team/{{ .name }}:{{ .tag }}{{ end }}\n'
            )
        },
    )
    findings = [
        each for each in examined(example, tmp_path).report.findings if each.rule == "OSC-HELM-009"
    ]

    assert [(each.place.file, each.place.line, each.place.column) for each in findings] == [
        ("demo/templates/_image.tpl", 1, 21)
    ]
    assert findings[0].message.parameters == {
        "text": "docker.io/team",
        "images": ("docker.io/team/a:v1", "docker.io/team/b:v2"),
    }


def test_an_image_in_the_environment_is_a_warning(tmp_path: Path) -> None:
    example = bare_chart(
        "image: swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3.5\n",
        pod("{{ .Values.image }}") + "      env: [{name: HELPER, value: quay.io/team/h:1}]\n",
    )

    assert [each[:5] for each in literals(example, tmp_path)] == [
        ("OSC-HELM-012", "warning", "demo/templates/pod.yaml", 9, 35)
    ]


def test_a_name_that_is_taken_is_not_proposed_again(tmp_path: Path) -> None:
    example = bare_chart(
        "main: {image: other}\n", pod('"quay.io/team/backup@sha256:' + "a" * 64 + '"')
    )

    assert [each[-1] for each in literals(example, tmp_path)] == [
        (
            f"Write mainImage: quay.io/team/backup@sha256:{'a' * 64} into demo/values.yaml and let the"
            ' line read: image: "{{ .Values.mainImage }}"'
        )
    ]


def test_the_value_for_a_sub_chart_is_written_into_the_root(tmp_path: Path) -> None:
    example = bare_chart(
        metadata=CHART + "dependencies:\n- {name: store, version: 1.0.0, alias: my-db}\n",
        more={
            "charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
            "charts/store/templates/pod.yaml": pod("quay.io/team/db:1.0"),
        },
    )

    assert literals(example, tmp_path) == [
        (
            "OSC-HELM-008",
            "error",
            "demo/charts/store/templates/pod.yaml",
            8,
            14,
            "quay.io/team/db:1.0",
            (
                'Write my-db.main.image.repository: quay.io/team/db; my-db.main.image.tag: "1.0" into'
                " demo/values.yaml and let the line read: image:"
                " {{ .Values.main.image.repository }}:{{ .Values.main.image.tag }}"
            ),
        )
    ]


def test_two_neighbours_in_one_string_are_one_fall_back(tmp_path: Path) -> None:
    example = bare_chart(
        "image: {repository: etcd}\n",
        pod(
            '{{ default "docker.io/bitnami" .Values.image.registry }}/{{ .Values.image.repository }}:3'
        ),
    )

    assert [(each[0], each[1], each[-1]) for each in literals(example, tmp_path)] == [
        (
            "OSC-HELM-010",
            "error",
            "Write image.registry: docker.io/bitnami into demo/values.yaml.",
        )
    ]


def test_or_and_coalesce_are_fall_backs_too(tmp_path: Path) -> None:
    example = bare_chart(
        template=pod(
            '{{ coalesce .Values.one .Values.all "quay.io/team/one:1" }}',
            '{{ or .Values.two "quay.io/team/two:1" }}',
        )
    )

    assert [(each[0], each[-1]) for each in literals(example, tmp_path)] == [
        ("OSC-HELM-010", "Write all: quay.io/team/one:1 into demo/values.yaml."),
        ("OSC-HELM-010", "Write two: quay.io/team/two:1 into demo/values.yaml."),
    ]


def test_a_fall_back_of_a_helper_that_names_no_value_says_where_to_look(tmp_path: Path) -> None:
    example = bare_chart(
        "image: {repository: bitnami/etcd}\n",
        pod('{{ include "image" .Values.image }}'),
        more={
            "templates/_image.tpl": (
                '{{ define "image" }}{{ .registry | default "docker.io" }}/{{ .repository }}:3{{ end }}\n'
            )
        },
    )

    assert [(each[0], each[1], each[-1]) for each in literals(example, tmp_path)] == [
        (
            "OSC-HELM-010",
            "error",
            "Write docker.io into demo/values.yaml and let the template read it from there.",
        )
    ]


def test_the_name_of_the_release_is_no_part_of_a_value(tmp_path: Path) -> None:
    template = pod("quay.io/team/backup").replace("main", "{{ .Release.Name }}-job")

    assert [each[-1] for each in literals(bare_chart(template=template), tmp_path)] == [
        (
            "Write job.image: quay.io/team/backup into demo/values.yaml and let the line read:"
            " image: {{ .Values.job.image }}"
        )
    ]


def test_a_whole_path_beside_a_tag_becomes_the_repository(tmp_path: Path) -> None:
    example = bare_chart("image: {tag: v1}\n", pod("team/backup:{{ .Values.image.tag }}"))

    assert [(each[0], each[-1]) for each in literals(example, tmp_path)] == [
        (
            "OSC-HELM-009",
            (
                "Write image.repository: team/backup into demo/values.yaml and let the line read:"
                " image: {{ .Values.image.repository }}:{{ .Values.image.tag }}"
            ),
        )
    ]


@pytest.mark.parametrize(
    ("hook", "severity"),
    [
        ("helm.sh/hook: test", "warning"),
        ('"helm.sh/hook": "test"', "warning"),
        ("helm.sh/hook: test-success", "warning"),
        ("helm.sh/hook: 'test-success, test-failure'", "warning"),
        ("helm.sh/hook: 'test,post-install'", "error"),
        ("helm.sh/hook: post-install", "error"),
        ("other: test", "error"),
    ],
)
def test_what_only_helm_test_starts_is_a_warning(hook: str, severity: str, tmp_path: Path) -> None:
    whole, part = (
        pod(image).replace("  name: demo\n", f"  name: demo\n  annotations: {{{hook}}}\n", 1)
        for image in ("quay.io/team/curl:8", "quay.io/team/curl:{{ .Values.tag }}")
    )
    example = bare_chart("tag: v1\n", whole, more={"templates/tests/part.yaml": part})

    assert [each[:2] for each in literals(example, tmp_path)] == [
        ("OSC-HELM-008", severity),
        ("OSC-HELM-009", severity),
    ]


def test_a_literal_that_the_service_shares_with_a_test_is_an_error(tmp_path: Path) -> None:
    tester = pod('{{ include "curl" . }}').replace(
        "  name: demo\n", "  name: demo\n  annotations: {helm.sh/hook: test}\n", 1
    )
    example = bare_chart(
        template=pod('{{ include "curl" . }}'),
        more={
            "templates/_curl.tpl": '{{ define "curl" }}quay.io/team/curl:8{{ end }}\n',
            "templates/tests/curl.yaml": tester,
        },
    )

    assert [each[:3] for each in literals(example, tmp_path)] == [
        ("OSC-HELM-008", "error", "demo/templates/_curl.tpl")
    ]
