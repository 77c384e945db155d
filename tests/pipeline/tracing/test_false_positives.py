"""What looks like an image and is none: not redirected, not reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..journey import examine_chart, pod

POD = pod("{{ .Values.image }}")
IMAGE = "image: quay.io/a/b:1\n"
CONFIG = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n"
CUSTOM = "---\napiVersion: example.com/v1\nkind: Custom\nmetadata: {name: c}\nspec: "
SCHEMA = (
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    "metadata: {name: x.example.com}\nspec:\n  properties:\n    image: {type: string}\n"
)
REPOSITORIES = (
    "git: {repository: https://github.com/x/y}\nssh: {repository: git@github.com:x/y.git}\n"
    "oci: {repository: oci://registry.example.com/chart}\nfolder: {repository: charts/foo}\n"
)
STORES = (
    "a: {repository: s3://bucket/x}\nb: {repository: /var/lib/x}\n"
    "c: {repository: 'https://repo.maven.apache.org/maven2'}\n"
    "d: {repository: 'deb http://packages.example.org/debian stable main'}\n"
    "e: {repository: 'https://charts.bitnami.com/bitnami'}\n"
)
PICTURES = "logo: {image: logo.png, backgroundImage: /img/a.png, imageFormat: raw}\n"
PLAIN_WORDS = 'role: system:metrics-server\nconfig: \'{"a":"b:c","addr":"monitoring/prom:9090"}\'\n'
ALL_VALUES = '{{ omit .Values "image" | toJson }}\n'
ROLE = (
    "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
    "metadata: {name: '{{ .Values.role }}', labels: {example.com/part: web}}\n"
    "rules: [{apiGroups: [metrics.k8s.io], resources: [pods/log], resourceNames: ['system:x']}]\n"
)

# name: (further values, further templates)
CASES = {
    "the repository of a database": (
        "config: {repository: test}\n",
        CONFIG + "  repository: {{ .Values.config.repository }}\n",
    ),
    "repositories of source code in a ConfigMap": (
        REPOSITORIES,
        CONFIG + '  all: {{ omit .Values "image" | toJson | quote }}\n',
    ),
    "repositories of source code in a custom resource": (REPOSITORIES, CUSTOM + ALL_VALUES),
    "a comment in values and one in a template": (
        "#  image: quay.io/old/old:1\n",
        "# image: quay.io/old/old:1\n",
    ),
    "a field of a schema in a template": ("", "---\n" + SCHEMA),
    "a template of another engine in a ConfigMap": (
        "",
        CONFIG + '  config: |\n    containers:\n    - image: "{{ "{{ .ProxyImage }}" }}"\n',
    ),
    "names of roles, addresses with ports, and words with a colon": (
        PLAIN_WORDS,
        ROLE + CONFIG + "  json: {{ .Values.config | quote }}\n",
    ),
    "pictures in a ConfigMap": (
        PICTURES,
        CONFIG + "  image: {{ .Values.logo.image }}\n  format: {{ .Values.logo.imageFormat }}\n",
    ),
    "pictures in a custom resource": (PICTURES, CUSTOM + ALL_VALUES),
    "buckets, folders, and repositories of packages": (STORES, CUSTOM + ALL_VALUES),
    "a text about the image": (
        "docs: see https://quay.io/repository/a/b for quay.io images\n",
        CONFIG + "  docs: {{ .Values.docs | quote }}\n",
    ),
    "texts that occur in the image by chance": (
        "name: b\nhost: quay.io\nversion: 1\n",
        CONFIG + "  name: {{ .Values.name }}\n  host: {{ .Values.host }}\n"
        "  version: {{ .Values.version | quote }}\n",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_only_the_image_changes_and_nothing_else_is_said(
    tmp_path: Path, case: tuple[str, str]
) -> None:
    values, templates = case

    outcome = examine_chart(tmp_path, IMAGE + values, POD + templates)

    assert outcome.values == "image: swr.example.com/osc/b:1\n" + values
    assert outcome.images == {"quay.io/a/b:1": ("redirected", "swr.example.com/osc/b:1")}
    assert {each.image for each in outcome.report.findings} <= {"quay.io/a/b:1", None}
    assert outcome.report.verification.other_changes == ()


def test_a_schema_in_crds_names_no_image(tmp_path: Path) -> None:
    outcome = examine_chart(tmp_path, IMAGE, POD, **{"crds/x.yaml": SCHEMA})

    assert [each.original for each in outcome.report.images] == ["quay.io/a/b:1"]
    assert [each for each in outcome.report.findings if each.rule == "OSC-HELM-012"] == []


@pytest.mark.parametrize("text", ['""', "' '"])
def test_an_empty_image_is_no_image(tmp_path: Path, text: str) -> None:
    template = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"
        '  containers: [{name: a, image: "{{ .Values.image }}"}]\n'
    )

    outcome = examine_chart(tmp_path, f"image: {text}\n", template)

    assert outcome.report.images == ()
    assert outcome.changed_files == []


def test_rules_of_a_role_name_no_image(tmp_path: Path) -> None:
    role = (
        "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n"
        "rules: [{apiGroups: [x], resources: ['a/b:1']}]\n"
    )
    outcome = examine_chart(tmp_path, "image: quay.io/a/b:1\n", pod("{{ .Values.image }}") + role)
    assert outcome.images == {"quay.io/a/b:1": ("redirected", "swr.example.com/osc/b:1")}


def test_a_tag_alone_is_never_reported_as_what_keeps_an_image_at_its_address(
    tmp_path: Path,
) -> None:
    values = "image: {registry: docker.io, repository: a/b, tag: '1'}\n"
    line = "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
    extra = (
        '{{ if eq .Values.image.registry "docker.io" }}        - name: extra\n'
        "          image: '{{ .Values.image.registry }}/x/extra:1'\n{{ end }}"
    )
    outcome = examine_chart(tmp_path, values, pod(f"'{line}'") + extra)
    reported = [
        str(each.message) for each in outcome.report.findings if each.rule == "OSC-HELM-008"
    ]
    assert [words for words in reported if "hard-codes 1." in words] == []
