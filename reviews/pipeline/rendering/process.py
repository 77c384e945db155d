"""The parent's end of the child: start it, exchange messages under a deadline, end it.

Nothing here waits without a deadline, and nothing the child does can make this process hold
more of its output than was agreed. Deadlines are seconds in which the child could work: on a busy
machine it gets its seconds of the processor, though they take longer, up to ``PATIENCE`` times.
"""

from __future__ import annotations

import contextlib
import json
import os
import py_compile
import selectors
import signal
import struct
import subprocess
import sys
import time
import weakref
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from time import monotonic
from typing import IO

from .scratch import ScratchFolder

LENGTH_BYTES = 4
CHUNK_BYTES = 1024 * 1024
LAST_WORDS_BYTES = 8 * 1024
DYING_SECONDS = 5.0
PATIENCE = 8
SHORTEST_WAIT_SECONDS = 0.01
WATCH_SECONDS = 0.05
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# The engine's runtime collects garbage less often, for a child does not live long; it becomes
# thrifty well before it meets the limit of memory. What Python and the C library hold in it they
# hold in one place, for only one of its threads asks them for much.
COLLECTOR = {"GOGC": "300", "GOMEMLIMIT": "192MiB", "MALLOC_ARENA_MAX": "1"}
# The child's code is loaded as a top-level package, so that nothing of the project is.
BOOTSTRAP = "import sys; sys.path.append(sys.argv.pop()); from helm_child.serve import main; main()"


class DeadlinePassed(Exception):  # noqa: N818 - the engine turns it into an outcome
    """The child did not answer in time."""


class TooMuchMemory(Exception):  # noqa: N818 - the engine turns it into an outcome
    """The child holds more memory than agreed, and the kernel has not refused it."""


class TooMuchOutput(Exception):  # noqa: N818 - the engine turns it into an outcome
    """The child announced a reply larger than agreed."""


class ChildEnded(Exception):  # noqa: N818 - the engine turns it into an outcome
    """The child is gone. ``status`` as in ``Popen.returncode``, ``last_words`` its last log."""

    def __init__(self, status: int, last_words: str) -> None:
        super().__init__(f"exit status {status}: {last_words}")
        self.status = status
        self.last_words = last_words


