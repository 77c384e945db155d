"""Commands speak the language that is asked for, else that of the terminal."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import translation
from pytest_django import Settings

from reviews.management.commands import check_package, health
from reviews.management.localized import chosen_language, terminal_language

TITLE = "镜像在模板文件中硬编码"


@pytest.fixture
def _both_languages(settings: Settings) -> None:
    settings.LANGUAGES = [("en", "EN"), ("zh-hans", "中文")]


@pytest.fixture
def _in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def _help(command: BaseCommand) -> str:
    return command.create_parser("manage.py", "command").format_help()


@pytest.mark.usefixtures("_both_languages")
@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh-hans"),
        ({"LANG": "fr_FR"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_terminal(environ: dict[str, str], language: str) -> None:
    assert terminal_language(environ) == language


def test_a_language_that_is_not_offered_is_not_that_of_the_terminal(settings: Settings) -> None:
    settings.LANGUAGES = [("en", "EN")]

    assert terminal_language({"LANG": "zh_CN.UTF-8"}) == "en"


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["check_package", "--language", "zh-hans", "--help"], "zh-hans"),
        (["check_package", "--language=zh-hans"], "zh-hans"),
        (["check_package", "--language", "en"], "en"),
        (["check_package", "--language"], "en"),
        (["check_package", "--language", "fr"], "en"),
    ],
)
def test_the_language_that_is_asked_for_comes_first(arguments: list[str], language: str) -> None:
    assert chosen_language(arguments, {"LANG": "C"}) == language


@pytest.mark.usefixtures("_in_chinese")
def test_the_help_of_commands_is_in_the_language_of_now() -> None:
    checking = _help(check_package.Command())

    assert "检查服务包：每个镜像从哪里拉取，以及必须修复什么。" in checking
    assert "目标镜像仓库中的组织" in checking
    assert "退出状态" in checking
    assert "只检查这些项" in _help(health.Command())


def test_rules_are_listed_in_the_language_that_is_asked_for() -> None:
    out = io.StringIO()

    call_command("list_rules", "--format=json", "--language=zh-hans", stdout=out)

    titles = {rule["id"]: rule["title"] for rule in json.loads(out.getvalue())}
    assert titles["OSC-HELM-008"] == TITLE
