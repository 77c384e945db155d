"""An edit changes the bytes of one value and nothing else, in whatever style it is written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.pipeline.core.findings import Edit
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.yaml.edit import (
    CannotEdit,
    EditWentWrong,
    replace,
    replace_scalar,
    splice,
    verify_only,
)
from reviews.pipeline.yaml.source import Leaf, Path, YamlSource
from tests.pipeline.yaml_files import yaml_files

LIMITS = Limits()
FILE = "shop/values.yaml"
NEW = "swr.example.com"


def parse(text: str) -> YamlSource:
    return YamlSource.parse(text.encode(), FILE, LIMITS)


def leaf(source: YamlSource, *path: str | int) -> Leaf:
    found = source.leaf_at(path)
    assert found is not None
    return found


def changed(text: str, *path: str | int, new: str = NEW) -> str:
    """The file with one value replaced, once it is proven that nothing else changed."""
    source = parse(text)
    edit = replace(source, leaf(source, *path), new)
    result = splice(source.data, [edit])
    verify_only(source.data, result, {path: new}, FILE, LIMITS)
    return result.decode()


def refusal(text: str, *path: str | int) -> str:
    source = parse(text)
    with pytest.raises(CannotEdit) as caught:
        replace(source, leaf(source, *path), NEW)
    return str(caught.value.reason)


def test_indentation_blank_lines_and_lists_stay() -> None:
    text = "image:\n    registry: docker.io\n\n    tag: 1\nlist:\n- a\n\n\n-   b\n"
    assert changed(text, "image", "registry") == text.replace("docker.io", NEW)


def test_quotes_and_comments_stay() -> None:
    text = "registry: 'docker.io'   # trailing\nother: \"docker.io\"\t# tab\n"
    assert changed(text, "registry") == text.replace("'docker.io'", f"'{NEW}'")
    assert changed(text, "other") == text.replace('"docker.io"', f'"{NEW}"')


def test_folded_blocks_and_long_lines_stay() -> None:
    text = f'fold: >\n  a\n  b\n\n  c\nlong: "{"x " * 200}"\nregistry: docker.io\n'
    assert changed(text, "registry") == text.replace("docker.io", NEW)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\r\nregistry: docker.io\r\n",
        "a: 1\r\nregistry: docker.io\nb: 2\r\n",
        "registry: docker.io",
        "\ufeffregistry: docker.io\n",
    ],
)
def test_line_ends_and_the_byte_order_mark_stay(text: str) -> None:
    assert changed(text, "registry") == text.replace("docker.io", NEW)


@pytest.mark.parametrize(
    "text",
    [
        "---\nregistry: docker.io\n---\nregistry: quay.io\n",
        "registry: docker.io\n...\n",
        "---\nregistry: docker.io\n...\n---\n# nothing\n",
    ],
)
def test_document_marks_and_further_documents_stay(text: str) -> None:
    assert changed(text, "registry") == text.replace("docker.io", NEW)


def test_an_anchor_is_edited_once_for_all_its_aliases() -> None:
    text = "i: &img {registry: docker.io}\na: {image: *img}\nb:\n  <<: *img\n  tag: '1'\n"
    source = parse(text)
    edit = replace(source, leaf(source, "b", "registry"), NEW)
    assert splice(source.data, [edit]).decode() == text.replace("docker.io", NEW)
    assert changed(text, "i", "registry") == text.replace("docker.io", NEW)


def test_the_anchor_of_a_value_and_the_name_of_an_alias_stay() -> None:
    text = "registry: &r docker.io\nb: *r\nc: {tag: *r}\n"
    assert changed(text, "registry") == text.replace("docker.io", NEW)


def test_an_alias_beside_the_value_stays() -> None:
    text = "v: &v 1.2\nimage: {registry: docker.io, tag: *v}\n"
    assert changed(text, "image", "registry") == text.replace("docker.io", NEW)


@pytest.mark.parametrize("key", ["my.app", "example.com/app", '"a b"', "0", "true", '"*"', "名"])
def test_odd_keys_are_found(key: str) -> None:
    text = f"{key}: {{registry: docker.io}}\n"
    assert changed(text, key.strip('"'), "registry") == text.replace("docker.io", NEW)


def test_wide_characters_before_the_value_do_not_shift_it() -> None:
    text = "image: {名: 值, 😀: é, registry: docker.io}\n"
    assert changed(text, "image", "registry") == text.replace("docker.io", NEW)


def test_a_line_of_a_hundred_thousand_characters_is_no_obstacle() -> None:
    text = f"dashboard: {'x' * 100_000}\nregistry: docker.io\n"
    assert changed(text, "registry") == text.replace("docker.io", NEW)


def test_tags_elsewhere_stay() -> None:
    text = "w: !custom [1]\nb: !!binary aGk=\nregistry: !!str docker.io\n"
    assert changed(text, "registry") == text.replace("docker.io", NEW)


def test_of_two_equal_keys_the_one_in_force_is_edited() -> None:
    text = "registry: docker.io\nregistry: quay.io\n"
    assert changed(text, "registry") == f"registry: docker.io\nregistry: {NEW}\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a: {\n  registry: docker.io, # c\n  tag: '1'\n}\n", f"a: {{\n  registry: {NEW}, # c\n  tag: '1'\n}}\n"),
        ('a: {registry: "\\u0064ocker.io"}\n', f'a: {{registry: "{NEW}"}}\n'),
        ("a: {registry: docker.io}\n", f"a: {{registry: {NEW}}}\n"),
        ("a: {registry: docker\n  .io , tag: 1}\n", f"a: {{registry: {NEW} , tag: 1}}\n"),
    ],
)  # fmt: skip
def test_flow_maps_and_escapes_are_edited_in_place(text: str, after: str) -> None:
    assert changed(text, "a", "registry") == after


@pytest.mark.parametrize(
    "new",
    ["1.20", "yes", "1e3", "0x1F", "2024-01-01", "12:30", "~", "", "a: b", "a #b", "-", "{x}"],
)
def test_plain_text_gets_quotes_where_the_new_text_needs_them(new: str) -> None:
    assert changed("tag: v1 # c\n", "tag", new=new) == f'tag: "{new}" # c\n'


@pytest.mark.parametrize("new", ["v1.20", "host:5000/a/b:1", "值", "a b", "it's"])
def test_plain_text_stays_plain_where_it_is_safe(new: str) -> None:
    assert changed("tag: v1 # c\n", "tag", new=new) == f"tag: {new} # c\n"
    assert changed("a: {tag: v1}\n", "a", "tag", new=new) == f"a: {{tag: {new}}}\n"


def test_a_number_becomes_a_string_without_losing_its_spelling() -> None:
    assert changed("tag: 7.20\n", "tag", new="7.20") == 'tag: "7.20"\n'


@pytest.mark.parametrize(
    ("text", "new", "after"),
    [
        ("a: 'x'\n", "it's", "a: 'it''s'\n"),
        ("a: 'x'\n", "two\nlines", 'a: "two\\nlines"\n'),
        ('a: "x"\n', 'say "\\"', 'a: "say \\"\\\\\\""\n'),
        ('a: "x"\n', "tab\tnul\0nel\x85bom\ufeff", 'a: "tab\\tnul\\x00nel\\x85bom\\ufeff"\n'),
        ("a: 'x'\n", "值 😀", "a: '值 😀'\n"),
    ],
)
def test_quotes_are_kept_and_escapes_added(text: str, new: str, after: str) -> None:
    assert changed(text, "a", new=new) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a:\n", f'a: "{NEW}"\n'),
        ("a:   # why\n", f'a: "{NEW}"   # why\n'),
        ("a: &x # why\nb: *x\n", f'a: &x "{NEW}" # why\nb: *x\n'),
        ("a: ~\n", f"a: {NEW}\n"),
        ("a: null # why\n", f"a: {NEW} # why\n"),
        ("{a: , b: 1}\n", f'{{a: "{NEW}" , b: 1}}\n'),
        ("{a: }\n", f'{{a: "{NEW}" }}\n'),
        ("{a: !!str , b: 1}\n", f'{{a: !!str "{NEW}" , b: 1}}\n'),
        ("a:", f'a: "{NEW}"'),
        ("a: ''\n", f"a: '{NEW}'\n"),
    ],
)
def test_an_empty_value_is_filled_behind_its_colon(text: str, after: str) -> None:
    assert changed(text, "a") == after


def test_an_empty_item_is_filled_behind_its_dash() -> None:
    assert changed("l:\n-\n- b\n", "l", 0) == f'l:\n- "{NEW}"\n- b\n'


def test_writing_twice_changes_nothing_more() -> None:
    once = changed("image: {registry: docker.io}\nl:\n- 'x'\n", "image", "registry")
    assert changed(once, "image", "registry") == once


def test_comment_lines_at_a_shallower_indent_stay() -> None:
    text = "a:\n  b: 1\n#  env:\n#    x: 1\n  registry: docker.io\n"
    assert changed(text, "a", "registry") == text.replace("docker.io", NEW)


def test_a_block_that_begins_with_an_empty_line_stays() -> None:
    text = "settings: |-\n\n    a = 1\n  # no comment\nregistry: docker.io\n"
    assert changed(text.replace("  # no comment\n", ""), "registry").startswith(
        "settings: |-\n\n    a"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: |\n  docker.io\n", "a is written as a block of text (| or >), which is not edited automatically. Write it on one line in quotes."),
        ("a: >-\n  docker.io\n", "a is written as a block of text (| or >), which is not edited automatically. Write it on one line in quotes."),
        ("a: '{{ .Values.r }}/x'\n", "a holds a template expression ({{ ... }}), so its text is decided elsewhere. Change what the expression reads."),
        ("a: !!binary aGk=\n", "a carries the tag !!binary, which allows no other text. Remove the tag."),
        ("a: !!int '3'\n", "a carries the tag !!int, which allows no other text. Remove the tag."),
        ("? a\n", "a has a key but no colon. Write the colon."),
        ("{a, b: 1}\n", "a has a key but no colon. Write the colon."),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_safely_is_refused_with_the_reason(text: str, words: str) -> None:
    assert refusal(text, "a") == words


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a: false # why\n", "a: true # why\n"),
        ("a: 'false'\n", "a: true\n"),
        ("a:\n", "a: true\n"),
        ("{a: no}\n", "{a: true}\n"),
        ("a: !!bool off\n", "a: !!bool true\n"),
    ],
)
def test_a_switch_is_turned_on(text: str, after: str) -> None:
    source = parse(text)
    result = splice(source.data, [replace_scalar(source, leaf(source, "a"), new=True)])
    verify_only(source.data, result, {("a",): True}, FILE, LIMITS)
    assert result.decode() == after


def test_a_switch_is_turned_off() -> None:
    source = parse("a: yes\n")
    edit = replace_scalar(source, leaf(source, "a"), new=False)
    assert edit == Edit(FILE, 3, 6, "yes", "false")


def test_a_switch_that_is_tagged_as_text_is_refused() -> None:
    source = parse("a: !!str false\n")
    with pytest.raises(CannotEdit):
        replace_scalar(source, leaf(source, "a"), new=True)


def test_edits_are_spliced_whatever_their_order() -> None:
    edits = [Edit(FILE, 4, 6, "yz", "YZ"), Edit(FILE, 0, 1, "a", ""), Edit(FILE, 2, 2, "", "++")]
    assert splice(b"abcxyz", edits) == b"b++cxYZ"
    assert splice(b"abc", []) == b"abc"


def test_two_insertions_at_one_place_keep_their_order() -> None:
    edits = [Edit(FILE, 1, 1, "", "1"), Edit(FILE, 1, 2, "b", "B"), Edit(FILE, 1, 1, "", "2")]
    assert splice(b"abc", edits) == b"a12Bc"


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        splice(b"abc", [Edit(FILE, 0, 2, "ab", ""), Edit(FILE, 1, 3, "bc", "")])
    with pytest.raises(ValueError, match="overlap"):
        splice(b"abc", [Edit(FILE, 0, 2, "ab", "x"), Edit(FILE, 0, 2, "ab", "y")])


def test_bytes_that_are_not_as_expected_are_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        splice(b"abc", [Edit(FILE, 0, 1, "b", "x")])
    with pytest.raises(ValueError, match="expected"):
        splice(b"abc", [Edit(FILE, 3, 4, "d", "x")])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\nb: 2\n", "a: x\nb: 3\n"),
        ("a: 1\nb: 2\n", "a: x\n"),
        ("a: 1\n", "a: x\nb: 2\n"),
        ("a: 1\n", "a: y\n"),
        ("a: 1\nb: 1\n", "a: x\nb: true\n"),
        ("a: 1\nb: 1\n", "a: x\nb: 1.0\n"),
        ("a: 1\nb: [1]\n", "a: x\nb: [1, 1]\n"),
        ("a: 1\n---\nb: 1\n", "a: x\n---\nb: 2\n"),
        ("a: 1\n---\nb: 1\n", "a: x\n"),
        ("a: &a 1\nb: *a\n", "a: &a x\nb: 1\n"),
        ("a: 1\n", "a: 'x\n"),
    ],
)
def test_a_change_elsewhere_is_found(before: str, after: str) -> None:
    with pytest.raises(EditWentWrong):
        verify_only(before.encode(), after.encode(), {("a",): "x"}, FILE, LIMITS)


def test_nothing_changed_is_proven_too() -> None:
    text = b"a: .nan\nb: [1, {c: ~}]\n"
    verify_only(text, text + b"# more\n", {}, FILE, LIMITS)


NEW_TEXTS = st.sampled_from([NEW, "1.20", "", "it's", 'a"b\\c', "值: 😀", "yes", "a\nb", "x # y"])


@settings(deadline=None, max_examples=300, derandomize=True, database=None)
@given(data=yaml_files(), new=NEW_TEXTS)
def test_every_value_of_every_file_is_replaced_alone_or_refused(data: bytes, new: str) -> None:
    source = YamlSource.parse(data, FILE, LIMITS)
    edits: list[Edit] = []
    changes: dict[Path, str | bool] = {}
    for each in source.leaves:
        try:
            edits.append(replace(source, each, new))
        except CannotEdit:
            assert each.style in {"literal", "folded"}
            continue
        changes[each.path] = new
        verify_only(data, splice(data, edits[-1:]), {each.path: new}, FILE, LIMITS)
    verify_only(data, splice(data, edits), changes, FILE, LIMITS)
