"""The files of a stored package, opened for few visitors at once: each opening takes its memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import BoundedSemaphore

from django.http import HttpResponse

from .. import storage
from ..models import Revision
from ..pipeline import PackageFile, list_files
from ..pipeline.core.refusal import PackageRefused

SHOWN_BYTES = 1 << 20
"""How much of a file is shown."""
BUSY_SECONDS = 3
_VALUES = "/values.yaml"
_AT_ONCE = BoundedSemaphore(2)
_PATIENCE = 2.0  # seconds; a thread that waits makes no other page


class Busy(Exception):  # noqa: N818 - it says what the portal is
    """Others open packages now: try again in ``BUSY_SECONDS``."""


@dataclass(frozen=True, slots=True)
class PackageFiles:
    """The files with no content, and the one that was asked for with the beginning of its own."""

    listed: Sequence[PackageFile] = ()
    chosen: PackageFile | None = None


def files_of(revision: Revision, address: str) -> PackageFiles:
    """The files of the upload, none where it cannot be read; ``address`` is the one asked for.

    Busy: others open packages now.
    """
    return _opened(
        revision, lambda held: next((each for each in held if each.address == address), None)
    )


def root_values(revision: Revision) -> PackageFile | None:
    """The ``values.yaml`` of the root chart with the beginning of its content; None without one.

    Busy: others open packages now.
    """
    return _opened(revision, _root_values).chosen


def asked_again(response: HttpResponse) -> HttpResponse:
    """``response`` to somebody who has to wait: the browser asks again by itself."""
    response["Refresh"] = response["Retry-After"] = str(BUSY_SECONDS)
    return response


def _root_values(held: Sequence[PackageFile]) -> PackageFile | None:
    found = [each for each in held if each.address.endswith(_VALUES)]
    return min(found, key=lambda each: each.address.count("/"), default=None)


def _opened(
    revision: Revision, choose: Callable[[Sequence[PackageFile]], PackageFile | None]
) -> PackageFiles:
    if revision.purged_at:
        return PackageFiles()
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise Busy
    try:
        held = list_files(storage.local_path(revision.original), revision.held_to.limits)
        chosen = choose(held)
        return PackageFiles(
            [_head(each, 4) for each in held], chosen and _head(chosen, SHOWN_BYTES)
        )
    except PackageRefused:
        return PackageFiles()
    finally:
        _AT_ONCE.release()


def _head(file: PackageFile, size: int) -> PackageFile:
    return file if file.content is None else replace(file, content=bytes(file.content[:size]))
