"""Expressions of template actions, read as far as conditions on values need it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|`[^`]*`|\(|\)(?:\.[A-Za-z_]\w*)*|\||:=|=|,|(?:\$|\.)?[^\s()|"`,=:]+|\$|\.|:',
    re.DOTALL,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DEEPEST = 40


@dataclass(frozen=True)
class Text:
    """A string, number or boolean that the expression spells."""

    value: str | int | float | bool


@dataclass(frozen=True)
class Name:
    """A path as it is written, ``.Values.a.b`` or ``$x.b``: ``base`` is its first part."""

    base: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """A function with its arguments; what is piped into it comes last."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Field:
    """A field of what another expression gives: ``(index $x 0).name``."""

    of: Node
    parts: tuple[str, ...]


Node = Text | Name | Call | Field


def actions_in(text: str) -> Iterator[tuple[int, int]]:
    """Where each template action begins and ends, its braces included, in one pass."""
    start = text.find("{{")
    while start >= 0:
        inside = start + 2
        if text.startswith(("/*", "- /*", "-/*"), inside):
            inside = text.find("*/", inside)
        end = text.find("}}", inside) if inside >= 0 else -1
        if end < 0:
            return
        yield start, end + 2
        start = text.find("{{", end + 2)


def inside_of(action: str) -> str:
    """The text of an action without its braces and the spaces beside them."""
    inner = action[2:-2]
    inner = inner.removeprefix("-")
    inner = inner.removesuffix("-")
    return inner.strip()


def parsed_expression(text: str) -> Node | None:
    """The expression in ``text``; None where it is none that is understood."""
    tokens = _TOKEN.findall(text)
    if len(tokens) > 400:
        return None
    try:
        node, rest = _pipeline(tokens, 0)
    except (IndexError, ValueError):
        return None
    return node if not rest else None


def assignment(text: str) -> tuple[str, Node | None] | None:
    """The variable and the expression of ``$x := ...``; None where it is no assignment."""
    found = re.match(r"\s*(\$\w+)\s*:?=(?!=)\s*(.*)", text, re.DOTALL)
    return (found[1], parsed_expression(found[2])) if found else None


def calls_of(node: Node | None, function: str) -> Iterator[Call]:
    """Every call of ``function`` in the expression."""
    if isinstance(node, Call):
        if node.function == function:
            yield node
        for each in node.arguments:
            yield from calls_of(each, function)
    elif isinstance(node, Field):
        yield from calls_of(node.of, function)


def texts_of(node: Node | None) -> Iterator[str]:
    """Every string that the expression spells."""
    if isinstance(node, Text) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, Call):
        for each in node.arguments:
            yield from texts_of(each)
    elif isinstance(node, Field):
        yield from texts_of(node.of)


def _pipeline(tokens: list[str], depth: int) -> tuple[Node, list[str]]:
    if depth > _DEEPEST:
        raise ValueError
    node, tokens = _command(tokens, depth, None)
    while tokens and tokens[0] == "|":
        node, tokens = _command(tokens[1:], depth, node)
    return node, tokens


def _command(tokens: list[str], depth: int, piped: Node | None) -> tuple[Node, list[str]]:
    operands: list[Node] = []
    while tokens and tokens[0] != "|" and not tokens[0].startswith(")"):
        operand, tokens = _operand(tokens, depth)
        operands.append(operand)
    if not operands:
        raise ValueError
    first, *rest = operands
    if piped is not None:
        rest.append(piped)
    if isinstance(first, Call) and not first.arguments and rest:
        return Call(first.function, tuple(rest)), tokens
    if rest:
        raise ValueError
    return first, tokens


def _operand(words: list[str], depth: int) -> tuple[Node, list[str]]:
    word, rest = words[0], words[1:]
    if word == "(":
        node, rest = _pipeline(rest, depth + 1)
        if not rest or not rest[0].startswith(")"):
            raise ValueError
        fields = tuple(part for part in rest[0][1:].split(".") if part)
        return (Field(node, fields) if fields else node), rest[1:]
    if word[0] == '"':
        return Text(word[1:-1].replace('\\"', '"').replace("\\n", "\n")), rest
    if word[0] == "`":
        return Text(word[1:-1]), rest
    if word in {"true", "false"}:
        return Text(word == "true"), rest
    if _NUMBER.fullmatch(word):
        return Text(float(word) if "." in word else int(word)), rest
    if word[0] in ".$":
        base, *parts = word.split(".")
        return Name(base, tuple(part for part in parts if part)), rest
    if re.fullmatch(r"\w+", word):
        return Call(word, ()), rest
    raise ValueError
