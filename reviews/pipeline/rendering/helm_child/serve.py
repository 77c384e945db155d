"""The child's main loop: confine, load the engine, report ready, answer until the end.

A request is two big-endian 32-bit lengths, then that many bytes of JSON and of raw archive;
a reply is one such length and JSON. Both travel over the pipes that were standard input and
output; the engine and its libraries log to standard error, so they cannot garble a reply.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import BinaryIO

from .sandbox import confine

# JSON nested deeper than this is refused here, well before the parent's parser would fail.
NESTING = 500


def main() -> None:
    """Serve until the parent closes the pipe."""
    settings = json.loads(sys.argv[1])
    output_bytes = settings.pop("output_bytes")
    requests, replies = _take_pipes()
    measures = confine(**settings)
    try:
        # Only now, for it loads the engine: native code that starts threads.
        from .operations import Operations, encoded  # noqa: PLC0415
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        _send(replies, json.dumps({"broken": f"the engine does not load: {error}"}).encode())
        return
    sys.setrecursionlimit(NESTING)
    _send(replies, encoded({"ok": {"isolation": measures}}))
    operations = Operations(settings["scratch"])
    while header := requests.read(8):
        text_bytes, blob_bytes = struct.unpack(">II", header)
        text, blob = requests.read(text_bytes), requests.read(blob_bytes)
        reply = operations.answer(text, blob)
        too_large = len(reply) > output_bytes
        _send(replies, encoded({"stopped": "output"}) if too_large else reply)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The request and reply pipes, moved away from where libraries read and write."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def _send(replies: BinaryIO, reply: bytes) -> None:
    replies.write(struct.pack(">I", len(reply)) + reply)
    replies.flush()