def spawn(program: str, arguments: Sequence[str], scratch: str) -> subprocess.Popen[bytes]:
    """Start a bare interpreter on ``program``, with nothing of this process but three pipes.

    It works in ``scratch``, in a session of its own; the place for temporary files and the settings
    of the engine's garbage collector are all its environment, and its last argument is the folder
    in which ``helm_child`` is found.
    """
    _compile_once()
    return subprocess.Popen(  # noqa: S603 - our own interpreter on our own text
        [sys.executable, "-I", "-B", "-c", program, *arguments, str(Path(__file__).parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=scratch,
        env={"TMPDIR": scratch, **COLLECTOR},
        close_fds=True,
        start_new_session=True,
    )


@cache
def _compile_once() -> None:
    """Compile the child's code, which no child could keep: it may not write anywhere."""
    for source in Path(__file__).with_name("helm_child").glob("*.py"):
        with contextlib.suppress(OSError):
            py_compile.compile(str(source))


class Child:
    """One running child with its scratch folder; both are gone after ``end``."""

    def __init__(self, *, memory_bytes: int, file_bytes: int, output_bytes: int) -> None:
        """Start the child without waiting for it; raise OSError where it cannot be started."""
        self._output_bytes = output_bytes
        self._memory_bytes = memory_bytes
        scratch = ScratchFolder()
        settings = {
            "memory_bytes": memory_bytes,
            "file_bytes": file_bytes,
            "output_bytes": output_bytes,
            "scratch": scratch.path,
            "parent": os.getpid(),
        }
        try:
            process = spawn(BOOTSTRAP, [json.dumps(settings)], scratch.path)
        except BaseException:
            scratch.remove()
            raise
        self._process = process
        self._stdin, self._stdout, self._stderr = _pipes(process)
        self._selector = selectors.DefaultSelector()
        for pipe in (self._stdin, self._stdout, self._stderr):
            os.set_blocking(pipe, False)
        for pipe in (self._stdout, self._stderr):
            self._selector.register(pipe, selectors.EVENT_READ)
        self._last_words = bytearray()
        # Also when nobody calls it: at garbage collection and at the interpreter's exit.
        self.end = weakref.finalize(self, _end, process, self._selector, scratch)

    def exchange(self, text: bytes, blob: bytes, seconds: float) -> bytes:
        """Send one request, give back the reply.

        Raises DeadlinePassed, TooMuchMemory, TooMuchOutput or ChildEnded; after each the child
        is of no more use and must be ended.
        """
        header = struct.pack(">II", len(text), len(blob))
        return self._converse([memoryview(part) for part in (header + text, blob)], seconds)

    def greeting(self, seconds: float) -> bytes:
        """The first message, which comes without a request; raises like ``exchange``."""
        return self._converse([], seconds)

    def processor_seconds(self) -> float:
        """What all threads of the child together have had of the processors, in seconds."""
        try:
            # clock_getcpuclockid(3) of another process, which Python does not offer.
            return time.clock_gettime(~self._process.pid << 3 | 2)
        except OSError:
            return time.monotonic()

    def _converse(self, parts: list[memoryview], seconds: float) -> bytes:
        started, worked = monotonic(), self.processor_seconds()
        deadline = started + seconds
        waiting = [part for part in parts if part]
        reply = bytearray()
        if waiting:
            self._selector.register(self._stdin, selectors.EVENT_WRITE)
        while True:
            left = deadline - monotonic()
            if left <= 0:
                left = seconds - (self.processor_seconds() - worked)
                if left <= 0 or monotonic() - started > seconds * PATIENCE:
                    raise DeadlinePassed
                left = max(left, SHORTEST_WAIT_SECONDS)
                deadline = monotonic() + left
            events = self._selector.select(min(left, WATCH_SECONDS))
            if not events:
                self._check_memory()
            for key, _events in events:
                if key.fd == self._stdin:
                    self._write_some(waiting)
                elif key.fd == self._stderr:
                    self._keep_last_words()
                elif self._read_some(reply) and not waiting:
                    return bytes(reply[LENGTH_BYTES:])

    def _check_memory(self) -> None:
        """TooMuchMemory: more pages of its own are resident than agreed.

        The kernel lets a process map over addresses that it has reserved without counting them
        against ``RLIMIT_DATA``, and so the Go runtime now and then gets more.
        """
        try:
            statm = Path(f"/proc/{self._process.pid}/statm").read_text("ascii").split()
        except OSError:
            return
        if (int(statm[1]) - int(statm[2])) * PAGE_BYTES > self._memory_bytes:
            raise TooMuchMemory

    def _write_some(self, waiting: list[memoryview]) -> None:
        try:
            waiting[0] = waiting[0][os.write(self._stdin, waiting[0][:CHUNK_BYTES]) :]
        except BrokenPipeError:
            raise self._ended() from None
        if not waiting[0]:
            waiting.pop(0)
        if not waiting:
            self._selector.unregister(self._stdin)

    def _read_some(self, reply: bytearray) -> bool:
        """Read what is there; True once the reply is complete. Never reads past its end."""
        wanted = _length(reply) - len(reply)
        try:
            part = os.read(self._stdout, min(wanted, CHUNK_BYTES))
        except BlockingIOError:
            return False
        if not part:
            raise self._ended()
        reply += part
        if _length(reply) > self._output_bytes + LENGTH_BYTES:
            raise TooMuchOutput
        return len(reply) > LENGTH_BYTES and len(reply) == _length(reply)

    def _keep_last_words(self) -> bool:
        """Take from the child's log what is there, keep its beginning; False if nothing was."""
        try:
            part = os.read(self._stderr, CHUNK_BYTES)
        except BlockingIOError:
            return False
        self._last_words += part[: LAST_WORDS_BYTES - len(self._last_words)]
        if not part:
            self._selector.unregister(self._stderr)
        return bool(part)

    def _ended(self) -> ChildEnded:
        """Why the child is gone: its status and what it said last."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(DYING_SECONDS)
        while self._stderr in self._selector.get_map() and self._keep_last_words():
            pass
        status = self._process.poll()
        words = self._last_words.decode(errors="replace")
        return ChildEnded(-signal.SIGKILL if status is None else status, words)


def _length(reply: bytearray) -> int:
    """Bytes of the whole reply, its length field included, as far as it is known."""
    if len(reply) < LENGTH_BYTES:
        return LENGTH_BYTES
    return LENGTH_BYTES + int(struct.unpack_from(">I", reply)[0])


def _pipes(process: subprocess.Popen[bytes]) -> tuple[int, int, int]:
    pipes: list[IO[bytes]] = [p for p in (process.stdin, process.stdout, process.stderr) if p]
    stdin, stdout, stderr = (pipe.fileno() for pipe in pipes)
    return stdin, stdout, stderr


def _end(
    process: subprocess.Popen[bytes], selector: selectors.BaseSelector, scratch: ScratchFolder
) -> None:
    """Kill the child with all it may have started, and remove its folder."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    selector.close()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    scratch.remove()
