"""What follows from decisions: the edits, and the text of the mapping that is decided last."""

from __future__ import annotations

from dataclasses import replace

from reviews.pipeline.core.findings import Edit, Finding, Place, Severity
from reviews.pipeline.core.messages import _
from reviews.pipeline.mapping.proposal import CHANGE_SET, ProposedMapping
from reviews.pipeline.report.decided import edits_under, findings_under, mapping_edit
from reviews.pipeline.report.model import Report

from ..reports import DEMO_ENTRY, FULL, LITERAL, LOOSE, REGISTRY, REGISTRY_EDIT, REPOSITORY_EDIT

FILE = "demo/images/mapping.yaml"
OTHER_ENTRY = replace(DEMO_ENTRY, image="other", change_sets=("other",))
MAPPING = ProposedMapping(FILE, is_new=True, entries=(DEMO_ENTRY, OTHER_ENTRY))


def _of_the_mapping(edit: Edit | None) -> Finding:
    return Finding(
        rule="OSC-MAP-001",
        name="mapping-missing",
        severity=Severity.ERROR,
        title=_("There is no mapping"),
        message=_("It is missing."),
        help=_("Approve the one that is proposed."),
        place=Place(FILE),
        image="docker.io/bitnami/demo:1.0",
        change_set=CHANGE_SET,
        edit=edit,
    )


WHOLE = MAPPING.edit()
WITHOUT_DEMO = MAPPING.edit(["demo"])
REPORT = replace(
    FULL,
    mapping=MAPPING,
    findings=(*FULL.findings, _of_the_mapping(WHOLE), _of_the_mapping(None)),
)
LITERAL_AT, REGISTRY_AT, REPOSITORY_AT, LOOSE_AT, MAPPING_AT, WORDS_AT = range(6)


def test_without_a_decision_nothing_differs_from_the_report() -> None:
    assert findings_under(REPORT, ()) == REPORT.findings
    assert findings_under(FULL, ()) == FULL.findings
    assert mapping_edit(REPORT, ()) == WHOLE
    everything = edits_under(REPORT, range(len(REPORT.findings)), ())
    assert everything == REPORT.edits


def test_an_entry_that_rests_on_a_rejected_edit_is_left_out_of_the_mapping() -> None:
    found = findings_under(REPORT, [REGISTRY_AT, REPOSITORY_AT])

    assert WITHOUT_DEMO != WHOLE
    assert found == (
        LITERAL,
        REGISTRY,
        REPORT.findings[REPOSITORY_AT],
        LOOSE,
        _of_the_mapping(WITHOUT_DEMO),
        _of_the_mapping(None),
    )


def test_a_dismissed_finding_without_an_edit_changes_nothing() -> None:
    assert mapping_edit(REPORT, [LITERAL_AT, LOOSE_AT, WORDS_AT]) == WHOLE


def test_rejecting_the_mapping_itself_does_not_change_its_text() -> None:
    assert mapping_edit(REPORT, [MAPPING_AT]) == WHOLE


def test_when_no_entry_is_left_nothing_is_written() -> None:
    alone = replace(REPORT, mapping=replace(MAPPING, entries=(DEMO_ENTRY,)))

    found = findings_under(alone, [REGISTRY_AT])

    assert found[MAPPING_AT].edit is None
    assert edits_under(alone, [MAPPING_AT], [REGISTRY_AT]) == ()


def test_only_approved_edits_are_applied_each_once() -> None:
    assert edits_under(REPORT, [REGISTRY_AT, REPOSITORY_AT], ()) == (
        REGISTRY_EDIT,
        REPOSITORY_EDIT,
    )
    assert edits_under(REPORT, [MAPPING_AT], [REGISTRY_AT]) == (WITHOUT_DEMO,)
    assert edits_under(REPORT, (), ()) == ()


def test_a_report_without_a_proposal_has_no_mapping_to_write() -> None:
    bare: Report = replace(FULL, mapping=None)

    assert mapping_edit(bare, [REGISTRY_AT]) is None
    assert findings_under(bare, [REGISTRY_AT]) == bare.findings
