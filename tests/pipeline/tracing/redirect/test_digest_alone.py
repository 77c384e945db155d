"""An image with a digest alone gets the tag of its archive, where exactly one fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from reviews.pipeline import moved_images, release
from reviews.pipeline.checks.examples.charts import Example, below, pod
from reviews.pipeline.checks.examples.image_archives import image_archive, shipping_chart
from reviews.pipeline.checks.examples.operators import CSV, operator_package
from reviews.pipeline.core.policy import Policy
from reviews.pipeline.image_archives.archive_tags import ArchiveTags
from tests.pipeline.checks.boxes import examined

_DIGEST = "sha256:" + "0123456789abcdef" * 4
_PINNED = f"quay.io/coreos/etcd@{_DIGEST}"
_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
_KEPT, _TAGGED = f"{_OURS}/etcd@{_DIGEST}", f"{_OURS}/etcd:3.5.0"
_ARCHIVE = image_archive("quay.io/coreos/etcd:3.5.0")
_SHIPPED = {"etcd-3.5.0-x86_64.tar": _ARCHIVE}
_TWO = {**_SHIPPED, "etcd-3.6.0-x86_64.tar": image_archive("quay.io/coreos/etcd:3.6.0")}
_NAMELESS = {"first.tar": _ARCHIVE}
_PIECES = pod(
    '"{{ .Values.registry }}/{{ .Values.repository }}'
    '{{ if .Values.digest }}@{{ .Values.digest }}{{ else }}:{{ .Values.tag }}{{ end }}"'
)
_MAPPING = """\
instance:
- image: etcd
  tag: 3.5.0
  address: {fullAddress: image}
  package: {x86_64: first.tar}
"""


def _targets(example: Example, folder: Path) -> Mapping[str, str | None]:
    return {each.original: each.target for each in examined(example, folder).report.images}


def _in_pieces(tag: str) -> Example:
    values = f'registry: quay.io\nrepository: coreos/etcd\ntag: "{tag}"\ndigest: {_DIGEST}\n'
    example = shipping_chart(_SHIPPED, None)
    chart = below(
        "demo/package/demo-1.0.0.tgz!/demo/",
        {"values.yaml": values, "templates/pod.yaml": _PIECES},
    )
    return replace(example, files={**example.files, **chart})


def _in_operator(image: str = _PINNED) -> Example:
    csv = CSV.replace(f"{_OURS}/demo-operator:1.0.0", image)
    assert csv != CSV
    package = below("demo/package/demo-1.0.0.zip!/", operator_package(csv=csv).files)
    return Example({**package, **below("demo/images/etcd-3.5.0-x86_64.tar!/", _ARCHIVE)})


@pytest.mark.parametrize(
    ("example", "target"),
    [
        (shipping_chart(_SHIPPED, None, images=(_PINNED,)), _TAGGED),
        (shipping_chart(_TWO, None, images=(_PINNED,)), _KEPT),
        (shipping_chart(_NAMELESS, None, images=(_PINNED,)), _KEPT),
        (shipping_chart(_NAMELESS, _MAPPING, images=(_PINNED,)), _TAGGED),
        (shipping_chart(_SHIPPED, None, images=(_PINNED, "bitnami/etcd:3.5.0")), _KEPT),
        (_in_pieces("3.5.0"), _TAGGED),
        (_in_pieces("3.4.0"), _KEPT),
        (_in_pieces(""), _KEPT),
        (_in_operator(), _TAGGED),
    ],
    ids=[
        "one archive",
        "two tags",
        "an archive whose name gives no tag",
        "a mapping that gives it",
        "another image with the tag",
        "a digest beside the same tag",
        "a digest beside another tag",
        "a digest beside no tag",
        "an operator",
    ],
)
def test_it_becomes(example: Example, target: str, tmp_path: Path) -> None:
    assert _targets(example, tmp_path)[_PINNED] == target


def test_an_image_without_tag_and_digest_gets_none(tmp_path: Path) -> None:
    targets = _targets(_in_operator("quay.io/coreos/etcd"), tmp_path)

    assert targets["quay.io/coreos/etcd"] == f"{_OURS}/etcd"


def test_its_archive_is_used_and_the_mapping_names_it(tmp_path: Path) -> None:
    report = examined(shipping_chart(_SHIPPED, None, images=(_PINNED,)), tmp_path).report

    (image,) = report.images
    assert image.archives == {"x86_64": "etcd-3.5.0-x86_64.tar"}
    assert report.mapping is not None
    assert [(each.image, each.tag) for each in report.mapping.entries] == [("etcd", "3.5.0")]


def test_it_is_released_with_its_mapping(tmp_path: Path) -> None:
    examination = examined(_in_pieces("3.5.0"), tmp_path)
    report = examination.report

    released = release(
        examination.path,
        report.edits,
        Policy(),
        tmp_path / "released.zip",
        expected=moved_images(report),
    )

    assert report.mapping is not None
    assert dict(released.images) == {_PINNED: _TAGGED}


@pytest.mark.parametrize(
    ("names", "tag"),
    [
        (("etcd-3.5.0-x86_64.tar", "etcd-3.5.0-aarch64.tar"), "3.5.0"),
        (("etcd-x86_64-v3.4.14-debian-10-r44.tar.gz",), "v3.4.14-debian-10-r44"),
        (("etcd_3.5.0_amd64.tar", "etcd-operator-0.9.4-x86_64.tar"), "3.5.0"),
        (("etcd-3.5.0-x86_64.tar", "etcd-3.5.1-aarch64.tar"), None),
        (("etcd.tar", "etcdctl-3.5.0.tar", "my-etcd-3.5.0.tar"), None),
        ((), None),
    ],
)
def test_names_give_a_tag(names: tuple[str, ...], tag: str | None) -> None:
    assert ArchiveTags(names).tag_of("etcd") == tag
