"""The page of a rule in the reader's language.

English is the docstring of the check's module. Chinese is a file in the folder ``zh_hans`` beside
the module, named as the module is:

    # The title of the rule
    <!-- from 1a2b3c4d -->

    What the rule requires, in one sentence.

    **What, why and how to fix it**, in as many paragraphs as the docstring has.

The second line names the English page that the file was written from, by its fingerprint: where
the English page changed since, ``manage.py list_rules --outdated`` lists the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from pathlib import Path

from .contract import Check

ENGLISH = "en"
CHINESE = "zh-hans"

_FOLDERS = {CHINESE: "zh_hans"}
_WRITTEN = re.compile(
    r"# (?P<title>[^\n]+)\n<!-- from (?P<source>[0-9a-f]{8}) -->\n\n(?P<body>.+)", re.DOTALL
)


class RulePageError(Exception):
    """A file has not the form of a rule's page; the message names the file and the form."""


@dataclass(frozen=True, slots=True)
class RulePage:
    """What people read about one rule."""

    title: str
    """What is wrong where the rule finds something, in a few words."""
    headline: str
    """What the rule requires, in one sentence."""
    text: str
    """What is looked at, why, and how to fix it: paragraphs with inline code and strong words."""

    @property
    def body(self) -> str:
        """All below the title."""
        return f"{self.headline}\n\n{self.text}" if self.text else self.headline


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A page that is a file, and the fingerprint of the English page it was written from."""

    page: RulePage
    written_from: str


def rule_page(check: Check, language: str = ENGLISH) -> RulePage:
    """The page of ``check`` in ``language`` (as in RFC 5646, in small or capital letters).

    It is the English one where there is none in that language.
    """
    file = page_file(check, language)
    if file is None or not file.is_file():
        return _english(check)
    return read_page(file).page


def page_file(check: Check, language: str) -> Path | None:
    """Where the page of ``check`` in ``language`` is or would be; None for English and others."""
    folder = _FOLDERS.get(language.lower())
    module: str | None = getattr(check, "__file__", None)
    if folder is None or module is None:
        return None
    return Path(module).parent / folder / f"{Path(module).stem}.md"


@cache
def read_page(file: Path) -> WrittenPage:
    """The page in ``file``. RulePageError: it has another form than a page has."""
    written = _WRITTEN.fullmatch(file.read_text(encoding="utf-8").strip())
    if written is None:
        raise RulePageError(
            f"{file}: a page begins with “# title”, “<!-- from FINGERPRINT -->” and an empty line."
        )
    return WrittenPage(_page(written["title"], written["body"]), written["source"])


def fingerprint(check: Check) -> str:
    """Eight hexadecimal digits that change when the words of the English page do.

    How its lines are broken does not matter.
    """
    page = _english(check)
    words = " ".join([page.title, *page.body.split()])
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def outdated_pages(checks: Iterable[Check], language: str = CHINESE) -> Iterator[tuple[Path, str]]:
    """The files that are missing or were written from another English page than there is now.

    Each with the fingerprint of the English page, for its second line.
    """
    for check in checks:
        file = page_file(check, language)
        if file is None:
            continue
        now = fingerprint(check)
        if not file.is_file() or read_page(file).written_from != now:
            yield file, now


def _english(check: Check) -> RulePage:
    title = str(check.TITLE)
    return _page(title, cleandoc(check.__doc__ or title))


def _page(title: str, body: str) -> RulePage:
    headline, _blank, text = body.partition("\n\n")
    return RulePage(title, headline, text)
