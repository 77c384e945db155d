"""Writes what a check reports on its bad examples into its module, as literals."""

from __future__ import annotations

import ast
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from reviews.pipeline.checks.examples.expected import Expected

_METHOD = "expecting"
_POSITIONAL = {
    "Clause": 1,
    "Edit": 1,
    "Expected": 3,
    "Listed": 1,
    "Message": 2,
    "OneOf": 1,
    "Series": 1,
}
_MODULES = {
    "Clause": "...core.messages",
    "Edit": "...core.findings",
    "Expected": "..examples.expected",
    "Listed": "...core.messages",
    "Message": "...core.messages",
    "OneOf": "...core.messages",
    "Series": "...core.messages",
}
_COLUMNS = 66
"""How wide a piece of a text is, so that it stays within the line at its depth."""


def write_expectations(module: Path, findings: Sequence[Sequence[Expected]]) -> None:
    """Make ``findings`` those that each example of ``BAD`` in ``module`` expects, and format it.

    Each element of ``BAD`` becomes ``example.expecting(Expected(...), ...)``; whatever else is in
    the module stays as it is, except that the imports of the literals' names are put in order.
    Raises ValueError where ``BAD`` is no tuple of as many plain elements.
    """
    text = module.read_text(encoding="utf-8")
    written = with_expectations(text, findings)
    if written == text:
        return
    module.write_text(written, encoding="utf-8")
    for command in (
        ["check", "--quiet", "--select", "I001,F401", "--fix-only"],
        ["format", "--quiet"],
    ):
        subprocess.run([sys.executable, "-m", "ruff", *command, str(module)], check=True)


def with_expectations(text: str, findings: Sequence[Sequence[Expected]]) -> str:
    """The source ``text`` of a check with ``findings`` for each element of ``BAD``, unformatted."""
    examples = _bad_examples(text)
    if len(examples) != len(findings):
        raise ValueError("BAD is not a tuple of plain elements, one for each example")
    data = text.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node, expected in reversed(list(zip(examples, findings, strict=True))):
        package = _without_expectations(node)
        end = _offset(starts, node.end_lineno, node.end_col_offset)
        after = _offset(starts, package.end_lineno, package.end_col_offset)
        call = f".{_METHOD}({', '.join(literal(each) for each in expected)})"
        data = data[:after] + call.encode() + data[end:]
    return _with_imports(data.decode())


def _bad_examples(text: str) -> list[ast.expr]:
    for node in ast.parse(text).body:
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == "BAD"
            and isinstance(node.value, ast.Tuple)
        ):
            return node.value.elts
    return []


def _without_expectations(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if node.func.attr == _METHOD else node
    return node


def _offset(starts: list[int], line: int | None, column: int | None) -> int:
    return starts[(line or 1) - 1] + (column or 0)


def _with_imports(text: str) -> str:
    """``text`` with imports of the names that literals use and that it lacks."""
    tree = ast.parse(text)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    known = {alias.asname or alias.name for node in imports for alias in node.names}
    lines = text.splitlines(keepends=True)
    last = imports[-1].end_lineno or 1
    lines[last:last] = [
        f"from {module} import {name}\n"
        for name, module in _MODULES.items()
        if name in used and name not in known
    ]
    return "".join(lines)


def literal(value: Any) -> str:
    """``value`` as Python source: plain data, and the records of ``_MODULES``."""
    if isinstance(value, str):
        return _text_literal(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(key)}: {literal(value[key])}" for key in value) + "}"
    if isinstance(value, tuple):
        return "(" + "".join(f"{literal(each)}, " for each in value) + ")"
    if type(value).__name__ in _MODULES:
        return f"{type(value).__name__}({', '.join(_arguments(value))})"
    return repr(value)


def _arguments(value: Any) -> Iterator[str]:
    """The arguments of a record that are not its defaults, the first few without their names."""
    for number, each in enumerate(fields(value)):
        argument = getattr(value, each.name)
        if number < _POSITIONAL[type(value).__name__]:
            yield _pieced(argument) if isinstance(argument, str) else literal(argument)
        elif each.default is MISSING or argument != each.default:
            yield f"{each.name}={literal(argument)}"


def _text_literal(text: str) -> str:
    return f"({_pieced(text)})" if len(_pieces(text)) > 1 else _pieced(text)


def _pieced(text: str) -> str:
    """``text`` as literals side by side, which an argument needs no parentheses for."""
    return " ".join(_quoted(piece) for piece in _pieces(text))


def _pieces(text: str) -> list[str]:
    """``text`` cut after its line breaks, and its long lines before a blank."""
    pieces: list[str] = []
    for line in text.splitlines(keepends=True) or [""]:
        rest = line
        while (end := _end_of_piece(rest)) < len(rest):
            pieces.append(rest[:end])
            rest = rest[end:]
        pieces.append(rest)
    return pieces


def _end_of_piece(text: str) -> int:
    """Where the first piece of ``text`` ends: at a blank if there is one, else where it is full."""
    width = full = 0
    for character in text:
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > _COLUMNS:
            break
        full += 1
    if full == len(text) or not text[full:].strip("\n"):
        return len(text)
    blank = text.rfind(" ", 1, full + 1)
    return blank if blank > 0 and text[:blank].strip() else full


def _quoted(text: str) -> str:
    """``text`` in double quotes; the formatter chooses better ones where there are any."""
    escaped = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
    return '"' + "".join(escaped.get(each) or _visible(each) for each in text) + '"'


def _visible(character: str) -> str:
    return character if character.isprintable() else f"\\U{ord(character):08x}"
