"""Shuts the process in before it loads the engine or reads a byte of a package.

Each measure of isolation is tried on its own: where the kernel or the container forbids one, the
others still hold, and the list of those in force is reported. Memory, file size and
output limits need no privilege and always hold.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import sysconfig
from pathlib import Path

from . import landlock, seccomp

NOBODY = 65534
OPEN_FILES = 64
PROCESSES = 256
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
SIGKILL = 9
CAPABILITY_VERSION_3 = 0x20080522
SHARED_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")


def confine(*, memory_bytes: int, file_bytes: int, scratch: str, parent: int) -> tuple[str, ...]:
    """Shut this process in; return the names of the measures in force.

    ``memory_bytes`` bounds the data segment, ``file_bytes`` each file written; ``scratch``
    is the only folder left to write; when the process ``parent`` ends, this one is killed.
    Must run before any thread is started: namespaces and filters are inherited by threads,
    not spread to them.
    """
    os.umask(0o077)
    _limit_resources(memory_bytes, file_bytes)
    if sys.platform != "linux":
        return ()
    libc = ctypes.CDLL(None, use_errno=True)
    measures = _leave_privileges_behind(libc, scratch)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    # A change of credentials clears the parent-death signal, so it is set after them.
    libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent ended before its child was ready")
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        measures.append("no-new-privileges")
    if landlock.restrict(libc, readable_paths(), scratch):
        measures.append("landlock")
    if seccomp.restrict(libc):
        measures.append("seccomp")
    return tuple(measures)


def readable_paths() -> list[str]:
    """What the engine needs to load: the interpreter's libraries, its own, the system's."""
    python = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    ours = Path(__file__).resolve().parent
    return [*python, str(ours), *SHARED_LIBRARIES, "/etc/ld.so.cache"]


def _limit_resources(memory_bytes: int, file_bytes: int) -> None:
    """The limits that bind every user.

    ``RLIMIT_AS`` is left alone: the Go runtime reserves far more addresses than it uses.
    """
    for kind, limit in (
        (resource.RLIMIT_DATA, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(kind, limit)


def _lower(kind: int, limit: int) -> None:
    """Lower one limit; one that is already stricter stays."""
    hard = resource.getrlimit(kind)[1]
    wanted = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (wanted, wanted))


def _leave_privileges_behind(libc: ctypes.CDLL, scratch: str) -> list[str]:
    """Another user, namespaces of its own, no capabilities; as far as the kernel allows."""
    measures = []
    if os.geteuid() == 0:
        if libc.unshare(CLONE_NEWNET) == 0:
            measures.append("network-namespace")
        if _can_work_as(NOBODY, scratch):
            _become_nobody(scratch)
            measures.append("unprivileged-user")
        elif not _can_work_as(0, scratch):
            # Only its capabilities let root get at the libraries or the folder here: keep them.
            return measures
    missing = 0 if "network-namespace" in measures else CLONE_NEWNET
    if libc.unshare(CLONE_NEWUSER | missing) == 0:
        measures += ["user-namespace"] + (["network-namespace"] if missing else [])
        # Counted per user: outside a namespace of our own, and before Linux 5.14 in it too, it
        # would count every other process and thread of that user.
        if _kernel() >= (5, 14):
            _lower(resource.RLIMIT_NPROC, PROCESSES)
    if _drop_capabilities(libc):
        measures.append("no-capabilities")
    return measures


def _kernel() -> tuple[int, int]:
    """The version of the kernel; (0, 0) where it is written in an unknown way."""
    numbers = os.uname().release.split(".")[:2]
    if len(numbers) == 2 and all(number.isdigit() for number in numbers):
        return int(numbers[0]), int(numbers[1])
    return 0, 0


def _become_nobody(scratch: str) -> None:
    os.chown(scratch, NOBODY, NOBODY)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    result: int = libc.capset(header, nothing)
    return result == 0


def _can_work_as(user: int, scratch: str) -> bool:
    """Whether ``user`` gets at the libraries and the scratch folder by their modes alone."""
    libraries = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), __file__)
    paths = [Path(path).resolve() for path in libraries]
    return all(_grants(user, path, 0o4) for path in paths) and all(
        _grants(user, above, 0o1)
        for path in [*paths, Path(scratch).resolve()]
        for above in path.parents
    )


def _grants(user: int, path: Path, wanted: int) -> bool:
    """Whether owner and other bits grant the right ``wanted``; groups are not asked."""
    status = path.stat()
    granted = status.st_mode >> 6 if status.st_uid == user else status.st_mode
    return bool(granted & wanted)
