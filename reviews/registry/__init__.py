"""Publishing: the images of a released package, put where its addresses point, and read back.

This is the room's interface: what is named here may be imported from the rest of the portal.
There is no Django inside: plain data in, plain data out; whoever calls stores what happens.
"""

from __future__ import annotations

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
from .lock_file import images_lock
from .plan import PlannedChart, PlannedImage, PublishPlan, planned_images
from .publishing import publish
from .reading import FoundImage, look_up, read_back, test_connection
from .records import BlobRecords, KnownBlobs, Outcome, PublishedBlob, PublishedImage
from .sbom import bill_of_materials
from .signature import check_signing_key, sign
from .target import Compression, Dialect, LayoutTarget, Target, objection_to

__all__ = [
    "BlobRecords",
    "Compression",
    "Denied",
    "Dialect",
    "FoundImage",
    "KnownBlobs",
    "LayoutTarget",
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
    "images_lock",
    "look_up",
    "objection_to",
    "planned_images",
    "publish",
    "read_back",
    "sign",
    "test_connection",
]
