"""The image archives of a service package, read as streams and never unpacked."""

from __future__ import annotations

from .model import (
    ARCHITECTURE_BY_GOARCH,
    ArchiveForm,
    Flaw,
    ImageArchive,
    Inspection,
    Layer,
    ShippedImage,
)
from .reading import read_archives

__all__ = [
    "ARCHITECTURE_BY_GOARCH",
    "ArchiveForm",
    "Flaw",
    "ImageArchive",
    "Inspection",
    "Layer",
    "ShippedImage",
    "read_archives",
]
