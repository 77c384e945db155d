"""Receiving a package: into the folder of drafts while it arrives, hashed on the way, once.

What is attached to it comes with it, each file into a draft of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from typing import Any
from urllib.parse import urlencode

from ..pipeline.core.messages import _
from ..received import ReceivedUpload
from ..storage import UploadDraft
from .asgi import Receive
from .bodies import upload_pieces
from .limits import Limits
from .multipart import FormReader, Malformed, Part

_PIECE = 256 * 1024
_FIELDS_BYTES = 1 << 20
_MOST_FIELDS = 100
_MOST_FILES = 4  # the package, and an attachment of each kind


class Upload:
    """A form with files: ``body`` has its fields as a form without files has them.

    ``user`` is who sends it, ``remaining`` how many bytes have not arrived yet. The first file goes
    into ``draft``, others into ``drafts`` of their own; all are the caller's to close.
    """

    def __init__(
        self, boundary: bytes, draft: UploadDraft, disk: Executor, user: int, length: int
    ) -> None:
        self.user = user
        self.remaining = length
        self._reader = FormReader(boundary)
        self.drafts = [draft]
        self._disk = disk
        self._fields: list[tuple[str, bytearray]] = []
        self._fields_bytes = 0
        self._files: list[Part] = []
        self._part: Part | None = None
        self._waiting = bytearray()
        self._written: asyncio.Future[None] | None = None

    async def receive(self, receive: Receive, limits: Limits) -> tuple[ReceivedUpload, ...]:
        """Receive all of it; the files that were chosen, () where none was.

        Malformed: it is no such form. Refused: it is too slow. Disconnected: it is cut off.
        OSError: it cannot be written.
        """
        try:
            await self._take(upload_pieces(receive, limits))
            self._reader.end()
            await self._write()
            await self._written_out()
        finally:
            # Nobody may close the draft while a thread writes to it.
            if self._written is not None:
                await asyncio.wait([self._written])
        return tuple(
            [
                ReceivedUpload(part.name, part.file_name or "", await self._in_thread(draft.finish))
                for part, draft in zip(self._files, self.drafts, strict=False)
            ]
        )

    @property
    def body(self) -> bytes:
        """The fields as a form without files has them."""
        return urlencode([(name, bytes(value)) for name, value in self._fields]).encode()

    async def _take(self, pieces: AsyncIterator[bytes]) -> None:
        async for piece in pieces:
            self.remaining -= len(piece)
            for found in self._reader.feed(piece):
                if isinstance(found, Part):
                    await self._begin(found)
                else:
                    self._add(found)
            if len(self._waiting) >= _PIECE:
                await self._write()

    async def _begin(self, part: Part) -> None:
        self._part = part
        if part.file_name is None:
            self._fields.append((part.name, bytearray()))
            if len(self._fields) > _MOST_FIELDS:
                raise Malformed(_("it has more than %(most)s fields", most=_MOST_FIELDS))
        elif part.file_name:
            await self._begin_file(part)

    async def _begin_file(self, part: Part) -> None:
        """Let what follows go into a draft of its own; the first file has one already."""
        if len(self._files) >= _MOST_FILES:
            raise Malformed(_("it has more than %(most)s files", most=_MOST_FILES))
        if self._files:
            await self._write()
            self.drafts.append(await self._in_thread(UploadDraft))
        self._files.append(part)

    def _add(self, content: bytes) -> None:
        if self._part is not None and self._part.file_name is not None:
            # A file that was not chosen comes without a name, and empty.
            self._waiting += content if self._part.file_name else b""
            return
        self._fields_bytes += len(content)
        if self._fields_bytes > _FIELDS_BYTES:
            raise Malformed(_("its fields have more than %(most)s bytes", most=_FIELDS_BYTES))
        self._fields[-1][1].extend(content)

    async def _write(self) -> None:
        """Have what waits written, while the next piece arrives; one write at a time."""
        await self._written_out()
        piece, self._waiting = bytes(self._waiting), bytearray()
        self._written = self._in_thread(self.drafts[-1].write, piece)

    async def _written_out(self) -> None:
        if self._written is not None:
            await self._written

    def _in_thread(self, work: Any, *arguments: Any) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().run_in_executor(self._disk, work, *arguments)
