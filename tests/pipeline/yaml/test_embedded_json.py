"""JSON in a YAML string is edited by the bytes of one value, however the string is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.pipeline.core.policy import Limits
from reviews.pipeline.yaml.edit import CannotEdit, splice, verify_only
from reviews.pipeline.yaml.embedded_json import JsonBroken, JsonInYaml, JsonLeaf
from reviews.pipeline.yaml.source import Path, YamlSource

LIMITS = Limits()
FILE = "etcd/etcd.clusterserviceversion.yaml"
OLD, NEW = "quay.io/coreos/etcd:3", "swr.example.com/osc/etcd:3"


def read(data: bytes) -> JsonInYaml:
    source = YamlSource.parse(data, FILE, LIMITS)
    leaf = source.leaf_at(("alm-examples",))
    assert leaf is not None
    return JsonInYaml.parse(source, leaf)


def image_of(held: JsonInYaml) -> JsonLeaf:
    found = next(leaf for leaf in held.leaves if leaf.path[-1] == "image")
    assert found == held.leaf_at(found.path)
    return found


def with_new_image(text: str) -> str:
    held = read(text.encode())
    edit = held.replace(image_of(held), NEW)
    after = splice(text.encode(), [edit])
    verify_only(
        text.encode(), after, {("alm-examples",): held.text.replace(OLD, NEW)}, FILE, LIMITS
    )
    return after.decode()


@pytest.mark.parametrize(
    "text",
    [
        f'alm-examples: |-\n  [{{"spec": {{"image": "{OLD}"}}}}]\nb: 1\n',
        f'alm-examples: |\n\n    [\n      {{"image":"{OLD}"}}]\n\n  \nb: 1\n',
        f'alm-examples: |2+ # why\n    [\n      {{"image":"{OLD}"}}]\n\n',
        f'alm-examples: |-\r\n  [{{"image":\r\n     "{OLD}"}}]\r\n',
        f'\ufeffalm-examples: |-\n  [{{"名": "值😀", "image": "{OLD}"}}]',
        f'alm-examples: >-\n  [{{"a":\n  "x", "image":\n  "{OLD}"}}]\nb: 1\n',
        f'alm-examples: >\n  [\n    {{"a": 1}},\n\n    {{"image": "{OLD}"}}\n  ]\n\n# c\n',
        f"alm-examples: '[{{\"image\": \"{OLD}\", \"b\": \"it''s\"}}]'\n",
        f"alm-examples: '[{{\"a\": 1,\n  \"image\": \"{OLD}\",\n\n  \"b\": 2}}]'\n",
        f"alm-examples: &x !!str\n  '[{{\"image\": \"{OLD}\"}}]' # c\n",
    ],
)  # fmt: skip
def test_only_the_json_string_changes(text: str) -> None:
    assert with_new_image(text) == text.replace(OLD, NEW)


def test_escapes_of_double_quotes_are_kept() -> None:
    text = (
        'alm-examples: "[{\\"a\\": \\"\\u503c\\",\\n\\\n   \\ \\"image\\": \\"' + OLD + '\\"}]"\n'
    )
    assert with_new_image(text) == text.replace(OLD, NEW)


def test_a_json_escape_in_the_old_value_is_replaced_with_it() -> None:
    text = 'alm-examples: \'[{"image": "\\u0071uay.io\\/coreos/etcd:3"}]\'\n'
    held = read(text.encode())
    assert image_of(held).value == OLD
    edit = held.replace(image_of(held), NEW)
    assert splice(text.encode(), [edit]).decode() == f'alm-examples: \'[{{"image": "{NEW}"}}]\'\n'


def test_a_value_that_a_fold_runs_through_is_known_but_not_edited() -> None:
    held = read(b'alm-examples: \'[{"image": "two\n  words"}]\'\n')
    leaf = image_of(held)
    assert (leaf.value, leaf.start, leaf.end) == ("two words", None, None)
    with pytest.raises(CannotEdit) as caught:
        held.replace(leaf, NEW)
    assert str(caught.value.reason) == (
        "[0].image in alm-examples runs over a line break of the YAML text. Write it on one line."
    )


def test_values_have_their_types_paths_and_places() -> None:
    held = read(b'a: 1\nalm-examples: |\n  [{"x.y": [1, 2.5, true],\n    "n": null}]\n')
    assert [(leaf.path, leaf.value, leaf.line, leaf.column) for leaf in held.leaves] == [
        ((0, "x.y", 0), 1, 3, 13),
        ((0, "x.y", 1), 2.5, 3, 16),
        ((0, "x.y", 2), True, 3, 21),
        ((0, "n"), None, 4, 10),
    ]
    data = held.source.data
    written = [data[leaf.start : leaf.end] for leaf in held.leaves]
    assert written == [b"1", b"2.5", b"true", b"null"]


def test_the_first_line_counts_from_where_the_string_begins() -> None:
    (leaf,) = read('alm-examples: \'["名", '.encode() + b"7]'\n").leaves[1:]
    assert (leaf.value, leaf.line, leaf.column) == (7, 1, 22)


def test_of_two_equal_keys_the_last_counts() -> None:
    held = read(b'alm-examples: \'{"image": "a", "image": "b"}\'\n')
    last = held.leaf_at(("image",))
    assert last is not None
    assert (last.value, len(held.leaves)) == ("b", 2)
    assert held.leaf_at(("other",)) is None


def test_half_a_surrogate_pair_and_a_huge_number_do_no_harm() -> None:
    held = read(b'alm-examples: \'["\\ud83d", "\\ud83d\\ude00", ' + b"1" * 5000 + b"]'\n")
    assert [leaf.value for leaf in held.leaves] == ["\ufffd", "😀", float("inf")]


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("''", (1, 15), "This is not JSON: something else is expected here. Correct it."),
        ("'[1, 2'", (1, 21), "This is not JSON: something else is expected here. Correct it."),
        (
            "'[1, ]'",
            (1, 18),
            "This is not JSON: nothing follows this comma before “]”. Remove the comma.",
        ),
        ("'{1: 2}'", (1, 17), "This is not JSON: “1” is not expected here."),
        ("'{\"a\" 2}'", (1, 21), "This is not JSON: “2” is not expected here."),
        (
            "'{\"a\": 2,}'",
            (1, 23),
            "This is not JSON: nothing follows this comma before “}”. Remove the comma.",
        ),
        ("'[1}'", (1, 18), "This is not JSON: “}” is not expected here."),
        ("'[''a'']'", (1, 17), "This is not JSON: something else is expected here. Correct it."),
        ("'[01]'", (1, 18), "This is not JSON: “1” is not expected here."),
        ("'[1] x'", (1, 20), "Text follows the end of the JSON. Remove it."),
        ("'" + "[" * 200 + "1," * 26_000 + "'", (1, 50_216), "The JSON holds too many nested values. Split it."),
        ("|\n  [1,\n   x]", (3, 4), "This is not JSON: something else is expected here. Correct it."),
        ("'" + "[" * 201 + "'", (1, 216), "The JSON is nested deeper than 200 levels. Make it flatter."),
    ],
)  # fmt: skip
def test_what_is_no_json_is_said_with_its_place(
    text: str, where: tuple[int, int], words: str
) -> None:
    with pytest.raises(JsonBroken) as caught:
        read(f"alm-examples: {text}\n".encode())
    assert (str(caught.value.message), caught.value.line, caught.value.column) == (words, *where)


@pytest.mark.parametrize("text", ["[]", " {} ", "[[], {}]", "3", '"x"', "null"])
def test_json_that_holds_little_is_json(text: str) -> None:
    held = read(f"alm-examples: '{text}'\n".encode())
    assert held.text == text


WORDS = st.sampled_from(
    ["image", OLD, "two words", "it's", 'say "x"', "值😀", "a\\b", "# no", "x: y", "tab\there", "\x85", ""]
)  # fmt: skip
TREES = st.recursive(
    WORDS | st.integers() | st.booleans() | st.none(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(WORDS, below, max_size=3),
    max_leaves=8,
)


def put(tree: Any, path: Path, value: str) -> Any:
    """``tree`` with ``value`` at ``path``."""
    if not path:
        return value
    part: Any = path[0]
    below = put(tree[part], path[1:], value)
    if isinstance(tree, list):
        return [*tree[:part], below, *tree[part + 1 :]]
    return {**tree, part: below}


@settings(deadline=None, max_examples=150, derandomize=True, database=None)
@given(
    tree=st.lists(TREES, min_size=1, max_size=3),
    indent=st.sampled_from([None, 2]),
    style=st.sampled_from(["|", ">", "'", '"']),
    width=st.sampled_from([20, 60, 1000]),
    line_break=st.sampled_from(["\n", "\r\n"]),
    new=WORDS,
)
def test_every_value_of_every_json_in_every_style_is_replaced_alone(
    tree: Any, indent: int | None, style: str, width: int, line_break: Any, new: str
) -> None:
    # PyYAML's own writer loses line breaks where a folded text is indented.
    text = json.dumps(tree, indent=None if style == ">" else indent, ensure_ascii=style != '"')
    dumped = yaml.dump(
        {"a": 1, "alm-examples": text, "b": [2]},
        default_style=style,
        width=width,
        line_break=line_break,
        allow_unicode=True,
    )
    data = dumped.encode()
    held = read(data)
    assert held.text == text
    for leaf in held.leaves:
        if leaf.start is None:
            assert width < 1000
            continue
        after = splice(data, [held.replace(leaf, new)])
        result = read(after)
        assert json.loads(result.text) == put(tree, leaf.path, new)
        verify_only(data, after, {("alm-examples",): result.text}, FILE, LIMITS)


TOKENS = st.sampled_from(
    ["{", "}", "[", "]", ":", ",", '"a"', '"b"', "1", "-2.5e3", "true", "null", " ", "01", "x", '"']
)


@given(st.lists(TOKENS, max_size=9).map("".join))
@settings(max_examples=500, deadline=None)
def test_what_python_reads_as_json_is_json_and_nothing_else(text: str) -> None:
    assert is_read_by_us(text) == is_read_by_python(text)


def is_read_by_us(text: str) -> bool:
    try:
        read(f"alm-examples: {json.dumps(text)}\n".encode())
    except JsonBroken:
        return False
    return True


def is_read_by_python(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
