"""Counts the errors in the log for the metrics."""

from __future__ import annotations

import logging

from django.apps import apps


class ErrorCounter(logging.Handler):
    """Counts each error by the logger that has it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        if not apps.ready:
            return
        # Logging is set up before there are models.
        from .models.tally import count  # noqa: PLC0415

        try:
            count("osc_portal_errors_total", logger=record.name[:100])
        except Exception:  # noqa: BLE001 - a handler never breaks what it reports on
            self.handleError(record)
