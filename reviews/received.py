"""What the gateway passes on to the pages with a request: files, or why it took none."""

from __future__ import annotations

from dataclasses import dataclass

from .pipeline.core.messages import Message
from .storage import Draft

UPLOAD_KEY = "portal.upload"
REFUSAL_KEY = "portal.refusal"
"""Under which names they are in the environment of a request."""


@dataclass(frozen=True, slots=True)
class ReceivedUpload:
    """A file that has arrived in full: the field and the file name it was sent with."""

    field: str
    file_name: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was received: a status, the reason, and in how many seconds to try again."""

    status: int
    words: Message
    retry_after: int = 0
