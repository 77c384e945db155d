"""Every check proves itself: GOOD stays untouched, BAD is found, mended, and stays mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from reviews.pipeline.checks import CHECKS, Check
from reviews.pipeline.examples import Example
from reviews.pipeline.policy import Policy
from reviews.pipeline.refusal import PackageRefused
from reviews.pipeline.run import examine

from .boxes import examined, findings, written


def _cases(which: str) -> list[ParameterSet]:
    return [
        pytest.param(check, example, id=f"{check.NAME}-{number}")
        for check in CHECKS
        for number, example in enumerate(getattr(check, which))
    ]


@pytest.mark.parametrize("check", [pytest.param(check, id=check.NAME) for check in CHECKS])
def test_a_check_has_a_page_and_its_proof(check: Check) -> None:
    assert check.__doc__ is not None
    assert [part for part in ("**What.**", "**Why.**") if part not in check.__doc__] == []
    assert check.GOOD
    assert check.BAD


@pytest.mark.parametrize("check", [pytest.param(check, id=check.NAME) for check in CHECKS])
def test_the_module_of_a_check_is_called_as_its_rule(check: Check) -> None:
    assert vars(check)["__name__"].rpartition(".")[2] == check.NAME.replace("-", "_")


@pytest.mark.parametrize(("check", "example"), _cases("GOOD"))
def test_a_good_example_stays_untouched(check: Check, example: Example, tmp_path: Path) -> None:
    assert findings(example, tmp_path, check.ID) == []


@pytest.mark.parametrize(("check", "example"), _cases("BAD"))
def test_a_bad_example_is_found_mended_and_stays_mended(
    check: Check, example: Example, tmp_path: Path
) -> None:
    try:
        examination = examined(example, tmp_path)
    except PackageRefused as refused:
        assert refused.code == check.ID
        return
    found = [each for each in examination.report.findings if each.rule == check.ID]
    assert found
    assert {
        file.address: file.after.decode() for file in examination.rewriting.files
    } == example.mended
    if any(each.edit for each in found):
        again = tmp_path / "again" / "demo-1.0.0.tgz"
        again.parent.mkdir()
        examination.write(again)
        report = examine(again, Policy()).report
        assert [each for each in report.findings if each.rule == check.ID] == []
        assert report.rewrites == ()


@pytest.mark.parametrize(("check", "example"), _cases("BAD"))
def test_the_words_of_a_finding_are_filled_in(
    check: Check, example: Example, tmp_path: Path
) -> None:
    try:
        found = findings(example, tmp_path, check.ID)
    except PackageRefused as refused:
        words = [str(refused.words)]
    else:
        words = [str(text) for each in found for text in (each.title, each.message, each.help)]

    assert [text for text in words if not text or "%(" in text] == []


def test_an_example_becomes_the_archive_it_stands_for(tmp_path: Path) -> None:
    lone = Example({"demo.zip": "no archive"})

    assert written(lone, tmp_path).read_text() == "no archive"
