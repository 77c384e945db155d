"""A reference is found in any text and replaced by its bytes, however the text is written."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.pipeline.core.policy import Limits
from reviews.pipeline.manifests.image_places import ImagePlace, PlaceKind, places_in, texts_in
from reviews.pipeline.yaml.edit import splice
from reviews.pipeline.yaml.source import Path, YamlSource

LIMITS = Limits()
OLD, NEW = "quay.io/coreos/etcd:v3.5", "swr.example.com/osc/etcd:v3.5"
DIGEST = "sha256:" + "0123456789abcdef" * 4


def places(data: bytes) -> list[ImagePlace]:
    """Every place in a file whose strings under ``json`` hold JSON."""
    source = YamlSource.parse(data, "demo.yaml", LIMITS)
    return [
        place
        for string in texts_in(source, 0, lambda path, _text: path[:1] == ("json",))
        for place in places_in(string)
    ]


def found(text: str) -> list[tuple[str, str, str]]:
    """Path, sort and reference of every place."""
    return [(place.path, place.kind.value, place.image) for place in places(text.encode())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("containers: [{image: nginx}]", [("containers[0].image", "image", "nginx")]),
        ("image: nginx", []),
        ("image: nginx:1", [("image", "image", "nginx:1")]),
        ("baseImage: pingcap/pd", [("baseImage", "image", "pingcap/pd")]),
        ("images: [a/b:1, c/d:2]", [("images[0]", "image", "a/b:1"), ("images[1]", "image", "c/d:2")]),
        ("image: logo/picture.png", []),
        ("imagePullPolicy: Always", []),
        ("note: see quay.io/a/b:1", [("note", "mention", "quay.io/a/b:1")]),
        ("flag: --x=quay.io/a/b:1", [("flag", "image", "quay.io/a/b:1")]),
        ("args: [see quay.io/a/b:1]", [("args[0]", "image", "quay.io/a/b:1")]),
        ("extraArgs: [--a b --c=quay.io/a/b:1]", [("extraArgs[0]", "image", "quay.io/a/b:1")]),
        ("url: https://quay.io/a/b:1", []),
        ("env: [{name: A_IMAGE, value: etcd:3}]", [("env[0].value", "image", "etcd:3")]),
        ("env: [{name: A_IMAGE, value: etcd}]", []),
        ("env: [{name: A_IMAGE_TAG, value: v1.0}]", []),
        ("env: [{name: RELATED_IMAGE_A, value: etcd}]", [("env[0].value", "image", "etcd")]),
        ("env: [{name: A_REPO, value: quay.io/a}]", [("env[0].value", "part", "quay.io/a")]),
        ("env: [{name: HUB, value: 'r.example:5000/a'}]", [("env[0].value", "part", "r.example:5000/a")]),
        ("env: [{name: HOST, value: a.example.com}]", []),
        ("repository: quay.io/a/b\ntag: v1", [("repository", "image", "quay.io/a/b")]),
        ("repository: a/b\ntag: v1", [("repository", "part", "a/b")]),
        (
            "repository: b\nregistry: quay.io",
            [("repository", "part", "b"), ("registry", "part", "quay.io")],
        ),
        ("registry: nvcr.io/nvidia/cloud", [("registry", "part", "nvcr.io/nvidia/cloud")]),
        ("imagePrefix: quay.io/a", [("imagePrefix", "part", "quay.io/a")]),
        ("prefix: a.example.com", []),
        ("env: [{name: A_PREFIX, value: nvcr.io/a/b}]", [("env[0].value", "part", "nvcr.io/a/b")]),
        ("env: [{name: A_IMAGE_REPO, value: quay.io/a/b}]", [("env[0].value", "image", "quay.io/a/b")]),
        ("env: [{name: URL, value: 'http://$(HOST)/a/b:80'}]", []),
        ("args: ['--listen=$(IP):9090', --dir=/var/$(X)/y]", []),
        ("repository: https://github.com/a/b", []),
        ("json: '{\"image\": \"a/b:1\"}'", [("json.image", "image", "a/b:1")]),
        ("json: '{no json: a/b:1'", [("json", "mention", "a/b:1")]),
        (f"image: etcd@{DIGEST}", [("image", "image", f"etcd@{DIGEST}")]),
    ],
)  # fmt: skip
def test_what_a_string_is_to_an_image(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


def test_of_two_equal_keys_the_one_that_counts_is_found() -> None:
    assert found('json: \'{"image": "a/b:1", "image": "a/b:2"}\'') == [
        ("json.image", "image", "a/b:2")
    ]


def test_a_text_that_aliases_share_is_found_at_each_path() -> None:
    text = "a: {image: &i a/b:1}\nb: {image: *i}"

    assert [each[0] for each in found(text)] == ["a.image", "b.image"]
    assert len({each.replace(NEW) for each in places(text.encode())}) == 1


WORDS = st.sampled_from(
    [
        "--a",
        "it's",
        'say "x"',
        "值😀",
        "a\\b",
        "# no",
        "x: y",
        "tab\there",
        "{{x}}",
        " ",
        "",
    ]
)


@settings(deadline=None, max_examples=300, derandomize=True, database=None)
@given(
    before=WORDS,
    behind=WORDS,
    style=st.sampled_from([None, "|", ">", "'", '"']),
    width=st.sampled_from([10, 40, 1000]),
    line_break=st.sampled_from(["\n", "\r\n"]),
    in_json=st.booleans(),
)
def test_a_reference_in_any_text_of_any_style_is_replaced_alone(
    before: str, behind: str, style: str | None, width: int, line_break: str, *, in_json: bool
) -> None:
    text = f"{before} {OLD} {behind}"
    string = json.dumps({"args": [text, 1]}) if in_json else text
    key: Path = ("json",) if in_json else ("args",)
    data = yaml.dump(
        {"a": 1, key[0]: string, "z": [2]},
        default_style=style,
        width=width,
        line_break=line_break,
        allow_unicode=True,
    ).encode()
    here = [place for place in places(data) if place.kind is PlaceKind.IMAGE]

    after = splice(data, [place.replace(NEW) for place in here])

    assert [place.image for place in here] == [OLD]
    was, now = (YamlSource.parse(each, "demo.yaml", LIMITS).tree for each in (data, after))
    if in_json:
        was, now = ({**tree, "json": json.loads(tree["json"])} for tree in (was, now))
        wanted = {**was, "json": {"args": [was["json"]["args"][0].replace(OLD, NEW), 1]}}
    else:
        wanted = {**was, "args": was["args"].replace(OLD, NEW)}
    assert now == wanted
    line = here[0].place.line or 0
    assert OLD[:8] in data.decode().split("\n")[line - 1]
