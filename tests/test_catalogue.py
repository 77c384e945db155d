"""The catalogue has every text that people read, and is compiled."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from reviews.pipeline import CHECKS, CHINESE, rule_page
from tests.catalogue.catalogue import (
    MO,
    compiled,
    different_placeholders,
    read,
    stale,
    translations,
    untranslated,
    updated,
    written,
)
from tests.catalogue.chinese import faults
from tests.catalogue.extraction import (
    ROOT,
    NotExtractableError,
    extracted,
    texts_of_module,
    texts_of_template,
    unmarked_words,
)

NAMES = {
    *("OSC", "Portal", "Helm", "Operator", "Enter", "Ctrl", "JSON", "SARIF"),
    *("sha256", "values.yaml", "mapping.yaml", "images.lock.json"),
    *("etcd", "package", "images", "extends"),
    *("etcd-6.7.0.zip", "etcd-helm-6.7.0.tgz", "etcd-3.5.0-x86_64.tar", "etcd-3.5.0-aarch64.tar"),
}
"""Words on pages that are the same in every language."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read()


@pytest.fixture(scope="module")
def texts() -> Catalog:
    return extracted()


def _catalog(*entries: tuple[str | tuple[str, str], str | tuple[str, ...]]) -> Catalog:
    catalog = Catalog("zh_Hans")
    for text, translation in entries:
        catalog.add(text, translation)
    return catalog


def test_every_text_has_its_translation(catalog: Catalog, texts: Catalog) -> None:
    assert untranslated(catalog, texts) == [], "make messages, then translate these"


def test_no_translation_is_of_a_text_that_has_gone(catalog: Catalog, texts: Catalog) -> None:
    assert stale(catalog, texts) == [], "make messages removes these"


def test_a_finding_is_called_as_the_page_of_its_rule(catalog: Catalog) -> None:
    titles = {check.TITLE.template: rule_page(check, CHINESE).title for check in CHECKS}

    assert {title: catalog[title].string for title in titles} == titles, "make messages"


def test_every_translation_has_the_parameters_tags_and_code_of_its_text(catalog: Catalog) -> None:
    assert different_placeholders(catalog) == []


def test_the_compiled_catalogue_is_that_of_its_source(catalog: Catalog) -> None:
    assert compiled(catalog) == MO.read_bytes(), "make messages compiles it"


def test_translations_are_written_as_chinese_is_with_the_terms_of_the_glossary(
    catalog: Catalog,
) -> None:
    found = [
        (translation, place, wanted)
        for translation in translations(catalog)
        for place, wanted in faults(translation)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("镜像 %(name)s 没有镜像标签。", []),
        ("请写为“type: application”，或使用其他 Chart（%(names)s）。", []),
        ("缺少%(kind)s", []),
        ("共 3 个（100%%）", []),
        ("镜像%(name)s没有找到", ["a blank between Chinese and other letters"]),
        ("使用Helm渲染", ["a blank between Chinese and other letters"] * 2),
        ("没有找到, 请重试.", ["a full-width sign", "a full-width sign"]),
        ("没有找到， 请重试。", ["no blank beside a full-width sign"]),
        ("没有 找到", ["no blank between Chinese words"]),
        ("你可以重试", ["您"]),
        ("写在模板中", ["模板文件"]),
        ("推送到仓库", ["镜像仓库"]),
        ("检查注释", ["注解"]),
    ],
)
def test_what_is_not_written_as_chinese_is_found(text: str, wanted: list[str]) -> None:
    assert [what for _place, what in faults(text)] == wanted


def test_a_text_is_untranslated_without_a_translation_or_with_a_guess() -> None:
    catalog = _catalog(("Done", "完成"), ("Empty", ""), ("Gone", "没有了"))
    catalog.add("Guessed", "猜的", flags=["fuzzy"])
    texts = _catalog(("Done", ""), ("Empty", ""), ("Guessed", ""), ("New", ""))

    assert untranslated(catalog, texts) == ["Empty", "Guessed", "New"]
    assert stale(catalog, texts) == ["Gone"]


