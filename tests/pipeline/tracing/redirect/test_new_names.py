"""Each hard-coded text gets a value of its own to be written to."""

from __future__ import annotations

from pathlib import Path

from reviews.pipeline.checks.examples.charts import Example, bare_chart, pod

from ...checks.boxes import examined

LITERALS = {"OSC-HELM-008", "OSC-HELM-009", "OSC-HELM-010", "OSC-HELM-012"}


def values(example: Example, folder: Path) -> list[tuple[int | None, object]]:
    """The line of each literal, and what the remedy asks people to write."""
    return [
        (each.place.line, each.help.shown_parameters().get("values"))
        for each in examined(example, folder).report.findings
        if each.rule in LITERALS
    ]


def named(*images: tuple[str, str]) -> str:
    """A pod with containers of these names and images."""
    text = pod(*(image for _name, image in images))
    for number, (name, _image) in enumerate(images):
        text = text.replace(f"name: main{number or ''}\n", f"name: {name}\n", 1)
    return text


def test_different_images_of_containers_of_one_name_get_different_values(tmp_path: Path) -> None:
    example = bare_chart(
        template=named(("sidecar", "quay.io/team/one:1")),
        more={
            "templates/q.yaml": named(("sidecar", "quay.io/team/two:2")),
            "templates/r.yaml": named(("sidecar", "quay.io/team/three:3")),
        },
    )

    assert values(example, tmp_path) == [
        (8, 'sidecar.image.repository: quay.io/team/one; sidecar.image.tag: "1"'),
        (8, "sidecarImage: quay.io/team/two:2"),
        (8, 'three.image.repository: quay.io/team/three; three.image.tag: "3"'),
    ]


def test_one_image_of_differently_called_containers_gets_one_value(tmp_path: Path) -> None:
    image = "quay.io/team/cni:1"
    example = bare_chart(template=named(("upgrade-ipam", image), ("install-cni", image)))

    assert values(example, tmp_path) == [
        (line, 'cni.image.repository: quay.io/team/cni; cni.image.tag: "1"') for line in (8, 10)
    ]


def test_what_values_hold_already_is_no_free_name(tmp_path: Path) -> None:
    example = bare_chart(
        "main: 1\nmainImage: quay.io/other/app:1\napp: {image: x}\n",
        named(("main", "quay.io/team/app:1")),
    )

    assert values(example, tmp_path) == [
        (8, 'main2.image.repository: quay.io/team/app; main2.image.tag: "1"')
    ]


def test_fragments_beside_one_value_get_different_names(tmp_path: Path) -> None:
    example = bare_chart(
        "tags: {tag: v1}\n",
        pod("quay.io/team/one:{{ .Values.tags.tag }}", "quay.io/team/two:{{ .Values.tags.tag }}"),
    )

    assert values(example, tmp_path) == [
        (8, "tags.repository: quay.io/team/one"),
        (10, "tags.repository2: quay.io/team/two"),
    ]


def test_a_value_that_several_texts_fall_back_to_is_not_proposed(tmp_path: Path) -> None:
    example = bare_chart(
        "image: ''\n",
        pod(
            '{{ .Values.image | default "quay.io/a/one:1" }}',
            '{{ .Values.image | default "quay.io/a/two:1" }}',
        ),
    )

    assert values(example, tmp_path) == [(8, None), (10, None)]


def test_a_repository_whose_tag_comes_from_elsewhere_is_called_so(tmp_path: Path) -> None:
    example = bare_chart(template=pod('"quay.io/team/app:{{ .Capabilities.KubeVersion.Minor }}"'))

    assert values(example, tmp_path) == [(8, "main.image.repository: quay.io/team/app")]
