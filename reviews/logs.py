"""Log lines: JSON, and with the id of the request that caused them, also in tasks and jobs."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from time import monotonic
from types import MappingProxyType
from typing import Any

from django.core.mail import mail_admins

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_context: ContextVar[Mapping[str, Any]] = ContextVar("log_context", default=_NOTHING)
_MAIL_AGAIN_SECONDS = 600.0
_MOST_REMEMBERED = 1000


def new_request_id() -> str:
    """An id for a request that brings none."""
    return secrets.token_hex(8)


def context() -> Mapping[str, Any]:
    """What every log line says now beside its message: ``request_id``, ``job`` and the like."""
    return _context.get()


def replace_context(names: Mapping[str, Any]) -> None:
    """Let every line from now on say ``names``, and nothing that was said before."""
    _context.set(dict(names))


@contextmanager
def bound(**names: Any) -> Iterator[None]:
    """Let every line inside of the block say ``names``, too."""
    token = _context.set({**_context.get(), **names})
    try:
        yield
    finally:
        _context.reset(token)


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record; a traceback is one of its values."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_context.get(),
            **getattr(record, "fields", {}),
            "process": record.process,
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """For people at a terminal: the message, the id of its request, and the traceback."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        request_id = _context.get().get("request_id")
        return super().formatMessage(record) + (f" [{request_id}]" if request_id else "")


class MailHandler(logging.Handler):
    """Sends errors to the administrators, of one kind at most one mail in ten minutes."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.setFormatter(JsonFormatter())
        self._sent: dict[tuple[str, str], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        kind = (record.name, str(record.exc_info[0] if record.exc_info else record.msg))
        now = monotonic()
        if now - self._sent.get(kind, -_MAIL_AGAIN_SECONDS) < _MAIL_AGAIN_SECONDS:
            return
        if len(self._sent) >= _MOST_REMEMBERED:
            self._sent.clear()
        self._sent[kind] = now
        try:
            first_line = record.getMessage().partition("\n")[0][:200]
            line: dict[str, Any] = json.loads(self.format(record))
            body = "\n".join(f"{name}: {value}" for name, value in line.items())
            mail_admins(f"{record.levelname}: {first_line}", body, fail_silently=True)
        except Exception:  # noqa: BLE001 - a handler never breaks what it reports on
            self.handleError(record)
