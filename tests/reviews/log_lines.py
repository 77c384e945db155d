"""Log lines as the portal writes them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reviews.logs import JsonFormatter


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(JsonFormatter())
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@contextmanager
def collected() -> Iterator[list[dict[str, Any]]]:
    """The lines that are logged inside of the block."""
    root, collector = logging.getLogger(), _Collector()
    before = root.level
    root.addHandler(collector)
    root.setLevel(logging.INFO)
    try:
        yield collector.lines
    finally:
        root.removeHandler(collector)
        root.setLevel(before)
