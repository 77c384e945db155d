"""A tag that has another content than what would be published: nothing is overwritten."""

from __future__ import annotations

from ..pipeline.core.messages import _
from .errors import TagConflict
from .plan import PlannedImage


def image_conflict(planned: PlannedImage, found: str, expected: str) -> TagConflict:
    """The tag has another image for this architecture; both are digests of configurations."""
    words = _(
        "“%(reference)s” exists with another image for %(architecture)s (configuration %(found)s,"
        " in the package %(expected)s). Nothing was overwritten. An administrator decides: the"
        " package gets another tag, or the one in the registry is removed there.",
        reference=planned.reference,
        architecture=planned.architecture,
        found=found,
        expected=expected,
    )
    return TagConflict(
        words,
        reference=planned.reference,
        architecture=planned.architecture,
        found=found,
        expected=expected,
    )


def content_conflict(reference: str, found: str, expected: str) -> TagConflict:
    """The tag has something that is no image for the platform, or another chart."""
    words = _(
        "“%(reference)s” exists with another content (%(found)s; to be published: %(expected)s)."
        " Nothing was overwritten. An administrator decides: the package gets another tag or"
        " version, or the one in the registry is removed there.",
        reference=reference,
        found=found,
        expected=expected,
    )
    return TagConflict(words, reference=reference, architecture="", found=found, expected=expected)
