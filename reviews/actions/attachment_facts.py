"""What is known of an attachment: what the file says itself, else what is declared beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from threading import BoundedSemaphore
from typing import Any

from django.utils import timezone

from .. import storage
from ..models import AttachmentKind, Revision
from ..pipeline.core.messages import _
from ..vulnerability_reports import Unreadable, VulnerabilityReport, read_vulnerability_report
from .errors import ActionDenied

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ONE_AT_A_TIME = BoundedSemaphore(1)  # each reading of a report takes its memory
_PATIENCE = 5.0  # seconds
_LONGEST_TOOL = 200


@dataclass(frozen=True, slots=True)
class Declared:
    """What is said beside a file: with which tool it was made, when, and what came out.

    ``package_sha256`` are 64 hex digits of the package that was scanned, "" where nothing is said.
    """

    tool: str = ""
    made_on: date | None = None
    result: str = ""
    package_sha256: str = ""


def checked(kind: str, declared: Declared) -> Declared:
    """What is declared, as it is kept. ActionDenied: a field is wrong or missing."""
    if kind not in AttachmentKind.values:
        raise ActionDenied(_("Choose what it is."), "kind")
    sha256 = declared.package_sha256.strip().lower().removeprefix("sha256:")
    if sha256 and not _SHA256.fullmatch(sha256):
        words = _("Give the SHA-256 of the package as 64 hexadecimal digits, or leave it empty.")
        raise ActionDenied(words, "package_sha256")
    if _is_future(declared.made_on):
        raise ActionDenied(_("This day is still to come: give the day of the scan."), "made_on")
    if kind != AttachmentKind.VULNERABILITIES:
        _require_declared(declared)
    tool = "".join(sign for sign in declared.tool if sign.isprintable()).strip()
    return Declared(tool[:_LONGEST_TOOL], declared.made_on, declared.result, sha256)


def _require_declared(declared: Declared) -> None:
    """ActionDenied: of a file that is not read, somebody has to say what is in it."""
    if not declared.tool.strip():
        raise ActionDenied(_("Give the tool, or who has verified it."), "tool")
    if declared.made_on is None:
        raise ActionDenied(_("Give the day on which it was made."), "made_on")
    if not declared.result:
        raise ActionDenied(_("Choose what came out."), "result")


def _is_future(day: date | None) -> bool:
    return day is not None and day > timezone.localdate() + timedelta(days=1)


def facts_of(
    declared: Declared, report: VulnerabilityReport | None, revision: Revision
) -> dict[str, Any]:
    """What is known of the file: from itself where it says so, else as declared."""
    if report is None:
        return {
            "tool": declared.tool,
            "made_on": declared.made_on,
            "result": declared.result,
            "package_sha256": declared.package_sha256,
        }
    made_on = timezone.localdate(report.made_at) if report.made_at else declared.made_on
    if _is_future(made_on):
        words = _("The report says that it was made on a day to come: %(day)s.", day=str(made_on))
        raise ActionDenied(words, "file")
    # A report may name several hashes: one of them is what counts.
    named = revision.sha256 if revision.sha256 in report.hashes else next(iter(report.hashes), "")
    return {
        "tool": (report.tool or declared.tool)[:_LONGEST_TOOL],
        "made_on": made_on,
        "package_sha256": named or declared.package_sha256,
        "is_declared": not named,
        "format": report.format.value,
        "subject": report.subject,
        "set_aside": report.set_aside,
        "others": report.others,
        "exemptions": len(report.exemptions),
        "details": {
            "vulnerabilities": [
                [each.id, each.package, each.level.value] for each in report.vulnerabilities
            ],
            "exemptions": [[each.id, list(each.packages)] for each in report.exemptions],
        },
    }


def read_report(stored: storage.Stored) -> VulnerabilityReport:
    """ActionDenied: it is no report that is read, or others are being read now."""
    if not _ONE_AT_A_TIME.acquire(timeout=_PATIENCE):
        raise ActionDenied(_("Other reports are being read now: attach it once more."), "file")
    try:
        return read_vulnerability_report(storage.local_path(stored.name).read_bytes())
    except Unreadable as unreadable:
        raise ActionDenied(unreadable.words, "file") from unreadable
    finally:
        _ONE_AT_A_TIME.release()
