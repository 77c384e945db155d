"""Each rule has a page in English and in Chinese, and both say the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reviews.pipeline.checks import rule_pages
from reviews.pipeline.checks.contract import Check
from reviews.pipeline.checks.registry import CHECKS
from reviews.pipeline.checks.rule_pages import (
    CHINESE,
    RulePage,
    RulePageError,
    fingerprint,
    outdated_pages,
    page_file,
    read_page,
    rule_page,
)

from .chinese_words import NAMES, TERMS, UNWANTED

_LOOK_AGAIN = (
    "These English pages have no Chinese one, or changed since it was written. Write the page, or"
    " look at it again and correct it; then write the second line that is shown here into it."
    " manage.py list_rules --outdated prints these lines."
)
_HEADINGS = {
    "**What.** ": "**检查内容**：",
    "**Why.** ": "**原因**：",
    "**How to fix it.** ": "**修改方法**：",
    "**What you need to do.** ": "**您需要做什么**：",
}
_HAN = r"[\u4e00-\u9fff]"
_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)


@dataclass(frozen=True)
class Pages:
    """Both pages of one rule."""

    english: RulePage
    chinese: RulePage


Judge = Callable[[Pages], Iterator[str]]


def pages_of(check: Check) -> Pages:
    return Pages(rule_page(check), rule_page(check, CHINESE))


def page(body: str, title: str = "标题") -> RulePage:
    headline, _blank, text = body.partition("\n\n")
    return RulePage(title, headline, text)


def paragraphs(page: RulePage) -> list[str]:
    return page.body.split("\n\n")


def codes(page: RulePage) -> set[str]:
    """The inline code of a page, on one line each."""
    return {" ".join(found[1].split()) for found in re.findall(_CODE, page.body)}


def plain(page: RulePage, code: str = "`") -> str:
    """Title and text without code: one sign stands for each piece of it."""
    spoken = [each for each in paragraphs(page) if not each.startswith("    ")]
    return _CODE.sub(code, "\n".join([page.title, *spoken]))


def other_headings(pages: Pages) -> Iterator[str]:
    wanted = [_kind(each, _HEADINGS) for each in paragraphs(pages.english)]
    given = [
        _kind(each, {each: each for each in _HEADINGS.values()})
        for each in paragraphs(pages.chinese)
    ]
    if wanted != given:
        yield f"has paragraphs {given} instead of {wanted}"


def _kind(paragraph: str, headings: dict[str, str]) -> str:
    if paragraph.startswith("    "):
        return "code"
    begun = (chinese for head, chinese in headings.items() if paragraph.startswith(head))
    return next(begun, "text")


def other_code(pages: Pages) -> Iterator[str]:
    wanted, given = codes(pages.english), codes(pages.chinese)
    if missing := sorted(wanted - given):
        yield f"lacks the code {missing}"
    if more := sorted(given - wanted):
        yield f"has the code {more}, which the English page has not"


def other_samples(pages: Pages) -> Iterator[str]:
    wanted, given = (
        [each for each in paragraphs(page) if each.startswith("    ")]
        for page in (pages.english, pages.chinese)
    )
    if wanted != given:
        yield "has other samples of code"


def other_references(pages: Pages) -> Iterator[str]:
    """Rules, links and figures are those of the English page; words may become figures."""
    for words in (r"(?:OSC-[A-Z]+|PORTAL)-\d{3}", r"https?://[^\s)>`]+"):
        wanted, given = (
            set(re.findall(words, page.body)) for page in (pages.english, pages.chinese)
        )
        if wanted != given:
            yield f"refers to {sorted(given)} instead of {sorted(wanted)}"
    figures = set(re.findall(r"\d+", plain(pages.english)))
    if lost := figures - set(re.findall(r"\d+", plain(pages.chinese))):
        yield f"lacks the figures {sorted(lost)}"


def english_left(pages: Pages) -> Iterator[str]:
    text = plain(pages.chinese)
    for name in NAMES:
        text = text.replace(name, "")
    for found in re.findall(r"[A-Za-z][\w'’-]*(?:[ ,]+[A-Za-z][\w'’-]*){2,}", text):
        yield f"has English words: {found}"
    if not re.search(_HAN, pages.chinese.title):
        yield "has no Chinese title"
    yield from (
        f"has a paragraph without Chinese: {each[:40]}"
        for each in paragraphs(pages.chinese)
        if not each.startswith("    ") and not re.search(_HAN, each)
    )


_TYPOGRAPHY = {
    rf"{_HAN}[A-Za-z0-9`]|[A-Za-z0-9`%]{_HAN}": "lacks a blank between Chinese and other letters",
    r"[，。：；、（）“”？！] | [，。：；、（）“”？！]": "has a blank beside full-width punctuation",
    r'[,;:?!()"](?!\d)|(?<![A-Za-z0-9])\.|\.(?![A-Za-z0-9])': "has ASCII punctuation",
    rf"{_HAN}\n|{_HAN} {_HAN}|  ": "has a blank or a line break where it would show",
    r"(?<!\*)\*(?!\*)[^*]+\*(?!\*)": "has italics",
    r"你|我们": "does not address people as 您",
}


def other_typography(pages: Pages) -> Iterator[str]:
    for block in [pages.chinese.title, *paragraphs(pages.chinese)]:
        if block.startswith("    "):
            continue
        text = re.sub(r"\*\*(.+?)\*\*", r"\1", _CODE.sub("`", block))
        text = re.sub(r"(?<=“)[_.-](?=”)|\*\.", "`", text)  # a sign; how a file's name begins
        for name in NAMES:
            text = text.replace(name, "A")
        for pattern, fault in _TYPOGRAPHY.items():
            if found := re.search(rf".{{0,6}}(?:{pattern}).{{0,6}}", text):
                yield f"{fault}: {found[0]}"
    yield from (
        f"does not end with a full stop: {each[-20:]}"
        for each in paragraphs(pages.chinese)
        if not each.startswith("    ") and not each.endswith(("。", "）", "："))
    )
    if pages.chinese.title.endswith("。"):
        yield "has a full stop in its title"


def other_words(pages: Pages) -> Iterator[str]:
    english = re.sub(r"[\w.*]+\.ya?ml", "", " ".join(plain(pages.english).split()))
    chinese = plain(pages.chinese)
    for term, words in TERMS.items():
        if re.search(rf"\b(?:{term})\b", english, re.IGNORECASE) and not re.search(words, chinese):
            yield f"has not {words} for {term}"
    for unwanted, instead in UNWANTED.items():
        if found := re.search(rf".{{0,6}}{unwanted}.{{0,6}}", chinese):
            yield f"has {found[0]}: write {instead}"


JUDGES: tuple[Judge, ...] = (
    other_headings,
    other_code,
    other_samples,
    other_references,
    english_left,
    other_typography,
    other_words,
)


def test_every_chinese_page_was_written_from_the_english_page_of_now() -> None:
    lines = [f"{file}: <!-- from {source} -->" for file, source in outdated_pages(CHECKS)]

    assert lines == [], _LOOK_AGAIN


def test_every_chinese_page_belongs_to_a_rule() -> None:
    files = set(Path(rule_pages.__file__).parent.rglob("zh_hans/*"))

    assert sorted(files - {page_file(check, CHINESE) for check in CHECKS}) == []


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)
def test_no_chinese_page_differs_by(judge: Judge) -> None:
    faults = [f"{check.ID} {fault}" for check in CHECKS for fault in judge(pages_of(check))]

    assert faults == [], "\n".join(faults)


ENGLISH_PAGE = page(
    "A chart has `values.yaml`.\n\n**What.** It has 64 lines (PORTAL-001).\n\n"
    "**How to fix it.** Add:\n\n    a: b",
)
CHINESE_PAGE = page(
    "Helm 模板包（Chart）须有 `values.yaml`。\n\n**检查内容**：有 64 行（PORTAL-001）。\n\n"
    "**修改方法**：添加：\n\n    a: b",
)


@pytest.mark.parametrize(
    ("judge", "right", "wrong", "fault"),
    [
        (other_headings, "**修改方法**：添加：", "添加：", "has paragraphs"),
        (other_headings, "\n\n    a: b", "", "has paragraphs"),
        (other_code, " `values.yaml`", " values.yaml", "lacks the code ['values.yaml']"),
        (other_code, "64 行", "64 行 `x`", "has the code ['x'], which the English page has not"),
        (other_samples, "a: b", "a: c", "has other samples of code"),
        (other_references, "PORTAL-001", "PORTAL-002", "refers to ['PORTAL-002']"),
        (other_references, "64 行", "46 行", "lacks the figures ['64']"),
        (english_left, "有 64 行", "It has 64 lines of text", "has English words"),
        (other_typography, "有 64 行", "有64 行", "lacks a blank"),
        (other_typography, "须有 `", "须有`", "lacks a blank"),
        (other_typography, "添加：", "添加 ：", "has a blank beside full-width punctuation"),
        (other_typography, "行（PORTAL-001）", "行 (PORTAL-001)", "has ASCII punctuation"),
        (other_typography, "`。", "`.", "has ASCII punctuation"),
        (other_typography, "模板包（", "模\n板包（", "has a blank or a line break"),
        (other_typography, "添加：", "*添加*：", "has italics"),
        (other_typography, "添加：", "请你添加：", "does not address people as 您"),
        (other_typography, "添加：", "添加", "does not end with a full stop"),
        (other_words, "Helm 模板包（Chart）", "图表", "has not Chart"),
        (other_words, "添加：", "添加注释：", "has 法**：添加注释"),
    ],
)
def test_a_fault_is_found(judge: Judge, right: str, wrong: str, fault: str) -> None:
    assert right in CHINESE_PAGE.body
    changed = page(CHINESE_PAGE.body.replace(right, wrong))

    assert list(judge(Pages(ENGLISH_PAGE, CHINESE_PAGE))) == []
    found = list(judge(Pages(ENGLISH_PAGE, changed)))
    assert [each[: len(fault)] for each in found[:1]] == [fault]


def test_an_english_page_that_changed_asks_for_the_chinese_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check = CHECKS[0]
    before = fingerprint(check)
    monkeypatch.setattr(check, "__doc__", f"{check.__doc__}\n\nOne more.")

    assert fingerprint(check) != before
    assert list(outdated_pages(CHECKS)) == [(page_file(check, CHINESE), fingerprint(check))]


def test_line_breaks_of_an_english_page_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    check = CHECKS[0]
    before = fingerprint(check)
    monkeypatch.setattr(check, "__doc__", (check.__doc__ or "").replace(" ", "\n"))

    assert fingerprint(check) == before


@pytest.mark.parametrize("language", ["en", "de", "../zh-hans", ""])
def test_a_language_without_pages_reads_english(language: str) -> None:
    assert rule_page(CHECKS[0], language) == rule_page(CHECKS[0])


def test_a_rule_without_a_chinese_page_reads_english(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    english = rule_page(CHECKS[0])
    monkeypatch.setattr(CHECKS[0], "__file__", str(tmp_path / "new_rule.py"))

    assert rule_page(CHECKS[0], CHINESE) == english


@pytest.mark.parametrize(
    "text", ["", "标题\n", "# 标题\n\n正文。", "# 标题\n<!-- from x -->\n\n正文。"]
)
def test_a_file_of_another_form_is_an_error_that_names_it(text: str, tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(RulePageError, match=r"page\.md: a page begins with “# title”"):
        read_page(file)
