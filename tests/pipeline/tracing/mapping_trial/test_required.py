"""Which entry of images/mapping.yaml an image should have, by the shape of its values."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.core.policy import Policy
from reviews.pipeline.examination.run import examine
from reviews.pipeline.mapping.proposal import WantedEntry

from ...journey import POLICY, Outcome, examine_chart, pod, tgz

DIGEST = "sha256:" + "0123456789abcdef" * 4
OURS = "swr.example.com/osc"
SUBCHART = "apiVersion: v2\nname: db\nversion: 1.0.0\n"


def reported(outcome: Outcome) -> list[tuple[str, str, dict[str, str]]]:
    """Image, tag and address of each wanted entry."""
    return [(each.image, each.tag, dict(each.address)) for each in outcome.report.wanted]


SHAPES = {
    "one value": (
        "image: quay.io/coreos/etcd:3.5\n",
        "{{ .Values.image }}",
        ("etcd", "3.5", {"fullAddress": "image"}),
    ),
    "registry, repository and tag": (
        "image:\n  registry: docker.io\n  repository: bitnami/etcd\n  tag: '3.5'\n",
        "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}",
        (
            "etcd",
            "3.5",
            {"endpoint": "image.registry", "repository": "image.repository", "tag": "image.tag"},
        ),
    ),
    "address and tag": (
        "image:\n  repository: quay.io/coreos/etcd\n  tag: v3\n",
        "{{ .Values.image.repository }}:{{ .Values.image.tag }}",
        ("etcd", "v3", {"prefixAddress": "image.repository", "tag": "image.tag"}),
    ),
    "an empty tag that falls back to the version of the application": (
        "image:\n  repository: quay.io/coreos/etcd\n  tag: ''\n",
        "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}",
        ("etcd", "9.9", {"prefixAddress": "image.repository"}),
    ),
    "a tag that a template completes": (
        "image:\n  repository: quay.io/coreos/etcd\n  tag: '3.5'\n",
        "{{ .Values.image.repository }}:v{{ .Values.image.tag }}",
        ("etcd", "v3.5", {"prefixAddress": "image.repository"}),
    ),
    "no tag at all": (
        "image: quay.io/coreos/etcd\n",
        "{{ .Values.image }}",
        ("etcd", "latest", {"prefixAddress": "image"}),
    ),
    "a digest beside the tag, which the edit empties": (
        f"image:\n  repository: quay.io/coreos/etcd\n  tag: v3\n  digest: {DIGEST}\n",
        (
            "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
            "{{ with .Values.image.digest }}@{{ . }}{{ end }}"
        ),
        ("etcd", "v3", {"prefixAddress": "image.repository", "tag": "image.tag"}),
    ),
    "an image at its target": (
        f"image: {OURS}/etcd:3.5\n",
        "{{ .Values.image }}",
        ("etcd", "3.5", {"fullAddress": "image"}),
    ),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_each_value_gets_the_key_that_writes_what_it_must_hold(
    tmp_path: Path, shape: tuple[str, str, tuple[str, str, dict[str, str]]]
) -> None:
    values, image, expected = shape

    assert reported(examine_chart(tmp_path, values, pod(f'"{image}"'))) == [expected]


NO_ENTRY = {
    "a prefix, which no key writes in the first reading": (
        "hub: docker.io/bitnami\nname: etcd\n",
        "{{ .Values.hub }}/{{ .Values.name }}:3",
    ),
    "a slash at the end": (
        "registry: quay.io/\nrepository: coreos/etcd\n",
        "{{ .Values.registry }}{{ .Values.repository }}:3",
    ),
    "a list, of which the guide does not speak": (
        "images:\n  - quay.io/coreos/etcd:3\n",
        "{{ index .Values.images 0 }}",
    ),
    "a key with a dot": (
        "images:\n  etcd.image: quay.io/coreos/etcd:3\n",
        '{{ index .Values.images "etcd.image" }}',
    ),
    "a digest alone": (f"image: quay.io/coreos/etcd@{DIGEST}\n", "{{ .Values.image }}"),
    "an image that nothing decides": ("{}\n", "quay.io/coreos/etcd:3"),
}


@pytest.mark.parametrize("case", NO_ENTRY.values(), ids=NO_ENTRY.keys())
def test_nothing_is_guessed(tmp_path: Path, case: tuple[str, str]) -> None:
    values, image = case

    assert reported(examine_chart(tmp_path, values, pod(image))) == []


def test_an_entry_names_the_edits_without_which_it_is_wrong(tmp_path: Path) -> None:
    outcome = examine_chart(tmp_path, "image: quay.io/coreos/etcd:3\n", pod("{{ .Values.image }}"))

    assert outcome.report.wanted == (
        WantedEntry(
            originals=("quay.io/coreos/etcd:3",),
            image="etcd",
            tag="3",
            address={"fullAddress": "image"},
            change_sets=("image:image",),
        ),
    )


def test_keys_whose_meaning_is_open_are_marked(tmp_path: Path) -> None:
    values = "a: quay.io/coreos/etcd\nb: quay.io/demo/agent:1\n"
    outcome = examine_chart(tmp_path, values, pod('"{{ .Values.a }}:3"', "{{ .Values.b }}"))

    assert [(each.image, each.is_ambiguous) for each in outcome.report.wanted] == [
        ("etcd", True),
        ("agent", False),
    ]


def test_a_shared_registry_is_in_every_entry(tmp_path: Path) -> None:
    values = "registry: docker.io\netcd: bitnami/etcd\nagent: demo/agent\n"
    images = [
        f'"{{{{ .Values.registry }}}}/{{{{ .Values.{name} }}}}:1"' for name in ("etcd", "agent")
    ]

    assert reported(examine_chart(tmp_path, values, pod(*images))) == [
        ("etcd", "1", {"endpoint": "registry", "repository": "etcd"}),
        ("agent", "1", {"endpoint": "registry", "repository": "agent"}),
    ]


def test_what_names_two_tags_of_an_image_is_in_both_entries(tmp_path: Path) -> None:
    values = "repository: quay.io/coreos/etcd\nold: '2'\nnew: '3'\n"
    images = [f'"{{{{ .Values.repository }}}}:{{{{ .Values.{tag} }}}}"' for tag in ("old", "new")]

    assert reported(examine_chart(tmp_path, values, pod(*images))) == [
        ("etcd", "2", {"prefixAddress": "repository", "tag": "old"}),
        ("etcd", "3", {"prefixAddress": "repository", "tag": "new"}),
    ]


def test_one_image_of_two_sets_of_values_has_two_entries(tmp_path: Path) -> None:
    values = "a: quay.io/coreos/etcd:3\nb: quay.io/coreos/etcd:3\n"

    assert reported(examine_chart(tmp_path, values, pod("{{ .Values.a }}", "{{ .Values.b }}"))) == [
        ("etcd", "3", {"fullAddress": "a"}),
        ("etcd", "3", {"fullAddress": "b"}),
    ]


def test_what_an_anchor_feeds_is_written_at_every_place(tmp_path: Path) -> None:
    values = "a: &image quay.io/coreos/etcd:3\nb: *image\n"

    assert reported(examine_chart(tmp_path, values, pod("{{ .Values.a }}", "{{ .Values.b }}"))) == [
        ("etcd", "3", {"fullAddress": "a"}),
        ("etcd", "3", {"fullAddress": "b"}),
    ]


def test_an_override_of_a_subchart_is_named_by_its_path_in_the_root(tmp_path: Path) -> None:
    outcome = examine_chart(
        tmp_path,
        "{}\n",
        pod("quay.io/coreos/etcd:3"),
        **{
            "charts/db/Chart.yaml": SUBCHART,
            "charts/db/values.yaml": "image:\n  repository: quay.io/demo/db\n  tag: '1'\n",
            "charts/db/templates/db.yaml": pod(
                '"{{ .Values.image.repository }}:{{ .Values.image.tag }}"', name="db"
            ),
        },
    )

    assert reported(outcome) == [("db", "1", {"prefixAddress": "db.image.repository"})]


def test_the_policy_says_how_keys_are_understood(tmp_path: Path) -> None:
    source = tmp_path / "demo-1.0.0.tgz"
    source.write_bytes(
        tgz(
            {
                "demo/Chart.yaml": "apiVersion: v2\nname: demo\nversion: 1.0.0\n",
                "demo/values.yaml": "hub: docker.io/bitnami\nname: etcd\n",
                "demo/templates/app.yaml": pod('"{{ .Values.hub }}/{{ .Values.name }}:3"'),
            }
        )
    )
    second = Policy(
        POLICY.registry, POLICY.organization, mapping_readings=POLICY.mapping_readings[1:]
    )

    assert [dict(each.address) for each in examine(source, second).report.wanted] == [
        {"prefixAddress": "hub", "repo": "name"}
    ]
