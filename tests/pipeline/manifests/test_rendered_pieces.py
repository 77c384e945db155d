"""Which strings that stand together are an image, which are a prefix, and which are neither."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.pipeline.manifests.rendered_pieces import composed, pieced_images, texts_of_data
from reviews.pipeline.manifests.workloads import at

IMAGES: dict[str, tuple[Any, str]] = {
    "registry, name and version below an image": (
        {"driver": {"image": {"registry": "quay.io", "name": "team/driver", "version": "3"}}},
        "quay.io/team/driver:3",
    ),
    "a repository with its organisation, an image and a version": (
        {"repository": "nvcr.io/team/sub", "image": "driver", "version": "v1"},
        "nvcr.io/team/sub/driver:v1",
    ),
    "names that begin alike": (
        {"agentImageRegistry": "quay.io", "agentImageRepository": "team/agent", "agentImageTag": 2},
        "quay.io/team/agent:2",
    ),
    "a base image and its tag": (
        {"baseImage": "quay.io/team/server", "tag": "v2"},
        "quay.io/team/server:v2",
    ),
    "one word below an image": ({"image": {"repository": "vault", "tag": "1.2"}}, "vault:1.2"),
    "a digest": (
        {"image": {"repository": "quay.io/team/a", "digest": "sha256:" + "a" * 64}},
        "quay.io/team/a@sha256:" + "a" * 64,
    ),
    "variables of a container": (
        {
            "env": [
                {"name": "AGENT_IMAGE", "value": "quay.io/team/agent"},
                {"name": "AGENT_VERSION", "value": "1.0"},
            ]
        },
        "quay.io/team/agent:1.0",
    ),
    "variables in a pod template": (
        {
            "template": {
                "env": [
                    {"name": "AGENT_REGISTRY", "value": "quay.io"},
                    {"name": "AGENT_IMAGE", "value": "team/agent"},
                    {"name": "AGENT_TAG", "value": "1"},
                ]
            }
        },
        "quay.io/team/agent:1",
    ),
    "arguments with their values": (
        {"args": ["--agent-image-repo=quay.io/team/agent", "--agent-image-tag=1.0"]},
        "quay.io/team/agent:1.0",
    ),
    "arguments in front of their values": (
        {"args": ["--agent-image-repo", "quay.io/team/agent", "--agent-image-tag", "1.0"]},
        "quay.io/team/agent:1.0",
    ),
    "entries of a ConfigMap": (
        {"data": {"scan.repository": "ghcr.io/team/scan", "scan.tag": "0.5"}},
        "ghcr.io/team/scan:0.5",
    ),
}
PREFIXES: dict[str, tuple[Any, str]] = {
    "a repository that ends with the organisation": (
        {"repository": "quay.io/team", "version": "0.2"},
        "quay.io/team:0.2",
    ),
    "a variable that says registry": (
        {"env": [{"name": "IMAGE_REGISTRY", "value": "cr.example.dev/team"}]},
        "cr.example.dev/team",
    ),
    "a hub and a tag": ({"hub": "docker.io/team", "tag": "1.2"}, "docker.io/team:1.2"),
    "a known registry and an organisation under any name": (
        {"operandsFrom": "quay.io/team"},
        "quay.io/team",
    ),
}
NEITHER: dict[str, Any] = {
    "labels of an application": {
        "labels": {"app.kubernetes.io/name": "quay.io/team/a", "app.kubernetes.io/version": "1"}
    },
    "name and version of a software": {"name": "team/web", "version": "1.0"},
    "host and path of a route": {"host": "quay.io", "path": "team/web"},
    "host, name and version of a database": {"host": "db.example.com", "name": "a", "version": "1"},
    "a repository of source code": {"git": {"repository": "team/project", "tag": "v1"}},
    "a chart": {"chart": {"repository": "https://charts.example.com", "version": "1.0"}},
    "a registry in the cluster": {"registry": "registry.demo.svc:5000", "tag": "1"},
    "a schema registry": {"schemaRegistry": "schema.example.com", "version": "1"},
    "the folder of a database": {"repository": "test", "tag": "1"},
    "a container with its own image": {"containers": [{"name": "a", "image": "quay.io/team/a:1"}]},
    "a whole image beside a version": {"image": "quay.io/team/a:1", "version": "1"},
}


@pytest.mark.parametrize("case", IMAGES.values(), ids=IMAGES.keys())
def test_pieces_that_stand_together_are_one_image(case: tuple[Any, str]) -> None:
    data, image = case
    (found,) = pieced_images({"kind": "Demo", "spec": data})
    assert (found.text, found.is_prefix) == (image, False)
    assert composed(found.pieces, lambda piece: at({"spec": data}, piece.pointer)) == image


@pytest.mark.parametrize("case", PREFIXES.values(), ids=PREFIXES.keys())
def test_a_registry_without_a_name_is_a_prefix(case: tuple[Any, str]) -> None:
    data, prefix = case
    (found,) = pieced_images({"kind": "Demo", "spec": data})
    assert (found.text, found.is_prefix) == (prefix, True)


@pytest.mark.parametrize("data", NEITHER.values(), ids=NEITHER.keys())
def test_other_things_that_stand_together_are_neither(data: Any) -> None:
    assert list(pieced_images({"kind": "Demo", "spec": data})) == []


def test_pieces_in_a_text_are_found_in_what_it_holds() -> None:
    data = {"data": {"demo.yaml": "image:\n  repository: quay.io/team/a\n  tag: '1'\n"}}
    assert [pointer for pointer, _text in texts_of_data(data)] == [("data", "demo.yaml")]

    inside = {"image": {"repository": "quay.io/team/a", "tag": "1"}}
    (found,) = pieced_images(data, [(("data", "demo.yaml"), inside)])

    assert found.text == "quay.io/team/a:1"
    assert [(piece.pointer, piece.inner) for piece in found.pieces] == [
        (("data", "demo.yaml"), ("image", "repository")),
        (("data", "demo.yaml"), ("image", "tag")),
    ]
