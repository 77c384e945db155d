"""The file changed, and the deployment must follow: or a finding says why it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..journey import CHART, Outcome, examine_chart, pod

PARTS = "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
TWO = "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
ETCD = "image: {registry: docker.io, repository: bitnami/etcd, tag: '3'}\n"
NOTHING = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: none}\n"
CONFIG = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n"
DIGEST = "sha256:" + "a" * 64
JOB = (
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: %s, annotations: {helm.sh/hook: %s}}\n"
    "spec:\n  template:\n    spec:\n      containers: [{name: j, image: %s}]\n"
)


def subchart(name: str, values: str, template: str) -> dict[str, str]:
    """The files of a sub-chart below charts/."""
    return {
        f"charts/{name}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n",
        f"charts/{name}/values.yaml": values,
        f"charts/{name}/templates/app.yaml": template,
    }


def needing(*dependencies: str) -> dict[str, str]:
    """A Chart.yaml that declares ``dependencies``, each as a flow map."""
    declared = "".join(f"- {{{each}, version: 1.0.0, repository: ''}}\n" for each in dependencies)
    return {"Chart.yaml": CHART + "dependencies:\n" + declared}


def container(name: str, image: str, condition: str) -> str:
    """One more container of ``pod()`` behind ``condition``."""
    return f"{{{{ if {condition} }}}}        - {{name: {name}, image: '{image}'}}\n{{{{ end }}}}"


def reported(outcome: Outcome, rule: str) -> list[tuple[str, str | None, int | None, str | None]]:
    """Severity, file, line and image of all that ``rule`` finds."""
    return [
        (each.severity.value, each.place.file, each.place.line, each.image)
        for each in outcome.report.findings
        if each.rule == rule
    ]


def test_what_the_parent_sets_is_edited_where_the_parent_sets_it(tmp_path: Path) -> None:
    values = "etcd: {image: {registry: quay.io, repository: up/etcd}}\n"
    files = {**subchart("etcd", ETCD, pod(f"'{PARTS}'")), **needing("name: etcd")}

    outcome = examine_chart(tmp_path, values, NOTHING, **files)

    assert outcome.values == "etcd: {image: {registry: swr.example.com, repository: osc/etcd}}\n"
    assert outcome.images == {"quay.io/up/etcd:3": ("redirected", "swr.example.com/osc/etcd:3")}


def test_one_chart_under_two_aliases_is_set_twice(tmp_path: Path) -> None:
    template = pod(f"'{PARTS}'").replace("name: app", "name: '{{ .Chart.Name }}'")
    files = {
        **subchart("etcd", ETCD, template),
        **needing("name: etcd, alias: one", "name: etcd, alias: two"),
    }

    outcome = examine_chart(tmp_path, "one: {replicas: 1}\n", NOTHING, **files)

    assert outcome.values == (
        "one: {replicas: 1, image: {registry: swr.example.com, repository: osc/etcd}}\n"
        "two:\n  image:\n    registry: swr.example.com\n    repository: osc/etcd\n"
    )
    assert [each[:3] for each in reported(outcome, "OSC-HELM-011")] == [
        ("error", "demo/values.yaml", 1),
        ("error", "demo/values.yaml", 2),
    ]


def test_two_features_that_exclude_each_other_are_each_revealed(tmp_path: Path) -> None:
    values = (
        "image: docker.io/x/b:1\na: {enabled: false, image: docker.io/x/m:1}\n"
        "b: {enabled: false, image: docker.io/x/s:1}\n"
    )
    template = (
        '{{ if and .Values.a.enabled .Values.b.enabled }}{{ fail "one only" }}{{ end }}'
        + pod("{{ .Values.image }}")
        + container("m", "{{ .Values.a.image }}", ".Values.a.enabled")
        + container("s", "{{ .Values.b.image }}", ".Values.b.enabled")
    )

    outcome = examine_chart(tmp_path, values, template)

    assert outcome.values == values.replace("docker.io/x", "swr.example.com/osc")
    assert {image.original: image.shown_by for image in outcome.report.images} == {
        "docker.io/x/b:1": (),
        "docker.io/x/m:1": ("a.enabled=true",),
        "docker.io/x/s:1": ("b.enabled=true",),
    }


def test_a_feature_that_no_switch_turns_on_is_reported_as_unreached(tmp_path: Path) -> None:
    values = "image: docker.io/x/b:1\nlicence: none\ncluster: {image: docker.io/x/c:1}\n"
    template = pod("{{ .Values.image }}") + container(
        "c", "{{ .Values.cluster.image }}", 'regexMatch "^[a-z]{4}-[0-9]{4}$" .Values.licence'
    )

    outcome = examine_chart(tmp_path, values, template)

    assert reported(outcome, "OSC-HELM-013") == [
        ("warning", "demo/values.yaml", 3, "docker.io/x/c:1")
    ]
    assert outcome.values == values.replace("docker.io/x/b", "swr.example.com/osc/b")


def test_the_charts_own_values_reach_it(tmp_path: Path) -> None:
    values = "image: docker.io/x/b:1\nmode: single\ncluster: {image: docker.io/x/c:1}\n"
    template = pod("{{ .Values.image }}") + container(
        "c", "{{ .Values.cluster.image }}", 'eq .Values.mode "cluster"'
    )

    outcome = examine_chart(
        tmp_path, values, template, **{"ci/cluster-values.yaml": "mode: cluster\n"}
    )

    assert reported(outcome, "OSC-HELM-013") == []
    assert outcome.values == values.replace("docker.io/x", "swr.example.com/osc")


def test_literals_are_reported_wherever_they_are(tmp_path: Path) -> None:
    definition = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
        "metadata: {name: x.example.com}\nspec:\n  versions:\n  - schema:\n      openAPIV3Schema:\n"
        "        properties:\n          image:\n            type: string\n"
        "            description: |\n              default: quay.io/h/quoted:1\n"
        "            default: quay.io/h/crd:1\n"
    )
    templates = {
        "app.yaml": pod("docker.io/a/literal:1"),
        "_names.tpl": (
            '{{- define "i" }}{{ .Values.own | default "docker.io/x/helper:2" }}{{ end }}\n'
        ),
        "helped.yaml": pod('{{ include "i" . }}', name="helped"),
        "hook.yaml": JOB % ("hook", "pre-install", "quay.io/h/hook:1"),
        "tests/test.yaml": JOB % ("test", "test", "quay.io/h/test:1"),
        "config.yaml": CONFIG.removeprefix("---\n")
        + "  agentImage: quay.io/h/agent:1\n  conf: |\n    side: quay.io/h/side:1\n",
    }

    outcome = examine_chart(tmp_path, "x: 1\n", templates, **{"crds/x.yaml": definition})

    assert sorted(
        (each.rule, each.severity.value, each.place.file, each.place.line, each.place.column)
        for each in outcome.report.findings
        if each.image
    ) == [
        ("OSC-HELM-008", "error", "demo/templates/app.yaml", 10, 18),
        ("OSC-HELM-008", "error", "demo/templates/hook.yaml", 7, 37),
        ("OSC-HELM-008", "warning", "demo/templates/tests/test.yaml", 7, 37),
        ("OSC-HELM-010", "error", "demo/templates/_names.tpl", 1, 44),
        ("OSC-HELM-012", "error", "demo/templates/config.yaml", 5, 15),
        ("OSC-HELM-012", "warning", "demo/crds/x.yaml", 13, 22),
        ("OSC-HELM-012", "warning", "demo/templates/config.yaml", 7, 11),
    ]
    assert {image.status.value for image in outcome.report.images} == {"hardcoded"}


def test_hooks_and_tests_are_redirected_like_the_rest(tmp_path: Path) -> None:
    values = "hook: {image: docker.io/x/h:1}\ntest: {image: docker.io/x/t:1}\n"
    templates = {
        "hook.yaml": JOB % ("hook", "pre-install", "'{{ .Values.hook.image }}'"),
        "tests/test.yaml": JOB % ("test", "test", "'{{ .Values.test.image }}'"),
    }

    outcome = examine_chart(tmp_path, values, templates)

    assert outcome.values == values.replace("docker.io/x", "swr.example.com/osc")


BY_OBJECT = {
    "an object that is there": (
        pod("{{ .Values.image }}")
        + container("o", "{{ .Values.old }}", '(lookup "v1" "Secret" "x" "y")'),
        11,
    ),
    "a variable that holds the object": (
        '{{ $old := lookup "v1" "Secret" "x" "y" }}\n{{ $data := $old.data }}\n'
        + pod("{{ .Values.image }}")
        + container("o", "{{ .Values.old }}", "$data"),
        13,
    ),
}
BY_CLUSTER = {
    "a version of Kubernetes": (
        '{{ $i := .Values.image }}{{ if semverCompare "<1.28-0" .Capabilities.KubeVersion.Version }}'
        "{{ $i = .Values.old }}{{ end }}" + pod("{{ $i }}")
    ),
    "an API that is there": (
        pod("{{ .Values.image }}")
        + container("o", "{{ .Values.old }}", '.Capabilities.APIVersions.Has "example.com/v1"')
    ),
    "an upgrade": (
        pod("{{ .Values.image }}") + container("o", "{{ .Values.old }}", ".Release.IsUpgrade")
    ),
    "a variable that holds the question": (
        '{{ $has := .Capabilities.APIVersions.Has "example.com/v1" }}\n'
        + pod("{{ .Values.image }}")
        + container("o", "{{ .Values.old }}", "$has")
    ),
    "a choice in one expression": (
        "{{ $i := .Values.image }}\n"
        + pod('{{ ternary .Values.old $i (.Capabilities.APIVersions.Has "x.io/v1") }} # image')
    ),
    "a partial that asks": (
        '{{ define "has" }}{{ .Capabilities.APIVersions.Has "x.io/v1" }}{{ end }}\n'
        + pod("{{ .Values.image }}")
        + container("o", "{{ .Values.old }}", 'eq (include "has" .) "true"')
    ),
}
TWO_IMAGES = "image: docker.io/x/b:1\nold: docker.io/x/old:1\n"


@pytest.mark.parametrize("case", BY_OBJECT.values(), ids=BY_OBJECT.keys())
def test_an_image_that_depends_on_an_object_of_the_cluster_is_reported(
    tmp_path: Path, case: tuple[str, int]
) -> None:
    template, line = case

    outcome = examine_chart(tmp_path, TWO_IMAGES, template)

    assert reported(outcome, "OSC-HELM-013") == [("warning", "demo/templates/app.yaml", line, None)]
    assert outcome.images == {"docker.io/x/b:1": ("redirected", "swr.example.com/osc/b:1")}


@pytest.mark.parametrize("template", BY_CLUSTER.values(), ids=BY_CLUSTER.keys())
def test_an_image_that_depends_on_the_cluster_is_rendered(tmp_path: Path, template: str) -> None:
    outcome = examine_chart(tmp_path, TWO_IMAGES, template)

    assert reported(outcome, "OSC-HELM-013") == []
    assert outcome.images == {
        "docker.io/x/b:1": ("redirected", "swr.example.com/osc/b:1"),
        "docker.io/x/old:1": ("redirected", "swr.example.com/osc/old:1"),
    }


def test_a_question_to_the_cluster_that_changes_no_image_is_not_reported(tmp_path: Path) -> None:
    template = (
        '{{ if semverCompare ">=1.16-0" .Capabilities.KubeVersion.Version }}\n'
        + pod("{{ .Values.image }}")
        + "{{ end }}\n"
        + CONFIG
        + '  policy: {{ if .Capabilities.APIVersions.Has "policy/v1" }}v1{{ else }}v1beta1{{ end }}\n'
        "  pull: {{ .Values.imagePullPolicy }}\n"
    )

    outcome = examine_chart(tmp_path, "image: docker.io/x/b:1\nimagePullPolicy: Always\n", template)

    assert reported(outcome, "OSC-HELM-013") == []


SCHEMAS = {
    "an enumeration": '{"properties":{"image":{"properties":{"registry":{"enum":["docker.io"]}}}}}',
    "a pattern": '{"properties":{"image":{"properties":{"repository":{"pattern":"^bitnami/"}}}}}',
}


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS.keys())
def test_a_schema_that_refuses_the_target_gives_the_image_up(tmp_path: Path, schema: str) -> None:
    outcome = examine_chart(tmp_path, ETCD, pod(f"'{PARTS}'"), **{"values.schema.json": schema})

    assert outcome.images == {
        "docker.io/bitnami/etcd:3": ("unverified", "swr.example.com/osc/etcd:3")
    }
    assert outcome.changed_files == []
    assert reported(outcome, "PORTAL-004") == [
        ("warning", "demo/values.yaml", 1, "docker.io/bitnami/etcd:3")
    ]


def test_a_chart_that_needs_a_value_is_traced_with_its_own_values(tmp_path: Path) -> None:
    template = '{{ $p := required "a password" .Values.password }}' + pod("{{ .Values.image }}")

    outcome = examine_chart(
        tmp_path, "image: docker.io/x/b:1\n", template, **{"ci/a-values.yaml": "password: x\n"}
    )

    assert outcome.values == "image: swr.example.com/osc/b:1\n"
    assert [each[0] for each in reported(outcome, "OSC-HELM-005")] == ["error"]


def test_a_chart_that_requires_a_value_is_rewritten_as_it_renders_with_one(tmp_path: Path) -> None:
    template = '{{ required "a password" .Values.password }}' + pod("{{ .Values.image }}")

    outcome = examine_chart(tmp_path, "image: docker.io/x/b:1\n", template)

    assert [each[0] for each in reported(outcome, "OSC-HELM-005")] == ["error"]
    assert outcome.values == "image: swr.example.com/osc/b:1\n"
    assert [each.shown_by for each in outcome.report.images] == [("password=example",)]


def test_a_digest_beside_a_tag_is_emptied(tmp_path: Path) -> None:
    values = f"image: {{repository: docker.io/x/b, tag: '1', digest: '{DIGEST}'}}\n"
    line = TWO + "{{ with .Values.image.digest }}@{{ . }}{{ end }}"

    outcome = examine_chart(tmp_path, values, pod(f"'{line}'"))

    assert outcome.values == "image: {repository: swr.example.com/osc/b, tag: '1', digest: ''}\n"


def test_a_checksum_without_its_algorithm_beside_a_tag_is_emptied(tmp_path: Path) -> None:
    values = f"image: {{repository: docker.io/x/b, tag: '1', sha: '{DIGEST.partition(':')[2]}'}}\n"
    line = TWO + "{{ with .Values.image.sha }}@sha256:{{ . }}{{ end }}"

    outcome = examine_chart(tmp_path, values, pod(f"'{line}'"))

    assert outcome.values == "image: {repository: swr.example.com/osc/b, tag: '1', sha: ''}\n"
    assert {image.status.value for image in outcome.report.images} == {"redirected"}


def test_a_checksum_that_the_template_always_writes_is_not_emptied(tmp_path: Path) -> None:
    values = f"image: {{repository: docker.io/x/b, tag: '1', sha: '{DIGEST.partition(':')[2]}'}}\n"

    outcome = examine_chart(tmp_path, values, pod(f"'{TWO}@sha256:{{{{ .Values.image.sha }}}}'"))

    assert outcome.values == values
    assert {image.status.value for image in outcome.report.images} == {"unverified"}


def test_two_names_of_one_digest_are_no_collision(tmp_path: Path) -> None:
    values = f"a: quay.io/t/app:1@{DIGEST}\nb: ghcr.io/u/app:1@{DIGEST}\n"

    outcome = examine_chart(tmp_path, values, pod("{{ .Values.a }}", "{{ .Values.b }}"))

    assert outcome.values == "a: swr.example.com/osc/app:1\nb: swr.example.com/osc/app:1\n"
    assert {image.status.value for image in outcome.report.images} == {"redirected"}


def test_a_name_without_the_digest_that_others_share_is_a_collision(tmp_path: Path) -> None:
    values = f"a: quay.io/t/app:1@{DIGEST}\nb: ghcr.io/u/app:1@{DIGEST}\nc: docker.io/v/app:1\n"

    outcome = examine_chart(
        tmp_path, values, pod("{{ .Values.a }}", "{{ .Values.b }}", "{{ .Values.c }}")
    )

    assert outcome.values == values
    assert [each[0] for each in reported(outcome, "PORTAL-001")] == ["error"]


def test_a_literal_that_takes_the_target_of_a_value_is_a_collision(tmp_path: Path) -> None:
    outcome = examine_chart(
        tmp_path, "a: quay.io/t/app:1\n", pod("{{ .Values.a }}", "ghcr.io/u/app:1")
    )

    assert reported(outcome, "PORTAL-001") == [("error", "demo/values.yaml", 1, "quay.io/t/app:1")]
    assert reported(outcome, "OSC-HELM-017") == [("info", "demo", None, None)]
    assert outcome.changed_files == []


@pytest.mark.parametrize("provider", ["docker", "repo", "io"])
def test_a_registry_chosen_by_a_word_that_occurs_in_it_moves(tmp_path: Path, provider: str) -> None:
    values = f"provider: {provider}\nregA: docker.io\nregB: quay.io\nrepo: a/repo\n"
    template = (
        f'{{{{ $r := ternary .Values.regA .Values.regB (eq .Values.provider "{provider}") }}}}'
        + pod("'{{ $r }}/{{ .Values.repo }}:1'")
    )

    outcome = examine_chart(tmp_path, values, template)

    assert outcome.images == {"docker.io/a/repo:1": ("redirected", "swr.example.com/osc/repo:1")}
    assert outcome.values == values.replace("docker.io", "swr.example.com").replace(
        "a/repo", "osc/repo"
    )


def test_of_two_registries_behind_a_condition_the_one_in_force_moves(tmp_path: Path) -> None:
    values = "china: false\nregA: docker.io\nregB: registry.example.cn\nrepo: a/b\n"
    template = (
        "{{ $r := .Values.regA }}{{ if .Values.china }}{{ $r = .Values.regB }}{{ end }}"
        + pod("'{{ $r }}/{{ .Values.repo }}:1'")
    )

    outcome = examine_chart(tmp_path, values, template)

    assert outcome.values == (
        "china: false\nregA: swr.example.com\nregB: registry.example.cn\nrepo: osc/b\n"
    )


def test_what_follows_from_a_rewritten_value_is_reported_and_checksums_are_not(
    tmp_path: Path,
) -> None:
    template = (
        pod(f"'{PARTS}'")
        + CONFIG
        + (
            "  host: {{ .Values.image.registry }}\n"
            "  public: '{{ eq .Values.image.registry \"docker.io\" }}'\n"
            "  checksum: {{ .Values.image | toJson | sha256sum }}\n"
            "  random: {{ randAlphaNum 12 }}\n"
        )
    )

    outcome = examine_chart(tmp_path, ETCD, template)

    found = [each for each in outcome.report.findings if each.rule == "PORTAL-009"]
    assert sorted((each.severity.value, str(each.message)) for each in found) == [
        (
            "info",
            (
                f"ConfigMap c also changes at “data.{key}”, from {before} to {after}. That follows"
                " from image.registry."
            ),
        )
        for key, before, after in (
            ("host", "docker.io", "swr.example.com"),
            ("public", "true", "false"),
        )
    ]


def test_of_a_long_text_the_part_that_differs_is_reported(tmp_path: Path) -> None:
    script = "echo " + "waiting " * 30
    template = (
        pod(f"'{PARTS}'")
        + CONFIG
        + (
            f'  run: {script}{{{{ if eq .Values.image.registry "docker.io" }}}}for the hub'
            "{{ else }}for a mirror{{ end }}\n"
        )
    )

    outcome = examine_chart(tmp_path, ETCD, template)

    assert [
        str(each.message).partition(", from ")[2].partition(". That")[0]
        for each in outcome.report.findings
        if each.rule == "PORTAL-009"
    ] == ["…waiting waiting for the hub to …waiting waiting for a mirror"]
