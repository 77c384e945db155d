"""Messages of earlier versions stay known, for stored reports use them."""

from __future__ import annotations

import ast
from pathlib import Path

REVIEWS = Path(__file__).resolve().parents[2] / "reviews"
LINES = (REVIEWS / "locale" / "former.txt").read_text(encoding="utf-8").splitlines()
FORMER = [line for line in LINES if not line.startswith("#")]


def _templates_in_use() -> set[str]:
    return {
        call.args[0].value
        for module in REVIEWS.rglob("*.py")
        for call in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "_"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_former_messages_are_listed_once_and_in_order() -> None:
    assert sorted(set(FORMER)) == FORMER


def test_no_former_message_is_in_use() -> None:
    assert sorted(set(FORMER) & _templates_in_use()) == []


def test_a_message_of_the_first_rules_is_among_them() -> None:
    assert "%(image)s is no legal image reference" in FORMER
