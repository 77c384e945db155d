"""The stored form of a report: lossless, and free of any language.

It is the public JSON with one difference: where that has words, this has the template and its
parameters, so that every entry point can still use its own language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.findings import Edit, Finding, Place, Severity
from ..core.messages import Message
from ..facts.model import OtherChange
from ..facts.supply import Supply, SupplyState
from ..image_archives import ArchiveForm, Flaw, ImageArchive, Layer, ShippedImage
from ..mapping.proposal import ProposedMapping, WantedEntry
from ..package.layout import Kind
from ..package.version_definition import VersionDefinition
from ..tracing.model import ImageSource, ImageStatus, SourceRole
from .model import (
    READABLE,
    SCHEMA,
    STAGES,
    ChartFacts,
    Choice,
    ClusterResult,
    ImageUse,
    OriginalLine,
    PackageFacts,
    ProvenBy,
    Remedy,
    RemedyLine,
    Report,
    ReportedImage,
    Rewrite,
    Unreached,
    Verification,
    WithoutSchema,
)
from .public_json import document


def dump_report(report: Report) -> dict[str, Any]:
    """``report`` as JSON-ready data; ``load_report`` takes it back."""
    data = document(report, Message.dump)
    for stored, finding in zip(data["findings"], report.findings, strict=True):
        if finding.images:
            stored["images"] = list(finding.images)
    return data


def load_report(data: Mapping[str, Any]) -> Report:
    """The report that ``data`` was dumped of, also of an earlier schema that is readable.

    ValueError: it is of another schema.
    """
    if data.get("schema") not in READABLE:
        raise ValueError(f"a report of schema {data.get('schema')!r}, not {SCHEMA!r}")
    return Report(
        package=_package(data["package"]),
        images=tuple(_image(image) for image in data["images"]),
        findings=tuple(_finding(finding) for finding in data["findings"]),
        rewrites=tuple(map(_rewrite, data["rewrites"])),
        verification=_verification(data["verification"]),
        timings={**dict.fromkeys(STAGES, 0.0), **data["timings"]},
        engine=data["engine"],
        rules=data["rules"],
        remedies=tuple(map(_remedy, data.get("remedies", ()))),
        **_archives_and_mapping(data),
    )


def _archives_and_mapping(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was learned of archives and mapping; nothing in reports from before they were read."""
    if "archives" not in data:
        return {}
    archives, mapping = data["archives"], data["mapping"]
    return {
        "archives": None if archives is None else tuple(map(_archive, archives)),
        "wanted": tuple(map(_entry, mapping["wanted"])),
        "mapping": None if mapping["proposed"] is None else _proposed(mapping["proposed"]),
    }


def _archive(data: Mapping[str, Any]) -> ImageArchive:
    read = {
        "form": ArchiveForm(data["form"]) if data["form"] else None,
        "images": tuple(map(_shipped, data["images"])),
        "flaw": Flaw(data["flaw"]) if data["flaw"] else None,
        "words": Message.load(data["words"]) if data["words"] else None,
    }
    return ImageArchive(**{**data, **read})


def _shipped(data: Mapping[str, Any]) -> ShippedImage:
    layers = tuple(Layer(**layer) for layer in data["layers"])
    return ShippedImage(**{**data, "references": tuple(data["references"]), "layers": layers})


def _entry(data: Mapping[str, Any]) -> WantedEntry:
    lists = {name: tuple(data[name]) for name in ("originals", "change_sets")}
    return WantedEntry(**{**data, **lists})


def _proposed(data: Mapping[str, Any]) -> ProposedMapping:
    return ProposedMapping(**{**data, "entries": tuple(map(_entry, data["entries"]))})


def _package(data: Mapping[str, Any]) -> PackageFacts:
    charts = tuple(ChartFacts(**chart) for chart in data["charts"])
    versions = tuple(
        VersionDefinition(**{**each, "tags": tuple(each["tags"])})
        for each in data.get("instance_versions", ())
    )
    read = {"kind": Kind(data["kind"]), "charts": charts, "instance_versions": versions}
    return PackageFacts(**{**data, **read})


def _image(data: Mapping[str, Any]) -> ReportedImage:
    return ReportedImage(
        original=data["original"],
        target=data["target"],
        status=ImageStatus(data["status"]),
        sources=tuple(
            ImageSource(**{**source, "role": SourceRole(source["role"])})
            for source in data["sources"]
        ),
        used_by=tuple(ImageUse(**use) for use in data["used_by"]),
        shown_by=tuple(data["shown_by"]),
        archives=dict(data["archives"]),
        supplies=tuple(_supply(data["original"], each) for each in data.get("supplies", ())),
        completed_at_runtime=data.get("completed_at_runtime"),
        instance_tag=data.get("instance_tag"),
        is_published=data.get("is_published", False),
        clusters=tuple(data.get("clusters", ())),
    )


def _supply(original: str, data: Mapping[str, Any]) -> Supply:
    return Supply(original, **{**data, "state": SupplyState(data["state"])})


def _named_images(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The images that a finding names; reports of earlier versions have them in its words only."""
    if "images" in data:
        return tuple(data["images"])
    named = data["message"]["parameters"].get("images", "")
    return tuple(named.split(", ")) if isinstance(named, str) and named else ()


def _finding(data: Mapping[str, Any]) -> Finding:
    return Finding(
        rule=data["rule"],
        name=data["name"],
        severity=Severity(data["severity"]),
        title=Message.load(data["title"]),
        message=Message.load(data["message"]),
        help=Message.load(data["help"]),
        place=Place(data["file"], data["line"], data["column"]),
        image=data["image"],
        images=_named_images(data),
        change_set=data["change_set"],
        edit=None if data["edit"] is None else Edit(**data["edit"]),
    )


def _rewrite(data: Mapping[str, Any]) -> Rewrite:
    around = tuple(OriginalLine(**line) for line in data.get("around", ()))
    return Rewrite(**{**data, "around": around})


def _remedy(data: Mapping[str, Any]) -> Remedy:
    read = {
        "lines": tuple(RemedyLine(**line) for line in data["lines"]),
        "findings": tuple(data["findings"]),
        "choices": tuple(Choice(each["path"], tuple(each["words"])) for each in data["choices"]),
    }
    return Remedy(**{**data, **read})


def _verification(data: Mapping[str, Any]) -> Verification:
    changes = tuple(OtherChange(**change) for change in data["other_changes"])
    unreached = tuple(
        Unreached(item["what"], Message.load(item["why"])) for item in data["unreached"]
    )
    proven_by = ProvenBy(data["proven_by"]) if data.get("proven_by") else None
    read = {
        "other_changes": changes,
        "unreached": unreached,
        "proven_by": proven_by,
        "clusters": tuple(ClusterResult(**each) for each in data.get("clusters", ())),
        "without_schema": tuple(WithoutSchema(**each) for each in data.get("without_schema", ())),
    }
    return Verification(**{**data, **read})
