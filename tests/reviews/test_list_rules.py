"""The list of rules on the command line."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from reviews.pipeline.checks.registry import CHECKS
from reviews.pipeline.checks.rule_pages import fingerprint


def listed(*words: str) -> str:
    out = io.StringIO()
    call_command("list_rules", *words, stdout=out)
    return out.getvalue()


def test_every_rule_is_listed_with_its_source() -> None:
    assert json.loads(listed("--format=json")) == [
        {
            "id": check.ID,
            "name": check.NAME,
            "severity": check.SEVERITY.value,
            "source": check.SOURCE,
            "title": str(check.TITLE),
        }
        for check in sorted(CHECKS, key=lambda check: check.ID)
    ]


def test_people_read_a_line_for_each_rule() -> None:
    lines = listed().splitlines()

    assert [line.split()[:3] for line in lines] == [
        [check.ID, check.NAME, check.SEVERITY.value]
        for check in sorted(CHECKS, key=lambda check: check.ID)
    ]
    assert [("our advice" in line) for line in lines] == [
        check.SOURCE is None for check in sorted(CHECKS, key=lambda check: check.ID)
    ]


def test_the_list_speaks_chinese() -> None:
    rules = json.loads(listed("--format=json", "--language=zh-hans"))

    assert [rule["title"] for rule in rules if rule["id"] == "OSC-YAML-002"] == [
        "YAML 中有全角标点"
    ]
    assert [
        line for line in listed("--language=zh-hans").splitlines() if "门户建议" not in line
    ] == [line for line in listed("--language=zh-hans").splitlines() if "https://" in line]


def test_columns_stay_aligned_beside_chinese_letters() -> None:
    lines = listed("--language=zh-hans").splitlines()
    advice = next(line for line in lines if "门户建议" in line)
    official = next(line for line in lines if "https://" in line)

    # Four Chinese letters take the eight columns of eight others.
    assert len(_before_the_title(official)) - len(_before_the_title(advice)) == 4


def _before_the_title(line: str) -> str:
    words = re.match(r"\S+ +\S+ +\S+ +\S+ +", line)
    assert words is not None
    return words[0]


def test_no_chinese_page_is_outdated() -> None:
    assert listed("--outdated") == ""


def test_an_outdated_page_is_listed_with_the_line_that_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check = next(each for each in CHECKS if each.ID == "OSC-YAML-002")
    monkeypatch.setattr(check, "__doc__", "Another page.\n\nAltogether.")
    monkeypatch.chdir(Path(__file__).parents[2])

    assert listed("--outdated") == (
        "reviews/pipeline/checks/yaml/zh_hans/fullwidth_punctuation.md:"
        f" <!-- from {fingerprint(check)} -->\n"
    )


@pytest.mark.parametrize(("file", "language"), [("rules.md", "en"), ("rules.zh-CN.md", "zh-hans")])
def test_the_index_in_the_docs_is_the_list(file: str, language: str) -> None:
    index = (Path(__file__).parents[2] / "docs" / file).read_text(encoding="utf-8")

    assert index == listed("--format=markdown", f"--language={language}"), "run: make docs"
