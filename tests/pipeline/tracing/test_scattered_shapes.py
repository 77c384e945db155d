"""Shapes of images whose parts are far apart, in lists, in text, or behind switches."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..journey import CHART, examine_chart, pod

HEX = "a" * 64
DIGEST = f"sha256:{HEX}"
TWO = "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
GLOBAL = (
    "{{ $registry := .Values.image.registry }}"
    "{{ with .Values.global.imageRegistry }}{{ $registry = . }}{{ end }}"
)
NOTHING = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: none}\n"


def of(key: str, line: str) -> str:
    """The image line ``line`` with ``%`` for the path of a map of values."""
    return line.replace("%", f".Values.{key}")


FAR = (
    "{{ if %.repository }}{{ %.repository }}{{ else }}"
    "{{ .Values.imageRegistry }}/{{ .Values.imageNamespace }}/{{ %.name }}{{ end }}:v1"
)
HUB = (
    '{{ if contains "/" .Values.pilot.image }}{{ .Values.pilot.image }}{{ else }}'
    "{{ .Values.hub }}/{{ .Values.pilot.image }}:{{ .Values.tag }}{{ end }}"
)
OWN_DEFAULT = (
    "{{ %.registry | default %.defaultRegistry }}/{{ %.repository }}"
    ":{{ %.tag | default .Chart.AppVersion }}"
)
FALLING_BACK = (
    "{{ %.registry | default .Values.defaultImageRegistry }}"
    "/{{ %.repository | default .Values.defaultImageRepository }}"
    "/{{ %.name }}:{{ .Values.defaultImageTag }}"
)
PREFIXED = "{{ %.imagePrefix }}/{{ %.imageName }}:{{ %.imageTag }}"
BASIC = "{{ .Values.basic.image_registry }}/{{ .Values.basic."

# name: (text before the pod, image lines, values before, changes in them, originals to targets)
SHAPES: dict[str, tuple[str, list[str], str, dict[str, str], dict[str, str]]] = {
    "an empty version that falls back to the chart's": (
        "",
        [
            (
                "{{ .Values.validator.repository }}/{{ .Values.validator.image }}"
                ":{{ .Values.validator.version | default .Chart.AppVersion }}"
            )
        ],
        'validator: {repository: nvcr.io/nvidia, image: gpu-operator, version: ""}\n',
        {"nvcr.io/nvidia": "swr.example.com/osc"},
        {"nvcr.io/nvidia/gpu-operator:9.9": "gpu-operator:9.9"},
    ),
    "host and namespace far away, for images that may override them": (
        "",
        [of("image", FAR), of("hook.image", FAR)],
        (
            "imageRegistry: quay.io\nimageNamespace: jetstack\n"
            'image: {name: controller, repository: ""}\n'
            'hook: {image: {name: startup, repository: ""}}\n'
        ),
        {"quay.io": "swr.example.com", "jetstack": "osc"},
        {
            "quay.io/jetstack/controller:v1": "controller:v1",
            "quay.io/jetstack/startup:v1": "startup:v1",
        },
    ),
    "a hub, a tag and a bare name": (
        "",
        [HUB],
        "hub: registry.istio.io/release\ntag: 1.22.0\npilot: {image: pilot}\n",
        {"registry.istio.io/release": "swr.example.com/osc"},
        {"registry.istio.io/release/pilot:1.22.0": "pilot:1.22.0"},
    ),
    "a hub that a whole reference does not need": (
        "",
        [HUB],
        "hub: registry.istio.io/release\ntag: 1.22.0\npilot: {image: quay.io/x/pilot:2}\n",
        {"quay.io/x/pilot": "swr.example.com/osc/pilot"},
        {"quay.io/x/pilot:2": "pilot:2"},
    ),
    "a default registry beside a null one": (
        "",
        [of("image", OWN_DEFAULT), of("clean", OWN_DEFAULT)],
        (
            "image: {registry: ~, defaultRegistry: reg.kyverno.io, repository: kyverno/main, tag: ~}\n"
            "clean: {registry: ~, defaultRegistry: reg.kyverno.io, repository: kyverno/clean, tag: ~}\n"
        ),
        {"reg.kyverno.io": "swr.example.com", "kyverno/": "osc/"},
        {
            "reg.kyverno.io/kyverno/main:9.9": "main:9.9",
            "reg.kyverno.io/kyverno/clean:9.9": "clean:9.9",
        },
    ),
    "names in snake case, with a common tag": (
        "",
        [
            BASIC
            + "manager_name }}:{{ .Values.basic.manager_tag | default .Values.basic.image_tag }}",
            BASIC + "scheduler_name }}:{{ .Values.basic.image_tag }}",
        ],
        (
            "basic:\n  image_registry: docker.io\n  manager_name: volcanosh/vc-manager\n"
            '  scheduler_name: volcanosh/vc-scheduler\n  image_tag: latest\n  manager_tag: ""\n'
        ),
        {"docker.io": "swr.example.com", "volcanosh/": "osc/"},
        {
            "docker.io/volcanosh/vc-manager:latest": "vc-manager:latest",
            "docker.io/volcanosh/vc-scheduler:latest": "vc-scheduler:latest",
        },
    ),
    "defaults for every part, and a computed tag": (
        "",
        [of("image", FALLING_BACK), of("kafka.image", FALLING_BACK) + "-kafka-3.7"],
        (
            "defaultImageRegistry: quay.io\ndefaultImageRepository: strimzi\ndefaultImageTag: 0.40.0\n"
            'image: {registry: "", repository: "", name: operator}\n'
            'kafka: {image: {registry: "", repository: "", name: kafka, tagPrefix: ""}}\n'
        ),
        {"quay.io": "swr.example.com", "strimzi": "osc"},
        {
            "quay.io/strimzi/operator:0.40.0": "operator:0.40.0",
            "quay.io/strimzi/kafka:0.40.0-kafka-3.7": "kafka:0.40.0-kafka-3.7",
        },
    ),
    "anchors for prefix and tag": (
        "",
        [of("controller", PREFIXED), of("webhook", PREFIXED)],
        (
            "imagePrefix: &p fluidcloudnative\nversion: &v v1.0\n"
            "controller: {imagePrefix: *p, imageName: dataset, imageTag: *v}\n"
            "webhook: {imagePrefix: *p, imageName: webhook, imageTag: *v}\n"
        ),
        {"fluidcloudnative": "swr.example.com/osc"},
        {
            "fluidcloudnative/dataset:v1.0": "dataset:v1.0",
            "fluidcloudnative/webhook:v1.0": "webhook:v1.0",
        },
    ),
    "a global registry that is empty stays empty": (
        GLOBAL,
        ["{{ $registry }}/{{ .Values.image.repository }}:1"],
        'global: {imageRegistry: ""}\nimage: {registry: docker.io, repository: bitnami/etcd}\n',
        {"docker.io": "swr.example.com", "bitnami/": "osc/"},
        {"docker.io/bitnami/etcd:1": "etcd:1"},
    ),
    "a global registry that is set beats that of the image": (
        GLOBAL,
        ["{{ $registry }}/{{ .Values.image.repository }}:1"],
        "global: {imageRegistry: docker.io}\nimage: {registry: quay.io, repository: bitnami/etcd}\n",
        {"docker.io": "swr.example.com", "bitnami/": "osc/"},
        {"docker.io/bitnami/etcd:1": "etcd:1"},
    ),
    "lists of texts and lists of lists": (
        "",
        ["{{ index .Values.preload 0 }}", "{{ index .Values.preload 1 0 }}"],
        'preload: ["docker.io/a/b:1", [docker.io/c/d:2]]\n',
        {"docker.io/a/": "swr.example.com/osc/", "docker.io/c/": "swr.example.com/osc/"},
        {"docker.io/a/b:1": "b:1", "docker.io/c/d:2": "d:2"},
    ),
    "a template in a value, whose expression holds the namespace": (
        "",
        ["{{ tpl .Values.image $ }}"],
        (
            "global: {imageRegistry: docker.io/bitnami}\n"
            "image: '{{ .Values.global.imageRegistry }}/etcd:3'\n"
        ),
        {"docker.io/bitnami": "swr.example.com", "}}/etcd": "}}/osc/etcd"},
        {"docker.io/bitnami/etcd:3": "etcd:3"},
    ),
    "a bare checksum without a tag is kept": (
        "",
        ["{{ .Values.image.repository }}{{ with .Values.image.sha }}@sha256:{{ . }}{{ end }}"],
        f"image: {{repository: grafana/grafana, sha: '{HEX}'}}\n",
        {"grafana/grafana": "swr.example.com/osc/grafana"},
        {f"grafana/grafana@{DIGEST}": f"grafana@{DIGEST}"},
    ),
    "an empty checksum stays empty": (
        "",
        [TWO + "{{ with .Values.image.sha }}@sha256:{{ . }}{{ end }}"],
        "image: {repository: grafana/grafana, tag: '10', sha: ''}\n",
        {"grafana/grafana": "swr.example.com/osc/grafana"},
        {"grafana/grafana:10": "grafana:10"},
    ),
    "a digest that takes the place of the tag is kept": (
        "",
        [
            (
                "{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}"
                "{{ else }}:{{ .Values.image.tag }}{{ end }}"
            )
        ],
        f"image: {{repository: grafana/grafana, tag: '10', digest: '{DIGEST}'}}\n",
        {"grafana/grafana": "swr.example.com/osc/grafana"},
        {f"grafana/grafana@{DIGEST}": f"grafana@{DIGEST}"},
    ),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_shape_is_redirected_and_no_other_byte_changes(
    tmp_path: Path, shape: tuple[str, list[str], str, dict[str, str], dict[str, str]]
) -> None:
    before, lines, values, changes, images = shape
    template = before + pod(*[f"'{line}'" for line in lines])

    outcome = examine_chart(tmp_path, values, template)

    for old, new in changes.items():
        values = values.replace(old, new)
    assert outcome.values == values
    assert outcome.images == {
        original: ("redirected", f"swr.example.com/osc/{target}")
        for original, target in images.items()
    }
    assert outcome.changed_files == ["demo/values.yaml"]


def test_a_global_registry_with_a_path_and_bare_names_in_a_sub_chart(tmp_path: Path) -> None:
    line = (
        '{{ if contains "/" .Values.image.name }}{{ .Values.image.name }}{{ else }}'
        "{{ .Values.global.registry }}/{{ .Values.image.name }}:{{ .Values.global.tag }}{{ end }}"
    )
    values = (
        "global: {registry: ghcr.io/dapr, tag: edge}\ndapr_operator: {image: {name: operator}}\n"
    )
    outcome = examine_chart(
        tmp_path,
        values,
        NOTHING,
        **{
            "Chart.yaml": CHART + "dependencies:\n- {name: dapr_operator, version: 1.0.0}\n",
            "charts/dapr_operator/Chart.yaml": (
                "apiVersion: v2\nname: dapr_operator\nversion: 1.0.0\n"
            ),
            "charts/dapr_operator/values.yaml": "image: {name: other}\n",
            "charts/dapr_operator/templates/app.yaml": pod(f"'{line}'"),
        },
    )

    assert outcome.values == values.replace("ghcr.io/dapr", "swr.example.com/osc")
    assert outcome.images == {
        "ghcr.io/dapr/operator:edge": ("redirected", "swr.example.com/osc/operator:edge")
    }


CONTAINER = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: op\n"
    "    image: {{ .Values.image }}\n"
)

# name: (lines below the container, values)
ELSEWHERE = {
    "a list of variables": (
        "    env: {{ .Values.env | toJson }}\n",
        "image: quay.io/a/op:1\nenv:\n- name: RELATED_IMAGE_X\n  value: quay.io/a/b:1\n",
    ),
    "a map of variables": (
        (
            "    env:\n{{- range $k, $v := .Values.env }}\n"
            "    - {name: {{ $k }}, value: {{ $v | quote }}}\n{{- end }}\n"
        ),
        "image: quay.io/a/op:1\nenv: {BACKUP_IMAGE: quay.io/a/b:1, PORT: '8080', MODE: a/b}\n",
    ),
    "a list of arguments": (
        "    args: {{ .Values.extraArgs | toJson }}\n",
        'image: quay.io/a/op:1\nextraArgs: ["--solver-image=quay.io/a/b:1", --v=2]\n',
    ),
    "a map of arguments": (
        "    args:\n{{- range $k, $v := .Values.extraArgs }}\n    - --{{ $k }}={{ $v }}\n{{- end }}\n",
        "image: quay.io/a/op:1\nextraArgs: {sidecar-image: 'quay.io/a/b:1', v: 2}\n",
    ),
    "an argument put together from parts": (
        "    args: ['--side={{ .Values.side.repository }}:{{ .Values.side.tag }}']\n",
        "image: quay.io/a/op:1\nside: {repository: quay.io/a/b, tag: 1}\n",
    ),
}


@pytest.mark.parametrize("case", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_an_image_outside_of_the_image_field_is_redirected(
    tmp_path: Path, case: tuple[str, str]
) -> None:
    lines, values = case

    outcome = examine_chart(tmp_path, values, CONTAINER + lines)

    assert outcome.values == values.replace("quay.io/a/", "swr.example.com/osc/")
    assert outcome.images == {
        "quay.io/a/op:1": ("redirected", "swr.example.com/osc/op:1"),
        "quay.io/a/b:1": ("redirected", "swr.example.com/osc/b:1"),
    }


ILLEGAL = {
    "upper case in the name": ("{repository: Foo/Bar, tag: '1'}", "Foo/Bar:1"),
    "upper case in the path": ("{repository: docker.io/Foo/Bar, tag: '1'}", "docker.io/Foo/Bar:1"),
    "a tag with a plus": ("{repository: foo/bar, tag: a+b}", "foo/bar:a+b"),
    "a colon without a tag": ("{repository: foo/bar, tag: ''}", "foo/bar:"),
}


@pytest.mark.parametrize("case", ILLEGAL.values(), ids=ILLEGAL.keys())
def test_an_illegal_reference_is_an_error_at_the_value_that_decides_it(
    tmp_path: Path, case: tuple[str, str]
) -> None:
    image, rendered = case

    outcome = examine_chart(tmp_path, f"# ours\nimage: {image}\n", pod(f"'{TWO}'"))

    found = [
        (each.rule, each.severity.value, each.place.file, each.place.line)
        for each in outcome.report.findings
        if each.image == rendered
    ]
    assert found == [("PORTAL-010", "error", "demo/values.yaml", 2)]
    assert outcome.changed_files == []
