"""The report itself, and its stored form."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from reviews.pipeline.core.findings import Edit, Severity
from reviews.pipeline.core.messages import _, listed
from reviews.pipeline.report.fingerprints import images_of
from reviews.pipeline.report.model import STAGES, Report
from reviews.pipeline.report.public_json import json_text, to_json
from reviews.pipeline.report.storage import dump_report, load_report

from ..reports import EMPTY, FULL, LITERAL, LOOSE, REGISTRY, REGISTRY_EDIT, REPOSITORY_EDIT


def test_edits_are_reported_once_by_file_and_place() -> None:
    earlier = Edit("a.yaml", 5, 5, "", "x: y\n")
    findings = (REGISTRY, replace(REGISTRY, edit=earlier), REGISTRY, LITERAL)

    assert replace(FULL, findings=findings).edits == (earlier, REGISTRY_EDIT)
    assert FULL.edits == (REGISTRY_EDIT, REPOSITORY_EDIT)
    assert EMPTY.edits == ()


def test_findings_are_counted_by_severity() -> None:
    counts = {severity: FULL.count(severity) for severity in Severity}

    assert counts == {Severity.ERROR: 1, Severity.WARNING: 2, Severity.INFO: 1}


@pytest.mark.parametrize("timings", [{}, dict.fromkeys(STAGES[1:], 0.0), dict.fromkeys("ab", 0.0)])
def test_a_report_without_every_stage_is_not_made(timings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="timings must be"):
        replace(FULL, timings=timings)


@pytest.mark.parametrize("report", [FULL, EMPTY], ids=["full", "empty"])
def test_what_is_stored_comes_back_whole(report: Report) -> None:
    stored = json_text(dump_report(report))

    assert load_report(json.loads(stored)) == report
    assert json_text(dump_report(load_report(json.loads(stored)))) == stored


def test_templates_and_parameters_are_stored_not_words() -> None:
    finding = dump_report(FULL)["findings"][0]

    assert finding["message"] == {
        "template": "%(image)s stands in the template, where no value reaches it.",
        "parameters": {"image": "busybox:1"},
    }
    assert dump_report(FULL)["verification"]["unreached"][0]["why"] == {
        "template": "It needs %(what)s.",
        "parameters": {"what": "a cluster"},
    }


def test_the_stored_form_alone_has_all_images_of_a_finding() -> None:
    originals = tuple(f"quay.io/team/app:{number}" for number in range(12))
    report = replace(FULL, findings=(replace(REGISTRY, images=originals), LITERAL))

    stored = dump_report(report)

    assert [each.get("images") for each in stored["findings"]] == [list(originals), None]
    assert load_report(stored) == report
    assert [each.keys() for each in to_json(report)["findings"]] == [
        each.keys() for each in to_json(FULL)["findings"][:2]
    ]


def test_hostile_text_survives_storage() -> None:
    hostile = "\ud800 \x00 \x1b[2J \u202e \u2028 \U000e0041 \x85 \\u0041"
    report = replace(FULL, findings=(replace(LOOSE, image=hostile),))

    assert load_report(json.loads(json_text(dump_report(report)))) == report


def test_a_report_of_another_schema_is_not_read() -> None:
    with pytest.raises(ValueError, match="schema 'osc-portal/report/3'"):
        load_report({**dump_report(FULL), "schema": "osc-portal/report/3"})


def test_a_report_of_the_first_schema_is_read_and_what_it_lacks_is_empty() -> None:
    stored = json.loads(json_text(dump_report(FULL)))
    stored["schema"] = "osc-portal/report/1"
    for image in stored["images"]:
        del image["completed_at_runtime"]
    del stored["verification"]["proven_by"]

    images = tuple(replace(image, completed_at_runtime=None) for image in FULL.images)
    verification = replace(FULL.verification, proven_by=None)
    assert load_report(stored) == replace(FULL, images=images, verification=verification)


def test_lists_in_messages_are_stored_whole_and_texts_of_earlier_versions_are_read() -> None:
    names = ("docker.io/bitnami/demo:1.0", "busybox:1")
    spoken = [_("About %(images)s.", images=images) for images in (", ".join(names), names)]
    spoken.append(_("About %(images)s.", images=listed(names)))
    named = [(), names, names]  # earlier versions had the images in the words only
    findings = [
        replace(LOOSE, message=words, images=images)
        for words, images in zip(spoken, named, strict=True)
    ]
    stored = [
        json.loads(json_text(dump_report(replace(FULL, findings=(finding,)))))
        for finding in findings
    ]
    loaded = [load_report(each) for each in stored]

    assert [each["findings"][0]["message"]["parameters"]["images"] for each in stored] == [
        "docker.io/bitnami/demo:1.0, busybox:1",
        ["docker.io/bitnami/demo:1.0", "busybox:1"],
        {"listed": ["docker.io/bitnami/demo:1.0", "busybox:1"]},
    ]
    assert [each.findings[0].message for each in loaded] == spoken
    assert [images_of(each, each.findings[0]) for each in loaded] == [FULL.images] * 3
