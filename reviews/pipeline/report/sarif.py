"""A report as SARIF 2.1.0, the format that code hosts and editors read.

The standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from ..checks.contract import Check
from ..checks.registry import CHECKS
from ..checks.rule_pages import ENGLISH, rule_page
from ..core.findings import Edit, Finding, Place, Severity
from .model import PackageFacts, Report

SCHEMA_ADDRESS = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
FINGERPRINT = "oscFinding/v1"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_LINK = re.compile(r"\[([^\[\]]*)\](?=\()")
_PLACES = frozenset({"line", "column"})  # parameters that move when a line is added above


def to_sarif(
    report: Report,
    translate: Callable[[str], str] = str,
    language: str = ENGLISH,
    checks: tuple[Check, ...] = CHECKS,
    *,
    pages: str = "",
) -> dict[str, Any]:
    """``report`` as a SARIF log of one run, JSON-ready.

    ``checks`` describe the rules, ``language`` (as in RFC 5646) is that of ``translate`` and of
    the rules' pages.
    ``pages`` is the address below which the portal has a page for each rule, with a slash at its
    end; without one the rules link to the official pages.
    """
    rules = _rules(report.findings, checks, translate, language, pages)
    at = {rule["id"]: index for index, rule in enumerate(rules)}
    return {
        "$schema": SCHEMA_ADDRESS,
        "version": "2.1.0",
        "runs": [
            {
                "tool": _tool(report, rules),
                "language": language,
                "columnKind": "unicodeCodePoints",
                "invocations": [{"executionSuccessful": True}],
                "artifacts": [_artifact(report.package)],
                "results": _results(report, at, translate),
                "properties": {"clusters": [asdict(each) for each in report.verification.clusters]},
            }
        ],
    }


def _tool(report: Report, rules: list[dict[str, Any]]) -> dict[str, Any]:
    engine, _, version = report.engine.partition(" ")
    return {
        "driver": {"name": "OSC Portal", "version": f"rules {report.rules}", "rules": rules},
        "extensions": [{"name": engine, "version": version}] if version else [],
    }


def _artifact(package: PackageFacts) -> dict[str, Any]:
    artifact: dict[str, Any] = {
        "location": {"uri": _uri(package.file)},
        "roles": ["analysisTarget"],
    }
    if package.sha256:
        artifact["hashes"] = {"sha-256": package.sha256}
    return artifact


def _rules(
    findings: Iterable[Finding],
    checks: tuple[Check, ...],
    translate: Callable[[str], str],
    language: str,
    pages: str,
) -> list[dict[str, Any]]:
    """A description for every check, and for each rule that has findings but no check."""
    rules = {check.ID: _rule(check, language, pages) for check in checks}
    for finding in findings:
        rules.setdefault(
            finding.rule,
            {
                "id": finding.rule,
                "name": finding.name,
                "shortDescription": {"text": finding.title.text(translate)},
                "help": {"text": finding.help.text(translate)},
                "defaultConfiguration": {"level": _LEVELS[finding.severity]},
            },
        )
    return list(rules.values())


def _rule(check: Check, language: str, pages: str) -> dict[str, Any]:
    page = rule_page(check, language)
    rule: dict[str, Any] = {
        "id": check.ID,
        "name": check.NAME,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.headline},
        "help": {"text": page.body},
        "defaultConfiguration": {"level": _LEVELS[check.SEVERITY]},
        "properties": {"official": check.SOURCE is not None},
    }
    if pages or check.SOURCE:
        rule["helpUri"] = f"{pages}{check.ID}/" if pages else check.SOURCE
    return rule


def _results(
    report: Report, at: dict[str, int], translate: Callable[[str], str]
) -> list[dict[str, Any]]:
    seen: Counter[str] = Counter()
    results = []
    for finding in report.findings:
        likeness = _fingerprint(finding)
        seen[likeness] += 1
        results.append(
            {
                "ruleId": finding.rule,
                "ruleIndex": at[finding.rule],
                "level": _LEVELS[finding.severity],
                "message": _message(finding.message.text(translate)),
                "locations": [_location(finding.place, report.package.file)],
                # Two findings may be alike in all but their line: the second is the second.
                "partialFingerprints": {FINGERPRINT: f"{likeness}:{seen[likeness]}"},
                "fixes": [_fix(finding.edit, finding.help.text(translate))] if finding.edit else [],
                "properties": {
                    "title": finding.title.text(translate),
                    "help": finding.help.text(translate),
                    "image": finding.image,
                    "change_set": finding.change_set,
                },
            }
        )
    return results


def _location(place: Place, upload: str) -> dict[str, Any]:
    """Where a finding is; the upload itself where it is about the whole."""
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file or upload)}}
    if place.line is not None:
        location["region"] = {"startLine": place.line}
        if place.column is not None:
            location["region"]["startColumn"] = place.column
    return {"physicalLocation": location}


def _fix(edit: Edit, help: str) -> dict[str, Any]:
    replacement = {
        "deletedRegion": {"byteOffset": edit.start, "byteLength": edit.end - edit.start},
        "insertedContent": {"text": edit.after},
    }
    location = {"uri": _uri(edit.file)}
    change = {"artifactLocation": location, "replacements": [replacement]}
    return {"description": _message(help), "artifactChanges": [change]}


def _message(text: str) -> dict[str, str]:
    """``text`` as a message that is shown literally.

    SARIF reads ``{0}`` as a placeholder (3.11.5: braces are doubled) and ``[words](1)`` as a
    link (3.11.6: its brackets are escaped), and package text may hold either.
    """
    braces = text.replace("{", "{{").replace("}", "}}")
    return {"text": _LINK.sub(r"\\[\1\\]", braces)}


def _uri(file: str) -> str:
    """An address as a relative URI reference: percent-encoded, ``/`` and ``!`` as they are."""
    return quote(file, safe="/!", errors="backslashreplace")


def _fingerprint(finding: Finding) -> str:
    """What makes a finding the same one in the next revision: no line, no archive's name."""
    shown = finding.message.shown_parameters()
    parameters = {name: value for name, value in shown.items() if name not in _PLACES}
    edit = finding.edit
    likeness = [
        finding.rule,
        (finding.place.file or "").rpartition("!/")[2],
        finding.image,
        finding.message.template,
        sorted(parameters.items()),
        [edit.before, edit.after] if edit else None,
    ]
    return hashlib.sha256(json.dumps(likeness).encode()).hexdigest()
