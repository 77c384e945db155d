"""A report as the JSON that other programs read; ``schema.json`` describes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ..core.findings import Finding
from ..core.messages import Message
from ..facts.supply import Supply
from ..image_archives import ImageArchive, ShippedImage
from ..mapping.proposal import ProposedMapping, WantedEntry
from .model import (
    SCHEMA,
    STAGES,
    PackageFacts,
    Remedy,
    Report,
    ReportedImage,
    Rewrite,
    Verification,
)
from .terminal import safe_json


def to_json(report: Report, translate: Callable[[str], str] = str) -> dict[str, Any]:
    """``report`` as JSON-ready data, its words in the language of ``translate``."""
    return document(report, lambda message: message.text(translate))


def json_text(data: Any) -> bytes:
    """``data`` as indented UTF-8 JSON that is safe to show on a terminal."""
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    return safe_json(text).encode() + b"\n"


def document(report: Report, words: Callable[[Message], Any]) -> dict[str, Any]:
    """``report`` as JSON-ready data in which ``words`` decides what becomes of a message."""
    return {
        "schema": SCHEMA,
        "engine": report.engine,
        "rules": report.rules,
        "package": _package(report.package),
        "images": [_image(image) for image in report.images],
        "findings": [_finding(finding, words) for finding in report.findings],
        "rewrites": [_rewrite(rewrite) for rewrite in report.rewrites],
        "verification": _verification(report.verification, words),
        "archives": None
        if report.archives is None
        else [_archive(archive, words) for archive in report.archives],
        "mapping": {
            "wanted": [_entry(entry) for entry in report.wanted],
            "proposed": _proposed(report.mapping),
        },
        "remedies": [_remedy(remedy) for remedy in report.remedies],
        "timings": {stage: report.timings[stage] for stage in STAGES},
    }


def _package(package: PackageFacts) -> dict[str, Any]:
    return {
        "file": package.file,
        "sha256": package.sha256,
        "kind": package.kind.value,
        "service": package.service,
        "version": package.version,
        "charts": [asdict(chart) for chart in package.charts],
        "instance_versions": [
            {**asdict(each), "tags": list(each.tags)} for each in package.instance_versions
        ],
    }


def _image(image: ReportedImage) -> dict[str, Any]:
    return {
        "original": image.original,
        "target": image.target,
        "status": image.status.value,
        "sources": [{**asdict(source), "role": source.role.value} for source in image.sources],
        "used_by": [asdict(use) for use in image.used_by],
        "shown_by": list(image.shown_by),
        "archives": dict(image.archives),
        "supplies": [_supply(supply) for supply in image.supplies],
        "completed_at_runtime": None
        if image.completed_at_runtime is None
        else dict(image.completed_at_runtime),
        "instance_tag": image.instance_tag,
        "is_published": image.is_published,
        "clusters": list(image.clusters),
    }


def _supply(supply: Supply) -> dict[str, Any]:
    return {
        "architecture": supply.architecture,
        "state": supply.state.value,
        "archive": supply.archive,
        "is_declared": supply.is_declared,
        "is_likely": supply.is_likely,
    }


def _finding(finding: Finding, words: Callable[[Message], Any]) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.value,
        "title": words(finding.title),
        "message": words(finding.message),
        "help": words(finding.help),
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "image": finding.image,
        "change_set": finding.change_set,
        "edit": asdict(finding.edit) if finding.edit else None,
    }


def _archive(archive: ImageArchive, words: Callable[[Message], Any]) -> dict[str, Any]:
    return {
        "name": archive.name,
        "address": archive.address,
        "size": archive.size,
        "sha256": archive.sha256,
        "form": archive.form.value if archive.form else None,
        "compression": archive.compression,
        "images": [_shipped(image) for image in archive.images],
        "has_index": archive.has_index,
        "flaw": archive.flaw.value if archive.flaw else None,
        "words": words(archive.words) if archive.words else None,
    }


def _shipped(image: ShippedImage) -> dict[str, Any]:
    layers = [asdict(layer) for layer in image.layers]
    return {**asdict(image), "references": list(image.references), "layers": layers}


def _entry(entry: WantedEntry) -> dict[str, Any]:
    return {
        **asdict(entry),
        "originals": list(entry.originals),
        "change_sets": list(entry.change_sets),
    }


def _proposed(mapping: ProposedMapping | None) -> dict[str, Any] | None:
    if mapping is None:
        return None
    return {**asdict(mapping), "entries": [_entry(entry) for entry in mapping.entries]}


def _rewrite(rewrite: Rewrite) -> dict[str, Any]:
    around = [asdict(line) for line in rewrite.around]
    return {"file": rewrite.file, "diff": rewrite.diff, "around": around}


def _remedy(remedy: Remedy) -> dict[str, Any]:
    return {
        "file": remedy.file,
        "findings": list(remedy.findings),
        "lines": [asdict(line) for line in remedy.lines],
        "choices": [{"path": each.path, "words": list(each.words)} for each in remedy.choices],
        "is_example": remedy.is_example,
    }


def _verification(verification: Verification, words: Callable[[Message], Any]) -> dict[str, Any]:
    return {
        "rendered": verification.rendered,
        "renders": verification.renders,
        "images_total": verification.images_total,
        "images_redirected": verification.images_redirected,
        "proven_by": verification.proven_by.value if verification.proven_by else None,
        "clusters": [asdict(result) for result in verification.clusters],
        "without_schema": [asdict(each) for each in verification.without_schema],
        "other_changes": [asdict(change) for change in verification.other_changes],
        "unreached": [
            {"what": item.what, "why": words(item.why)} for item in verification.unreached
        ],
    }
