"""Commands speak the language that is asked for, else that of the terminal."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from pytest_django import Settings

from reviews.management.commands import check_package, health, list_rules
from reviews.management.localized import chosen_language, terminal_language
from tests.catalogue.english import english_in

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


@pytest.mark.usefixtures("_in_chinese")
@pytest.mark.parametrize("command", [check_package.Command, health.Command, list_rules.Command])
def test_no_english_word_is_left_in_a_chinese_help(command: type[BaseCommand]) -> None:
    text = re.sub(r"\n +", " ", _help(command()).partition("\n\n")[2])
    options = re.sub(r"-{1,2}[a-z-]+|\{[^}]*\}|\b[A-Z]{2,}\b|“[^”]*”|\"[^\"]*\"", "", text)

    assert set(english_in(options)) == {"Python"}


@pytest.mark.usefixtures("_in_chinese")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "必须提供以下参数：PATH"),
        (["--format", "x", "y"], "参数 --format：无效的选项 'x'（可选：'text', 'json', 'sarif'）"),
        (["--format"], "参数 --format：需要一个值"),
        (["--fromat", "x", "y"], "无法识别的参数：--fromat y"),
    ],
)
def test_a_wrong_call_is_explained_in_the_language_of_now(arguments: list[str], words: str) -> None:
    parser = check_package.Command().create_parser("manage.py", "check_package")

    with pytest.raises(CommandError) as wrong:
        parser.parse_args(arguments)

    assert str(wrong.value).removeprefix("Error: ") == words


def test_rules_are_listed_in_the_language_that_is_asked_for() -> None:
    out = io.StringIO()

    call_command("list_rules", "--format=json", "--language=zh-hans", stdout=out)

    titles = {rule["id"]: rule["title"] for rule in json.loads(out.getvalue())}
    assert titles["OSC-HELM-008"] == TITLE
