"""New keys are written in the file's own style, and no other byte moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.pipeline.core.policy import Limits
from reviews.pipeline.yaml.edit import CannotEdit, NewValue, set_key, set_keys, splice, verify_only
from reviews.pipeline.yaml.source import Path, YamlSource
from tests.pipeline.yaml_files import yaml_files

LIMITS = Limits()
FILE = "shop/values.yaml"


def parse(data: str | bytes) -> YamlSource:
    return YamlSource.parse(data if isinstance(data, bytes) else data.encode(), FILE, LIMITS)


def with_key(
    text: str, path: Path, value: NewValue, *, first: bool = False, comment: str | None = None
) -> str:
    """The file with the key, once it is proven that nothing else changed."""
    source = parse(text)
    edit = set_key(source, path, value, first=first, comment=comment)
    result = splice(source.data, [edit])
    verify_only(source.data, result, {path: value}, FILE, LIMITS)
    return result.decode()


def refusal(text: str, *path: str | int) -> str:
    with pytest.raises(CannotEdit) as caught:
        set_key(parse(text), path, "x")
    return str(caught.value.reason)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        # below the last sibling, behind its comment, before what follows
        ("e:\n  a: 1\n", "e:\n  a: 1\n  k: v\n"),
        ("e:\n  a: 1 # c\n\n# z\nz: 1\n", "e:\n  a: 1 # c\n  k: v\n\n# z\nz: 1\n"),
        ("e:\n    a: 1\n  # odd\nz: 1\n", "e:\n    a: 1\n    k: v\n  # odd\nz: 1\n"),
        ("e:\n  a: x\n    y # c\n", "e:\n  a: x\n    y # c\n  k: v\n"),
        ("e:\n  a:\n  - 1\n  - b: 2\n    c:\nz: 1\n", "e:\n  a:\n  - 1\n  - b: 2\n    c:\n  k: v\nz: 1\n"),
        ("e:\n  a: |\n    x\n\n    y\n\n# c\nz: 1\n", "e:\n  a: |\n    x\n\n    y\n  k: v\n\n# c\nz: 1\n"),
        ("e:\n  a: |+\n    x\n\nz: 1\n", "e:\n  a: |+\n    x\n\n  k: v\nz: 1\n"),
        ("e:\n  a: >-\n    x", "e:\n  a: >-\n    x\n  k: v"),
        ("e:\n  a: [1,\n   2] # c\n", "e:\n  a: [1,\n   2] # c\n  k: v\n"),
        ("e:\n  a: *x\n".replace("e:", "x: &x 1\ne:"), "x: &x 1\ne:\n  a: *x\n  k: v\n"),
        ("b: &b {q: 1}\ne:\n  <<: *b\n", "b: &b {q: 1}\ne:\n  <<: *b\n  k: v\n"),
        # the file's own line ends, mark and last line
        ("e:\r\n  a: 1\r\n", "e:\r\n  a: 1\r\n  k: v\r\n"),
        ("\ufeffe: {a: 1}\n", "\ufeffe: {a: 1, k: v}\n"),
        ("e:\n  a: 1", "e:\n  a: 1\n  k: v"),
        ("e:\n  a: 1\n...\n", "e:\n  a: 1\n  k: v\n...\n"),
        ("---\ne:\n  a: 1\n---\nb: 2\n", "---\ne:\n  a: 1\n  k: v\n---\nb: 2\n"),
        # a map that holds nothing yet
        ("e:\n", "e:\n  k: v\n"),
        ("e:", "e:\n  k: v"),
        ("e:  # c\n  # d\nz: 1\n", "e:  # c\n  k: v\n  # d\nz: 1\n"),
        ("e: ~\n", "e:\n  k: v\n"),
        ("e: null # c\n", "e: # c\n  k: v\n"),
        ("e: {}\r\n", "e:\r\n  k: v\r\n"),
        ("e: {}  # c\n", "e:  # c\n  k: v\n"),
        ("e:\n    {}\n", "e:\n    k: v\n"),
        ("e:\n  {} # c\n", "e:\n  {k: v} # c\n"),
        ("e: &unused {}\n", "e: &unused\n  k: v\n"),
        ("e: !!map {}\n", "e: !!map\n  k: v\n"),
        ("a:\n    b: 1\ne: {}\n", "a:\n    b: 1\ne:\n    k: v\n"),
        # a flow map
        ("e: {a: 1}\n", "e: {a: 1, k: v}\n"),
        ("e: { a: 1 } # c\n", "e: { a: 1, k: v } # c\n"),
        ("e: {a: 1,}\n", "e: {a: 1, k: v,}\n"),
        ("e: {a: }\n", "e: {a: , k: v}\n"),
        ("e: {a}\n", "e: {a, k: v}\n"),
        ("e: {'a':1}\n", "e: {'a':1, k: v}\n"),
        ("e: {\n  a: 1,\n  b: 2\n}\n", "e: {\n  a: 1,\n  b: 2,\n  k: v\n}\n"),
        ("e: {\n  a: 1, # x\n  b: 2 # y\n}\n", "e: {\n  a: 1, # x\n  b: 2, # y\n  k: v\n}\n"),
        ("e: {\n  a: 1, # x\n  b: 2, # y\n}\n", "e: {\n  a: 1, # x\n  b: 2, # y\n  k: v,\n}\n"),
        ("e: {\n  a: 1,\n  b: 2,\n}\n", "e: {\n  a: 1,\n  b: 2,\n  k: v,\n}\n"),
        ("x: {e: {}, y: 1}\ne: {}\n", "x: {e: {}, y: 1}\ne:\n  k: v\n"),
    ],
)  # fmt: skip
def test_a_key_joins_its_siblings_in_their_style(text: str, after: str) -> None:
    assert with_key(text, ("e", "k"), "v") == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("e:\n  a: 1\n", "e:\n  k: v\n  a: 1\n"),
        ("e:\n  # about a\n  a: 1\n", "e:\n  # about a\n  k: v\n  a: 1\n"),
        ("e:\r\n    a: 1\r\n", "e:\r\n    k: v\r\n    a: 1\r\n"),
        ("e: {a: 1}\n", "e: {k: v, a: 1}\n"),
        ("e: {}\n", "e:\n  k: v\n"),
        ("e: {\n  a: 1\n}\n", "e: {\n  k: v,\n  a: 1\n}\n"),
        ("e:\n  &x a: 1\n", "e:\n  k: v\n  &x a: 1\n"),
    ],
)
def test_a_key_can_be_put_first(text: str, after: str) -> None:
    assert with_key(text, ("e", "k"), "v", first=True) == after


def test_a_key_is_put_first_in_an_item_of_a_list() -> None:
    assert with_key("l:\n- a: 1\n", ("l", 0, "k"), "v", first=True) == "l:\n- k: v\n  a: 1\n"
    assert with_key("l:\n- a: 1\n", ("l", 0, "k"), "v") == "l:\n- a: 1\n  k: v\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("l: [{a: 1}]\n", "l: [{a: 1, k: v}]\n"),
        ("l: [{}]\n", "l: [{k: v}]\n"),
        ("l: [~]\n", "l: [{k: v}]\n"),
        ("l:\n- {}\n", "l:\n- {k: v}\n"),
        ("l:\n-\n", "l:\n- {k: v}\n"),
        ("l:\n- ~ # c\n", "l:\n- {k: v} # c\n"),
    ],
)
def test_an_item_that_holds_nothing_is_opened(text: str, after: str) -> None:
    assert with_key(text, ("l", 0, "k"), "v") == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", "annotations:\n  source: ISV\n"),
        ("# only a comment", "# only a comment\nannotations:\n  source: ISV"),
        ("# only a comment\n", "# only a comment\nannotations:\n  source: ISV\n"),
        ("\ufeff", "\ufeffannotations:\n  source: ISV\n"),
        ("---\n", "---\nannotations:\n  source: ISV\n"),
        ("null\n", "annotations:\n  source: ISV\n"),
        ("{}\n", "annotations:\n  source: ISV\n"),
        ("{} # c\n", "{annotations: {source: ISV}} # c\n"),
        ("name: a\n", "name: a\nannotations:\n  source: ISV\n"),
        ("\ufeffname: a\r\n", "\ufeffname: a\r\nannotations:\r\n  source: ISV\r\n"),
        ("m:\n   n: 1\n", "m:\n   n: 1\nannotations:\n   source: ISV\n"),
    ],
)
def test_missing_parents_are_made(text: str, after: str) -> None:
    assert with_key(text, ("annotations", "source"), "ISV") == after


def test_the_byte_order_mark_stays_in_front_of_a_first_key() -> None:
    assert with_key("\ufeffa: 1\n", ("k",), "v", first=True) == "\ufeffk: v\na: 1\n"


def test_values_are_quoted_where_they_must_be() -> None:
    value: NewValue = {"tag": "1.20", "on": True, "a.b": "x", "empty": "", "more": {}, "no": False}
    assert with_key("a: 1\n", ("k",), value) == (
        'a: 1\nk:\n  tag: "1.20"\n  "on": true\n  a.b: x\n  empty: ""\n  more: {}\n  "no": false\n'
    )
    assert with_key("{a: 1}\n", ("k",), {"tag": "1.20", "x": {"z": True}}) == (
        '{a: 1, k: {tag: "1.20", x: {z: true}}}\n'
    )


def test_a_comment_stands_above_the_key() -> None:
    after = "e:\n  a: 1\n  # Images come from\n  # the platform.\n  k: v\n"
    comment = "Images come from\nthe platform."
    assert with_key("e:\n  a: 1\n", ("e", "k"), "v", comment=comment) == after


def test_a_comment_has_no_room_in_a_flow_map() -> None:
    assert with_key("e: {a: 1}\n", ("e", "k"), "v", comment="why") == "e: {a: 1, k: v}\n"


def test_keys_of_one_place_come_in_one_edit() -> None:
    source = parse("etcd:\n  enabled: true\nredis: {image: {tag: '7'}}\n")
    values: dict[Path, NewValue] = {
        ("etcd", "image", "registry"): "swr.example.com",
        ("etcd", "image", "repository"): "osc/etcd",
        ("etcd", "volume", "image", "repository"): "osc/minideb",
        ("redis", "image", "registry"): "swr.example.com",
        ("global", "security", "allowInsecureImages"): True,
    }
    edits = set_keys(source, values)
    after = splice(source.data, edits)
    verify_only(source.data, after, values, FILE, LIMITS)
    assert len(edits) == 3
    assert after.decode() == (
        "etcd:\n  enabled: true\n  image:\n    registry: swr.example.com\n    repository: osc/etcd\n"
        "  volume:\n    image:\n      repository: osc/minideb\n"
        "redis: {image: {tag: '7', registry: swr.example.com}}\n"
        "global:\n  security:\n    allowInsecureImages: true\n"
    )


def test_one_path_cannot_be_given_two_values() -> None:
    with pytest.raises(ValueError, match="two values"):
        set_keys(parse("a: 1\n"), {("k",): "v", ("k", "below"): "v"})
    with pytest.raises(ValueError, match="two values"):
        set_keys(parse("a: 1\n"), {("k", "below"): "v", ("k",): "v"})


SHARED = (
    "e is shared with other places through an anchor (&), so a key added there would change"
    " them too. Write the map out where it is used."
)
QUESTION = (
    "e has keys written with a question mark, which are not edited automatically."
    " Write them as “key: value”."
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("e: {k: 1}\n", "e.k is there already."),
        ("e: 5\n", "e is not a map, so it takes no keys."),
        ("e: []\n", "e is not a map, so it takes no keys."),
        ("e: !!null ~\n", "e is not a map, so it takes no keys."),
        ("- 1\n", "The file holds no map, so it takes no keys. Begin it with a key."),
        ("text\n", "The file holds no map, so it takes no keys. Begin it with a key."),
        ("e: &x {}\nb: *x\n", SHARED),
        ("e: &x\nb: *x\n", SHARED),
        ("b: &x {a: 1}\ne: *x\n", SHARED),
        ("b: &x {e: {a: 1}}\n<<: *x\n", SHARED),
        ("? e\nz: 1\n", QUESTION),
        ("e:\n  ? a\n  : 1\n", QUESTION),
        ("e:\n  a: 1\n  ? b\nz: 1\n", QUESTION),
        ("e:\n  a: |\n    x", "The file ends inside a block of text. End its last line with a line break."),
        ("a: 1\re:\r  b: 1\r", "The file holds line breaks of a single carriage return. Save it with LF breaks."),
        ("---\n---\na: 1\n", "The file's first document is empty. Begin the file with a key."),
    ],
)  # fmt: skip
def test_where_no_key_can_be_added_safely_the_reason_is_given(text: str, words: str) -> None:
    assert refusal(text, "e", "k") == words


def test_a_missing_item_of_a_list_is_not_made() -> None:
    assert refusal("l: [1]\n", "l", 1, "k") == "l is not a map, so it takes no keys."
    assert refusal("l: {}\n", "l", 0, "k") == "l[0].k names an item that is not there."


def maps(tree: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all maps, and of all nulls, which can become maps."""
    if isinstance(tree, dict):
        yield path
        for key, value in tree.items():
            yield from maps(value, (*path, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from maps(value, (*path, index))
    elif tree is None:
        yield path


VALUES: st.SearchStrategy[NewValue] = st.sampled_from(
    ["swr.example.com", "1.20", "", True, {"image": {"registry": "值: x", "on": False}}]
)


@settings(deadline=None, max_examples=300, derandomize=True, database=None)
@given(data=yaml_files(), value=VALUES, first=st.booleans(), comment=st.sampled_from([None, "why"]))
def test_a_key_is_added_to_every_map_of_every_file_alone_or_refused(
    data: bytes, value: NewValue, first: bool, comment: str | None
) -> None:
    source = parse(data)
    for path in maps(source.tree):
        new = (*path, "new")
        try:
            edit = set_key(source, new, value, first=first, comment=comment)
        except CannotEdit as refused:
            assert "anchor" in str(refused) or "inside a block" in str(refused)  # noqa: PT017
            continue
        verify_only(data, splice(data, [edit]), {new: value}, FILE, LIMITS)
