"""Publishing: the images of a released package, put where its addresses point, and read back.

Only what this module names is imported from the rest of the portal. There is no Django inside:
plain data in, plain data out; whoever calls stores what happens. A name is looked up in its
module when it is first asked for, so that whoever needs a word for a setting loads no HTTP client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .charts import chart_reference
    from .errors import (
        Denied,
        PublishError,
        Stopped,
        TagConflict,
        TargetFull,
        TargetUnreachable,
        Unsuitable,
        WrongContent,
    )
    from .foresight import Obstacle, foresee
    from .lock_file import images_lock
    from .plan import PlannedChart, PlannedImage, PublishPlan, planned_images
    from .publishing import publish
    from .reading import FoundImage, look_up, read_back, test_connection
    from .records import BlobRecords, KnownBlobs, Outcome, PublishedBlob, PublishedImage
    from .sbom import bill_of_materials
    from .signature import check_signing_key, sign
    from .target import Compression, Dialect, LayoutTarget, Target, objection_to

_MODULES = {
    "charts": ("chart_reference",),
    "errors": (
        "Denied",
        "PublishError",
        "Stopped",
        "TagConflict",
        "TargetFull",
        "TargetUnreachable",
        "Unsuitable",
        "WrongContent",
    ),
    "foresight": ("Obstacle", "foresee"),
    "lock_file": ("images_lock",),
    "plan": ("PlannedChart", "PlannedImage", "PublishPlan", "planned_images"),
    "publishing": ("publish",),
    "reading": ("FoundImage", "look_up", "read_back", "test_connection"),
    "records": ("BlobRecords", "KnownBlobs", "Outcome", "PublishedBlob", "PublishedImage"),
    "sbom": ("bill_of_materials",),
    "signature": ("check_signing_key", "sign"),
    "target": ("Compression", "Dialect", "LayoutTarget", "Target", "objection_to"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "BlobRecords",
    "Compression",
    "Denied",
    "Dialect",
    "FoundImage",
    "KnownBlobs",
    "LayoutTarget",
    "Obstacle",
    "Outcome",
    "PlannedChart",
    "PlannedImage",
    "PublishError",
    "PublishPlan",
    "PublishedBlob",
    "PublishedImage",
    "Stopped",
    "TagConflict",
    "Target",
    "TargetFull",
    "TargetUnreachable",
    "Unsuitable",
    "WrongContent",
    "bill_of_materials",
    "chart_reference",
    "check_signing_key",
    "foresee",
    "images_lock",
    "look_up",
    "objection_to",
    "planned_images",
    "publish",
    "read_back",
    "sign",
    "test_connection",
]


def __getattr__(name: str) -> Any:
    """The thing called ``name``. AttributeError: there is none."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = found
    return found
