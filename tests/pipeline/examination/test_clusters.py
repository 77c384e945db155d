"""Charts examined for every cluster version: images, manifests and the report's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from reviews.pipeline.core.policy import Limits, Policy
from reviews.pipeline.examination.run import examine
from reviews.pipeline.proof import by_rendering
from reviews.pipeline.report.model import Report, ReportedImage

from ..journey import CHART, POLICY, tgz

NEWEST, OLDEST = "v1.34.0-r0", "v1.25.0-r0"
VALUES = "image: docker.io/library/nginx\nold: docker.io/library/nginx-old:1\n"


def pod(image: str, more: str = "") -> str:
    return (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: demo\nspec:\n  containers:\n"
        f"    - name: main\n      image: {image}\n{more}"
    )


def examined(
    tmp_path: Path,
    template: str,
    *,
    policy: Policy = POLICY,
    chart: str = CHART,
    more: Mapping[str, str] | None = None,
) -> Report:
    files = {
        "demo/Chart.yaml": chart,
        "demo/values.yaml": VALUES,
        "demo/templates/pod.yaml": template,
        **(more or {}),
    }
    path = tmp_path / "demo.tgz"
    path.write_bytes(tgz(files))
    return examine(path, policy).report


def image(report: Report, original: str) -> ReportedImage:
    (found,) = (each for each in report.images if each.original == original)
    return found


def rules(report: Report, *ids: str) -> list[tuple[str, str, int | None]]:
    return [
        (each.rule, each.severity.value, each.place.line)
        for each in report.findings
        if each.rule in ids
    ]


API_RULES = tuple(f"PORTAL-02{number}" for number in range(8))


def test_an_image_that_follows_from_the_version_is_proven_where_it_is_shown(tmp_path: Path) -> None:
    report = examined(
        tmp_path,
        '{{ if semverCompare ">=1.29-0" .Capabilities.KubeVersion.Version }}\n'
        + pod("{{ .Values.image }}:1")
        + "{{ else }}\n"
        + pod("{{ .Values.old }}")
        + "{{ end }}\n",
    )
    new, old = (image(report, f"docker.io/library/nginx{name}:1") for name in ("", "-old"))

    assert [(each.status.value, each.shown_by) for each in (new, old)] == [
        ("redirected", ("cluster:>=1.29",)),
        ("redirected", ("cluster:<1.29",)),
    ]
    assert old.clusters == ("v1.28.8-r0", "v1.27.0-r0", "v1.25.0-r0")
    assert [
        (each.images_redirected, each.images_total) for each in report.verification.clusters
    ] == [(1, 1)] * 9


def test_a_tag_of_the_version_is_one_finding_with_every_image(tmp_path: Path) -> None:
    report = examined(
        tmp_path, pod('"{{ .Values.image }}:{{ .Capabilities.KubeVersion.Version }}"')
    )
    (finding,) = (each for each in report.findings if each.rule == "PORTAL-014")

    assert (len(report.images), len(finding.images), finding.place.line) == (9, 9, 8)
    assert {each.status.value for each in report.images} == {"redirected"}


def test_what_an_api_and_an_upgrade_show_is_rendered(tmp_path: Path) -> None:
    report = examined(
        tmp_path,
        '{{ if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor" }}\n'
        + pod("docker.io/library/monitor:1")
        + "{{ end }}\n---\n{{ if .Release.IsUpgrade }}\n"
        + pod("{{ .Values.image }}:up")
        + "{{ end }}\n",
    )

    assert {each.original: (each.status.value, each.shown_by) for each in report.images} == {
        "docker.io/library/monitor:1": (
            "hardcoded",
            ("cluster:monitoring.coreos.com/v1/ServiceMonitor",),
        ),
        "docker.io/library/nginx:up": ("redirected", ("release:upgrade",)),
    }
    assert rules(report, "OSC-HELM-013") == []


def test_an_api_that_all_clusters_have_is_no_feature(tmp_path: Path) -> None:
    policy = replace(POLICY, api_versions=("monitoring.coreos.com/v1",))
    template = (
        '{{ if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}\n'
        + pod("{{ .Values.image }}:1")
        + "{{ end }}\n"
    )
    report = examined(tmp_path, template, policy=policy)

    assert image(report, "docker.io/library/nginx:1").shown_by == ()


def test_a_resource_without_a_schema_is_counted_and_listed(tmp_path: Path) -> None:
    monitor = (
        '{{ if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}\n'
        "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: demo\n"
        "{{ end }}\n"
    )
    policy = replace(POLICY, api_versions=("monitoring.coreos.com/v1",))
    verification = examined(tmp_path, monitor, policy=policy).verification

    assert [(each.manifests, each.not_validated) for each in verification.clusters] == [(1, 1)] * 9
    assert [(each.kind, each.manifests) for each in verification.without_schema] == [
        ("ServiceMonitor", 1)
    ]


def test_one_mistake_is_one_finding_for_all_versions_and_copies(tmp_path: Path) -> None:
    looped = (
        "{{ range list 1 2 3 }}\n---\n" + pod("busybox:1", "      resorces: {}\n") + "{{ end }}\n"
    )
    report = examined(tmp_path, looped.replace("name: demo", "name: demo{{ . }}"))

    assert rules(report, *API_RULES) == [("PORTAL-021", "error", 11)]
    assert [(each.valid, each.invalid) for each in report.verification.clusters] == [(0, 3)] * 9


def test_an_ingress_that_is_chosen_by_the_cluster_is_right_everywhere(tmp_path: Path) -> None:
    old = (
        "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata:\n  name: demo\n"
        "spec:\n  backend:\n    serviceName: demo\n    servicePort: 80\n"
    )
    new = (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: demo\nspec:\n"
        "  defaultBackend:\n    service:\n      name: demo\n      port:\n        number: 80\n"
    )
    asking = '{{ if .Capabilities.APIVersions.Has "networking.k8s.io/v1/Ingress" }}\n'

    assert (
        rules(examined(tmp_path, f"{asking}{new}{{{{ else }}}}\n{old}{{{{ end }}}}\n"), *API_RULES)
        == []
    )
    assert rules(examined(tmp_path, old), *API_RULES) == [("PORTAL-020", "error", 1)]


def test_a_version_that_helm_takes_for_a_pre_release_is_one_finding(tmp_path: Path) -> None:
    template = (
        '{{ if semverCompare ">=1.19" .Capabilities.KubeVersion.Version }}\n'
        + pod("{{ .Values.image }}:1")
        + "{{ else }}\napiVersion: extensions/v1beta1\nkind: Ingress\nmetadata:\n  name: demo\n{{ end }}\n"
    )
    report = examined(tmp_path, template)

    assert rules(report, "OSC-HELM-018", *API_RULES) == [("OSC-HELM-018", "warning", 1)]
    assert rules(examined(tmp_path, template.replace(">=1.19", ">=1.19-0")), "OSC-HELM-018") == []


def test_versions_that_kubeversion_shuts_out_are_not_validated(tmp_path: Path) -> None:
    report = examined(
        tmp_path,
        "apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata:\n  name: demo\nspec: {}\n",
        chart=CHART + 'kubeVersion: ">=1.34.0-0"\n',
    )

    assert rules(report, *API_RULES) == []
    assert [each.version for each in report.verification.clusters if each.renders] == [NEWEST]
    assert rules(report, "OSC-HELM-018") == [("OSC-HELM-018", "warning", 7)]


def test_a_version_on_which_the_chart_fails_is_reported(tmp_path: Path) -> None:
    report = examined(
        tmp_path,
        '{{ if semverCompare "<1.27-0" .Capabilities.KubeVersion.Version }}'
        '{{ fail "too old" }}{{ end }}\n' + pod("{{ .Values.image }}:1"),
    )

    assert rules(report, "OSC-HELM-018") == [("OSC-HELM-018", "warning", 1)]
    assert [each.version for each in report.verification.clusters if not each.renders] == [OLDEST]


def test_the_budget_of_other_clusters_ends_and_is_reported(tmp_path: Path) -> None:
    policy = replace(POLICY, limits=Limits(cluster_renders=2))
    report = examined(
        tmp_path,
        pod('"{{ .Values.image }}:{{ .Capabilities.KubeVersion.Version }}"'),
        policy=policy,
    )

    assert "clusters" in {each.what for each in report.verification.unreached}


def test_a_label_that_the_rewrite_would_break_is_not_edited(tmp_path: Path) -> None:
    template = pod("{{ .Values.image }}:1").replace(
        "  name: demo\n",
        '  name: demo\n  labels:\n    from: {{ .Values.image | replace "/" "." }}\n',
    )
    policy = replace(POLICY, organization="o" * 50)
    report = examined(tmp_path, template, policy=policy)

    assert [each.rule for each in report.findings if each.edit] == []
    assert "PORTAL-012" in {each.rule for each in report.findings}


def test_a_manifest_that_the_rewrite_makes_illegal_is_not_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last check: here the experiment that finds broken labels finds none."""
    monkeypatch.setattr(by_rendering, "is_broken", lambda *_arguments: False)
    template = pod("{{ .Values.image }}:1").replace(
        "  name: demo\n",
        '  name: demo\n  labels:\n    from: {{ .Values.image | replace "/" "." }}\n',
    )
    report = examined(tmp_path, template, policy=replace(POLICY, organization="o" * 50))

    (found,) = report.images
    assert [each.rule for each in report.findings if each.edit] == []
    assert found.status.value == "unverified"
    assert "63 are allowed" in " ".join(str(each.message) for each in report.findings)


