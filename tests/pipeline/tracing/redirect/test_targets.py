"""Where the platform keeps an image."""

from __future__ import annotations

import pytest

from reviews.pipeline.core.policy import Policy
from reviews.pipeline.manifests.references import ImageReference
from reviews.pipeline.tracing.redirect.targets import is_external, target_address

SHA = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("docker.io/bitnami/etcd:3.5", "swr.example.com/osc/etcd:3.5"),
        ("nginx", "swr.example.com/osc/nginx"),
        (f"nginx:1@{SHA}", "swr.example.com/osc/nginx:1"),
        (f"quay.io/a/nginx@{SHA}", f"swr.example.com/osc/nginx@{SHA}"),
        ("swr.example.com/other/nginx:1", "swr.example.com/osc/nginx:1"),
    ],
)
def test_the_platform_keeps_an_image_under_its_last_segment(text: str, moved: str) -> None:
    assert str(target_address(ImageReference.parse(text), "swr.example.com", "osc")) == moved


def test_the_mapping_may_give_another_name_and_tag() -> None:
    reference = ImageReference.parse(f"docker.io/bitnami/etcd@{SHA}")
    moved = target_address(reference, "swr.example.com", "osc", name="my-etcd", tag="3.5.0")
    assert str(moved) == "swr.example.com/osc/my-etcd:3.5.0"


def test_an_image_on_the_administrators_list_is_external() -> None:
    policy = Policy(external=("docker.io/library/nginx:*",))

    assert [is_external(ImageReference.parse(text), policy) for text in ("nginx:1", "redis:1")] == [
        True,
        False,
    ]
