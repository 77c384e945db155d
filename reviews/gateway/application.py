"""The ASGI application: receives each request in full, then lets Django answer it in a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ..pipeline.core.messages import _
from ..received import REFUSAL_KEY, UPLOAD_KEY, Refusal
from ..storage import UploadDraft, is_disk_full
from .admission import admit, disk_is_full, is_upload
from .answers import Answer, WsgiApplication, ask, send_answer, send_refusal
from .asgi import Disconnected, Receive, Refused, Scope, Send
from .bodies import BUSY, Forms
from .environ import Environ, content_length, environ_of, with_body
from .languages import refused_words
from .limits import Limits
from .multipart import Malformed, boundary_of
from .uploads import Upload

logger = logging.getLogger(__name__)
_T = TypeVar("_T")
_DISK_THREADS = 4
_URLENCODED = "application/x-www-form-urlencoded"


class Gateway:
    """Between an ASGI server and ``pages``, a WSGI application that gets ``threads`` threads."""

    def __init__(self, pages: WsgiApplication, threads: int, limits: Limits | None = None) -> None:
        self._pages = pages
        self._limits = limits or Limits()
        self._forms = Forms(self._limits)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")
        # Of their own: a page never waits for a disk that writes uploads, nor these for pages.
        self._disk = ThreadPoolExecutor(_DISK_THREADS, thread_name_prefix="disk")
        self._waiting = 0
        self._uploads: list[Upload] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            answer = await self._answer_to(scope, receive)
            await send_answer(answer, receive, send, self._disk, self._limits.unread_seconds)
        except Refused as refused:
            logger.info("%s %s is refused with %s", scope["method"], scope["path"], refused.status)
            # Of whom nothing came in time, nothing is waited for.
            linger = 0.0 if refused.status == 408 else self._limits.short_linger_seconds
            words = refused_words(refused, scope)
            await send_refusal(refused, words, receive, send, linger)
        except Disconnected:
            logger.info("%s %s: the visitor is gone", scope["method"], scope["path"])

    async def _answer_to(self, scope: Scope, receive: Receive) -> Answer:
        length = content_length(scope)
        if is_upload(scope["method"], scope["path"]) and length:
            return await self._answer_to_upload(scope, receive, length)
        body = await self._forms.receive(receive, length)
        return await self._in_thread(ask, self._pages, environ_of(scope, body))

    async def _answer_to_upload(self, scope: Scope, receive: Receive, length: int) -> Answer:
        environ = environ_of(scope)
        arriving = sum(upload.remaining for upload in self._uploads)
        admitted = await self._in_thread(admit, environ, length, arriving)
        if isinstance(admitted, Refusal):
            return await self._refuse(environ, admitted)
        theirs = sum(upload.user == admitted for upload in self._uploads)
        if len(self._uploads) >= self._limits.uploads or theirs >= self._limits.uploads_each:
            raise Refused(503, _("Too many uploads are on their way: try again later."), 60)
        return await self._receive_upload(environ, receive, admitted, length)

    async def _receive_upload(
        self, environ: Environ, receive: Receive, user: int, length: int
    ) -> Answer:
        loop = asyncio.get_running_loop()
        draft: UploadDraft | None = None
        upload: Upload | None = None
        try:
            boundary = boundary_of(environ.get("CONTENT_TYPE", ""))
            draft = await loop.run_in_executor(self._disk, UploadDraft)
            upload = Upload(boundary, draft, self._disk, user, length)
            self._uploads.append(upload)
            received = await upload.receive(receive, self._limits)
            form = {"CONTENT_TYPE": _URLENCODED, UPLOAD_KEY: received} | with_body(upload.body)
            return await self._in_thread(ask, self._pages, environ | form)
        except Malformed as malformed:
            words = _("The upload is not understood: %(reason)s.", reason=malformed.words)
            return await self._refuse(environ, Refusal(400, words))
        except OSError as error:
            if not is_disk_full(error):
                raise
            return await self._refuse(environ, disk_is_full())
        finally:
            if upload is not None:
                self._uploads.remove(upload)
            drafts = upload.drafts if upload is not None else [draft] if draft is not None else []
            for each in drafts:
                await asyncio.shield(loop.run_in_executor(self._disk, each.close))

    async def _refuse(self, environ: Environ, refusal: Refusal) -> Answer:
        """The page that says why an upload is not taken; Django makes it without the body."""
        answer = await self._in_thread(ask, self._pages, environ | {REFUSAL_KEY: refusal})
        is_stranger = refusal.status == 401
        limits = self._limits
        answer.linger = limits.short_linger_seconds if is_stranger else limits.linger_seconds
        return answer

    async def _in_thread(self, work: Callable[..., _T], *arguments: Any) -> _T:
        """What ``work`` gives in one of the threads. Refused: too many wait for one."""
        if self._waiting >= self._limits.waiting:
            raise Refused(503, BUSY, retry_after=5)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self._waiting -= 1
