"""A report as JSON, SARIF and CSV."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.contrib.auth.models import User

from reviews.actions import ActionDenied, downloads, report_files
from reviews.actions.downloads import Artifact
from reviews.models import Event, Revision
from reviews.pipeline import to_json
from reviews.storage import read_report
from tests import factories

pytestmark = pytest.mark.django_db


def _current() -> Revision:
    revision = factories.in_review().current
    assert revision is not None
    return revision


def _content(revision: Revision, artifact: Artifact, by: User | None = None) -> tuple[str, bytes]:
    found = downloads.download(
        by=by or factories.petra(),
        revision=revision,
        artifact=artifact,
        rules_at="https://portal.example/rules/",
    )
    content = b"".join(found.made or ())
    assert len(content) == found.size
    return found.file_name, content


def test_json_and_sarif_are_those_of_the_command_line() -> None:
    revision = _current()

    name, content = _content(revision, Artifact.REPORT_JSON)
    sarif_name, sarif = _content(revision, Artifact.REPORT_SARIF)

    report = read_report(revision.report)
    assert (name, json.loads(content)) == ("harbour-1.4.0-rev1.json", to_json(report))
    run = json.loads(sarif)["runs"][0]
    assert sarif_name == "harbour-1.4.0-rev1.sarif"
    assert len(run["results"]) == len(report.findings)
    address = run["tool"]["driver"]["rules"][0]["helpUri"]
    assert address == f"https://portal.example/rules/{run['tool']['driver']['rules'][0]['id']}/"
    details = Event.objects.filter(verb="download").values_list("detail", flat=True)
    assert [each["artifact"] for each in details] == ["report-json", "report-sarif"]


def test_csv_has_a_row_for_each_finding_with_its_decision_and_excel_knows_its_letters() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    unit = submission.current.findings.filter(rule="OSC-HELM-008").get().unit
    factories.decide(submission, "approve", unit)

    _name, content = _content(submission.current, Artifact.REPORT_CSV, factories.rita())

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    findings = read_report(submission.current.report).findings
    assert [(each["rule"], each["line"]) for each in rows] == [
        (each.rule, str(each.place.line or "")) for each in findings
    ]
    decided = [each["decision"] for each in rows if each["rule"] == "OSC-HELM-008"]
    assert decided == ["confirmed: to be fixed"]


@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "＝1"])
def test_no_text_of_a_package_becomes_a_formula(begin: str) -> None:
    assert report_files.harmless([begin, "harmless", "a=b"]) == [f"'{begin}", "harmless", "a=b"]


def test_what_was_not_examined_has_no_report() -> None:
    revision = factories.refused().current
    assert revision is not None

    with pytest.raises(ActionDenied) as denied:
        _content(revision, Artifact.REPORT_CSV)

    assert str(denied.value.words) == (
        "This revision was not examined to the end: it has no report."
    )
