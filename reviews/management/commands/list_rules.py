"""``manage.py list_rules``: the rules that packages are checked against, with their sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from django.core.management.base import CommandParser
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from reviews.management.localized import LocalizedCommand, add_language
from reviews.pipeline import CHECKS, CHINESE, ENGLISH, Check, outdated_pages, rule_page


@dataclass(frozen=True, slots=True)
class _Words:
    """What the list says beside the pages of the rules."""

    head: str
    columns: str
    guide: str
    advice: str


_WORDS: Mapping[str, _Words] = {
    ENGLISH: _Words(
        head="""\
# The rules

The {count} rules that packages are checked against. Each has a page in the portal, at `/rules/`,
which is the docstring of its module in `reviews/pipeline/checks/`. *The guide* links to the
official page that asks for it; *our advice* is in no official page. Administrators can give a rule
another severity, and so can `check_package --severity RULE=SEVERITY`.

This file is written by `make docs`. [中文](rules.zh-CN.md)
""",
        columns="| rule | name | severity | source | what it asks for |",
        guide="the guide",
        advice="our advice",
    ),
    CHINESE: _Words(
        head="""\
# 检查规则

服务包按以下 {count} 条规则检查。每条规则在门户的 `/rules/` 下有一页说明，原文在 `reviews/pipeline/checks/` 下各规则所在目录的 `zh_hans` 中。“打包指南”链接到提出该要求的官方页面；“门户建议”没有对应的官方页面。管理员可以调整规则的级别，也可以使用 `check_package --severity RULE=SEVERITY`。级别 `error`、`warning`、`info` 分别表示错误、警告、提示。

本文件由 `make docs` 生成。[English](rules.md)
""",  # noqa: E501 -- a line break between two Chinese characters would show as a blank
        columns="| 规则 | 名称 | 级别 | 来源 | 要求 |",
        guide="打包指南",
        advice="门户建议",
    ),
}


class Command(LocalizedCommand):
    help = _("List the rules: id, name, severity, official source or our advice, title.")
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")
        add_language(parser)
        parser.add_argument(
            "--outdated",
            action="store_true",
            help=gettext(
                "only list the Chinese pages that are missing or were written from another English"
                " page, each with the second line that it needs after it was looked at again"
            ),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            self._list(options)

    def _list(self, options: Mapping[str, Any]) -> None:
        checks = sorted(CHECKS, key=lambda check: check.ID)
        language = options["language"]
        if options["outdated"]:
            for file, source in outdated_pages(checks):
                self.stdout.write(f"{_near(file)}: <!-- from {source} -->")
        elif options["format"] == "json":
            rules = [_rule(check, language) for check in checks]
            self.stdout.write(json.dumps(rules, indent=2, ensure_ascii=False))
        elif options["format"] == "markdown":
            self.stdout.write(_markdown(checks, language), ending="")
        else:
            for line in _table([_row(check, language) for check in checks]):
                self.stdout.write(line)


def _near(file: Path) -> Path:
    """``file`` as seen from the current folder, where it is below it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _rule(check: Check, language: str) -> dict[str, str | None]:
    return {
        "id": check.ID,
        "name": check.NAME,
        "severity": check.SEVERITY.value,
        "source": check.SOURCE,
        "title": rule_page(check, language).title,
    }


def _markdown(checks: list[Check], language: str) -> str:
    """The index that is kept as docs/rules.md, and as docs/rules.zh-CN.md."""
    words = _WORDS[language]
    families: dict[str, list[str]] = {}
    for check in checks:
        cells = (
            f"`{check.ID}`",
            f"`{check.NAME}`",
            check.SEVERITY.value,
            _source(check, words),
            rule_page(check, language).headline.replace("\n", " "),
        )
        families.setdefault(check.ID.rpartition("-")[0], []).append(f"| {' | '.join(cells)} |")
    parts = [words.head.format(count=len(checks))]
    for family, rows in families.items():
        head = [f"## {family}", "", words.columns, "| --- | --- | --- | --- | --- |"]
        parts.append("\n".join([*head, *rows]) + "\n")
    return "\n".join(parts)


def _source(check: Check, words: _Words) -> str:
    if not check.SOURCE:
        return words.advice
    name = "Kubernetes" if "//kubernetes.io/" in check.SOURCE else words.guide
    return f"[{name}]({check.SOURCE})"


def _row(check: Check, language: str) -> tuple[str, ...]:
    source = check.SOURCE or _WORDS[language].advice
    title = rule_page(check, language).title
    return (check.ID, check.NAME, check.SEVERITY.value, source, title)


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """``rows`` with their columns aligned; Chinese letters are two columns wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
