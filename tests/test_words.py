"""Code, pages and documents use the plain words of the field; CONTRIBUTING.md has the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SUFFIXES = {"", ".css", ".html", ".js", ".md", ".py", ".svg", ".toml", ".txt", ".yaml", ".yml"}
READ = [
    *("osc_portal", "reviews", "templates", "tests", "docs", ".ci"),
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"),
    *("Makefile", "Dockerfile", "compose.yaml", "manage.py", "pyproject.toml"),
]
LEFT_OUT = [
    "docs/adr",  # a decision keeps its text
    "reviews/locale",  # holds the messages of earlier versions
    "reviews/migrations",  # name columns as they were
    "reviews/static/vendor",
    "tests/golden",  # packages as partners write them
    "tests/reviews/test_migrations.py",  # names columns and keys as they were
    "tests/test_words.py",
]

_BETWEEN = (
    r"[\s_#*]+"  # what separates two words: also in a name, or at the end of a comment's line
)
_FORBIDDEN = {
    "report, show, state": r"(?<!\.)tell(?:s|ing)?|told",
    "fix": r"mend(?:s|ed|ing|able)?",
    "check against": rf"h(?:old(?:s|ing)?|eld){_BETWEEN}(?:\w+{_BETWEEN}){{0,4}}?against",
    "hard-code": rf"spell(?:s|ed|ing|t)?{_BETWEEN}(?:\w+{_BETWEEN}){{0,2}}?out",
    "queued": r"rungs?",
    "queue": r"doorbells?",
    "internal error": rf"our{_BETWEEN}fault",
    "hostile fixtures": r"museums?",
    "artifact": r"goods",
    "experiment": r"laborator(?:y|ies)",
    "the field's own term": r"shel(?:f|ves)|lanes?|spoil(?:s|ed|ing|t)?",
    "pipeline": r"workshops?",
    "actions": r"desks?",
    "guarantee": r"vouch(?:es|ed|ing)?",
    "typo": rf"slips?{_BETWEEN}of{_BETWEEN}the{_BETWEEN}pen",
}
"""What to write instead, and the words to find, whether in a sentence or in a name."""


def misused_words(text: str) -> Iterator[tuple[int, str, str]]:
    """The forbidden words of ``text``: line, word, and what to write instead."""
    for instead, words in _FORBIDDEN.items():
        for found in re.finditer(rf"(?<![a-z])(?:{words})(?![a-z])", text, re.IGNORECASE):
            word = " ".join(re.findall(r"\w+", found[0]))
            yield text.count("\n", 0, found.start()) + 1, word, instead


def _files(name: str) -> Iterator[Path]:
    start = ROOT / name
    left_out = [ROOT / each for each in LEFT_OUT]
    for file in sorted(start.rglob("*")) if start.is_dir() else [start]:
        is_left_out = any(file.is_relative_to(each) for each in left_out)
        if file.is_file() and file.suffix in SUFFIXES and not is_left_out:
            yield file


@pytest.mark.parametrize("name", READ)
def test_only_plain_words_are_used(name: str) -> None:
    misused = [
        f"{file.relative_to(ROOT)}:{line}: {word!r}: write {instead!r}"
        for file in _files(name)
        for line, word, instead in misused_words(file.read_text(encoding="utf-8"))
    ]

    assert misused == [], "\n".join(misused)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The page tells what was mended.", ["tells", "mended"]),
        ("told_to_stop = MENDED", ["told", "MENDED"]),
        ("It is held against\n# the policy.", ["held against"]),
        ("holds every image of it against", ["holds every image of it against"]),
        ("Charts spell the image\nout.", ["spell the image out"]),
        ("rung_at, our fault", ["rung", "our fault"]),
        ("a slip of the pen", ["slip of the pen"]),
        ("We recommend and amend a desktop; planes are wrung and retold.", []),
        ("It holds a lease. Nobody is against it.", []),
    ],
)
def test_forbidden_words_are_found_in_sentences_and_names(text: str, words: list[str]) -> None:
    assert [word for _line, word, _instead in misused_words(text)] == words


def test_the_glossary_has_one_chinese_term_for_each_english_one() -> None:
    glossary = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Glossary")[2]
    rows = [
        [cell.strip() for cell in row.split("|")[1:4]]
        for row in glossary.partition("\n## ")[0].splitlines()
        if row.startswith("| ")
    ][2:]
    terms = [english for english, _chinese, _note in rows]

    assert len(terms) > 40
    assert sorted(terms) == sorted(set(terms))
    assert [english for english, chinese, _note in rows if not chinese] == []
