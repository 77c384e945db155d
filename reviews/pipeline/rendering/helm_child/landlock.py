"""Landlock: which files the process may still read, and the one folder it may write.

See ``landlock(7)``. Each version of the kernel's interface knows more rights; a right that
is not known cannot be named, so the sets below are cut to the version found.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG = 1
RULE_PATH_BENEATH = 1

READ_FILE, READ_DIR = 1 << 2, 1 << 3
WRITE_FILE, REMOVE_DIR, REMOVE_FILE = 1 << 1, 1 << 4, 1 << 5
MAKE_DIR, MAKE_REGULAR = 1 << 7, 1 << 8
REFER, TRUNCATE = 1 << 13, 1 << 14
READING = READ_FILE | READ_DIR
WRITING = READING | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REGULAR
CONNECT_AND_BIND_TCP = 0b11
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


def _file_rights(version: int) -> int:
    """Every right over files that this ``version`` of the interface can deny."""
    newest = 12 + (version >= 2) + (version >= 3) + (version >= 5)
    return int((1 << (newest + 1)) - 1)


def _ruleset_attributes(version: int) -> bytes:
    """``struct landlock_ruleset_attr``, as long as this ``version`` knows it."""
    files = struct.pack("=Q", _file_rights(version))
    network = struct.pack("=Q", CONNECT_AND_BIND_TCP) if version >= 4 else b""
    scopes = struct.pack("=Q", ABSTRACT_SOCKETS_AND_SIGNALS) if version >= 6 else b""
    return files + network + scopes


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    """Grant ``rights`` on ``path`` and below; a path that does not exist needs no grant."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        granted = rights if Path(path).is_dir() else rights & READ_FILE
        rule = struct.pack("=Qi", granted, descriptor)
        libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0)
        os.close(descriptor)


def restrict(libc: ctypes.CDLL, readable: Iterable[str], writable: str) -> bool:
    """Leave only ``readable`` paths to read and ``writable`` to write; False where unavailable.

    The process must already be barred from new privileges.
    """
    version: int = libc.syscall(CREATE_RULESET, None, 0, VERSION_FLAG)
    if version < 1:
        return False
    attributes = _ruleset_attributes(version)
    ruleset: int = libc.syscall(CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    known = _file_rights(version)
    for path in readable:
        _allow(libc, ruleset, path, READING)
    _allow(libc, ruleset, writable, (WRITING | REFER | TRUNCATE) & known)
    result: int = libc.syscall(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return result == 0
