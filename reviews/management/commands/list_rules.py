"""``manage.py list_rules``: the rules that packages are held to, and where each comes from."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reviews.pipeline.checks import CHECKS, Check


class Command(BaseCommand):
    help = "List the rules: id, name, severity, official source or our advice, title."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *_args: Any, **options: Any) -> None:
        checks = sorted(CHECKS, key=lambda check: check.ID)
        if options["format"] == "json":
            rules = [_rule(check) for check in checks]
            self.stdout.write(json.dumps(rules, indent=2))
        else:
            for line in _table([_row(check) for check in checks]):
                self.stdout.write(line)


def _rule(check: Check) -> dict[str, str | None]:
    return {
        "id": check.ID,
        "name": check.NAME,
        "severity": check.SEVERITY.value,
        "source": check.SOURCE,
        "title": str(check.TITLE),
    }


def _row(check: Check) -> tuple[str, ...]:
    source = check.SOURCE or "our advice"
    return (check.ID, check.NAME, check.SEVERITY.value, source, str(check.TITLE))


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """``rows`` with their columns aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