def test_a_selector_is_never_altered(tmp_path: Path) -> None:
    deployment = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: demo\nspec:\n"
        "  selector:\n    matchLabels:\n      from: {{ .Values.image | base }}-{{ .Values.image | len }}\n"
        "  template:\n    metadata:\n      labels:\n"
        "        from: {{ .Values.image | base }}-{{ .Values.image | len }}\n"
        "    spec:\n      containers:\n        - name: main\n          image: {{ .Values.image }}:1\n"
    )
    report = examined(tmp_path, deployment)

    assert [each.rule for each in report.findings if each.edit] == []
    assert "PORTAL-012" in {each.rule for each in report.findings}


@pytest.mark.parametrize("minor", ["v1.36", "v1.25"])
def test_one_version_is_enough(minor: str, tmp_path: Path) -> None:
    policy = replace(POLICY, cluster_versions=(minor,))
    report = examined(tmp_path, pod("{{ .Values.image }}:1"), policy=policy)

    assert [each.version for each in report.verification.clusters] == [f"{minor}.0"]


def test_a_spent_budget_of_the_analysis_leaves_the_other_clusters_theirs(tmp_path: Path) -> None:
    secret = (
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: demo\ndata:\n"
        '  key: {{ genPrivateKey "ecdsa" | b64enc }}\n'
        '  {{ if semverCompare ">=1.29-0" .Capabilities.KubeVersion.Version }}new: ""{{ end }}\n'
    )
    policy = replace(POLICY, limits=Limits(analysis_renders=2))
    report = examined(
        tmp_path,
        pod("{{ .Values.image }}:1"),
        policy=policy,
        more={"demo/templates/key.yaml": secret},
    )

    assert [each.valid for each in report.verification.clusters] == [2] * 9


