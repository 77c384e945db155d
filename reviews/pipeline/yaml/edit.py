"""Edits of YAML files: bytes spliced in, never a file dumped anew.

An edit replaces the bytes of one value, or inserts new keys (see ``yaml_insert``); comments,
quotes, anchors, line ends and every other byte stay. ``verify_only`` proves it by parsing
the file before and after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ..core.findings import Edit
from ..core.messages import _
from ..core.policy import Limits
from .insert import NewValue, edit_of, flow, set_key, set_keys
from .scalars import TAG_PREFIX
from .source import Leaf, Path, YamlSource, dotted
from .spelling import CannotEdit, double_quoted, is_plain, single_quoted

__all__ = [
    "CannotEdit",
    "EditWentWrong",
    "NewValue",
    "fill",
    "replace",
    "replace_scalar",
    "set_key",
    "set_keys",
    "splice",
    "verify_only",
]


class EditWentWrong(Exception):  # noqa: N818 - reads as what it is; always a fault of ours
    """An edit changed something else than was intended: our bug, never the partner's."""


def replace(source: YamlSource, leaf: Leaf, new: str) -> Edit:
    """The edit that makes ``leaf`` the string ``new``, in the quotes it was written in.

    Plain stays plain while Helm and other readers would take the new text for a string.
    Raises CannotEdit for block scalars, template expressions and tags that forbid a string.
    """
    _refuse_uneditable(leaf)
    if leaf.tag is not None and leaf.tag != TAG_PREFIX + "str" and leaf.tag.startswith(TAG_PREFIX):
        raise CannotEdit(
            _(
                "%(path)s carries the tag %(tag)s, which allows no other text. Remove the tag.",
                path=dotted(leaf.path),
                tag="!!" + leaf.tag.removeprefix(TAG_PREFIX),
            )
        )
    return _replacement(source, leaf, _in_the_style_of(leaf, new))


def fill(source: YamlSource, leaf: Leaf, value: NewValue) -> Edit:
    """The edit that writes ``value`` on one line behind a key that has none. Raises CannotEdit."""
    if leaf.style != "empty":
        raise CannotEdit(_("%(path)s has a value already.", path=dotted(leaf.path)))
    return _replacement(source, leaf, flow(value))


def replace_scalar(source: YamlSource, leaf: Leaf, new: bool) -> Edit:
    """The edit that makes ``leaf`` the boolean ``new``, unquoted. Raises CannotEdit."""
    _refuse_uneditable(leaf)
    if leaf.tag is not None and leaf.tag != TAG_PREFIX + "bool":
        raise CannotEdit(
            _(
                "%(path)s carries a tag, which allows no true or false. Remove the tag.",
                path=dotted(leaf.path),
            )
        )
    return _replacement(source, leaf, "true" if new else "false")


def _refuse_uneditable(leaf: Leaf) -> None:
    if leaf.style in {"literal", "folded"}:
        raise CannotEdit(
            _(
                "%(path)s is written as a block of text (| or >), which is not edited"
                " automatically. Write it on one line in quotes.",
                path=dotted(leaf.path),
            )
        )
    if "{{" in leaf.text:
        raise CannotEdit(
            _(
                "%(path)s holds a template expression ({{ ... }}), so its text is decided"
                " elsewhere. Change what the expression reads.",
                path=dotted(leaf.path),
            )
        )


def _in_the_style_of(leaf: Leaf, new: str) -> str:
    if leaf.style == "single":
        return single_quoted(new)
    return new if leaf.style == "plain" and is_plain(new) else double_quoted(new)


def _replacement(source: YamlSource, leaf: Leaf, text: str) -> Edit:
    if leaf.style == "empty":
        _refuse_without_room(source, leaf)
        text = " " + text
    return edit_of(source, leaf.start, leaf.end, text)


def _refuse_without_room(source: YamlSource, leaf: Leaf) -> None:
    """An empty value has room after its colon, dash, anchor or tag; a bare ``? key`` has none."""
    bare = leaf.anchor is None and leaf.tag is None
    if bare and source.data[leaf.start - 1 : leaf.start] not in {b":", b"-"}:
        raise CannotEdit(
            _("%(path)s has a key but no colon. Write the colon.", path=dotted(leaf.path))
        )


def splice(data: bytes, edits: Sequence[Edit]) -> bytes:
    """``data`` with all edits applied, in ``Edit.order``, whatever order they are given in.

    Raises ValueError when edits overlap or the bytes they expect are not there.
    """
    ordered = sorted(edits, key=lambda edit: edit.order)
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise ValueError(f"edits overlap at byte {later.start} of {later.file}")
    parts: list[bytes] = []
    copied = 0
    for edit in ordered:
        if data[edit.start : edit.end] != (edit.before or "").encode():
            raise ValueError(f"byte {edit.start} of {edit.file} does not hold what was expected")
        parts += [data[copied : edit.start], edit.after.encode()]
        copied = edit.end
    return b"".join([*parts, data[copied:]])


def verify_only(
    before: bytes,
    after: bytes,
    changes: Mapping[Path, NewValue],
    file: str,
    limits: Limits,
    *,
    merge: bool = False,
) -> None:
    """Prove that ``after`` differs from ``before`` exactly by ``changes`` (path: new value).

    A change of a value that aliases share changes all the paths it feeds. Raises
    EditWentWrong; YamlBroken when ``before`` is no YAML; ``merge`` as in YamlSource.parse.
    """
    source = YamlSource.parse(before, file, limits, merge=merge)
    try:
        result = YamlSource.parse(after, file, limits, merge=merge)
    except Exception as error:
        raise EditWentWrong(f"{file} is no YAML after the edit: {error}") from error
    expected = source.tree
    for path, value in changes.items():
        leaf = source.leaf_at(path)
        for each in (path,) if leaf is None else (leaf.path, *leaf.aliased_by):
            expected = _with(expected, each, value)
    others = [root.data for root in source.roots[1:]]
    if not _same([expected, *others], [result.tree, *(root.data for root in result.roots[1:])]):
        raise EditWentWrong(f"{file} changed elsewhere than at {[dotted(p) for p in changes]}")


def _with(tree: Any, path: Path, value: NewValue) -> Any:
    """A copy of ``tree`` with ``value`` at ``path``; null on the way becomes a map."""
    if not path:
        return value
    part, rest = path[0], path[1:]
    if isinstance(part, int):
        return [*tree[:part], _with(tree[part], rest, value), *tree[part + 1 :]]
    mapping = {} if tree is None else tree
    return {**mapping, part: _with(mapping.get(part), rest, value)}


def _same(left: Any, right: Any) -> bool:
    """Equality that distinguishes true from 1 and 1 from 1.0, and finds NaN equal to itself."""
    pairs = [(left, right)]
    while pairs:
        one, other = pairs.pop()
        if type(one) is not type(other):
            return False
        if isinstance(one, dict):
            if one.keys() != other.keys():
                return False
            pairs.extend((one[key], other[key]) for key in one)
        elif isinstance(one, list):
            if len(one) != len(other):
                return False
            pairs.extend(zip(one, other, strict=True))
        elif one != other and one == one:  # noqa: PLR0124 - only NaN differs from itself
            return False
    return True
