"""Receiving a package: into the folder of drafts while it arrives, hashed on the way, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from typing import Any
from urllib.parse import urlencode

from ..received import ReceivedUpload
from ..storage import UploadDraft
from .asgi import Receive
from .bodies import upload_pieces
from .limits import Limits
from .multipart import FormReader, Malformed, Part

_PIECE = 256 * 1024
_FIELDS_BYTES = 1 << 20
_MOST_FIELDS = 100


class Upload:
    """A form with one file: ``body`` has its fields as a form without files has them.

    ``user`` is who sends it, ``remaining`` how many bytes have not arrived yet. The draft is the
    caller's to close.
    """

    def __init__(
        self, boundary: bytes, draft: UploadDraft, disk: Executor, user: int, length: int
    ) -> None:
        self.user = user
        self.remaining = length
        self._reader = FormReader(boundary)
        self._draft = draft
        self._disk = disk
        self._fields: list[tuple[str, bytearray]] = []
        self._fields_bytes = 0
        self._file: Part | None = None
        self._part: Part | None = None
        self._waiting = bytearray()
        self._written: asyncio.Future[None] | None = None

    async def receive(self, receive: Receive, limits: Limits) -> ReceivedUpload | None:
        """Receive all of it; the file, None where the form has none.

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
        if self._file is None or not self._file.file_name:
            return None
        draft = await self._in_thread(self._draft.finish)
        return ReceivedUpload(self._file.name, self._file.file_name, draft)

    @property
    def body(self) -> bytes:
        """The fields as a form without files has them."""
        return urlencode([(name, bytes(value)) for name, value in self._fields]).encode()

    async def _take(self, pieces: AsyncIterator[bytes]) -> None:
        async for piece in pieces:
            self.remaining -= len(piece)
            for found in self._reader.feed(piece):
                if isinstance(found, Part):
                    self._begin(found)
                else:
                    self._add(found)
            if len(self._waiting) >= _PIECE:
                await self._write()

    def _begin(self, part: Part) -> None:
        self._part = part
        if part.file_name is None:
            self._fields.append((part.name, bytearray()))
            if len(self._fields) > _MOST_FIELDS:
                raise Malformed(f"it has more than {_MOST_FIELDS} fields")
        elif self._file is not None:
            raise Malformed("it has more than one file")
        else:
            self._file = part

    def _add(self, content: bytes) -> None:
        if self._part is not None and self._part.file_name is not None:
            self._waiting += content
            return
        self._fields_bytes += len(content)
        if self._fields_bytes > _FIELDS_BYTES:
            raise Malformed(f"its fields have more than {_FIELDS_BYTES} bytes")
        self._fields[-1][1].extend(content)

    async def _write(self) -> None:
        """Have what waits written, while the next piece arrives; one write at a time."""
        await self._written_out()
        piece, self._waiting = bytes(self._waiting), bytearray()
        self._written = self._in_thread(self._draft.write, piece)

    async def _written_out(self) -> None:
        if self._written is not None:
            await self._written

    def _in_thread(self, work: Any, *arguments: Any) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().run_in_executor(self._disk, work, *arguments)
