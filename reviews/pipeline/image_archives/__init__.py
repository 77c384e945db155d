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
from .stored import BrokenArchive, StoredArchives
from .stored_images import StoredImage, StoredLayer

__all__ = [
    "ARCHITECTURE_BY_GOARCH",
    "ArchiveForm",
    "BrokenArchive",
    "Flaw",
    "ImageArchive",
    "Inspection",
    "Layer",
    "ShippedImage",
    "StoredArchives",
    "StoredImage",
    "StoredLayer",
    "read_archives",
]
