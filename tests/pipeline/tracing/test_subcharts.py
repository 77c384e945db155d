"""Images of sub-charts: traced to the file that decides them, redirected in the root values."""

from __future__ import annotations

from pathlib import Path

from ..journey import CHART, examine_chart, pod, tgz

SUB = "apiVersion: v2\nname: {name}\nversion: 1.0.0\n"
LINE = pod('"{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"')
IMAGE = "image:\n  registry: docker.io\n  repository: bitnami/redis\n  tag: '7'\n"
PLAIN = "replicas: 1\n"
NOTHING = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: none}\n"


def subchart(name: str = "redis", values: str = IMAGE, template: str = LINE) -> dict[str, str]:
    """The files of a sub-chart, below its own folder."""
    return {
        "Chart.yaml": SUB.format(name=name),
        "values.yaml": values,
        "templates/sub.yaml": template,
    }


def below(folder: str, files: dict[str, str]) -> dict[str, str]:
    """``files`` as keyword arguments of ``examine_chart``."""
    return {f"{folder}/{name}": text for name, text in files.items()}


def packed(name: str, files: dict[str, str]) -> bytes:
    return tgz({f"{name}/{file}": text for file, text in files.items()})


def test_an_unpacked_sub_chart_is_overridden_under_its_name(tmp_path: Path) -> None:
    outcome = examine_chart(tmp_path, PLAIN, NOTHING, **below("charts/redis", subchart()))
    assert outcome.images == {
        "docker.io/bitnami/redis:7": ("redirected", "swr.example.com/osc/redis:7")
    }
    assert outcome.values == (
        "replicas: 1\nredis:\n  image:\n    registry: swr.example.com\n    repository: osc/redis\n"
    )
    assert outcome.changed_files == ["demo/values.yaml"]


def test_a_packed_sub_chart_is_traced_into_its_archive(tmp_path: Path) -> None:
    box = packed("redis", subchart())
    outcome = examine_chart(tmp_path, PLAIN, NOTHING, **{"charts/redis-1.0.0.tgz": box})
    (image,) = outcome.report.images
    assert {source.file for source in image.sources} == {
        "demo/charts/redis-1.0.0.tgz!/redis/values.yaml"
    }
    assert outcome.changed_files == ["demo/values.yaml"]
    assert image.status.value == "redirected"


def test_two_aliases_of_one_chart_are_each_overridden(tmp_path: Path) -> None:
    chart = CHART + (
        "dependencies:\n- {name: redis, version: 1.0.0, alias: cache, repository: ''}\n"
        "- {name: redis, version: 1.0.0, alias: queue, repository: ''}\n"
    )
    sub = subchart(template=LINE.replace("name: app", "name: '{{ .Chart.Name }}'"))
    outcome = examine_chart(
        tmp_path, "cache: {}\n", NOTHING, **{"Chart.yaml": chart}, **below("charts/redis", sub)
    )
    assert {image.status.value for image in outcome.report.images} == {"redirected"}
    assert "queue:\n  image:\n    registry: swr.example.com\n" in outcome.values
    assert outcome.values.startswith("cache:\n  image:\n")
    assert outcome.values.count("swr.example.com") == 2


def test_a_parent_that_overrides_already_has_its_line_edited(tmp_path: Path) -> None:
    values = "redis:\n  image:\n    registry: quay.io  # ours\n"
    outcome = examine_chart(tmp_path, values, NOTHING, **below("charts/redis", subchart()))
    assert outcome.values == (
        "redis:\n  image:\n    registry: swr.example.com  # ours\n    repository: osc/redis\n"
    )


