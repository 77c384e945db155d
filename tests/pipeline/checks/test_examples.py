"""Every check proves itself: GOOD stays untouched, BAD is found, mended, and stays mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from reviews.pipeline.checks.contract import Check
from reviews.pipeline.checks.examples.charts import Example
from reviews.pipeline.checks.registry import CHECKS
from reviews.pipeline.core.findings import Finding
from reviews.pipeline.core.policy import Policy
from reviews.pipeline.core.refusal import PackageRefused
from reviews.pipeline.examination.run import Examination, examine

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


def _outcome(example: Example, folder: Path) -> Examination | PackageRefused:
    try:
        return examined(example, folder)
    except PackageRefused as refused:
        return refused


@pytest.mark.parametrize(("check", "example"), _cases("BAD"))
def test_a_bad_example_is_refused_or_found_and_mended(
    check: Check, example: Example, tmp_path: Path
) -> None:
    outcome = _outcome(example, tmp_path)

    if isinstance(outcome, PackageRefused):
        assert outcome.code == check.ID
        return
    found = [each for each in outcome.report.findings if each.rule == check.ID]
    assert found
    assert [text for each in found for text in _words(each) if not text or "%(" in text] == []
    after = {file.address: file.after.decode() for file in outcome.rewriting.files}
    assert after == example.mended
    if any(each.edit for each in found):
        again = tmp_path / "again" / "demo-1.0.0.tgz"
        again.parent.mkdir()
        outcome.write(again)
        report = examine(again, Policy()).report
        assert [each for each in report.findings if each.rule == check.ID] == []
        assert report.rewrites == ()


def _words(finding: Finding) -> tuple[str, str, str]:
    return str(finding.title), str(finding.message), str(finding.help)


def test_an_example_becomes_the_archive_it_stands_for(tmp_path: Path) -> None:
    lone = Example({"demo.zip": "no archive"})

    assert written(lone, tmp_path).read_text() == "no archive"
