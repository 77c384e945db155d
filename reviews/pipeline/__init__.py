"""The door of the pipeline: an archive in, a report out; edits in, a release out.

From outside, only what this module names and the rooms of ``core`` are imported. A name is looked
up in its room when it is first asked for, so that whoever needs words or a policy does not load
all the rules.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .archive.contents import INSIDE, Contents
    from .checks.contract import Check
    from .checks.examples.image_archives import image_archive
    from .checks.registry import CHECKS
    from .checks.rule_pages import CHINESE, ENGLISH, RulePage, outdated_pages, rule_page
    from .cluster_schemas.validators import load_schemas
    from .diff.files import (
        CONTEXT_LINES,
        LEAST_FOLD,
        MOST_DIFF_LINES,
        DiffLine,
        FileDiff,
        LineKind,
        TextSpan,
        diff_edits,
        diff_texts,
    )
    from .diff.layout import DiffNotes, DiffRow, DiffStretch, lay_out_diff
    from .examination.naming import PackageName, package_name
    from .examination.run import (
        Examination,
        NotProven,
        Released,
        examine,
        inspect_archives,
        release,
        released_versions,
    )
    from .facts.read import open_package
    from .facts.supply import Supply, SupplyState, pull_commands
    from .image_archives import (
        ARCHITECTURE_BY_GOARCH,
        BrokenArchive,
        ImageArchive,
        StoredArchives,
        StoredImage,
        StoredLayer,
    )
    from .manifests.references import ImageReference, NotAReference
    from .package.catalogue import ARCHITECTURES
    from .package.files import HashedFile, PackageFile, hash_files, list_files, read_file
    from .package.layout import is_read
    from .package.version_definition import (
        VersionDefinition,
        version_definition_conflicts,
    )
    from .rendering.engine import sandbox_layers
    from .report.changed_lines import ChangedLine, OriginalLines, changed_lines, original_lines
    from .report.decided import edits_under, findings_under, mapping_edit
    from .report.fingerprints import (
        MAPPING_UNIT,
        Decidable,
        decidables,
        images_of,
        same_units,
        without_versions,
    )
    from .report.model import Choice, Remedy, RemedyLine, Report, ReportedImage
    from .report.public_json import json_text, to_json
    from .report.rendered import RenderedChanges, RenderedDocument, dump_rendered, load_rendered
    from .report.sarif import to_sarif
    from .report.shipping import (
        NeededAddress,
        moved_images,
        needed_addresses,
        promised_architectures,
        repository_of,
    )
    from .report.storage import dump_report, load_report
    from .report.terminal import safe_text
    from .report.text import refusal_line, to_text
    from .rewrite import apply_edits
    from .tracing.model import ImageStatus, SourceRole
    from .yaml.edit import splice
    from .yaml.source import YamlBroken, YamlSource

_ROOMS = {
    "archive.contents": ("Contents", "INSIDE"),
    "checks.contract": ("Check",),
    "checks.examples.image_archives": ("image_archive",),
    "checks.registry": ("CHECKS",),
    "checks.rule_pages": ("CHINESE", "ENGLISH", "RulePage", "outdated_pages", "rule_page"),
    "cluster_schemas.validators": ("load_schemas",),
    "diff.files": (
        "CONTEXT_LINES",
        "DiffLine",
        "FileDiff",
        "LEAST_FOLD",
        "LineKind",
        "MOST_DIFF_LINES",
        "TextSpan",
        "diff_edits",
        "diff_texts",
    ),
    "diff.layout": ("DiffNotes", "DiffRow", "DiffStretch", "lay_out_diff"),
    "examination.naming": ("PackageName", "package_name"),
    "examination.run": (
        "Examination",
        "NotProven",
        "Released",
        "examine",
        "inspect_archives",
        "release",
        "released_versions",
    ),
    "facts.read": ("open_package",),
    "facts.supply": ("Supply", "SupplyState", "pull_commands"),
    "image_archives": (
        "ARCHITECTURE_BY_GOARCH",
        "BrokenArchive",
        "ImageArchive",
        "StoredArchives",
        "StoredImage",
        "StoredLayer",
    ),
    "manifests.references": ("ImageReference", "NotAReference"),
    "package.catalogue": ("ARCHITECTURES",),
    "package.files": ("HashedFile", "PackageFile", "hash_files", "list_files", "read_file"),
    "package.layout": ("is_read",),
    "package.version_definition": ("VersionDefinition", "version_definition_conflicts"),
    "rendering.engine": ("sandbox_layers",),
    "report.changed_lines": ("ChangedLine", "OriginalLines", "changed_lines", "original_lines"),
    "report.decided": ("edits_under", "findings_under", "mapping_edit"),
    "report.fingerprints": (
        "Decidable",
        "MAPPING_UNIT",
        "decidables",
        "images_of",
        "same_units",
        "without_versions",
    ),
    "report.model": ("Choice", "Remedy", "RemedyLine", "Report", "ReportedImage"),
    "report.public_json": ("json_text", "to_json"),
    "report.rendered": (
        "RenderedChanges",
        "RenderedDocument",
        "dump_rendered",
        "load_rendered",
    ),
    "report.sarif": ("to_sarif",),
    "report.shipping": (
        "NeededAddress",
        "moved_images",
        "needed_addresses",
        "promised_architectures",
        "repository_of",
    ),
    "report.storage": ("dump_report", "load_report"),
    "report.terminal": ("safe_text",),
    "report.text": ("refusal_line", "to_text"),
    "rewrite": ("apply_edits",),
    "tracing.model": ("ImageStatus", "SourceRole"),
    "yaml.edit": ("splice",),
    "yaml.source": ("YamlBroken", "YamlSource"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "ARCHITECTURES",
    "ARCHITECTURE_BY_GOARCH",
    "CHECKS",
    "CHINESE",
    "CONTEXT_LINES",
    "ENGLISH",
    "INSIDE",
    "LEAST_FOLD",
    "MAPPING_UNIT",
    "MOST_DIFF_LINES",
    "BrokenArchive",
    "ChangedLine",
    "Check",
    "Choice",
    "Contents",
    "Decidable",
    "DiffLine",
    "DiffNotes",
    "DiffRow",
    "DiffStretch",
    "Examination",
    "FileDiff",
    "HashedFile",
    "ImageArchive",
    "ImageReference",
    "ImageStatus",
    "LineKind",
    "NeededAddress",
    "NotAReference",
    "NotProven",
    "OriginalLines",
    "PackageFile",
    "PackageName",
    "Released",
    "Remedy",
    "RemedyLine",
    "RenderedChanges",
    "RenderedDocument",
    "Report",
    "ReportedImage",
    "RulePage",
    "SourceRole",
    "StoredArchives",
    "StoredImage",
    "StoredLayer",
    "Supply",
    "SupplyState",
    "TextSpan",
    "VersionDefinition",
    "YamlBroken",
    "YamlSource",
    "apply_edits",
    "changed_lines",
    "decidables",
    "diff_edits",
    "diff_texts",
    "dump_rendered",
    "dump_report",
    "edits_under",
    "examine",
    "findings_under",
    "hash_files",
    "image_archive",
    "images_of",
    "inspect_archives",
    "is_read",
    "json_text",
    "lay_out_diff",
    "list_files",
    "load_rendered",
    "load_report",
    "load_schemas",
    "mapping_edit",
    "moved_images",
    "needed_addresses",
    "open_package",
    "original_lines",
    "outdated_pages",
    "package_name",
    "promised_architectures",
    "pull_commands",
    "read_file",
    "refusal_line",
    "release",
    "released_versions",
    "repository_of",
    "rule_page",
    "safe_text",
    "same_units",
    "sandbox_layers",
    "splice",
    "to_json",
    "to_sarif",
    "to_text",
    "version_definition_conflicts",
    "without_versions",
]


def __getattr__(name: str) -> Any:
    """The thing called ``name``. AttributeError: the door has none."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_ROOM_OF[name]}", __name__), name)
    globals()[name] = found
    return found
