"""The files of attachments: stored as they come, and nothing of a refused one is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings

from .. import quotas, storage
from ..models import Attachment, Submission
from ..pipeline.core.messages import Message, _
from .errors import ActionDenied, QuotaExceeded

_MIB = 1024 * 1024
_HEAD = 8000
_FOLDER = "attachments"


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file as it came: pieces, or a draft with all of it."""

    name: str
    content: Iterable[bytes] | storage.Draft


def most_bytes() -> int:
    """How large an attachment may be."""
    return int(settings.PORTAL_ATTACHMENTS["mib"]) * _MIB


@contextmanager
def kept(submission: Submission, file: AttachedFile) -> Iterator[storage.Stored]:
    """The content, stored; where the block fails, nothing of it is kept.

    ActionDenied: it is empty or too large, or the organisation has no room left.
    """
    stored = _stored(submission, file)
    try:
        _require_content(stored)
        yield stored
    except BaseException:
        if not Attachment.objects.filter(stored=stored.name).exists():
            storage.remove(stored.name, stored_until=stored.stored_at)
        raise


def _require_content(stored: storage.Stored) -> None:
    if not stored.size:
        raise ActionDenied(_("The file is empty."), "file")


def _stored(submission: Submission, file: AttachedFile) -> storage.Stored:
    content, most = file.content, most_bytes()
    size = content.size if isinstance(content, storage.Draft) else 0
    objection = quotas.objection_to_storing(submission.organisation, size)
    if objection is not None:
        raise QuotaExceeded(objection.words)
    if size > most:
        raise ActionDenied(too_large(most), "file")
    if isinstance(content, storage.Draft):
        return storage.keep_file(content.path, _FOLDER, sha256=content.sha256)
    try:
        return storage.keep(content, _FOLDER, limit=most)
    except storage.TooLarge as large:
        raise ActionDenied(too_large(large.limit), "file") from large


def too_large(limit: int) -> Message:
    """Why a file of more than ``limit`` bytes is not taken."""
    return _(
        "The file is larger than %(limit)s MiB, the most that is taken of an attachment.",
        limit=limit // _MIB,
    )


def is_text(stored: storage.Stored) -> bool:
    """Whether a browser can show it as text."""
    content = storage.local_path(stored.name).read_bytes()
    if b"\0" in content[:_HEAD]:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def base_name(file_name: str) -> str:
    """The last part of what a browser sent, without signs that are not for show."""
    base = PurePosixPath(file_name.replace("\\", "/")).name
    shown = "".join(sign for sign in base if sign.isprintable()).strip()
    return shown[-200:] or "attachment"
