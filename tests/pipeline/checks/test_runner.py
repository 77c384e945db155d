"""The runner of the checks: severities, order, and the cap on one rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from reviews.pipeline.checks.contract import Check
from reviews.pipeline.checks.examples.charts import Example
from reviews.pipeline.checks.runner import run_checks
from reviews.pipeline.core.findings import Edit, Finding, Place, Problem, Severity
from reviews.pipeline.core.messages import Message, _
from reviews.pipeline.core.policy import Limits, Policy

if TYPE_CHECKING:
    from reviews.pipeline.facts.model import Facts

NOTHING_READ = cast("Facts", None)  # these rules report what they are given and look at no package
HELP = _("Say which one.")


@dataclass
class Rule:
    """A rule that finds the problems it is given."""

    ID: str
    problems: tuple[Problem, ...]
    SEVERITY: Severity = Severity.WARNING
    NAME: str = "a-rule"
    TITLE: Message = field(default_factory=lambda: _("A title"))
    SOURCE: str | None = None
    GOOD: tuple[Example, ...] = ()
    BAD: tuple[Example, ...] = ()
    AFTER: tuple[str, ...] = ()

    def check(self, _facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
        yield from self.problems


def problem(
    words: str,
    file: str | None = None,
    line: int | None = None,
    severity: Severity | None = None,
    edit: Edit | None = None,
) -> Problem:
    return Problem(_(words), HELP, Place(file, line), severity=severity, edit=edit)


def run(*rules: Check, policy: Policy | None = None) -> tuple[Finding, ...]:
    return run_checks(NOTHING_READ, policy or Policy(), rules)


def reported(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(f.severity.value, f.rule, str(f.message)) for f in findings]


def test_a_finding_says_all_that_the_rule_and_the_problem_say() -> None:
    edit = Edit("demo/values.yaml", 0, 1, "a", "b")
    found = Problem(
        _("here"),
        HELP,
        Place("demo/values.yaml", 3, 5),
        image="nginx:1",
        images=("nginx:1", "etcd:3"),
        change_set="set-1",
        edit=edit,
    )

    assert run(Rule("OSC-HELM-008", (found,))) == (
        Finding(
            "OSC-HELM-008",
            "a-rule",
            Severity.WARNING,
            _("A title"),
            _("here"),
            HELP,
            Place("demo/values.yaml", 3, 5),
            image="nginx:1",
            images=("nginx:1", "etcd:3"),
            change_set="set-1",
            edit=edit,
        ),
    )


def test_findings_come_heaviest_first_then_by_rule_as_listed_then_by_file_and_line() -> None:
    first = Rule("B", (problem("b9", "b", 9), problem("a9", "a", 9), problem("a2", "a", 2)))
    second = Rule(
        "A", (problem("a9 too", "a", 9), problem("whole"), problem("e", "z", 1, Severity.ERROR))
    )

    assert reported(run(first, second)) == [
        ("error", "A", "e"),
        ("warning", "B", "a2"),
        ("warning", "B", "a9"),
        ("warning", "B", "b9"),
        ("warning", "A", "whole"),
        ("warning", "A", "a9 too"),
    ]


def test_a_consequence_waits_for_its_cause_in_the_same_file() -> None:
    cause = Rule("CAUSE", (problem("cause", "a", 1),))
    after = Rule("AFTER", (problem("same file", "a", 9), problem("other", "b")), AFTER=("CAUSE",))

    assert reported(run(cause, after)) == [
        ("warning", "CAUSE", "cause"),
        ("warning", "AFTER", "other"),
    ]


def test_what_is_heavier_than_its_cause_is_reported() -> None:
    cause = Rule("CAUSE", (problem("cause", "a"),))
    after = Rule("AFTER", (problem("heavier", "a", 1, Severity.ERROR),), AFTER=("CAUSE",))

    assert reported(run(cause, after)) == [
        ("error", "AFTER", "heavier"),
        ("warning", "CAUSE", "cause"),
    ]


def test_an_edit_waits_for_nothing() -> None:
    cause = Rule("CAUSE", (problem("cause", "a"),))
    edit = Edit("a", 0, 0, "", "x")
    after = Rule("AFTER", (problem("edit", "a", 1, edit=edit),), AFTER=("CAUSE",))

    assert reported(run(cause, after)) == [
        ("warning", "CAUSE", "cause"),
        ("warning", "AFTER", "edit"),
    ]


def test_what_waits_itself_is_no_cause() -> None:
    first = Rule("ONE", (problem("one", "a"),))
    second = Rule("TWO", (problem("two", "a"),), AFTER=("ONE",))
    third = Rule("THREE", (problem("three", "a"),), AFTER=("TWO",))

    assert reported(run(first, second, third)) == [
        ("warning", "ONE", "one"),
        ("warning", "THREE", "three"),
    ]


def test_the_policy_has_the_last_word_on_severity() -> None:
    rule = Rule("OSC-X-001", (problem("one"), problem("two", severity=Severity.ERROR)))
    policy = Policy(severities={"OSC-X-001": Severity.INFO})

    assert reported(run(rule)) == [("error", "OSC-X-001", "two"), ("warning", "OSC-X-001", "one")]
    assert reported(run(rule, policy=policy)) == [
        ("info", "OSC-X-001", "one"),
        ("info", "OSC-X-001", "two"),
    ]


def test_past_the_limit_one_finding_counts_the_rest_of_the_rule() -> None:
    many = tuple(problem(str(n), "f", n) for n in range(1, 6))
    policy = Policy(limits=Limits(findings_per_rule=2))

    assert reported(run(Rule("A", many), Rule("B", many[:2]), policy=policy)) == [
        ("warning", "A", "... and 3 more of this rule"),
        ("warning", "A", "1"),
        ("warning", "A", "2"),
        ("warning", "B", "1"),
        ("warning", "B", "2"),
    ]


def test_the_count_is_as_heavy_as_the_heaviest_finding_it_counts() -> None:
    many = (problem("shown"), problem("hidden", severity=Severity.ERROR), problem("hidden too"))
    policy = Policy(limits=Limits(findings_per_rule=1))

    assert reported(run(Rule("A", many), policy=policy)) == [
        ("error", "A", "... and 2 more of this rule"),
        ("warning", "A", "shown"),
    ]


def test_no_edit_is_ever_left_out() -> None:
    edits = tuple(problem(str(n), "f", n, edit=Edit("f", n, n, "", "x")) for n in range(1, 4))
    policy = Policy(limits=Limits(findings_per_rule=1))

    assert reported(run(Rule("A", (*edits, problem("words only"))), policy=policy)) == [
        ("warning", "A", "... and 1 more of this rule"),
        ("warning", "A", "1"),
        ("warning", "A", "2"),
        ("warning", "A", "3"),
    ]


def test_an_exception_of_a_check_is_raised() -> None:
    class Broken(Rule):
        def check(self, _facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
            raise ZeroDivisionError("ours")
            yield

    with pytest.raises(ZeroDivisionError, match="ours"):
        run(Broken("A", ()))
