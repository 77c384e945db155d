"""``manage.py list_rules``: the rules that packages are checked against, with their sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from reviews.management.localized import LocalizedCommand, add_language
from reviews.pipeline import CHECKS, Check

_HEAD = """\
# The rules

The {count} rules that packages are checked against. Each has a page in the portal, at `/rules/`,
which is the docstring of its module in `reviews/pipeline/checks/`. *The guide* links to the
official page that asks for it; *our advice* is in no official page. Administrators can give a rule
another severity, and so can `check_package --severity RULE=SEVERITY`.

This file is written by `make docs`.
"""
_COLUMNS = """\
| rule | name | severity | source | what it asks for |
| --- | --- | --- | --- | --- |"""


class Command(LocalizedCommand):
    help = _("List the rules: id, name, severity, official source or our advice, title.")
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")
        add_language(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            self._list(options)

    def _list(self, options: Mapping[str, Any]) -> None:
        checks = sorted(CHECKS, key=lambda check: check.ID)
        if options["format"] == "json":
            rules = [_rule(check) for check in checks]
            self.stdout.write(json.dumps(rules, indent=2, ensure_ascii=False))
        elif options["format"] == "markdown":
            self.stdout.write(_markdown(checks), ending="")
        else:
            for line in _table([_row(check) for check in checks]):
                self.stdout.write(line)


def _rule(check: Check) -> dict[str, str | None]:
    return {
        "id": check.ID,
        "name": check.NAME,
        "severity": check.SEVERITY.value,
        "source": check.SOURCE,
        "title": check.TITLE.text(gettext),
    }


def _markdown(checks: list[Check]) -> str:
    """The index that is kept as docs/rules.md."""
    families: dict[str, list[str]] = {}
    for check in checks:
        family = check.ID.rpartition("-")[0]
        name = "Kubernetes" if "//kubernetes.io/" in (check.SOURCE or "") else "the guide"
        source = f"[{name}]({check.SOURCE})" if check.SOURCE else "our advice"
        asks = (check.__doc__ or "").partition("\n")[0]
        cells = (f"`{check.ID}`", f"`{check.NAME}`", check.SEVERITY.value, source, asks)
        families.setdefault(family, []).append(f"| {' | '.join(cells)} |")
    parts = [_HEAD.format(count=len(checks))]
    for family, rows in families.items():
        parts.append("\n".join([f"## {family}", "", _COLUMNS, *rows]) + "\n")
    return "\n".join(parts)


def _row(check: Check) -> tuple[str, ...]:
    source = check.SOURCE or gettext("our advice")
    return (check.ID, check.NAME, check.SEVERITY.value, source, check.TITLE.text(gettext))


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """``rows`` with their columns aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
