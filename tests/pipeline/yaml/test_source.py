"""YAML is read with the place of every value, and typed as the Helm engine types it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import Any

import pytest

from reviews.pipeline.core.policy import Limits
from reviews.pipeline.yaml.source import (
    DuplicateKey,
    Leaf,
    Path,
    YamlBroken,
    YamlSource,
    YamlTooDeep,
    dotted,
    helm_text,
)
from tests.pipeline.rendering.charts import archive

LIMITS = Limits()

# The engine is a Go runtime: it is loaded in a process of its own, never in the test's.
ASK_THE_ENGINE = """
import base64, json, sys
from helm_python import Chart, HelmError
answers = []
for packed in json.load(sys.stdin):
    try:
        with Chart.load_archive(base64.b64decode(packed)) as chart:
            rendered = chart.render(name="r")
            answers.append([chart.values, rendered.get("shop/templates/a.txt", "")])
    except HelmError:
        answers.append(None)
json.dump(answers, sys.stdout)
"""

PLAIN = (
    "yes Yes YES yEs y Y n N no No NO on On ON off OFF oFF true True TRUE tRue false FALSE"
    " ~ null Null NULL nUll 0 -0 00 08 010 -010 0_1 010_0 0777 0778 0o17 0O17 -0o17 0o8 0x1F 0X1f"
    " -0x1F +0x1 0x 0xG 0_x1F 0b11 -0b11 0b12 0b1_0 +12 3_1 _3 3_ 1__0 1,000 1000000 100000 123456789"
    " 9223372036854775807 -9223372036854775808 -9223372036854775809 18446744073709551615"
    " +18446744073709551615 18446744073709551616 0777777777777777777777777 0xFFFFFFFFFFFFFFFFF"
    " 1e3 1E3 1.e3 1e+3 1e1_0 1_e3 1e 1e400 1e-7 .5e999 .5e-999 1.20 7.20 1.0 5. .5 -.5 +.5 .1_5"
    " .1__5 ._5 .5_ .e3 . + +_ -x 1.5_0 1_000.5 0.0 -0.0 0.00001 0.0001 12345.678 1234567.8 1e20"
    " 1e21 2e21 21000000 0x1.8p1 0.1.2 inf nan infinity 2024-01-01 2024-01-01T10:00:00Z 12:30:45"
    " 190:20:30.15 1:30 = a ?b :f v1.2.3 1.2.3"
)
TAGGED = (
    "!!str 12",
    "!!str yes",
    "!!str ~",
    "!!str",
    '!!int "12"',
    '!!int "010"',
    "!!float 3",
    "!!float 0x1F",
    '!!float "1"',
    "!!bool yes",
    '!!bool "on"',
    '!!null ""',
    "!!binary aGVsbG8=",
    "!!binary /w==",
    "!!timestamp 2024-01-01",
    "!custom 12",
    '!custom "a"',
    "! 12",
    '"12"',
    "'yes'",
    '"\\u0064ocker.io"',
    "|-\n  12",
)  # fmt: skip
WRONG_TAGS = (
    "!!int abc",
    "!!int 3.5",
    "!!int",
    "!!bool 3",
    "!!float abc",
    "!!null x",
    "!!binary '@@'",
    "!!binary aGV sbG8=",
)
DOCUMENTS = (
    "a: 1\na: 2\n",
    "a: {x: 1}\na: {z: 2}\n",
    "yes: a\n0: b\n1.20: c\n010: d\n'on': e\n1e3: f\n2024-01-01: g\n1000000: h\n1.5e7: i\n",
    "x: &b {p: 1, q: 2}\na: {<<: *b, p: 9}\n",
    "x: &b {p: 1, q: 2}\na: {p: 9, <<: *b}\n",
    "x: &b {p: 1}\nz: &c {p: 2, r: 3}\na: {<<: [*b, *c]}\n",
    "x: &b {p: {u: 1}}\na: {<<: *b, p: {v: 2}}\n",
    "x: &b {p: {u: 1}}\na: {p: {v: 2}, <<: *b}\n",
    'x: &b {p: 1}\na: {"<<": *b}\n',
    "x: &b {p: 1}\na: {!!str <<: *b}\n",
    "a: {<<: {p: 1}, q: 2}\n",
    "x: &b {p: 1}\nz: &c {p: 2, r: 3}\na:\n  <<: *b\n  <<: *c\n",
    "x: &b {p: 1}\nz: &c {<<: *b, r: 3}\na:\n  <<: *c\n",
    "a: &x 1\nb: *x\nc: &x 2\nd: *x\n",
    "x: &b foo\n*b : 1\n",
    "a: !foo [1]\nb: !foo\nc: !!map {d: 1}\n",
    "? a\n: 1\n",
    "\ufeffa: 1\n",
    "a: 1\r\nb:\r\n  - c\r\n",
    "a: 'x\u0085y'\nb: \"x\u2028y\"\n",
    "a: 1\rb: 2\r",
    "a: foo\n  bar\nb: 1\n  2\n",
    "a: 1\nb: {x: 1}\n---\nb: {z: 2}\nc: 3\n",
    "a: {b: 1}\n---\na: 5\n---\na: {c: 1}\n",
    "a: 1\n---\nnull\n",
    "---\na: 1\n--- # next\na: [2]\n",
)
REFUSED = (
    "~: 1\n",
    "{a: b}: 1\n",
    "[a]: 1\n",
    "a: {{ .Values.b }}\n",
    "a: &x {b: *x}\n",
    "a: *x\n",
    "a: {<<: 3}\n",
    "a: {<<: }\n",
    "a: {<<: [[{b: 1}]]}\n",
    "a:\n\tb: 1\n",
    "a: b\x07c\n",
    "a: b: c\n",
    "a: @x\n",
    'a: "\\q"\n',
    "a: 'x\n",
    "a: [1\n",
)


def answers_of_the_engine(charts: list[bytes]) -> list[list[Any] | None]:
    question = json.dumps([base64.b64encode(chart).decode() for chart in charts])
    child = subprocess.run(
        [sys.executable, "-c", ASK_THE_ENGINE],
        input=question,
        capture_output=True,
        text=True,
        check=True,
    )
    answers: list[list[Any] | None] = json.loads(child.stdout)
    return answers


def values_of(text: str) -> bytes:
    return archive({"values.yaml": text})


def printed(spelling: str) -> bytes:
    template = '{{ printf "%T" .Values.a }} {{ .Values.a }}'
    return archive({"values.yaml": f"a: {spelling}\n", "templates/a.txt": template})


def parse(text: str | bytes, *, merge: bool = False, limits: Limits = LIMITS) -> YamlSource:
    data = text if isinstance(text, bytes) else text.encode()
    return YamlSource.parse(data, "shop/values.yaml", limits, merge=merge)


def as_json(tree: Any) -> Any:
    """Numbers as JSON readers see them: 1.0 is 1, and null keys are gone as Helm drops them."""
    if isinstance(tree, dict):
        return {key: as_json(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [as_json(value) for value in tree]
    return float(tree) if isinstance(tree, int) and not isinstance(tree, bool) else tree


def leaf(source: YamlSource, *path: str | int) -> Leaf:
    found = source.leaf_at(path)
    assert found is not None
    return found


def broken(text: str | bytes, limits: Limits = LIMITS) -> tuple[str, int, int]:
    with pytest.raises(YamlBroken) as caught:
        parse(text, limits=limits)
    return str(caught.value.message), caught.value.line, caught.value.column


def test_every_spelling_has_the_type_and_prints_the_text_that_the_engine_gives_it() -> None:
    spellings = [*PLAIN.split(), *TAGGED]
    answers = answers_of_the_engine([printed(each) for each in spellings])
    kinds = {str: "string", bool: "bool", int: "float64", float: "float64", type(None): "<nil>"}
    ours = {}
    for each in spellings:
        value = leaf(parse(f"a: {each}\n"), "a").value
        ours[each] = f"{kinds[type(value)]} {helm_text(value)}"
    theirs = {each: answer and answer[1] for each, answer in zip(spellings, answers, strict=True)}
    assert ours == theirs


def test_every_document_is_composed_as_the_engine_composes_it() -> None:
    answers = answers_of_the_engine([values_of(each) for each in DOCUMENTS])
    ours = {each: as_json(parse(each, merge=True).tree) for each in DOCUMENTS}
    theirs = {
        each: as_json(answer and answer[0]) for each, answer in zip(DOCUMENTS, answers, strict=True)
    }
    assert ours == theirs


def test_what_the_engine_refuses_is_broken() -> None:
    texts = [*REFUSED, *(f"a: {each}\n" for each in WRONG_TAGS)]
    assert answers_of_the_engine([values_of(each) for each in texts]) == [None] * len(texts)
    for each in texts:
        with pytest.raises(YamlBroken):
            parse(each)


def test_infinity_and_no_number_are_floats_which_no_template_can_print() -> None:
    assert [helm_text(leaf(parse(f"a: {each}"), "a").value) for each in (".inf", "-.Inf", ".NaN")] == [
        "+Inf",
        "-Inf",
        "NaN",
    ]  # fmt: skip


def test_a_leaf_knows_its_bytes_its_place_and_its_style() -> None:
    text = "image: {名: 值, registry: docker.io}\ntag: '1.20' # keep\nname: \"\\u0064ocker\"\n"
    source = parse(text)
    assert [(each.path, each.value, each.style, each.line, each.column) for each in source.leaves] == [
        (("image", "名"), "值", "plain", 1, 12),
        (("image", "registry"), "docker.io", "plain", 1, 25),
        (("tag",), "1.20", "single", 2, 6),
        (("name",), "docker", "double", 3, 7),
    ]  # fmt: skip
    assert [source.data[each.start : each.end].decode() for each in source.leaves] == [
        "值",
        "docker.io",
        "'1.20'",
        '"\\u0064ocker"',
    ]
    assert [each.flow for each in source.leaves] == [True, True, False, False]


def test_a_byte_order_mark_counts_in_bytes_but_not_in_columns() -> None:
    source = parse("\ufeffa: b\n")
    assert (leaf(source, "a").start, leaf(source, "a").line, leaf(source, "a").column) == (6, 1, 4)
    assert source.data[6:7] == b"b"


def test_lines_are_counted_as_editors_count_them() -> None:
    source = parse("a: 'x\u2028y'\r\nb:\r\n- 'p\n  q'\nc: z\n")
    assert [(each.line, each.column) for each in source.leaves] == [(1, 4), (3, 3), (5, 4)]


def test_long_lines_with_wide_characters_keep_their_offsets() -> None:
    text = "wide: {" + ", ".join(f"键{n}: 值{n}😀" for n in range(3000)) + "}\n"
    source = parse(text)
    written = [source.data[each.start : each.end].decode() for each in source.leaves]
    assert written == [f"值{n}😀" for n in range(3000)]
    assert source.leaves[-1].column == text.index("值2999") + 1


def test_an_anchor_and_a_tag_are_not_part_of_the_value() -> None:
    source = parse("a: &x !!str\n  # why\n  12\nb: !t 'q'\nc: &z {d: !!int '3'}\ne: &n\nf: !!str\n")
    spans = {each.path: source.data[each.start : each.end].decode() for each in source.leaves}
    assert spans == {("a",): "12", ("b",): "'q'", ("c", "d"): "'3'", ("e",): "", ("f",): ""}
    assert (leaf(source, "a").anchor, leaf(source, "a").tag) == ("x", "tag:yaml.org,2002:str")
    assert source.data[: leaf(source, "e").start].endswith(b"&n")


def test_an_empty_value_has_its_place_right_behind_the_colon() -> None:
    source = parse("a:   # nothing\nb:\n-\n- {c: , d}\n")
    empty = [each for each in source.leaves if each.style == "empty"]
    assert [(each.path, each.start, each.end) for each in empty] == [
        (("a",), 2, 2),
        (("b", 0), 19, 19),
        (("b", 1, "c"), 25, 25),
        (("b", 1, "d"), 29, 29),
    ]


def test_an_alias_leads_to_the_leaf_of_its_anchor() -> None:
    source = parse("r: &r docker.io\na: {registry: *r}\nb: [*r, other]\n")
    assert leaf(source, "a", "registry") == leaf(source, "r")
    assert leaf(source, "r").aliased_by == (("a", "registry"), ("b", 0))
    assert [each.path for each in source.leaves] == [("r",), ("b", 1)]


def test_a_merge_key_leads_to_the_leaf_of_the_map_it_merges() -> None:
    source = parse("base: &b {registry: docker.io, tag: '1'}\na:\n  <<: *b\n  tag: '2'\n")
    assert leaf(source, "a", "registry") == leaf(source, "base", "registry")
    assert leaf(source, "base", "registry").aliased_by == (("a", "registry"),)
    assert leaf(source, "a", "tag").value == "2"
    assert leaf(source, "base", "tag").aliased_by == ()


def test_a_map_merged_where_it_is_written_has_the_path_of_its_parent() -> None:
    assert [each.path for each in parse("a: {<<: {p: 1}}\n").leaves] == [("a", "p")]


def test_an_anchor_in_a_shadowed_place_counts_where_it_is_used() -> None:
    source = parse("a: &x 1\na: 2\nb: *x\n")
    assert [(each.path, each.value, each.aliased_by) for each in source.leaves] == [
        (("b",), 1, ()),
        (("a",), 2, ()),
    ]


def test_of_two_equal_keys_the_last_counts_and_both_are_reported() -> None:
    source = parse("image:\n  registry: docker.io\n  registry: quay.io\n")
    assert [each.value for each in source.leaves] == ["quay.io"]
    path: Path = ("image", "registry")
    assert source.duplicates == (DuplicateKey(path, "registry", 3, 3, first_line=2),)


def test_keys_that_helm_turns_into_one_text_are_duplicates_too() -> None:
    assert [each.key for each in parse("yes: 1\n'true': 2\n0x1: 1\n1: 2\n").duplicates] == [
        "true",
        "1",
    ]


def test_without_merging_the_first_document_counts() -> None:
    source = parse("a: 1\n---\na: 2\nb: 3\nb: 4\n")
    assert (source.documents, source.tree, source.duplicates) == (2, {"a": 1}, ())


def test_merged_documents_keep_the_place_of_each_value() -> None:
    source = parse("a: {x: 1, z: 2}\n---\na: {x: 3}\n", merge=True)
    assert source.tree == {"a": {"x": 3, "z": 2}}
    assert [(each.path, each.value, each.line) for each in source.leaves] == [
        (("a", "z"), 2, 1),
        (("a", "x"), 3, 3),
    ]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\ufeff", "---\n", "null\n", "~"])
def test_a_file_that_holds_nothing_has_no_data(text: str) -> None:
    assert parse(text).tree is None


def test_a_list_at_the_top_has_leaves_too() -> None:
    assert [each.path for each in parse("- a\n- [b]\n").leaves] == [(0,), (1, 0)]


def test_data_is_found_by_its_path() -> None:
    source = parse("a: &x {b: [1, {c: null}]}\nd: *x\n")
    assert source.data_at(("d", "b")) == [1, {"c": None}]
    assert source.data_at(("d", "b", 1, "c"), "absent") is None
    assert source.data_at(("d", "b", 2), "absent") == "absent"
    assert source.data_at(("d", "b", "0"), "absent") == "absent"
    assert source.data_at(("d", "b", 0, "c")) is None
    assert source.data_at(()) == source.tree


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("image", "registry"), "image.registry"),
        (("list", 0, "image"), "list[0].image"),
        (("my.app", "example.com/app", "a b"), r"my\.app.example\.com/app.a b"),
        ((0, 1), "[0][1]"),
        ((), ""),
    ],
)
def test_a_path_is_written_as_helm_set_writes_it(path: Path, text: str) -> None:
    assert dotted(path) == text


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 1_000_000, "- " * 100_000])
def test_deep_nesting_is_refused_before_it_can_do_harm(text: str) -> None:
    words, _line, _column = broken(text)
    assert words == "The file is nested deeper than 200 levels. Make it flatter."


def test_nesting_to_the_limit_is_read() -> None:
    assert len(parse("[" * 200 + "]" * 200).leaves) == 0
    with pytest.raises(YamlTooDeep):
        parse("[" * 201 + "]" * 201)


def test_aliases_count_as_often_as_they_are_used() -> None:
    bomb = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for before, name in zip("abcdef", "bcdefg", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    words, line, column = broken(bomb)
    assert (line, column) == (6, 46)
    assert words == (
        "The file holds more than 330000 values, aliases counted as often as they are used."
        " Split it, or use fewer aliases."
    )


def test_aliases_add_to_the_depth() -> None:
    chain = "a: &a [1]\nb: &b [*a]\nc: [*b]\n"
    assert parse(chain, limits=Limits(yaml_depth=4)).data_at(("c",)) == [[[1]]]
    with pytest.raises(YamlTooDeep):
        parse(chain, limits=Limits(yaml_depth=3))


def test_too_many_values_are_refused() -> None:
    with pytest.raises(YamlTooDeep):
        parse("[1, 2, 3]", limits=Limits(yaml_nodes=3))
    assert parse("[1, 2, 3]", limits=Limits(yaml_nodes=4)).tree == [1, 2, 3]


def test_many_values_that_are_deeply_nested_are_refused() -> None:
    def nested(depth: int) -> str:
        return "[" * depth + ", ".join("1" * 100) + "]" * depth

    limits = Limits(yaml_nodes=200)
    assert len(parse(nested(20), limits=limits).leaves) == 100
    words, _line, _column = broken(nested(21), limits)
    assert words == "The file holds too many values that are deeply nested. Make it flatter."


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("a: 1\nb:\n\tc: 1\n", (3, 1), "There is a tab here where YAML takes only spaces. Indent with spaces."),
        ("a: 名 \x07\n", (1, 6), "The file holds the control character U+0007, which YAML does not allow. Remove it, or write it as an escape in double quotes."),
        (b"a: 1\nb: \xe5\x80\xbc\xe9\n", (2, 5), "The file is not encoded in UTF-8. Save it as UTF-8."),
        ("a: 1\n".encode("utf-16"), (1, 1), "The file is not encoded in UTF-8. Save it as UTF-8."),
        ("a: {{ .Values.x }}\n", (1, 5), "A map or a list is used as a key here. If this is a template expression ({{ ... }}), put the whole value in quotes."),
        ("a: @x\n", (1, 4), "A text may not begin with @ unless it is in quotes. Put it in quotes."),
        ("a: b: c\n", (1, 5), "There is a colon here where no key can be. Put the text in quotes if the colon belongs to it, else correct the indentation."),
        ("a: 'x\n", (2, 1), "A text is missing its closing quote, or a quote inside it is not escaped. Add the quote."),
        ("a: [1\nb: 2\n", (2, 2), "A list [...] or a map {...} is not closed, or a comma is missing. Close it."),
        ("a: 'x' y\n", (1, 8), "This line does not fit what is above it. Check that keys of one map begin in one column, that each key has its colon, and that nothing follows a closed quote."),
        ("a: {b:}\n", (1, 6), "A colon in braces or brackets needs a space behind it, or quotes around the whole text."),
        ("a: *x\n", (1, 4), "The alias *x stands for an anchor that is not defined above it. Define &x first, or put the text in quotes."),
        ("a: &x [*x]\n", (1, 8), "The anchor &x contains itself. Break the loop."),
        ("a: 1\n~: 2\n", (2, 1), "A key is empty or null. Give it a name, or put it in quotes."),
        ("a: {<<: 3}\n", (1, 5), "A merge key (<<) takes a map or a list of maps."),
        ("a: 1\nb: !!int abc\n", (2, 4), "The tag !!int does not fit the text “abc”. Correct one of the two."),
        ("a: &\n", (1, 5), "This is not YAML: did not find expected alphabetic or numeric character. Correct the line."),
    ],
)  # fmt: skip
def test_what_is_broken_is_said_with_its_place(
    text: str | bytes, where: tuple[int, int], words: str
) -> None:
    assert broken(text) == (words, *where)
