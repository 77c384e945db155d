"""The extended headers of a tar, as POSIX.1-2001 (pax) writes them."""

from __future__ import annotations

import re

_RECORD = re.compile(rb"([1-9][0-9]{0,6}) ([^=\n]+)=")


def pax_records(body: bytes) -> dict[bytes, bytes]:
    """The records ``length keyword=value`` of an extended header; the last of a keyword holds.

    Raises ``ValueError`` when a record does not end where it says.
    """
    records = {}
    position = 0
    while position < len(body):
        match = _RECORD.match(body, position)
        end = position + int(match[1]) if match else 0
        if not match or not match.end() < end <= len(body) or body[end - 1 : end] != b"\n":
            raise ValueError("a record does not end where it says")
        records[match[2]] = body[match.end() : end - 1]
        position = end
    return records
