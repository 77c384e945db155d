"""The list of rules on the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path

from django.core.management import call_command

from reviews.pipeline.checks.registry import CHECKS


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


def test_the_index_in_the_docs_is_the_list() -> None:
    index = Path(__file__).parents[2] / "docs" / "rules.md"

    assert index.read_text(encoding="utf-8") == listed("--format=markdown"), "run: make docs"
