"""Work on a package in a process of its own, which is ended from outside when it takes too much.

The process is forked, so that it starts at once and has everything loaded. It opens no connection
to the database: what it has to say comes as lines of JSON through a pipe.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

from django.conf import settings

from ..pipeline.core.messages import Message
from ..pipeline.core.policy import Limits
from ..pipeline.core.refusal import (
    PackageRefused,
    limit_of_memory,
    limit_of_processor,
    limit_of_seconds,
    too_much_work,
)
from .process_memory import descendants, proportional, resident

_LOOK_SECONDS = 0.2
_PIECE = 1 << 16
_PR_SET_PDEATHSIG = 1
_TICKS = os.sysconf("SC_CLK_TCK")
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1)

Work = Callable[[Callable[[str], None]], str]


class WorkCrashed(Exception):  # noqa: N818 - it says what became of the work
    """An internal error in the process: its traceback, or how it ended."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is called while the work goes on.

    ``progress`` gets the name of each stage. ``look`` is called again and again; what it raises
    ends the work. The deadline counts from the beginning; with ``is_patient`` from when the
    process has last read or written anything, so that many gigabytes may take their time.
    """

    progress: Callable[[str], None]
    look: Callable[[], None]
    is_patient: bool = False


def run_confined(work: Work, limits: Limits, watch: Watch) -> str:
    """What ``work`` gives: a name; it gets a function to say which stage begins.

    PackageRefused: ``work`` raised it, or a limit of the analysis was reached. WorkCrashed: it
    raised something else, or the process was ended by others.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _be_child(writing, work, limits)
    os.close(writing)
    try:
        return _result(_watched(pid, reading, limits, watch), watch)
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _result(said: Iterator[dict[str, Any]], watch: Watch) -> str:
    for each in said:
        match each:
            case {"stage": str(stage)}:
                watch.progress(stage)
            case {"done": str(name)}:
                return name
            case {"refused": str(code), "words": words, "file": file}:
                raise PackageRefused(code, Message.load(words), file)
            case {"memory": int(size)}:
                raise too_much_work(limit_of_memory(size))
            case {"crashed": str(trace)}:
                raise WorkCrashed(trace)
    raise WorkCrashed("the process of the analysis was ended by another")


def _watched(pid: int, pipe: int, limits: Limits, watch: Watch) -> Iterator[dict[str, Any]]:
    """What the process says, line by line, for as long as it stays within ``limits``."""
    begun, waiting, moved = monotonic(), b"", 0
    looked = begun
    while True:
        ready, _writable, _broken = select.select([pipe], [], [], _LOOK_SECONDS)
        if ready:
            piece = os.read(pipe, _PIECE)
            *lines, waiting = (waiting + piece).split(b"\n")
            yield from map(json.loads, lines)
            if not piece:
                return
        if monotonic() - looked < _LOOK_SECONDS:
            continue  # it has much to say, which is no reason to look more often
        looked = monotonic()
        if watch.is_patient and (now := _bytes_moved(pid)) != moved:
            begun, moved = monotonic(), now
        _require_within(pid, monotonic() - begun, limits)
        watch.look()


def _require_within(pid: int, seconds: float, limits: Limits) -> None:
    processor = _processor_seconds(pid)
    memory = _memory(pid, limits.analysis_memory_bytes)
    if seconds > limits.analysis_seconds:
        raise too_much_work(limit_of_seconds(limits.analysis_seconds))
    if processor > limits.analysis_processor_seconds:
        raise too_much_work(limit_of_processor(limits.analysis_processor_seconds))
    if memory > limits.analysis_memory_bytes:
        raise too_much_work(limit_of_memory(limits.analysis_memory_bytes))


def _processor_seconds(pid: int) -> float:
    """Seconds of the processor of a process, 0 of one that has ended."""
    try:
        times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        return 0.0
    return sum(map(int, times)) / _TICKS


def _memory(pid: int, most: int) -> int:
    """Bytes of memory of a process and all that it started.

    What they share, also with the worker, counts for each by its share where it matters: where the
    sum would otherwise be over ``most``. To ask for shares takes longer.
    """
    pids = descendants(pid)
    in_full = sum(map(resident, pids))
    return in_full if in_full <= most else sum(map(proportional, pids))


def _bytes_moved(pid: int) -> int:
    """Bytes that a process has read and written so far, 0 of one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.partition(":")[2]) for line in lines if line[:5] in {"rchar", "wchar"})


def _be_child(pipe: int, work: Work, limits: Limits) -> NoReturn:
    """The forked process: work, say what became of it, and end without cleaning up for two."""
    try:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _limit(limits)
        os.nice(settings.PORTAL_NICENESS)  # its own processes, the engine's, too
        _say(pipe, _outcome(pipe, work, limits))
    finally:
        os._exit(0)


def _outcome(pipe: int, work: Work, limits: Limits) -> dict[str, Any]:
    try:
        return {"done": work(lambda stage: _say(pipe, {"stage": stage}))}
    except PackageRefused as refused:
        return {"refused": refused.code, "words": refused.words.dump(), "file": refused.file}
    except MemoryError:
        return {"memory": limits.analysis_memory_bytes}
    except BaseException:  # noqa: BLE001 - whatever it is, the worker writes it down
        return {"crashed": traceback.format_exc()}


def _limit(limits: Limits) -> None:
    """Limits of the kernel, should nobody look for a while: a little wider than ours."""
    seconds = int(limits.analysis_processor_seconds * 1.5) + 10
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_DATA, 2 * limits.analysis_memory_bytes),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(
            kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
        )


def _say(pipe: int, words: dict[str, Any]) -> None:
    data = json.dumps(words).encode() + b"\n"
    while data:
        data = data[os.write(pipe, data) :]
