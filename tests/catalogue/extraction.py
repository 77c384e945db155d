"""The texts that are marked for translation, in modules, templates, and lists of other texts."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LISTS = (Path("reviews/locale/django.txt"), Path("reviews/locale/former.txt"))

Text: TypeAlias = str | tuple[str, str]
"""A text of its own, or the singular and the plural of one."""

_ONE = {"_", "gettext", "gettext_lazy"}
_PLURAL = {"ngettext", "ngettext_lazy"}


class NotExtractableError(Exception):
    """A text that is marked for translation is put together when the program runs."""


def extracted(root: Path = ROOT) -> Catalog:
    """A catalogue without translations of all texts below ``root``, with the files that have them.

    NotExtractableError: a marked text is no literal one.
    """
    catalog = Catalog()
    for file in sorted((root / "reviews").rglob("*.py")):
        if "migrations" not in file.parts:
            _add(catalog, file.relative_to(root), texts_of_module(file.read_text(encoding="utf-8")))
    for file in sorted((root / "templates").rglob("*.*")):
        _add(catalog, file.relative_to(root), texts_of_template(file.read_text(encoding="utf-8")))
    for file in LISTS:
        lines = (root / file).read_text(encoding="utf-8").splitlines()
        _add(catalog, file, (_text_of_line(line) for line in lines if line[:1] != "#"))
    return catalog


def _text_of_line(line: str) -> Text:
    """The text on a line of a list: ``\\n`` is a line break, and a plural is behind ``||``."""
    one, _bars, several = line.replace(r"\n", "\n").partition(" || ")
    return (one, several) if several else one


def _add(catalog: Catalog, file: Path, texts: Iterator[Text]) -> None:
    for text in texts:
        catalog.add(text, locations=[(file.as_posix(), 0)])


def texts_of_module(source: str) -> Iterator[Text]:
    """The texts that a Python module marks with ``_``, ``gettext`` or ``ngettext``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name in _ONE:
                yield _literal(node, 0)
            elif name in _PLURAL:
                yield _literal(node, 0), _literal(node, 1)


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _literal(call: ast.Call, number: int) -> str:
    argument = call.args[number] if len(call.args) > number else None
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    raise NotExtractableError(f"line {call.lineno}: {ast.unparse(call)}: write one literal text")


def texts_of_template(source: str) -> Iterator[Text]:
    """The texts that a Django template marks with ``translate``, ``blocktranslate`` or ``_()``."""
    # What Django makes of it is read word by word; in brackets its indentation means nothing.
    words = f"({templatize(source)})".encode()
    keywords: dict[str, tuple[int, ...] | None] = dict.fromkeys(_ONE) | {"ngettext": (1, 2)}
    for _line, text, _comments, _context in extract("python", io.BytesIO(words), keywords):
        yield text if isinstance(text, str) else (text[0], text[1])


_MARKED = re.compile(
    r"{% comment %}.*?{% endcomment %}|{% blocktranslate.*?{% endblocktranslate %}|{[%{#].*?[%}#]}",
    re.DOTALL,
)
_TAG = re.compile(r'<[^>]*>|[\w-]+="[^"]*"', re.DOTALL)
_READ_ALOUD = re.compile(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"')


def unmarked_words(source: str) -> Iterator[str]:
    """The words that a Django template shows in every language as they are."""
    html = _MARKED.sub(" ", source)
    for text in (*_READ_ALOUD.findall(html), _TAG.sub(" ", html)):
        for word in re.findall(r"&\w+;|[\w.-]*[A-Za-z]{2}[\w.-]*", text):
            if not word.startswith("&"):
                yield word