def test_manifests_that_searches_leave_out_are_validated_and_compared(tmp_path: Path) -> None:
    service = (
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: s{n}\nspec:\n  ports: [{{port: 80}}]\n"
    )
    many = {f"demo/templates/s{n}.yaml": service.format(n=n) for n in range(42)}
    wrong = many["demo/templates/s7.yaml"].replace("  ports", "  port")
    feature = "{{ if .Values.extra.enabled }}\n" + pod("{{ .Values.extra.image }}")
    values = VALUES + "extra:\n  enabled: false\n  image: docker.io/library/extra:1\n"
    more = {
        **many,
        "demo/values.yaml": values,
        "demo/templates/s7.yaml": "{{ if .Values.extra.enabled }}\n" + wrong + "{{ end }}\n",
        "demo/templates/extra.yaml": feature.replace("name: demo", "name: extra") + "{{ end }}\n",
    }

    report = examined(
        tmp_path, pod('"{{ .Values.image }}:{{ .Capabilities.KubeVersion.Version }}"'), more=more
    )

    assert rules(report, *API_RULES) == [("PORTAL-021", "warning", 7)]
    assert [(each.manifests, each.valid) for each in report.verification.clusters] == [(42, 42)] * 9
    assert {each.status.value for each in report.images} == {"redirected"}
    assert len(report.images) == 10


