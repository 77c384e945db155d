"""A system call filter: no other process, no socket, no kernel machinery.

Namespaces are often forbidden inside containers and ``RLIMIT_NPROC`` does not bind root;
a seccomp filter needs neither a privilege nor a namespace. Layout of the filter program:
``seccomp(2)``; numbers: the kernel's ``unistd`` tables of each architecture.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
KILL_PROCESS, RETURN_ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
LOAD_WORD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
OFFSET_NUMBER, OFFSET_ARCHITECTURE, OFFSET_FIRST_ARGUMENT = 0, 4, 16
CLONE_THREAD = 0x00010000
X32_CALLS = 0x40000000

AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# Same number on both architectures since Linux 5.1.
SHARED_NUMBERS = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "pidfd_open": 434,
    "pidfd_getfd": 438,
}
DENIED_NUMBERS = {
    "x86_64": {
        "socket": 41,
        "socketpair": 53,
        "fork": 57,
        "vfork": 58,
        "execve": 59,
        "kill": 62,
        "ptrace": 101,
        "chroot": 161,
        "mount": 165,
        "tkill": 200,
        "add_key": 248,
        "request_key": 249,
        "keyctl": 250,
        "unshare": 272,
        "perf_event_open": 298,
        "setns": 308,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "bpf": 321,
        "execveat": 322,
        "userfaultfd": 323,
        **SHARED_NUMBERS,
    },
    "aarch64": {
        "mount": 40,
        "chroot": 51,
        "unshare": 97,
        "ptrace": 117,
        "kill": 129,
        "tkill": 130,
        "socket": 198,
        "socketpair": 199,
        "add_key": 217,
        "request_key": 218,
        "keyctl": 219,
        "execve": 221,
        "perf_event_open": 241,
        "setns": 268,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "bpf": 280,
        "execveat": 281,
        "userfaultfd": 282,
        **SHARED_NUMBERS,
    },
}
CLONE = {"x86_64": 56, "aarch64": 220}
TGKILL = {"x86_64": 234, "aarch64": 131}
PRLIMIT = {"x86_64": 302, "aarch64": 261}
CLONE3 = 435


class _Program(ctypes.Structure):
    """``struct sock_fprog``: how many instructions, and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _instruction(code: int, operand: int, jump: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, jump, otherwise, operand)


def _deny(number: int, error: int = errno.EPERM) -> bytes:
    return _instruction(JUMP_EQUAL, number, 0, 1) + _instruction(RETURN, RETURN_ERRNO | error)


def _only_if_first_argument(number: int, test: int, operand: int) -> bytes:
    """Let the call through only when the low word of its first argument passes ``test``."""
    return (
        _instruction(JUMP_EQUAL, number, 0, 4)
        + _instruction(LOAD_WORD, OFFSET_FIRST_ARGUMENT)
        + _instruction(test, operand, 0, 1)
        + _instruction(RETURN, ALLOW)
        + _instruction(RETURN, RETURN_ERRNO | errno.EPERM)
    )


def filter_program(machine: str, pid: int) -> bytes:
    """The filter for this ``machine`` (``x86_64`` or ``aarch64``) and this process ``pid``.

    Threads may be started and signalled within the process: the Go runtime needs both.
    ``clone3`` is reported as unknown, since a filter cannot read its flags; glibc then
    falls back to ``clone``.
    """
    return b"".join(
        [
            _instruction(LOAD_WORD, OFFSET_ARCHITECTURE),
            _instruction(JUMP_EQUAL, AUDIT_ARCHITECTURE[machine], 1, 0),
            _instruction(RETURN, KILL_PROCESS),
            _instruction(LOAD_WORD, OFFSET_NUMBER),
            _instruction(JUMP_AT_LEAST, X32_CALLS, 0, 1),
            _instruction(RETURN, RETURN_ERRNO | errno.ENOSYS),
            *(_deny(number) for number in DENIED_NUMBERS[machine].values()),
            _deny(CLONE3, errno.ENOSYS),
            _only_if_first_argument(CLONE[machine], JUMP_ANY_BIT, CLONE_THREAD),
            _only_if_first_argument(TGKILL[machine], JUMP_EQUAL, pid),
            _only_if_first_argument(PRLIMIT[machine], JUMP_EQUAL, 0),
            _instruction(RETURN, ALLOW),
        ]
    )


def restrict(libc: ctypes.CDLL) -> bool:
    """Install the filter for this process; False where machine or kernel has none.

    The process must already be barred from new privileges.
    """
    machine = platform.machine()
    if machine not in AUDIT_ARCHITECTURE:
        return False
    instructions = filter_program(machine, os.getpid())
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    program = _Program(len(instructions) // 8, ctypes.addressof(buffer))
    result: int = libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    return result == 0
