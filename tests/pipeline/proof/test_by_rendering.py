"""What the proof takes back, and what it reports beside images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reviews.pipeline.examination.run import examine

from ..journey import CHART, POLICY, examine_chart, pod, tgz

TWO = '"{{ .Values.a }}"', '"{{ .Values.b }}"'


def test_an_edit_that_breaks_the_chart_is_given_up_alone(tmp_path: Path) -> None:
    template = '{{ if hasPrefix "swr." .Values.a }}{{ fail "no such registry" }}{{ end }}\n' + pod(
        *TWO
    )
    outcome = examine_chart(tmp_path, "a: quay.io/x/a:1\nb: quay.io/x/b:1\n", template)
    assert outcome.values == "a: quay.io/x/a:1\nb: swr.example.com/osc/b:1\n"
    assert outcome.images["quay.io/x/a:1"][0] == "unverified"
    assert outcome.images["quay.io/x/b:1"][0] == "redirected"


def test_a_schema_that_refuses_the_new_registry_is_a_reason(tmp_path: Path) -> None:
    schema = '{"properties": {"image": {"properties": {"registry": {"enum": ["docker.io", "quay.io"]}}}}}'
    values = "image: {registry: docker.io, repository: a/b}\n"
    line = pod('"{{ .Values.image.registry }}/{{ .Values.image.repository }}"')
    outcome = examine_chart(tmp_path, values, line, **{"values.schema.json": schema})
    assert outcome.values == values
    (image,) = outcome.report.images
    assert image.status.value == "unverified"


def test_random_values_are_no_change(tmp_path: Path) -> None:
    template = pod("{{ .Values.image }}") + (
        "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        "data: {password: {{ randAlphaNum 20 | b64enc }}}\n"
    )
    outcome = examine_chart(tmp_path, "image: quay.io/a/b:1\n", template)
    assert outcome.report.verification.other_changes == ()
    assert outcome.image("quay.io/a/b:1").status.value == "redirected"


def test_a_checksum_of_the_image_is_listed_with_its_cause(tmp_path: Path) -> None:
    template = pod("{{ .Values.image }}") + (
        "---\napiVersion: v1\nkind: ConfigMap\n"
        'metadata: {name: c, annotations: {checksum: "{{ .Values.image | sha256sum }}"}}\n'
    )
    outcome = examine_chart(tmp_path, "image: quay.io/a/b:1\n", template)
    (change,) = outcome.report.verification.other_changes
    assert (change.kind, change.path, change.cause) == (
        "ConfigMap",
        "metadata.annotations.checksum",
        "image",
    )
    assert outcome.image("quay.io/a/b:1").status.value == "redirected"


def test_what_a_template_makes_of_the_name_is_listed_with_its_cause(tmp_path: Path) -> None:
    template = pod("{{ .Values.image }}") + (
        '          args: ["{{ if contains "bitnami/" .Values.image }}-b{{ end }}"]\n'
    )
    outcome = examine_chart(tmp_path, "image: docker.io/bitnami/b:1\n", template)
    (change,) = outcome.report.verification.other_changes
    assert (change.before, change.after, change.cause) == ("-b", "", "image")


def test_a_change_names_the_value_from_which_it_follows_and_no_other(tmp_path: Path) -> None:
    template = pod("{{ .Values.a }}", "{{ .Values.b }}", "{{ .Values.c }}") + (
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n"
        '  text: "{{ .Values.b | replace "/" "_" }}"\n'
        "  checksum: {{ .Values.c | sha256sum }}\n"
        '  both: {{ printf "%s%s" .Values.a .Values.c | sha256sum }}\n'
        '  asked: "{{ hasPrefix "quay.io" .Values.a }}"\n'
    )
    values = "a: quay.io/x/a:1\nb: quay.io/x/b:1\nc: quay.io/x/c:1\n"
    outcome = examine_chart(tmp_path, values, template)
    assert {change.path: change.cause for change in outcome.report.verification.other_changes} == {
        "data.text": "b",
        "data.checksum": "c",
        "data.both": "a, c",
        "data.asked": "a",
    }


def test_a_change_that_two_values_only_bring_together_names_both(tmp_path: Path) -> None:
    template = pod("{{ .Values.a }}", "{{ .Values.b }}", "{{ .Values.c }}") + (
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n"
        '  all: "{{ and (hasPrefix "swr" .Values.a) (hasPrefix "swr" .Values.b) }}"\n'
    )
    values = "a: quay.io/x/a:1\nb: quay.io/x/b:1\nc: quay.io/x/c:1\n"
    outcome = examine_chart(tmp_path, values, template)
    (change,) = outcome.report.verification.other_changes
    assert (change.before, change.after, change.cause) == ("false", "true", "a, b, c")


def test_a_change_in_a_sub_chart_names_a_value_that_it_sees_without_a_budget(
    tmp_path: Path,
) -> None:
    checksum = (
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: sub}\n"
        "data: {sum: '{{ .Values.image | sha256sum }}'}\n"
    )
    source = tmp_path / "demo-1.0.0.tgz"
    source.write_bytes(
        tgz(
            {
                "demo/Chart.yaml": CHART,
                "demo/values.yaml": "a: quay.io/x/a:1\nb: quay.io/x/b:1\n"
                "sub: {image: quay.io/x/sub:1}\n",
                "demo/templates/app.yaml": pod(*TWO),
                "demo/charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
                "demo/charts/sub/templates/sub.yaml": pod("{{ .Values.image }}") + checksum,
            }
        )
    )
    limits = replace(POLICY.limits, analysis_renders=3)
    report = examine(source, replace(POLICY, limits=limits)).report
    assert [each.cause for each in report.verification.other_changes] == ["sub.image"]


def test_data_of_a_secret_is_reported_as_a_hash(tmp_path: Path) -> None:
    template = pod("{{ .Values.image }}") + (
        "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        'stringData: {pull: "{{ .Values.image }}-token"}\n'
    )
    outcome = examine_chart(tmp_path, "image: quay.io/a/b:1\n", template)
    (change,) = outcome.report.verification.other_changes
    assert change.before is not None
    assert change.before.startswith("sha256:")
    assert "quay.io" not in str(outcome.report.verification)


def test_exclusive_features_are_each_seen(tmp_path: Path) -> None:
    values = (
        "image: quay.io/a/main:1\n"
        "one:\n  enabled: false\n  image: quay.io/a/one:1\n"
        "two:\n  enabled: false\n  image: quay.io/a/two:1\n"
    )
    template = (
        '{{ if and .Values.one.enabled .Values.two.enabled }}{{ fail "one or two" }}{{ end }}\n'
        + pod("{{ .Values.image }}")
        + "{{ if .Values.one.enabled }}        - {name: o, image: {{ .Values.one.image }}}\n{{ end }}"
        + "{{ if .Values.two.enabled }}        - {name: t, image: {{ .Values.two.image }}}\n{{ end }}"
    )
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == values.replace("quay.io/a/", "swr.example.com/osc/")
    assert outcome.image("quay.io/a/two:1").shown_by == ("two.enabled=true",)
