"""Charts whose pods pull without the platform's secret, and what is said of the remedy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import CHART, Example, bare_chart, pod
from reviews.pipeline.core.policy import Limits, Policy

from ..boxes import examined, findings

BLOCK = "  {{- with %s }}\n  imagePullSecrets:\n%s\n  {{- end }}\n"
AS_MAPS = "    {{- toYaml . | nindent 4 }}"
AS_NAMES = "    {{- range . }}\n    - name: {{ . }}\n    {{- end }}"
AS_NAME = "    - name: {{ . }}"
PLAIN = pod("demo.example/demo:1")


def asking(value: str, form: str = AS_MAPS) -> str:
    return PLAIN + BLOCK % (value, form)


def reported(example: Example, folder: Path, policy: Policy | None = None) -> list[tuple[str, ...]]:
    """Rule, place, message and help of what is said of secrets."""
    return [
        (
            each.rule,
            f"{each.place.file}:{each.place.line}",
            str(each.message),
            str(each.help).partition(". ")[0],
        )
        for each in examined(example, folder, policy).report.findings
        if each.name.endswith("pull-secret")
    ]


def remedies(example: Example, folder: Path) -> list[tuple[str, str]]:
    return [(place, remedy) for _rule, place, _words, remedy in reported(example, folder)]


@pytest.mark.parametrize(
    ("values", "template", "remedy"),
    [
        (
            "imagePullSecrets: []\n",
            asking(".Values.imagePullSecrets"),
            "imagePullSecrets: [{name: default-secret}]",
        ),
        (
            "image:\n  pullSecrets:\n",
            asking(".Values.image.pullSecrets", AS_NAMES),
            "image.pullSecrets: [default-secret]",
        ),
        (
            "image: {pull_secret: ''}\n",
            asking(".Values.image.pull_secret", AS_NAME),
            "image.pull_secret: default-secret",
        ),
        (
            "imagePullSecrets: {name: ''}\n",
            asking(".Values.imagePullSecrets.name", AS_NAME),
            "imagePullSecrets.name: default-secret",
        ),
        (
            "imagePullSecrets: {}\n",
            asking(".Values.imagePullSecrets"),
            "imagePullSecrets: [{name: default-secret}]",
        ),
        (
            "registry: {login: ''}\n",
            asking(".Values.registry.login", AS_NAME),
            "registry.login: default-secret",
        ),
    ],
)
def test_a_value_is_reported_in_the_form_in_which_the_chart_wants_it(
    values: str, template: str, remedy: str, tmp_path: Path
) -> None:
    (found,) = reported(bare_chart(values, template), tmp_path)

    assert found == (
        "OSC-HELM-015",
        found[1],
        (
            "These pods pull without the secret default-secret, for the values of the chart that"
            " would name it are empty: Pod demo."
        ),
        f"Set in the root values.yaml: {remedy}",
    )
    assert found[1].startswith("demo/values.yaml:")


def test_a_value_that_only_a_template_knows_is_reported_with_its_line_there(tmp_path: Path) -> None:
    assert remedies(bare_chart(template=asking(".Values.pullSecrets", AS_NAMES)), tmp_path) == [
        ("demo/templates/pod.yaml:9", "Set in the root values.yaml: pullSecrets: [default-secret]")
    ]


def test_of_values_that_reach_the_same_pods_the_global_one_is_reported(tmp_path: Path) -> None:
    values = "pullSecrets: []\nglobal:\n  imagePullSecrets: []\n"
    template = asking("(concat .Values.pullSecrets .Values.global.imagePullSecrets)")

    assert remedies(bare_chart(values, template), tmp_path) == [
        (
            "demo/values.yaml:3",
            "Set in the root values.yaml: global.imagePullSecrets: [{name: default-secret}]",
        )
    ]


def test_a_value_of_a_subchart_is_reported_by_its_alias(tmp_path: Path) -> None:
    example = bare_chart(
        template="# nothing\n",
        metadata=CHART + "dependencies:\n- {name: store, alias: shop, version: 1.0.0}\n",
        more={
            "charts/store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
            "charts/store/values.yaml": "\nimagePullSecrets: []\n",
            "charts/store/templates/pod.yaml": asking(".Values.imagePullSecrets"),
        },
    )

    assert remedies(example, tmp_path) == [
        (
            "demo/charts/store/values.yaml:2",
            "Set in the root values.yaml: shop.imagePullSecrets: [{name: default-secret}]",
        )
    ]


def test_a_value_that_refuses_another_form_affects_no_other(tmp_path: Path) -> None:
    values = "imagePullSecrets: []\nother: {pullSecrets: []}\n"
    template = (
        "{{ range .Values.other.pullSecrets }}"
        '{{ if not (kindIs "string" .) }}{{ fail "names, please" }}{{ end }}{{ end }}\n'
    ) + asking(".Values.imagePullSecrets")

    assert remedies(bare_chart(values, template), tmp_path) == [
        (
            "demo/values.yaml:1",
            "Set in the root values.yaml: imagePullSecrets: [{name: default-secret}]",
        )
    ]


def test_pods_behind_a_feature_are_looked_at_with_it(tmp_path: Path) -> None:
    values = "imagePullSecrets: []\nmetrics:\n  enabled: false\n  image: demo.example/metrics:1\n"
    metrics = asking(".Values.imagePullSecrets").replace("name: demo\n", "name: metrics\n")
    metrics = metrics.replace("demo.example/demo:1", "{{ .Values.metrics.image }}")
    example = bare_chart(
        values,
        PLAIN + "  imagePullSecrets: [{name: default-secret}]\n",
        more={
            "templates/metrics.yaml": "{{ if .Values.metrics.enabled }}\n" + metrics + "{{ end }}\n"
        },
    )

    assert [(words, remedy) for _rule, _place, words, remedy in reported(example, tmp_path)] == [
        (
            (
                "These pods pull without the secret default-secret, for the values of the chart that"
                " would name it are empty: Pod metrics."
            ),
            "Set in the root values.yaml: imagePullSecrets: [{name: default-secret}]",
        )
    ]


def test_many_pods_are_one_finding(tmp_path: Path) -> None:
    one = PLAIN.replace("name: demo", "name: demo-{{ . }}")
    example = bare_chart(template="{{ range until 20 }}---\n" + one + "{{ end }}")

    assert reported(example, tmp_path) == [
        (
            "OSC-HELM-015",
            "demo/templates/pod.yaml:7",
            (
                "These pods pull without the secret default-secret, and no value was found that gives"
                " them one: Pod demo-0, Pod demo-1, Pod demo-2, Pod demo-3, Pod demo-4, Pod demo-5,"
                " Pod demo-6, Pod demo-7, … (20)."
            ),
            (
                "Add “imagePullSecrets: [{name: default-secret}]” to the pod's spec, beside"
                " “containers”, in: templates/pod.yaml:7."
            ),
        )
    ]


def test_two_causes_in_a_chart_without_images_are_one_finding(tmp_path: Path) -> None:
    example = bare_chart(
        "imagePullSecrets: []\n",
        asking(".Values.imagePullSecrets"),
        more={"templates/job.yaml": PLAIN.replace("name: demo\n", "name: job\n")},
    )

    assert [str(each.help) for each in findings(example, tmp_path, "OSC-HELM-015")] == [
        (
            "Set in the root values.yaml: imagePullSecrets: [{name: default-secret}]. This was seen to"
            " reach some of them: for the others add “imagePullSecrets: [{name: default-secret}]”"
            " beside “containers” in templates/job.yaml:6."
        )
    ]


def test_two_causes_are_two_errors_where_images_are_shipped(tmp_path: Path) -> None:
    chart = bare_chart(
        "imagePullSecrets: []\n",
        asking(".Values.imagePullSecrets"),
        more={"templates/job.yaml": PLAIN.replace("name: demo\n", "name: job\n")},
    )
    files = {f"demo/package/demo-1.0.0.tgz!/{name}": text for name, text in chart.files.items()}
    example = Example({**files, "demo/images/demo-1.0.0-x86_64.tar": ""})

    assert [
        (each.severity.value, each.place.file, each.place.line)
        for each in findings(example, tmp_path, "OSC-HELM-015")
    ] == [
        ("error", "demo/package/demo-1.0.0.tgz!/demo/templates/job.yaml", 6),
        ("error", "demo/package/demo-1.0.0.tgz!/demo/values.yaml", 1),
    ]


def test_a_value_that_could_not_be_tried_is_named_as_probable(tmp_path: Path) -> None:
    example = bare_chart("imagePullSecrets: []\n", asking(".Values.imagePullSecrets"))
    policy = Policy(limits=replace(Limits(), analysis_renders=1))

    assert reported(example, tmp_path, policy) == [
        (
            "OSC-HELM-015",
            "demo/values.yaml:1",
            "These pods pull without the secret default-secret: Pod demo.",
            (
                "Probably some of these values of the root values.yaml fix it; the portal could not"
                " try them all: imagePullSecrets: [{name: default-secret}]."
            ),
        )
    ]


def test_a_secret_that_only_the_charts_own_tests_name_is_not_judged(tmp_path: Path) -> None:
    example = bare_chart(
        "imagePullSecrets: []\nmembers: 1\nextra: demo.example/extra:1\n",
        "{{ if gt (int .Values.members) 2 }}\n"
        + asking(".Values.imagePullSecrets").replace("demo.example/demo:1", "{{ .Values.extra }}")
        + "{{ end }}\n",
        more={"ci/cluster-values.yaml": "members: 3\nimagePullSecrets: [{name: ci}]\n"},
    )

    assert reported(example, tmp_path) == []


def test_a_value_that_an_anchor_shares_is_found_where_a_template_asks(tmp_path: Path) -> None:
    levels = "".join(f"a{n}: &a{n} {{left: *a{n - 1}, right: *a{n - 1}}}\n" for n in range(1, 5))
    example = bare_chart(
        f"a0: &a0 {{pullSecrets: []}}\n{levels}", asking(".Values.a3.left.right.left.pullSecrets")
    )

    assert remedies(example, tmp_path) == [
        (
            "demo/values.yaml:1",
            "Set in the root values.yaml: a3.left.right.left.pullSecrets: [{name: default-secret}]",
        )
    ]


@pytest.mark.parametrize(
    ("values", "form", "place", "remedy"),
    [
        (
            "secrets: [{name: mine}]\n",
            AS_MAPS,
            "demo/values.yaml:1",
            "Add {name: default-secret} to the list secrets.",
        ),
        (
            "secrets: [mine]\n",
            AS_NAMES,
            "demo/values.yaml:1",
            "Add default-secret to the list secrets.",
        ),
        (
            "secrets: mine\n",
            AS_NAME,
            "demo/values.yaml:1",
            "Set in the root values.yaml: secrets: default-secret.",
        ),
    ],
)
def test_a_value_with_another_secret_is_reported_where_it_stands(
    values: str, form: str, place: str, remedy: str, tmp_path: Path
) -> None:
    assert reported(bare_chart(values, asking(".Values.secrets", form)), tmp_path) == [
        (
            "OSC-HELM-016",
            place,
            "These pods pull with mine and not with the secret default-secret: Pod demo.",
            remedy,
        )
    ]


def test_a_secret_in_a_template_is_reported_with_its_line(tmp_path: Path) -> None:
    example = bare_chart(template=PLAIN + "  imagePullSecrets:\n    - name: mine\n")

    assert remedies(example, tmp_path) == [
        (
            "demo/templates/pod.yaml:9",
            "Add “- name: default-secret” to the list “imagePullSecrets” in: templates/pod.yaml:9.",
        )
    ]


def test_a_service_account_is_no_help_to_a_pod_with_another_secret(tmp_path: Path) -> None:
    account = (
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: default\n"
        "imagePullSecrets:\n  - name: default-secret\n---\n"
    )
    example = bare_chart(template=account + PLAIN + "  imagePullSecrets: [{name: mine}]\n")

    assert [rule for rule, *_rest in reported(example, tmp_path)] == ["OSC-HELM-016"]
