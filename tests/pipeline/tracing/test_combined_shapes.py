"""Charts that combine what is hard one by one: aliases, imports, global registries, digests."""

from __future__ import annotations

from pathlib import Path

from ..journey import CHART, examine_chart, pod, tgz

HEX = "a" * 64
NOTHING = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: none}\n"
PARTIAL = """{{- define "image" -}}
{{- $registry := .image.registry -}}
{{- with .global }}{{ with .imageRegistry }}{{ $registry = . }}{{ end }}{{ end -}}
{{- with $registry }}{{ . }}/{{ end }}{{ .image.repository -}}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ .image.tag }}{{ end -}}
{{- end -}}"""


def sub_chart(name: str, values: str, template: str) -> dict[str, str]:
    """The files of an unpacked sub-chart, as arguments of ``examine_chart``."""
    return {
        f"charts/{name}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n",
        f"charts/{name}/values.yaml": values,
        f"charts/{name}/templates/sub.yaml": template,
    }


def built(path: str, name: str = "app") -> str:
    """A pod whose image the partial builds of the map at ``path``."""
    arguments = f'(dict "image" .Values.{path} "global" .Values.global)'
    return pod(f"'{{{{ include \"image\" {arguments} }}}}'", name=name)


def test_an_alias_with_an_import_a_global_registry_and_a_digest(tmp_path: Path) -> None:
    dependencies = (
        "dependencies:\n- {name: redis, version: 1.0.0, alias: cache,"
        " import-values: [{child: image, parent: cacheImage}]}\n"
    )
    sub_values = f"image: {{registry: docker.io, repository: bitnami/redis, tag: '7', digest: sha256:{HEX}}}\n"
    outcome = examine_chart(
        tmp_path,
        "global: {imageRegistry: ''}\ncache: {image: {tag: '7.2'}}\n",
        {"_image.tpl": PARTIAL, "app.yaml": built("cacheImage")},
        **{"Chart.yaml": CHART + dependencies},
        **sub_chart("redis", sub_values, built("image", "sub")),
    )
    assert outcome.values == (
        "global: {imageRegistry: ''}\n"
        "cache: {image: {tag: '7.2', registry: swr.example.com, repository: osc/redis}}\n"
        "cacheImage:\n  registry: swr.example.com\n  repository: osc/redis\n"
    )
    assert outcome.images == {
        f"docker.io/bitnami/redis@sha256:{HEX}": (
            "redirected",
            f"swr.example.com/osc/redis@sha256:{HEX}",
        )
    }


def test_a_global_registry_over_the_anchors_of_a_sub_chart(tmp_path: Path) -> None:
    outcome = examine_chart(
        tmp_path,
        "global: {imageRegistry: docker.io}\nimage: {registry: quay.io, repository: a/app, tag: '1'}\n",
        {"_image.tpl": PARTIAL, "app.yaml": built("image")},
        **sub_chart(
            "redis",
            "image: {registry: &r docker.io, repository: bitnami/redis, tag: '7'}\n"
            "exporter: {image: {registry: *r, repository: o/exporter, tag: '1.20'}}\n",
            built("image", "sub") + "---\n" + built("exporter.image", "exporter"),
        ),
    )
    assert outcome.values == (
        "global: {imageRegistry: swr.example.com}\n"
        "image: {registry: quay.io, repository: osc/app, tag: '1'}\n"
        "redis:\n  image:\n    repository: osc/redis\n"
        "  exporter:\n    image:\n      repository: osc/exporter\n"
    )
    assert {image.status.value for image in outcome.report.images} == {"redirected"}


def test_a_packed_chart_under_two_aliases_with_a_registry_behind_another(tmp_path: Path) -> None:
    line = (
        "'{{ .Values.image.registry | default .Values.image.defaultRegistry }}/"
        "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}'"
    )
    box = tgz(
        {
            "ky/Chart.yaml": "apiVersion: v2\nname: ky\nversion: 1.0.0\nappVersion: v1\n",
            "ky/values.yaml": "image: {registry: ~, defaultRegistry: reg.example.org,"
            " repository: ky/ky, tag: ~}\n",
            "ky/templates/sub.yaml": pod(line, name="{{ .Chart.Name }}"),
        }
    )
    dependencies = (
        "dependencies:\n- {name: ky, version: 1.0.0, alias: one}\n"
        "- {name: ky, version: 1.0.0, alias: two}\n"
    )
    files: dict[str, str | bytes] = {
        "Chart.yaml": CHART + dependencies,
        "charts/ky-1.0.0.tgz": box,
    }
    outcome = examine_chart(tmp_path, "one: {image: {tag: v2}}\n", NOTHING, **files)
    assert outcome.values == (
        "one: {image: {tag: v2, defaultRegistry: swr.example.com, repository: osc/ky}}\n"
        "two:\n  image:\n    defaultRegistry: swr.example.com\n    repository: osc/ky\n"
    )