def test_a_sub_chart_three_levels_deep_is_overridden_from_the_root(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for depth, folder in enumerate(("charts/a", "charts/a/charts/b", "charts/a/charts/b/charts/c")):
        name = "abc"[depth]
        files |= below(folder, subchart(name, PLAIN, NOTHING))
    files |= below("charts/a/charts/b/charts/c", subchart("c"))
    outcome = examine_chart(tmp_path, "# nothing yet\n", NOTHING, **files)
    assert outcome.values == (
        "# nothing yet\na:\n  b:\n    c:\n      image:\n        registry: swr.example.com\n"
        "        repository: osc/redis\n"
    )


def test_helm_2_requirements_name_the_alias(tmp_path: Path) -> None:
    requirements = (
        "dependencies:\n- name: redis\n  version: 1.0.0\n  alias: store\n  repository: ''\n"
    )
    chart = CHART.replace("apiVersion: v2", "apiVersion: v1")
    outcome = examine_chart(
        tmp_path,
        PLAIN,
        NOTHING,
        **{"Chart.yaml": chart, "requirements.yaml": requirements},
        **below("charts/redis", subchart()),
    )
    assert outcome.values.startswith("replicas: 1\nstore:\n  image:\n")
    assert {image.status.value for image in outcome.report.images} == {"redirected"}


def test_a_sub_chart_behind_a_condition_is_revealed(tmp_path: Path) -> None:
    chart = CHART + (
        "dependencies:\n- {name: redis, version: 1.0.0, condition: redis.enabled, repository: ''}\n"
    )
    outcome = examine_chart(
        tmp_path,
        "redis:\n  enabled: false\n",
        NOTHING,
        **{"Chart.yaml": chart},
        **below("charts/redis", subchart()),
    )
    (image,) = outcome.report.images
    assert (image.status.value, image.shown_by) == ("redirected", ("redis.enabled=true",))


def test_a_sub_chart_behind_a_tag_is_revealed(tmp_path: Path) -> None:
    chart = CHART + (
        "dependencies:\n- {name: redis, version: 1.0.0, tags: [store], repository: ''}\n"
    )
    outcome = examine_chart(
        tmp_path,
        "tags:\n  store: false\n",
        NOTHING,
        **{"Chart.yaml": chart},
        **below("charts/redis", subchart()),
    )
    (image,) = outcome.report.images
    assert (image.status.value, image.shown_by) == ("redirected", ("tags.store=true",))


def test_a_global_registry_of_the_parent_reaches_the_sub_chart(tmp_path: Path) -> None:
    template = pod('"{{ .Values.global.registry }}/{{ .Values.name }}:1"')
    values = "global:\n  registry: ghcr.io/dapr\n"
    files = below("charts/redis", subchart(values="name: operator\n", template=template))
    outcome = examine_chart(tmp_path, values, NOTHING, **files)
    assert outcome.values == "global:\n  registry: swr.example.com/osc\n"


def test_the_guard_of_bitnami_is_switched_off_with_the_images(tmp_path: Path) -> None:
    guard = (
        '{{ if and (ne .Values.image.registry "docker.io")'
        ' (not (dig "security" "allowInsecureImages" false (.Values.global | default dict))) }}'
        '{{ fail "unrecognized images" }}{{ end }}\n'
    )
    outcome = examine_chart(tmp_path, IMAGE, guard + LINE)
    assert outcome.values == (
        IMAGE.replace("docker.io", "swr.example.com").replace("bitnami/", "osc/")
        + "global:\n  security:\n    allowInsecureImages: true\n"
    )
    assert outcome.report.verification.rendered


def test_a_template_in_a_value_is_edited_around_its_expression(tmp_path: Path) -> None:
    values = "global:\n  host: docker.io\nimage: '{{ .Values.global.host }}/bitnami/etcd:3'\n"
    outcome = examine_chart(tmp_path, values, pod('"{{ tpl .Values.image . }}"'))
    assert outcome.values == (
        "global:\n  host: swr.example.com\nimage: '{{ .Values.global.host }}/osc/etcd:3'\n"
    )
    assert {image.status.value for image in outcome.report.images} == {"redirected"}


def test_new_keys_at_the_end_of_nested_maps_join_their_own_map(tmp_path: Path) -> None:
    values = "redis:\n  port: 1\n  metrics:\n    monitor: {}\n"
    sub = subchart(
        values=IMAGE + "metrics:\n  image: docker.io/bitnami/exporter:1\n",
        template=LINE.rstrip("\n")
        + '\n        - name: m\n          image: "{{ .Values.metrics.image }}"\n',
    )
    outcome = examine_chart(tmp_path, values, NOTHING, **below("charts/redis", sub))
    assert outcome.values == (
        "redis:\n  port: 1\n  metrics:\n    monitor: {}\n"
        "    image: swr.example.com/osc/exporter:1\n"
        "  image:\n    registry: swr.example.com\n    repository: osc/redis\n"
    )
    assert {image.status.value for image in outcome.report.images} == {"redirected"}
