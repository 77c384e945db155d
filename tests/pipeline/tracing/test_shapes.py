"""Every shape in which values hold an image: found, redirected, and only its bytes changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..journey import examine_chart, pod

DIGEST = "sha256:" + "a" * 64
PARTS = "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
TWO = "{{ .Values.image.repository }}:{{ .Values.image.tag }}"

# name: (image line, values before, values after, original, target)
SHAPES = {
    "registry, repository and tag": (
        PARTS,
        "image:\n  registry: docker.io\n  repository: bitnami/etcd  # keep\n  tag: '3.5'\n",
        "image:\n  registry: swr.example.com\n  repository: osc/etcd  # keep\n  tag: '3.5'\n",
        "docker.io/bitnami/etcd:3.5",
        "swr.example.com/osc/etcd:3.5",
    ),
    "a bare name": (
        TWO,
        'image: {repository: nginx, tag: "1.25"}\n',
        'image: {repository: swr.example.com/osc/nginx, tag: "1.25"}\n',
        "nginx:1.25",
        "swr.example.com/osc/nginx:1.25",
    ),
    "organisation and name": (
        TWO,
        'image: {repository: bitnami/nginx, tag: "1.25"}\n',
        'image: {repository: swr.example.com/osc/nginx, tag: "1.25"}\n',
        "bitnami/nginx:1.25",
        "swr.example.com/osc/nginx:1.25",
    ),
    "a host in the repository": (
        TWO,
        "image: {repository: quay.io/jetstack/cert-manager-controller, tag: v1}\n",
        "image: {repository: swr.example.com/osc/cert-manager-controller, tag: v1}\n",
        "quay.io/jetstack/cert-manager-controller:v1",
        "swr.example.com/osc/cert-manager-controller:v1",
    ),
    "a tag inside the repository": (
        "{{ .Values.image.repository }}",
        'image: {repository: "docker.io/bitnami/etcd:3.5"}\n',
        'image: {repository: "swr.example.com/osc/etcd:3.5"}\n',
        "docker.io/bitnami/etcd:3.5",
        "swr.example.com/osc/etcd:3.5",
    ),
    "an unquoted number as tag": (
        TWO,
        "image: {repository: bivas/presto, tag: 0.196}\n",
        "image: {repository: swr.example.com/osc/presto, tag: 0.196}\n",
        "bivas/presto:0.196",
        "swr.example.com/osc/presto:0.196",
    ),
    "null parts with a default": (
        (
            '{{ .Values.image.registry | default "docker.io" }}/{{ .Values.image.repository }}'
            ":{{ .Values.image.tag | default .Chart.AppVersion }}"
        ),
        "image:\n  registry: null\n  repository: grafana/loki\n  tag: null\n  digest: ~\n",
        "image:\n  registry: swr.example.com\n  repository: osc/loki\n  tag: null\n  digest: ~\n",
        "docker.io/grafana/loki:9.9",
        "swr.example.com/osc/loki:9.9",
    ),
    "an empty registry that means no prefix": (
        "{{ with .Values.image.registry }}{{ . }}/{{ end }}" + TWO,
        'image: {registry: "", repository: newrelic/infra, tag: 2.8.15}\n',
        'image: {registry: "swr.example.com", repository: osc/infra, tag: 2.8.15}\n',
        "newrelic/infra:2.8.15",
        "swr.example.com/osc/infra:2.8.15",
    ),
    "an empty registry that the template ignores": (
        TWO,
        'image: {registry: "", repository: newrelic/infra, tag: 2.8.15}\n',
        'image: {registry: "", repository: swr.example.com/osc/infra, tag: 2.8.15}\n',
        "newrelic/infra:2.8.15",
        "swr.example.com/osc/infra:2.8.15",
    ),
    "one string": (
        "{{ .Values.image }}",
        "image: minio/minio:RELEASE.2024-01-01\n",
        "image: swr.example.com/osc/minio:RELEASE.2024-01-01\n",
        "minio/minio:RELEASE.2024-01-01",
        "swr.example.com/osc/minio:RELEASE.2024-01-01",
    ),
    "one string without a tag": (
        "{{ .Values.image }}",
        "image: dduportal/bats\n",
        "image: swr.example.com/osc/bats\n",
        "dduportal/bats",
        "swr.example.com/osc/bats",
    ),
    "split keys as in the packaging guide's clickhouse": (
        "{{ .Values.clickhouse.image }}:{{ .Values.clickhouse.imageVersion }}",
        'clickhouse:\n  image: "host.io/ns/clickhouse"\n  imageVersion: "0.0.1"\n',
        'clickhouse:\n  image: "swr.example.com/osc/clickhouse"\n  imageVersion: "0.0.1"\n',
        "host.io/ns/clickhouse:0.0.1",
        "swr.example.com/osc/clickhouse:0.0.1",
    ),
    "an arbitrary key": (
        "{{ .Values.imageBusybox }}",
        'imageBusybox: "host.io/ns/busybox:1.26.2"\n',
        'imageBusybox: "swr.example.com/osc/busybox:1.26.2"\n',
        "host.io/ns/busybox:1.26.2",
        "swr.example.com/osc/busybox:1.26.2",
    ),
    "image as a sub-key beside the registry, and a digest that wins over the tag": (
        (
            "{{ .Values.image.registry }}/{{ .Values.image.image }}:{{ .Values.image.tag }}"
            "{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ end }}"
        ),
        (
            f"image:\n  registry: registry.k8s.io\n  image: ingress/controller\n  tag: v1\n"
            f"  digest: {DIGEST}\n"
        ),
        'image:\n  registry: swr.example.com\n  image: osc/controller\n  tag: v1\n  digest: ""\n',
        f"registry.k8s.io/ingress/controller:v1@{DIGEST}",
        "swr.example.com/osc/controller:v1",
    ),
    "a digest alone is kept": (
        "{{ .Values.image.repository }}@{{ .Values.image.digest }}",
        f"image:\n  repository: quay.io/a/b\n  digest: {DIGEST}\n",
        f"image:\n  repository: swr.example.com/osc/b\n  digest: {DIGEST}\n",
        f"quay.io/a/b@{DIGEST}",
        f"swr.example.com/osc/b@{DIGEST}",
    ),
    "one string with tag and digest": (
        "{{ .Values.image }}",
        f"image: quay.io/org/app:1@{DIGEST}\n",
        "image: swr.example.com/osc/app:1\n",
        f"quay.io/org/app:1@{DIGEST}",
        "swr.example.com/osc/app:1",
    ),
    "registry and namespace in one value, the name in another": (
        "{{ .Values.validator.repository }}/{{ .Values.validator.image }}:{{ .Values.validator.version }}",
        "validator: {repository: nvcr.io/nvidia, image: gpu-operator, version: v2}\n",
        "validator: {repository: swr.example.com/osc, image: gpu-operator, version: v2}\n",
        "nvcr.io/nvidia/gpu-operator:v2",
        "swr.example.com/osc/gpu-operator:v2",
    ),
    "host and namespace far away from the image": (
        "{{ .Values.imageRegistry }}/{{ .Values.imageNamespace }}/{{ .Values.image.name }}:v1",
        "imageRegistry: quay.io\nimageNamespace: jetstack\nimage:\n  name: cert-manager-controller\n",
        "imageRegistry: swr.example.com\nimageNamespace: osc\nimage:\n  name: cert-manager-controller\n",
        "quay.io/jetstack/cert-manager-controller:v1",
        "swr.example.com/osc/cert-manager-controller:v1",
    ),
    "three pieces": (
        "{{ .Values.registryFQDN }}/{{ .Values.image.registry }}/{{ .Values.image.repository }}:1",
        "registryFQDN: ghcr.io\nimage: {registry: kubedb, repository: provider-azure}\n",
        "registryFQDN: swr.example.com\nimage: {registry: osc, repository: provider-azure}\n",
        "ghcr.io/kubedb/provider-azure:1",
        "swr.example.com/osc/provider-azure:1",
    ),
    "a registry with a path": (
        PARTS,
        "image: {registry: docker.io/bitnami, repository: etcd, tag: '3'}\n",
        "image: {registry: swr.example.com/osc, repository: etcd, tag: '3'}\n",
        "docker.io/bitnami/etcd:3",
        "swr.example.com/osc/etcd:3",
    ),
    "a port": (
        "{{ .Values.image }}",
        "image: localhost:5000/team/etcd:3\n",
        "image: swr.example.com/osc/etcd:3\n",
        "localhost:5000/team/etcd:3",
        "swr.example.com/osc/etcd:3",
    ),
    "an anchored prefix": (
        "{{ .Values.controller.imagePrefix }}/{{ .Values.controller.imageName }}:v1",
        "imagePrefix: &p fluidcloudnative\ncontroller: {imagePrefix: *p, imageName: dataset}\n",
        "imagePrefix: &p swr.example.com/osc\ncontroller: {imagePrefix: *p, imageName: dataset}\n",
        "fluidcloudnative/dataset:v1",
        "swr.example.com/osc/dataset:v1",
    ),
    "a list of maps": (
        "{{ (index .Values.sidecars 0).image }}",
        "sidecars: [{name: x, image: docker.io/library/busybox:1}, {name: y, port: 1000000}]\n",
        "sidecars: [{name: x, image: swr.example.com/osc/busybox:1}, {name: y, port: 1000000}]\n",
        "docker.io/library/busybox:1",
        "swr.example.com/osc/busybox:1",
    ),
    "a computed tag": (
        "{{ .Values.image.repository }}:{{ .Values.image.tag }}-kafka-3.7",
        "image: {repository: quay.io/strimzi/kafka, tag: 0.40.0}\n",
        "image: {repository: swr.example.com/osc/kafka, tag: 0.40.0}\n",
        "quay.io/strimzi/kafka:0.40.0-kafka-3.7",
        "swr.example.com/osc/kafka:0.40.0-kafka-3.7",
    ),
    "a registry that ends with a slash": (
        "{{ .Values.registry }}{{ .Values.name }}:1",
        "registry: docker.io/\nname: team/app\n",
        "registry: swr.example.com/\nname: osc/app\n",
        "docker.io/team/app:1",
        "swr.example.com/osc/app:1",
    ),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_shape_is_redirected_and_no_other_byte_changes(
    tmp_path: Path, shape: tuple[str, str, str, str, str]
) -> None:
    line, before, after, original, target = shape
    outcome = examine_chart(tmp_path, before, pod(f"'{line}'"))
    assert outcome.images == {original: ("redirected", target)}
    assert outcome.values == after
    assert outcome.changed_files == ["demo/values.yaml"]


def test_a_block_of_text_is_edited_inside_its_block(tmp_path: Path) -> None:
    values = (
        "extraContainers: |\n  - name: s\n    image: docker.io/library/busybox:1\n"
        "  - name: t\n    image: quay.io/a/b:2\n"
    )
    template = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
        "{{ tpl .Values.extraContainers . | indent 4 }}\n"
    )
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == (
        "extraContainers: |\n  - name: s\n    image: swr.example.com/osc/busybox:1\n"
        "  - name: t\n    image: swr.example.com/osc/b:2\n"
    )
    assert {image.status.value for image in outcome.report.images} == {"redirected"}


def test_an_argument_that_holds_an_image_is_redirected(tmp_path: Path) -> None:
    values = "image: quay.io/a/b:1\nextraArgs:\n- --solver-image=quay.io/jetstack/solver:v1\n"
    template = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n"
        "    image: {{ .Values.image }}\n    args: {{ .Values.extraArgs | toJson }}\n"
    )
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == (
        "image: swr.example.com/osc/b:1\nextraArgs:\n"
        '- "--solver-image=swr.example.com/osc/solver:v1"\n'
    )


def test_one_registry_that_feeds_many_images_is_changed_once(tmp_path: Path) -> None:
    values = "global: {registry: ghcr.io/dapr, tag: edge}\na: {name: operator}\nb: {name: sentry}\n"
    lines = [
        f"{{{{ .Values.global.registry }}}}/{{{{ .Values.{key}.name }}}}:{{{{ .Values.global.tag }}}}"
        for key in "ab"
    ]
    outcome = examine_chart(tmp_path, values, pod(*lines))
    assert outcome.values == values.replace("ghcr.io/dapr", "swr.example.com/osc")
    sets = {f.change_set for f in outcome.report.findings if f.change_set}
    assert sets == {"image:global.registry"}


def test_an_image_behind_a_switch_is_revealed_and_redirected(tmp_path: Path) -> None:
    values = (
        "image: docker.io/a/b:1\nmetrics:\n  enabled: false\n  image:\n"
        "    repository: quay.io/m/exporter\n    tag: '2'\n"
    )
    template = (
        pod("{{ .Values.image }}")
        + "{{ if .Values.metrics.enabled }}        - name: m\n          image: "
        + '"{{ .Values.metrics.image.repository }}:{{ .Values.metrics.image.tag }}"{{ end }}\n'
    )
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.images == {
        "docker.io/a/b:1": ("redirected", "swr.example.com/osc/b:1"),
        "quay.io/m/exporter:2": ("redirected", "swr.example.com/osc/exporter:2"),
    }
    assert outcome.image("quay.io/m/exporter:2").shown_by == ("metrics.enabled=true",)
    assert outcome.image("docker.io/a/b:1").shown_by == ()


def test_a_value_that_occurs_by_chance_does_not_stop_the_marking(tmp_path: Path) -> None:
    values = "databaseType: mariadb\nimage: {repository: docker.io/bitnami/mariadb, tag: '11'}\n"
    template = (
        '{{ if ne .Values.databaseType "mariadb" }}{{ fail "unknown database" }}{{ end }}'
        + pod(TWO)
    )
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == values.replace(
        "docker.io/bitnami/mariadb", "swr.example.com/osc/mariadb"
    )


def test_two_originals_with_one_target_are_left_and_reported(tmp_path: Path) -> None:
    values = "a: quay.io/team1/app:1\nb: ghcr.io/team2/app:1\n"
    outcome = examine_chart(tmp_path, values, pod("{{ .Values.a }}", "{{ .Values.b }}"))
    assert outcome.values == values
    assert {image.status.value for image in outcome.report.images} == {"unverified"}


def test_one_image_in_two_spellings_is_no_collision(tmp_path: Path) -> None:
    values = "a: nginx:latest\nb: docker.io/library/nginx:latest\n"
    outcome = examine_chart(tmp_path, values, pod("{{ .Values.a }}", "{{ .Values.b }}"))
    assert outcome.values == (
        "a: swr.example.com/osc/nginx:latest\nb: swr.example.com/osc/nginx:latest\n"
    )


def test_an_image_that_is_its_target_already_is_unchanged(tmp_path: Path) -> None:
    values = "image: swr.example.com/osc/app:1\n"
    outcome = examine_chart(tmp_path, values, pod("{{ .Values.image }}"))
    assert outcome.images == {
        "swr.example.com/osc/app:1": ("unchanged", "swr.example.com/osc/app:1")
    }
    assert outcome.changed_files == []


def test_a_reference_without_its_tag_is_reported_as_what_it_becomes(tmp_path: Path) -> None:
    values = "image: {repository: posthog/posthog, tag: '1'}\nold: {tag: ''}\n"
    old = "{{ .Values.image.repository }}:{{ .Values.old.tag }}"
    outcome = examine_chart(tmp_path, values, pod(f"'{TWO}'", f"'{old}'"))
    assert outcome.images == {
        "posthog/posthog:1": ("redirected", "swr.example.com/osc/posthog:1"),
        "posthog/posthog:": ("unverified", "swr.example.com/osc/posthog:"),
    }