def test_a_hub_beside_a_bare_name_and_a_checksum(tmp_path: Path) -> None:
    template = (
        '{{- $image := .Values.pilot.image }}{{ if not (contains "/" $image) }}'
        '{{ $image = printf "%s/%s:%s" .Values.hub $image .Values.tag }}{{ end }}\n'
        + pod("'{{ $image }}{{ with .Values.pilot.sha }}@sha256:{{ . }}{{ end }}'")
    )
    values = (
        f"hub: registry.example.org/release\ntag: 1.22.0\npilot: {{image: pilot, sha: '{HEX}'}}\n"
    )
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == (
        "hub: swr.example.com/osc\ntag: 1.22.0\npilot: {image: pilot, sha: ''}\n"
    )


def test_a_template_in_a_value_of_a_sub_chart_that_asks_a_global(tmp_path: Path) -> None:
    outcome = examine_chart(
        tmp_path,
        "global: {registry: quay.io/corp}\n",
        NOTHING,
        **sub_chart(
            "redis",
            "image: '{{ .Values.global.registry }}/bitnami/etcd:3'\n",
            pod("'{{ tpl .Values.image . }}'"),
        ),
    )
    assert outcome.images == {
        "quay.io/corp/bitnami/etcd:3": ("redirected", "swr.example.com/osc/etcd:3")
    }


def test_a_block_of_text_whose_images_begin_with_a_template(tmp_path: Path) -> None:
    values = (
        "global: {registry: docker.io}\nimage: docker.io/a/app:1\nextra: |\n"
        "  - name: s\n    image: '{{ .Values.global.registry }}/library/busybox:1'\n"
        "  - name: t\n    image: quay.io/z/t:1 # kept\n"
    )
    template = pod("{{ .Values.image }}") + "{{ tpl .Values.extra . | nindent 8 }}\n"
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == (
        "global: {registry: swr.example.com}\nimage: swr.example.com/osc/app:1\nextra: |\n"
        "  - name: s\n    image: '{{ .Values.global.registry }}/osc/busybox:1'\n"
        "  - name: t\n    image: swr.example.com/osc/t:1 # kept\n"
    )


def test_merge_keys_below_a_range(tmp_path: Path) -> None:
    values = (
        "base: &b {registry: docker.io, tag: '1'}\nimages:\n  a: {<<: *b, repository: x/a}\n"
        "  b:\n    <<: *b\n    repository: x/b\n    registry: quay.io\n"
    )
    line = "'{{ $v.registry }}/{{ $v.repository }}:{{ $v.tag }}'"
    template = (
        "{{ range $k, $v := .Values.images }}---\n" + pod(line, name="{{ $k }}") + "{{ end }}"
    )
    outcome = examine_chart(tmp_path, values, template)
    assert outcome.values == (
        values.replace("docker.io", "swr.example.com")
        .replace("quay.io", "swr.example.com")
        .replace("x/", "osc/")
    )


def test_a_slash_that_the_template_cuts_off_the_registry(tmp_path: Path) -> None:
    values = "image: {registry: docker.io/, repository: x/app, tag: '1'}\n"
    line = (
        '\'{{ .Values.image.registry | trimSuffix "/" }}/{{ .Values.image.repository }}'
        ":{{ .Values.image.tag }}'"
    )
    outcome = examine_chart(tmp_path, values, pod(line))
    assert outcome.values == (
        "image: {registry: swr.example.com/, repository: osc/app, tag: '1'}\n"
    )


def test_what_follows_a_registry_of_the_values_is_located_in_one_piece(
    tmp_path: Path,
) -> None:
    template = pod(
        "'{{ .Values.registry }}/library/busybox:1'",
        "'{{ .Values.registry }}/a/b:{{ .Values.tag }}'",
    )
    outcome = examine_chart(tmp_path, "registry: docker.io\ntag: '2'\n", template)
    found = [each for each in outcome.report.findings if each.rule == "OSC-HELM-009"]
    assert [(each.place.line, str(each.message).partition(" as ")[0]) for each in found] == [
        (10, "The template hard-codes library/busybox"),
        (12, "The template hard-codes a/b"),
    ]