def test_a_text_that_gets_a_plural_is_untranslated() -> None:
    catalog = _catalog(("%(n)s file", "%(n)s 个文件"))

    assert untranslated(catalog, _catalog((("%(n)s file", "%(n)s files"), ("",)))) == ["%(n)s file"]


@pytest.mark.parametrize(
    ("text", "translation", "agrees"),
    [
        ("%(a)s of %(b)s", "%(b)s 中的 %(a)s", True),
        ("%(a)s of %(b)s", "%(a)s", False),
        ("%(a)s", "%(A)s", False),
        ("%(a)s %% of it", "%(a)s%%", True),
        ("%(a)s %% of it", "%(a)s%", False),
        ("Run `make`", "运行 `make`", True),
        ("Run `make`", "运行 make", False),
        ("<a>Help</a>", "帮助", False),
        (("One file", "%(n)s files"), ("%(n)s 个文件",), True),
        (("%(n)s file", "%(n)s files"), ("文件",), False),
    ],
)
def test_placeholders_are_compared(
    text: str | tuple[str, str], translation: str | tuple[str, ...], agrees: bool
) -> None:
    assert (different_placeholders(_catalog((text, translation))) == []) is agrees


def test_an_update_keeps_translations_and_marks_what_it_guesses() -> None:
    catalog = _catalog(("The file is too large.", "文件太大。"), ("Gone", "没有了"), ("Kept", "留"))
    texts = _catalog(("The file is too large!", ""), ("Kept", ""))

    updated(catalog, texts)

    assert catalog["Kept"].string == "留"
    assert catalog["The file is too large!"].fuzzy
    assert stale(catalog, texts) == []


def test_a_catalogue_is_written_the_same_each_time(tmp_path: Path, catalog: Catalog) -> None:
    again = tmp_path / "django.po"
    again.write_bytes(written(catalog))

    assert written(read(again)) == again.read_bytes()


def test_texts_of_modules_are_extracted() -> None:
    source = """
words = _("The file %(name)s is "
          "too large.", name=name)
label = translation.ngettext("%(n)s file", "%(n)s files", n)
shown = words.text(gettext)
"""

    assert sorted(texts_of_module(source), key=str) == [
        ("%(n)s file", "%(n)s files"),
        "The file %(name)s is too large.",
    ]


@pytest.mark.parametrize("call", ['_("a" + b)', 'gettext(f"{a} files")', "_(text)"])
def test_a_text_that_is_put_together_when_the_program_runs_is_an_error(call: str) -> None:
    with pytest.raises(NotExtractableError, match="write one literal text"):
        list(texts_of_module(call))


def test_texts_of_templates_are_extracted() -> None:
    source = """
  <h1>{% translate "Hello" %}</h1>
{{ value|default:_("nothing") }}
      {% blocktranslate with name=user.name %}100% of {{ name }}{% endblocktranslate %}
 {% blocktranslate count n=files|length %}{{ n }} file{% plural %}{{ n }} files{% endblocktranslate %}
"""

    assert list(texts_of_template(source)) == [
        "Hello",
        "nothing",
        "100%% of %(name)s",
        ("%(n)s file", "%(n)s files"),
    ]


def test_no_text_of_a_page_is_left_unmarked() -> None:
    unmarked = {
        file.relative_to(ROOT).as_posix(): found
        for file in sorted((ROOT / "templates").rglob("*.*"))
        if (found := set(unmarked_words(file.read_text(encoding="utf-8"))) - NAMES)
    }

    assert unmarked == {}


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>{% translate 'Hello' %} {{ name }}</p>{# note #}", []),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}", []),
        ("<p>Hello {{ name }}, welcome</p>", ["Hello", "welcome"]),
        ('<a title="Open it" class="link" href="/x/">1</a>', ["Open", "it"]),
        ('<input placeholder="Search">', ["Search"]),
    ],
)
def test_words_of_a_template_that_are_not_marked_are_found(template: str, words: list[str]) -> None:
    assert list(unmarked_words(template)) == words