SWITCHED = """{{- if .Values.%(name)s.enabled }}
apiVersion: v1
kind: Pod
metadata:
  name: %(name)s
spec:
  containers:
    - name: main
      image: {{ .Values.%(name)s.image }}
{{- end }}
"""


def test_of_all_that_was_switched_on_only_what_the_template_asks_for_is_named(
    tmp_path: Path,
) -> None:
    """Features are rendered together: what another template asks for says nothing of this one."""
    names = [f"part{number}" for number in range(8)]
    templates = {f"demo/templates/{name}.yaml": SWITCHED % {"name": name} for name in names}
    templates["demo/templates/part0.yaml"] = (SWITCHED % {"name": "part0"}).replace(
        "    - name: main\n", "    - name: main\n      comand: [a]\n"
    )
    values = "".join(
        f"{name}:\n  enabled: false\n  image: docker.io/library/{name}:1\n" for name in names
    )
    report = examined(
        tmp_path, pod("docker.io/library/nginx"), more=templates | {"demo/values.yaml": values}
    )

    (found,) = (str(each.message) for each in report.findings if each.rule == "PORTAL-021")
    assert found == (
        "Pod “part0”: Pod has no field spec.containers[].comand. With part0.enabled=true, none of"
        " the Kubernetes versions takes it."
    )


def test_what_no_template_asks_for_by_name_is_cut_short(tmp_path: Path) -> None:
    """A loop over the values names none of the switches."""
    names = [f"part{number}" for number in range(8)]
    listed = " ".join(f'"{name}"' for name in names)
    template = (
        f"{{{{- range $name := list {listed} }}}}\n{{{{- with index $.Values $name }}}}\n"
        "{{- if .enabled }}\n---\n"
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ $name }}\nspec:\n  containers:\n"
        "    - name: main\n      comand: [a]\n      image: {{ .image }}\n"
        "{{- end }}\n{{- end }}\n{{- end }}\n"
    )
    values = "".join(
        f"{name}:\n  enabled: false\n  image: docker.io/library/{name}:1\n" for name in names
    )

    report = examined(tmp_path, template, more={"demo/values.yaml": values})

    (found,) = (str(each.message) for each in report.findings if each.rule == "PORTAL-021")
    assert found == (
        "Pod “part0”: Pod has no field spec.containers[].comand. With part0.enabled=true,"
        " part1.enabled=true, part2.enabled=true, part3.enabled=true, part4.enabled=true,"
        " part5.enabled=true and other settings (2), it is not taken by Kubernetes 1.25, 1.27,"
        " 1.28, 1.29, 1.30, 1.31, 1.32, 1.33, 1.34."
    )


def test_a_name_that_is_too_long_for_this_release_alone_says_how_long_it_may_be(
    tmp_path: Path,
) -> None:
    template = pod("docker.io/library/nginx") + (
        "---\napiVersion: v1\nkind: Service\nmetadata:\n"
        f"  name: {{{{ .Release.Name }}}}-{'a' * 52}\nspec:\n  ports: [{{port: 80}}]\n"
    )

    (found,) = (
        (each.severity.value, str(each.message))
        for each in examined(tmp_path, template).findings
        if each.rule == "PORTAL-023"
    )
    name = f"release-name-{'a' * 52}"
    assert found[0] == "warning"
    assert found[1] == (
        f"Service “{name}”: the name “{name}” of Service has 65 characters, and 63 are allowed."
        " This depends on the name of the release: one of at most 10 letters is taken."
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            '.Capabilities.APIVersions.Has "monitoring.coreos.com/v1"',
            "monitoring.coreos.com/v1 in the cluster",
        ),
        (".Release.IsUpgrade", "an upgrade of the release"),
    ],
)
def test_what_is_no_setting_is_said_in_words(tmp_path: Path, asked: str, words: str) -> None:
    more = pod("docker.io/library/exporter:1", "      comand: [a]\n").replace("demo", "exporter")

    report = examined(
        tmp_path,
        pod("docker.io/library/nginx"),
        more={"demo/templates/exporter.yaml": f"{{{{- if {asked} }}}}\n{more}{{{{- end }}}}\n"},
    )

    (found,) = (str(each.message) for each in report.findings if each.rule == "PORTAL-021")
    assert found == (
        f"Pod “exporter”: Pod has no field spec.containers[].comand. With {words}, none of the"
        " Kubernetes versions takes it."
    )
