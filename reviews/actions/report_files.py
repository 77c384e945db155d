"""A report as a file: JSON and SARIF as programs read them, CSV as spreadsheets do."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from django.db.models import Prefetch

from ..models import Decision, Revision, reason_words
from ..pipeline import Report, json_text, safe_text, to_json, to_sarif
from ..pipeline.core.findings import Severity
from ..pipeline.core.messages import Message, _
from ..states import FindingState
from ..storage import read_report
from ..visibility import Reader, decisions_for, findings_for

Translate = Callable[[str], str]

_COLUMNS = (
    _("severity"),
    _("rule"),
    _("title"),
    _("what was found"),
    _("how to fix it"),
    _("file"),
    _("line"),
    _("column"),
    _("image"),
    _("decided together"),
    _("fixed by the portal on approval"),
    _("decision"),
    _("reason"),
)
_SEVERITIES = {
    Severity.ERROR: _("error"),
    Severity.WARNING: _("warning"),
    Severity.INFO: _("info"),
}
_DECISIONS = {
    (FindingState.APPROVED, True): _("will be applied"),
    (FindingState.APPROVED, False): _("confirmed: to be fixed"),
    (FindingState.REJECTED, True): _("original kept"),
    (FindingState.REJECTED, False): _("dismissed"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_YES = _("yes")


def report_json(report: Report, translate: Translate) -> bytes:
    """The report as ``check_package --format json`` prints it."""
    return json_text(to_json(report, translate))


def report_sarif(report: Report, translate: Translate, language: str, pages: str) -> bytes:
    """The report as SARIF 2.1.0; ``pages`` is the address of the rules, with a slash at its end."""
    return json_text(to_sarif(report, translate, language, pages=pages))


def report_csv(revision: Revision, translate: Translate, reader: Reader) -> bytes:
    """The findings with their decisions as CSV, a row for each, that spreadsheets open safely.

    The decisions are those that the reader is shown.

    It begins with a byte order mark, by which Excel knows UTF-8. A text that a spreadsheet would
    take for a formula has an apostrophe in front
    (https://owasp.org/www-community/attacks/CSV_Injection).
    """
    report = read_report(revision.report)
    output = io.StringIO(newline="")
    writer = csv.writer(output, dialect="excel", quoting=csv.QUOTE_ALL)
    writer.writerow([each.text(translate) for each in _COLUMNS])
    writer.writerows(map(harmless, _rows(revision, report, translate, reader)))
    return output.getvalue().encode("utf-8-sig")


def _rows(
    revision: Revision, report: Report, translate: Translate, reader: Reader
) -> Iterator[Sequence[str]]:
    found = findings_for(reader, revision.findings.filter(position__lt=len(report.findings)))
    shown = decisions_for(reader, Decision.objects.order_by("pk"))
    reasons = reason_words()
    for row in found.order_by("position").prefetch_related(Prefetch("decisions", shown)):
        finding = report.findings[row.position]
        state = FindingState(row.shown_state)
        decided = _DECISIONS.get((state, row.has_edit))
        last = None if state is FindingState.OPEN else row.decisions.last()
        yield (
            _SEVERITIES[finding.severity].text(translate),
            finding.rule,
            *_words((finding.title, finding.message, finding.help), translate),
            safe_text(finding.place.file or ""),
            str(finding.place.line or ""),
            str(finding.place.column or ""),
            safe_text(finding.image or ""),
            row.unit if finding.change_set else "",
            _YES.text(translate) if row.has_edit else "",
            decided.text(translate) if decided else "",
            reasons.get(last.reason, last.reason) if last is not None else "",
        )


def _words(messages: Sequence[Message], translate: Translate) -> Iterator[str]:
    for each in messages:
        lines = each.text(translate).split("\n")
        yield "\n".join(map(safe_text, lines))


def harmless(row: Sequence[str]) -> list[str]:
    """The cells of ``row``, none of which a spreadsheet takes for a formula."""
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row]
