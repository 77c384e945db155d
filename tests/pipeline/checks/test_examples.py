"""Every check proves itself: GOOD stays untouched, BAD is reported exactly as the example expects,
fixed as it shows, and stays fixed.

``pytest tests/pipeline/checks --update-examples`` writes the expectations anew: read the difference
before you commit it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from reviews.pipeline import checks
from reviews.pipeline.checks.contract import Check
from reviews.pipeline.checks.examples.charts import Example
from reviews.pipeline.checks.examples.expected import Expected, expected, expected_refusal
from reviews.pipeline.checks.registry import CHECKS
from reviews.pipeline.core.findings import Finding
from reviews.pipeline.core.policy import Policy
from reviews.pipeline.core.refusal import PackageRefused
from reviews.pipeline.examination.run import Examination, examine

from ..pasting import pasted
from .boxes import examined, findings, written
from .writing_expectations import write_expectations

_STALE = (
    "The check reports something else than its example expects. Where that is meant, run"
    " pytest tests/pipeline/checks --update-examples and read the difference."
)


CHECKS_FOLDER = Path(checks.__file__).parent
BY_HAND = [
    "architectures",
    "categories",
    "chart_metadata",
    "contact",
    "deploy_scenes",
    "devices",
    "image_outside_pods",
    "known_category",
    "kube_version",
    "literal_fallback",
    "literal_fragment",
    "literal_image",
    "maintainer",
    "metadata_words",
    "operator_contact",
    "required_annotation",
    "scenes",
]


def _cases(which: str) -> list[ParameterSet]:
    return [
        pytest.param(check, example, id=f"{check.NAME}-{number}")
        for check in CHECKS
        for number, example in enumerate(getattr(check, which))
    ]


def _numbered() -> list[ParameterSet]:
    return [
        pytest.param(check, number, id=f"{check.NAME}-{number}")
        for check in CHECKS
        for number in range(len(check.BAD))
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


def _reported(check: Check, outcome: Examination | PackageRefused) -> tuple[Expected, ...]:
    """All that ``check`` reports, or the refusal whichever rule it is of."""
    if isinstance(outcome, PackageRefused):
        return (expected_refusal(outcome),)
    findings = outcome.report.findings
    return tuple(expected(each) for each in findings if each.rule == check.ID)


def _reports(check: Check, folder: Path) -> list[tuple[Expected, ...]]:
    """What ``check`` reports on each of its bad examples."""
    reports = []
    for number, example in enumerate(check.BAD):
        below = folder / str(number)
        below.mkdir()
        reports.append(_reported(check, _outcome(example, below)))
    return reports


@pytest.mark.parametrize(("check", "number"), _numbered())
def test_a_bad_example_is_reported_exactly_and_fixed(
    check: Check, number: int, tmp_path: Path, *, update_examples: bool
) -> None:
    if update_examples:
        # One process writes a module: the test of its first example.
        if number == 0:
            write_expectations(Path(vars(check)["__file__"]), _reports(check, tmp_path))
        return
    example = check.BAD[number]
    outcome = _outcome(example, tmp_path)

    assert example.findings == _reported(check, outcome), _STALE
    assert {each.rule for each in example.findings} == {check.ID}
    if isinstance(outcome, Examination):
        _assert_fixed(check, example, outcome, tmp_path / "again")
        _assert_pasteable(check, example, outcome, tmp_path / "by hand")


def _assert_fixed(check: Check, example: Example, outcome: Examination, folder: Path) -> None:
    """The edits fix the files as the example shows; afterwards the rule finds nothing."""
    found = [each for each in outcome.report.findings if each.rule == check.ID]
    assert [text for each in found for text in _words(each) if not text or "%(" in text] == []
    after = {file.address: file.after.decode() for file in outcome.rewriting.files}
    assert after == example.fixed
    if any(each.edit for each in found):
        folder.mkdir()
        again = folder / "demo-1.0.0.tgz"
        outcome.write(again)
        report = examine(again, Policy()).report
        assert [each for each in report.findings if each.rule == check.ID] == []
        assert report.rewrites == ()


def _assert_pasteable(check: Check, example: Example, outcome: Examination, folder: Path) -> None:
    """What is to be written by hand fits the files; afterwards the rule finds it no more."""
    found = outcome.report.findings
    mine = {at for at, each in enumerate(found) if each.rule == check.ID}
    blocks = [each for each in outcome.report.remedies if mine.intersection(each.findings)]
    covered = mine.intersection(at for each in blocks for at in each.findings)
    assert [found[at].by_hand for at in mine if found[at].by_hand and at not in covered] == []
    if covered:
        folder.mkdir()
        again = examined(replace(example, files=pasted(example.files, blocks)), folder)
        left = [each for each in again.report.findings if each.rule == check.ID]
        assert len(left) == len(mine - covered)


def test_these_rules_say_what_to_write_by_hand() -> None:
    """A rule is added here when its findings carry text to paste, which its examples prove."""
    names = {
        path.stem
        for path in CHECKS_FOLDER.rglob("*.py")
        if "by_hand=" in path.read_text() and path.parent != CHECKS_FOLDER
    }

    assert sorted(names) == BY_HAND


def _words(finding: Finding) -> tuple[str, str, str]:
    return str(finding.title), str(finding.message), str(finding.help)


def test_a_lone_file_is_uploaded_as_it_is(tmp_path: Path) -> None:
    lone = Example({"demo.zip": "no archive"})

    assert written(lone, tmp_path).read_text() == "no archive"
