"""Settings of a target: what nobody could publish with is objected to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reviews.registry import (
    Compression,
    Dialect,
    LayoutTarget,
    Target,
    TargetUnreachable,
    objection_to,
)
from reviews.registry import (
    test_connection as try_connection,
)

SWR = Target("swr.cn-east-3.myhuaweicloud.com")


@pytest.mark.parametrize(
    "target",
    [
        SWR,
        Target("https://registry.example.com:5000/", user="a", password="b"),
        Target("http://127.0.0.1:5000", user="a", password="b"),
        Target("http://registry:5000"),
        replace(SWR, dialect=Dialect.OCI, compression=Compression.NONE, name_pattern="*/*"),
    ],
)
def test_what_can_work_is_not_objected_to(target: Target) -> None:
    assert objection_to(target) is None


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(""), "is no address"),
        (Target("ftp://a"), "is no address"),
        (Target("a.example.com/osc"), "is no address"),
        (Target("user:password@a.example.com"), "is no address"),
        (Target("http://a.example.com", user="a", password="b"), "by https only"),
        (replace(SWR, compression=Compression.NONE), "choose gzip"),
        (replace(SWR, user="a"), "both a user and a password"),
        (replace(SWR, user="a:b", password="c"), "no colon"),
        (replace(SWR, user="a", password="c\r\nX: y"), "control character"),
        (replace(SWR, ca_file=Path("/nowhere/ca.pem")), "no certificate"),
        (replace(SWR, name_pattern="osc/[a"), "is no pattern"),
        (replace(SWR, layer_limit=-1), "negative"),
    ],
)
def test_what_cannot_work_is_objected_to(target: Target, words: str) -> None:
    assert words in str(objection_to(target))


def test_the_registry_is_what_references_begin_with() -> None:
    assert [
        Target(address).registry
        for address in ("https://a.example.com/", "http://127.0.0.1:5000", "a.example.com")
    ] == ["a.example.com", "127.0.0.1:5000", "a.example.com"]


def test_a_password_is_not_shown() -> None:
    shown = repr(replace(SWR, user="publisher", password="of secrets"))

    assert "publisher" not in shown
    assert "of secrets" not in shown


def test_a_layout_is_tried_by_writing(tmp_path: Path) -> None:
    target = LayoutTarget(tmp_path / "new" / "layout")
    try_connection(target)

    assert sorted(each.name for each in target.root.iterdir()) == [
        "blobs",
        "index.json",
        "oci-layout",
        "uploads",
    ]
    assert [each.name for each in (target.root / "uploads").iterdir()] == ["lock"]


def test_a_layout_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetUnreachable):
        try_connection(LayoutTarget(tmp_path / "file" / "layout"))
