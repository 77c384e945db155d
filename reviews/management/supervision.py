"""Several programs run as one: started in order, started again when they die, stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from django.utils.translation import gettext

_POLL = 0.2
_SETTLED = 30.0
_MOST_DEATHS = 5
_PR_SET_PDEATHSIG = 1


class CannotRun(Exception):  # noqa: N818 - it says what became of the program
    """A program does not come up, or dies again and again; the words say which."""


@dataclass
class Program:
    """One of the programs.

    ``is_ready`` says whether it does its work, asked for at most ``patience`` seconds.
    ``stop_signals`` are sent one after the other, each given so many seconds, until it ends.
    """

    name: str
    command: Sequence[str]
    is_ready: Callable[[], bool] = lambda: True
    patience: float = 120.0
    stop_signals: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 10.0),)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Runs ``programs`` until it has to stop; ``say`` shows people what happens."""

    programs: Sequence[Program]
    say: Callable[[str], None]
    stopping: bool = False
    _impatient: bool = field(default=False, init=False)

    def start(self) -> None:
        """Start all, each when the one before is ready. CannotRun: one does not come up."""
        for program in self.programs:
            if self.stopping:
                return
            _spawn(program)
            self._await(program)

    def watch(self) -> None:
        """Start again what dies, until it has to stop. CannotRun: one dies again and again."""
        while not self.stopping:
            for program in self.programs:
                if not program.is_running and not self.stopping:
                    self._revive(program)
            time.sleep(_POLL)

    def stop(self) -> None:
        """Stop all, the last started first, and whatever they left behind."""
        self.stopping = True
        for program in reversed(self.programs):
            self._end(program)

    def request_stop(self, *_signal: object) -> None:
        """What Ctrl-C does; the second time, nobody is waited for."""
        self._impatient = self.stopping
        self.stopping = True

    def _await(self, program: Program) -> None:
        deadline = time.monotonic() + program.patience
        while not self.stopping and not program.is_ready():
            if not program.is_running:
                words = gettext("%(program)s ended at once: its words are above")
                raise CannotRun(words % {"program": program.name})
            if time.monotonic() > deadline:
                words = gettext("%(program)s was not ready after %(seconds)s s")
                facts = {"program": program.name, "seconds": f"{program.patience:.0f}"}
                raise CannotRun(words % facts)
            time.sleep(_POLL / 4)

    def _revive(self, program: Program) -> None:
        lived = time.monotonic() - program.started
        program.deaths = 1 if lived > _SETTLED else program.deaths + 1
        status = program.process.returncode if program.process else None
        facts = {"program": program.name, "status": status}
        if program.deaths > _MOST_DEATHS:
            words = gettext("%(program)s dies again and again (status %(status)s)")
            raise CannotRun(words % facts)
        self.say(gettext("%(program)s ended (status %(status)s) and is started again") % facts)
        _kill_group(program)
        time.sleep(min(program.deaths - 1, 3))
        _spawn(program)

    def _end(self, program: Program) -> None:
        process = program.process
        if process is None:
            return
        for sign, patience in program.stop_signals:
            if process.poll() is None and not self._impatient:
                process.send_signal(sign)
                self._wait(process, patience)
        _kill_group(program)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)

    def _wait(self, process: subprocess.Popen[bytes], patience: float) -> None:
        deadline = time.monotonic() + patience
        while process.poll() is None and time.monotonic() < deadline and not self._impatient:
            time.sleep(_POLL / 4)


def _spawn(program: Program) -> None:
    program.process = subprocess.Popen(  # noqa: S603 - commands of our own
        program.command,
        stdin=subprocess.DEVNULL,
        # A group of its own: Ctrl-C reaches the supervisor alone, which stops all in order.
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - there is one thread
    )
    program.started = time.monotonic()


def _die_with_parent() -> None:
    """Ask the kernel to end this process when the supervisor is gone, however it went."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _kill_group(program: Program) -> None:
    """End what a program may have left running."""
    if program.process is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(program.process.pid, signal.SIGKILL)
