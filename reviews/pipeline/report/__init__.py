"""Everything learned about a package, ready to store or to print."""

from __future__ import annotations

from .decided import edits_under, findings_under, mapping_edit
from .model import (
    SCHEMA,
    STAGES,
    ChartFacts,
    ImageSource,
    ImageStatus,
    ImageUse,
    Kind,
    OtherChange,
    PackageFacts,
    Report,
    ReportedImage,
    Rewrite,
    Role,
    Unreached,
    Verification,
)
from .public_json import json_text, to_json
from .sarif import to_sarif
from .storage import dump, load
from .terminal import safe_text
from .text import refusal_line, to_text

__all__ = [
    "SCHEMA",
    "STAGES",
    "ChartFacts",
    "ImageSource",
    "ImageStatus",
    "ImageUse",
    "Kind",
    "OtherChange",
    "PackageFacts",
    "Report",
    "ReportedImage",
    "Rewrite",
    "Role",
    "Unreached",
    "Verification",
    "dump",
    "edits_under",
    "findings_under",
    "json_text",
    "load",
    "mapping_edit",
    "refusal_line",
    "safe_text",
    "to_json",
    "to_sarif",
    "to_text",
]
