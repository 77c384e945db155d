"""What the maps of a JSON text spell in pieces is one image, a loose piece, or nothing at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reviews.pipeline.core.policy import Limits
from reviews.pipeline.manifests.image_pieces import Spelled, spelled_in
from reviews.pipeline.manifests.image_places import texts_in
from reviews.pipeline.manifests.references import ImageReference
from reviews.pipeline.yaml.source import YamlSource

DIGEST = "sha256:" + "0123456789abcdef" * 4
TARGET = ImageReference("swr.example.com", "osc/api", "1")


def spelled(spec: dict[str, Any], *, is_completed: bool = False) -> Spelled:
    """What ``spec`` of the one resource of a list spells."""
    text = json.dumps(json.dumps([{"spec": spec}]))
    source = YamlSource.parse(f"json: {text}\n".encode(), "demo.yaml", Limits())
    strings = list(texts_in(source, 0, lambda path, _text: path == ("json",)))
    return spelled_in(strings, is_completed=is_completed)


def said(spec: dict[str, Any], *, is_completed: bool = False) -> tuple[list[str], list[str]]:
    """The images, and the loose pieces."""
    found = spelled(spec, is_completed=is_completed)
    return [each.image for each in found.images], [each.image for each in found.loose]


@pytest.mark.parametrize(
    ("spec", "images"),
    [
        ({"image": {"repository": "etcd", "tag": "3"}}, ["etcd:3"]),
        ({"image": {"repository": "docker.io/etcd", "tag": "3"}}, ["docker.io/etcd:3"]),
        ({"image": {"repository": f"etcd@{DIGEST}"}}, [f"etcd@{DIGEST}"]),
        ({"image": {"repository": "etcd", "digest": DIGEST}}, [f"etcd@{DIGEST}"]),
        ({"image": {"repository": "acme/api"}}, ["acme/api"]),
        ({"image": {"repository": "etcd"}}, ["etcd"]),
        ({"image": {"name": "etcd", "tag": "3"}}, ["etcd:3"]),
        ({"image": {"repository": "r.example/a/b", "tag": "3"}}, ["r.example/a/b:3"]),
        ({"repository": "acme/api", "tag": "1"}, ["acme/api:1"]),
        ({"image": "etcd", "imageTag": "3"}, ["etcd:3"]),
        ({"apiImage": "acme/api", "apiImageTag": "1"}, ["acme/api:1"]),
        ({"image": "acme/api", "imageVersion": "1"}, ["acme/api:1"]),
        ({"api_image_name": "acme/api", "api_image_tag": "1"}, ["acme/api:1"]),
        ({"registry": "quay.io", "repository": "a/b", "tag": "1"}, ["quay.io/a/b:1"]),
        ({"registry": "quay.io/a", "image": "b", "tag": "1"}, ["quay.io/a/b:1"]),
        ({"image": {"hub": "quay.io", "image": "a/b"}}, ["quay.io/a/b"]),
        ({"repository": "quay.io/a", "imageName": "b", "tagName": "1"}, ["quay.io/a/b:1"]),
        ({"repository": "nvcr.io/n/cloud", "image": "b", "version": "v1"}, ["nvcr.io/n/cloud/b:v1"]),
        ({"repository": "quay.io/a", "image": "b", "version": DIGEST}, [f"quay.io/a/b@{DIGEST}"]),
        ({"image": {"repository": "quay.io/a", "name": "b", "tag": "1"}}, ["quay.io/a/b:1"]),
        ({"image": {"repository": "quay.io/a/b", "name": "b", "tag": "1"}}, ["quay.io/a/b:1"]),
        ({"registry": "quay.io", "repository": "a", "image": "b", "tag": "1"}, ["quay.io/a/b:1"]),
    ],
)  # fmt: skip
def test_pieces_that_stand_together_are_one_image(spec: dict[str, Any], images: list[str]) -> None:
    assert said(spec) == (images, [])


@pytest.mark.parametrize(
    ("spec", "pieces"),
    [
        ({"registry": "quay.io"}, ["quay.io"]),
        ({"imageRegistry": "nvcr.io/nvidia/cloud", "imageTag": "1"}, ["nvcr.io/nvidia/cloud", "1"]),
        ({"my_images_repository": "quay.io", "my_images_tag": "1"}, ["quay.io", "1"]),
        ({"image": {"repository": "quay.io/a", "tag": "1"}}, ["quay.io/a", "1"]),
        ({"registry": "quay.io", "repository": "ghcr.io/a/b"}, ["quay.io", "ghcr.io/a/b"]),
        ({"registry": "quay.io/a/", "image": "b"}, ["quay.io/a/", "b"]),
        ({"image": {"repository": "quay.io/a/b", "name": "c", "tag": "1"}}, ["quay.io/a/b", "c", "1"]),
        ({"repository": "acme/app", "image": "api", "tag": "1"}, ["acme/app", "api", "1"]),
        ({"image": "etcd"}, ["etcd"]),
        ({"image": "etcd", "version": "3"}, ["etcd", "3"]),
        ({"registry": "quay.io", "api": {"image": "api", "tag": "1"}}, ["quay.io", "api", "1"]),
    ],
)  # fmt: skip
def test_pieces_that_something_else_may_complete_are_only_listed(
    spec: dict[str, Any], pieces: list[str]
) -> None:
    assert said(spec) == ([], pieces)


@pytest.mark.parametrize(
    "spec",
    [
        {"name": "etcd", "version": "3.5"},
        {"images": [{"name": "rhel", "version": "9"}]},
        {"image": {"name": "etcd"}},
        {"git": {"repository": "acme/api", "tag": "1"}},
        {"gitRepository": "acme/api", "gitTag": "1"},
        {"repository": "acme/api", "branch": "main", "tag": "1"},
        {"chart": "api", "repository": "quay.io/acme", "version": "1"},
        {"repository": "https://github.com/acme/api", "tag": "1"},
        {"snapshotRepository": "nightly", "tag": "1"},
        {"repository": "nightly"},
        {"tag": "1", "version": "2"},
        {"eventHub": "a.example.com", "tag": "1"},
        {"containers": [{"name": "a", "image": "etcd"}]},
        {"image": "quay.io/a/b:1"},
        {"baseImage": "acme/api"},
    ],
)
def test_what_is_something_else_or_whole_is_no_piece(spec: dict[str, Any]) -> None:
    assert (said(spec), spelled(spec).taken) == (([], []), set())


def test_an_address_without_registry_may_be_completed_with_one_that_is_given_elsewhere() -> None:
    spec = {"image": {"repository": "etcd", "tag": "3"}}

    assert said(spec, is_completed=True) == ([], ["etcd", "3"])
    assert said({"image": {"repository": "quay.io/a/b", "tag": "3"}}, is_completed=True) == (
        ["quay.io/a/b:3"],
        [],
    )


def test_where_the_cluster_keeps_what_it_builds_is_no_image() -> None:
    spec = {"output": {"registry": "registry.build.svc:5000", "image": "demo/app", "tag": "1"}}

    found = spelled(spec)

    assert [each.image for each in found.inside] == ["registry.build.svc:5000", "demo/app"]
    assert (found.images, found.loose) == ([], [])


@pytest.mark.parametrize(
    ("spec", "texts"),
    [
        ({"repository": "acme/api", "tag": "1"}, ["swr.example.com/osc/api", "1"]),
        ({"image": {"repository": "api:1"}}, ["swr.example.com/osc/api:1"]),
        ({"registry": "quay.io", "image": "a/api", "tag": "1"}, ["swr.example.com", "osc/api", "1"]),
        ({"registry": "quay.io/a", "image": "api", "tag": "1"}, ["swr.example.com/osc", "api", "1"]),
        ({"registry": "acme", "image": "api", "tag": "1"}, ["swr.example.com/osc", "api", "1"]),
        (
            {"registry": "quay.io", "repository": "a", "image": "api", "tag": "1"},
            ["swr.example.com", "osc", "api", "1"],
        ),
        (
            {"repository": "acme/api", "tag": "1", "digest": DIGEST},
            ["swr.example.com/osc/api", "1", ""],
        ),
    ],
)  # fmt: skip
def test_the_pieces_are_divided_as_they_were(spec: dict[str, Any], texts: list[str]) -> None:
    (image,) = spelled(spec).images

    assert [text for _place, _role, text in image.texts_for(TARGET)] == texts
