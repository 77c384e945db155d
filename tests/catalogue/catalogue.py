"""The catalogue as it is in the tree: read, brought up to date, compiled, and its faults."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from reviews.pipeline import CHECKS, CHINESE, rule_page

from .extraction import ROOT

PO = ROOT / "reviews/locale/zh_Hans/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")

_HEADER = "# Texts of OSC Portal in Chinese. `make messages` adds and removes entries."
_PLACEHOLDER = re.compile(r"%\(\w+\)\w|%%|%[^ ]|<[^>]*>|`[^`]*`")
"""What a translation has in common with its text: parameters, tags and code."""


def read(po: Path = PO) -> Catalog:
    """The catalogue in ``po``."""
    with po.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def updated(catalog: Catalog, texts: Catalog) -> Catalog:
    """``catalog`` with exactly ``texts``, as extracted.

    A new text that resembles one that has gone takes its translation, marked as fuzzy.
    The title of a rule is that of its page.
    """
    created = catalog.creation_date
    catalog.update(texts, update_creation_date=False)
    catalog.obsolete.clear()
    _take_titles(catalog)
    catalog.creation_date = created
    catalog.header_comment = _HEADER
    catalog.msgid_bugs_address = catalog.last_translator = ""
    return catalog


def _take_titles(catalog: Catalog) -> None:
    """Call a finding as the Chinese page of its rule is called."""
    for check in CHECKS:
        message = catalog.get(check.TITLE.template)
        if message is not None:
            message.string = rule_page(check, CHINESE).title
            message.flags.discard("fuzzy")


def written(catalog: Catalog) -> bytes:
    """The bytes of the ``.po`` file. They name files and no lines, which change every day."""
    file = io.BytesIO()
    write_po(file, catalog, width=100, include_lineno=False, sort_by_file=True)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """The bytes of the ``.mo`` file, which is what the portal reads."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def untranslated(catalog: Catalog, texts: Catalog) -> list[str]:
    """The ``texts`` that ``catalog`` has not, or of which nobody has approved the translation."""
    return [_first(each) for each in _entries(texts) if not _is_done(catalog, each)]


def stale(catalog: Catalog, texts: Catalog) -> list[str]:
    """The entries of ``catalog`` that are no texts any more."""
    return [_first(each) for each in _entries(catalog) if texts.get(each.id) is None]


def different_placeholders(catalog: Catalog) -> list[str]:
    """The translations whose parameters, tags or code are not those of their text."""
    return [_first(each) for each in _entries(catalog) if not each.fuzzy and not _agrees(each)]


def translations(catalog: Catalog) -> Iterator[str]:
    """All translations that somebody has approved."""
    for each in _entries(catalog):
        if not each.fuzzy:
            yield from filter(None, _translations(each))


def _entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_done(catalog: Catalog, text: Message) -> bool:
    found = catalog.get(text.id)
    if found is None or found.fuzzy or bool(found.pluralizable) != bool(text.pluralizable):
        return False
    return all(_translations(found))


def _translations(message: Message) -> list[str]:
    string = message.string or ""
    return [string] if isinstance(string, str) else list(string)


def _agrees(message: Message) -> bool:
    texts = [message.id] if isinstance(message.id, str) else list(message.id)
    all_of = {each for text in texts for each in _PLACEHOLDER.findall(text)}
    needed = set(_PLACEHOLDER.findall(texts[0])) & all_of
    return all(
        needed <= set(_PLACEHOLDER.findall(each)) <= all_of
        for each in _translations(message)
        if each
    )
