"""Image references are read as the container world reads them, and strictly guessed elsewhere."""

from __future__ import annotations

import pytest

from reviews.pipeline.manifests.references import (
    ImageReference,
    NotAReference,
    is_host,
    is_valid_repository,
    is_valid_tag,
    looks_like_image,
)

SHA = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("nginx", ("", "nginx", "", "")),
        ("nginx:1.25", ("", "nginx", "1.25", "")),
        ("bitnami/etcd:3.5", ("", "bitnami/etcd", "3.5", "")),
        ("docker.io/bitnami/etcd", ("docker.io", "bitnami/etcd", "", "")),
        ("localhost/etcd:3", ("localhost", "etcd", "3", "")),
        ("localhost:5000/team/etcd:3", ("localhost:5000", "team/etcd", "3", "")),
        ("registry:5000/etcd", ("registry:5000", "etcd", "", "")),
        (f"quay.io/org/app:1@{SHA}", ("quay.io", "org/app", "1", SHA)),
        (f"app@{SHA}", ("", "app", "", SHA)),
        ("Team/etcd:3", ("Team", "etcd", "3", "")),
        ("[::1]:5000/etcd:3", ("[::1]:5000", "etcd", "3", "")),
        ("a/b__c/d-e--f/g.h:V1_x-y.z", ("", "a/b__c/d-e--f/g.h", "V1_x-y.z", "")),
    ],
)
def test_a_reference_is_taken_apart_and_put_together_again(
    text: str, parts: tuple[str, str, str, str]
) -> None:
    assert ImageReference.parse(text) == ImageReference(*parts)
    assert str(ImageReference.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "nginx:1.25 # pinned",
        "Nginx",
        "Foo/Bar",
        "a//b",
        "/var/lib/x",
        "a/b/",
        "nginx:",
        "nginx:-1",
        "nginx:" + "x" * 129,
        "nginx@sha256:abc",
        "git@github.com:x/y.git",
        "https://github.com/x/y",
        "oci://registry.example.com/chart",
        "{{ .Values.image }}",
        "{type: string}",
        "a.b_c/d",
        "ns..x/y",
        "host:port/x",
        "0a" * 32,
        "x" * 256,
    ],
)
def test_what_is_no_reference_is_refused_with_words(text: str) -> None:
    with pytest.raises(NotAReference) as caught:
        ImageReference.parse(text)
    assert str(caught.value.words) == str(caught.value)


def test_the_words_name_the_part_that_is_wrong() -> None:
    def words(text: str) -> str:
        with pytest.raises(NotAReference) as caught:
            ImageReference.parse(text)
        return str(caught.value)

    assert words("etcd:ä") == "“etcd:ä” has no valid tag behind the colon."
    assert words("etcd@x") == "“etcd@x” has no valid digest behind the @."
    assert words("-x.y/etcd") == "“-x.y/etcd” begins with no valid registry."
    assert words("Foo") == (
        "“Foo” is no valid image: the path takes lower-case letters, digits, and single dots,"
        " underscores or dashes between them."
    )


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("docker.io/nginx:1", "docker.io/library/nginx:1"),
        ("index.docker.io/bitnami/etcd:3", "docker.io/bitnami/etcd:3"),
        ("bitnami/etcd", "docker.io/bitnami/etcd:latest"),
        ("quay.io/etcd", "quay.io/etcd:latest"),
        (f"nginx@{SHA}", f"docker.io/library/nginx@{SHA}"),
        (f"nginx:1@{SHA}", f"docker.io/library/nginx:1@{SHA}"),
    ],
)
def test_two_spellings_of_one_image_have_one_normal_form(text: str, normal: str) -> None:
    assert ImageReference.parse(text).normal() == normal
    assert ImageReference.parse(normal).normal() == normal


def test_a_first_segment_is_a_registry_by_dockers_rule() -> None:
    segments = ["docker.io", "localhost", "registry:5000", "Team", "bitnami", "library"]
    assert [each for each in segments if is_host(each)] == segments[:4]


def test_tags_and_paths_are_checked_alone() -> None:
    tags = ["1.20", "v1", "_x", "1e+06", "", ".1", "a/b", "x" * 128, "x" * 129]
    assert [tag for tag in tags if is_valid_tag(tag)] == ["1.20", "v1", "_x", "x" * 128]
    paths = ["etcd", "bitnami/etcd", "a--b", "docker.io/x", "", "Etcd", "a/", "a_.b", "a:1"]
    valid = [path for path in paths if is_valid_repository(path)]
    assert valid == ["etcd", "bitnami/etcd", "a--b", "docker.io/x"]


@pytest.mark.parametrize(
    "text",
    [
        "quay.io/a/b:1",
        "docker.io/x/y",
        "registry.k8s.io/ingress-nginx/controller",
        "ghcr.io/org/app",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app",
        "swr.cn-east-3.myhuaweicloud.com/osc/app",
        "localhost:5000/x:1",
        "host:5000/x:1",
        "registry.gitlab.com/group/app:1",
        f"a/b@{SHA}",
        f"nginx@{SHA}",
        "a/b:1.2",
        "bitnami/etcd:3",
        "minio/minio:RELEASE.2024-01-01",
        "team/app:20240101",
        "quay.io/app:latest",
        "registry.example.com/app:v2",
    ],
)
def test_a_string_that_can_only_be_an_image_looks_like_one(text: str) -> None:
    assert looks_like_image(text)


@pytest.mark.parametrize(
    "text",
    [
        "test",
        "charts/foo",
        "https://github.com/x/y",
        "git@github.com:x/y.git",
        "github.com/x/y",
        "github.com/x/y:v1",
        "gitlab.com/x/y:v1",
        "oci://registry.example.com/chart",
        "s3://bucket/key",
        "/var/lib/x",
        "/img/a.png",
        "logo.png",
        "images/logo.png:1",
        "raw",
        "",
        " ",
        "{{",
        "{type:",
        "{{ .ProxyImage }}",
        "system:metrics-server",
        "system:serviceaccount:ns:name",
        "localhost:8080",
        "prometheus:9090",
        "prometheus:9090/api/v1",
        "0.0.0.0:9090/metrics",
        "10.0.0.0/8",
        "app:web",
        "nginx:1.25",
        "kube-system/dns:53",
        "default/service:8080",
        "rbac.authorization.k8s.io/v1",
        "apps/v1",
        "pods/log",
        "app.kubernetes.io/name",
        "app.kubernetes.io/name:web",
        "node-role.kubernetes.io/master:NoSchedule",
        "12:30:45",
        "2024-01-01T10:00:00Z",
        "1.25.0",
        "v1.2.3",
        "text/plain",
        "application/json",
        "application/vnd.oci.image.manifest.v1+json",
        "someone@example.com",
        "*/5 * * * *",
        "Europe/Berlin",
        "true",
        "data/config:ro",
        "src/main.go:12",
        "docs.docker.com/engine/install",
        "example.com/some/path",
        SHA,
        "arn:aws:iam::123456789012:role/x",
        "redis://redis:6379/0",
        "redis-master.default.svc.cluster.local",
        "quay.io/app",
        "docker.io",
    ],
)
def test_a_string_that_can_be_something_else_does_not_look_like_an_image(text: str) -> None:
    assert not looks_like_image(text)
