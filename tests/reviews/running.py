"""A portal that really runs: its supervisor, broker, worker, scheduler and web server."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

# A process that looks into the records of a portal, and lives as long as its folder: starting one
# for each look takes longer than what is looked at. Its environment comes by the pipe, so that
# it is none of the processes that work for the portal.
LOOKS = """
import json, os, sys, traceback
os.environ.update(json.loads(sys.stdin.readline()))
import django; django.setup()
from django.db import connection, connections
from reviews.models import *
from tests import factories
for line in sys.stdin:
    try:
        found = ["found", json.loads(json.dumps(eval(json.loads(line)), default=str))]
    except Exception:
        found = ["error", traceback.format_exc()]
    connections.close_all()
    print("answer:" + json.dumps(found), flush=True)
"""
_looking: dict[Path, subprocess.Popen[str]] = {}
HOUSE = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds; a busy machine is slow, and no test here measures time


@dataclass
class RunningPortal:
    """One portal in ``data``. ``given`` are variables of its environment."""

    data: Path
    given: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        own = {"PORTAL_DATA": str(self.data), "PORTAL_LEASE_SECONDS": "60", "PORTAL_NICENESS": "0"}
        return kept | own | self.given

    @property
    def words(self) -> str:
        """What it has said since it was started."""
        return (self.data / "words").read_text(encoding="utf-8")

    def start(self) -> RunningPortal:
        """Start it and wait until it says that it is ready."""
        with (self.data / "words").open("wb") as words:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run_portal", "--port", "0"],
                cwd=HOUSE,
                env=self.environment,
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.hear("Ctrl-C stops the portal")
        return self

    def hear(self, wanted: str) -> None:
        """Wait until it says ``wanted``."""
        assert self.process is not None
        deadline = time.monotonic() + PATIENCE
        while wanted not in self.words:
            assert time.monotonic() < deadline, self.words
            assert self.process.poll() is None, self.words
            time.sleep(0.1)

    @property
    def address(self) -> str:
        found = re.search(r"http://\S+", self.words)
        assert found is not None
        return found[0]

    def stop(self, sign: signal.Signals = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does; its exit status."""
        assert self.process is not None
        self.process.send_signal(sign)
        return self.process.wait(timeout=PATIENCE)

    @property
    def working(self) -> dict[int, str]:
        """The processes that were started for it, with their commands."""
        return working_for(self.data)

    def child(self, word: str) -> int:
        """The process id of the supervisor's child whose command has ``word``."""
        assert self.process is not None
        found = [
            pid
            for pid in processes()
            if parent_of(pid) == self.process.pid and word in command_of(pid)
        ]
        assert len(found) == 1, (word, found)
        return found[0]

    def ask(self, code: str) -> Any:
        """What ``code`` (an expression over the models) gives, as a process of its own sees it."""
        looking = _looking.get(self.data) or self._look()
        assert looking.stdin is not None
        assert looking.stdout is not None
        looking.stdin.write(json.dumps(code) + "\n")
        looking.stdin.flush()
        for line in looking.stdout:
            if line.startswith("answer:"):
                kind, found = json.loads(line.removeprefix("answer:"))
                assert kind == "found", found
                return found
        raise AssertionError(f"nobody answers to {code}")

    def _look(self) -> subprocess.Popen[str]:
        looking = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", LOOKS],
            cwd=HOUSE,
            env={name: value for name, value in os.environ.items() if "PORTAL" not in name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert looking.stdin is not None
        given = self.environment | {"DJANGO_SETTINGS_MODULE": "osc_portal.settings"}
        looking.stdin.write(json.dumps(given) + "\n")
        _looking[self.data] = looking
        return looking

    def wait(self, code: str, wanted: Any) -> None:
        """Wait until ``code`` gives ``wanted``."""
        deadline = time.monotonic() + PATIENCE
        while (seen := self.ask(code)) != wanted:
            assert self.process is not None
            assert self.process.poll() is None, self.words
            assert time.monotonic() < deadline, f"{seen} instead of {wanted}\n{self.words}"
            time.sleep(0.5)


@contextlib.contextmanager
def data_folder(*, is_empty: bool = False) -> Iterator[Path]:
    """A folder for a portal; whatever still works for it afterwards is ended.

    Unless ``is_empty``, its SQLite database has all its tables, as a first start makes them.
    """
    # Sockets have short names, and pytest's own folders have long ones.
    folder = Path(tempfile.mkdtemp(prefix="portal-"))
    try:
        if not is_empty:
            shutil.copyfile(_migrated(), folder / "portal.sqlite3")
        yield folder
    finally:
        if looking := _looking.pop(folder, None):
            looking.communicate()
        for pid in working_for(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _migrated() -> Path:
    """An empty database of the portal with its tables, made once for all runs of the tests."""
    content = hashlib.sha256(sys.version.encode() + metadata.version("Django").encode())
    for source in sorted((HOUSE / "reviews").rglob("*.py")):
        content.update(source.read_bytes())
    place = Path(tempfile.gettempdir(), f"portal-tables-{content.hexdigest()[:20]}.sqlite3")
    if not place.exists():
        with tempfile.TemporaryDirectory() as folder:
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            given = RunningPortal(Path(folder)).environment
            subprocess.run(migrate, cwd=HOUSE, env=given, check=True)
            made = Path(folder, "portal.sqlite3")
            # Whoever made it at the same time has made the same.
            shutil.copyfile(made, draft := Path(f"{place}-{os.getpid()}"))
            draft.replace(place)
    return place


def until(look: Callable[[], Any], wanted: Any) -> None:
    """Look again and again until ``wanted`` is seen."""
    deadline = time.monotonic() + PATIENCE
    while (seen := look()) != wanted:
        assert time.monotonic() < deadline, (seen, wanted)
        time.sleep(0.2)


def processes() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            yield int(entry.name)


def command_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def parent_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def working_for(data: Path) -> dict[int, str]:
    """The processes that were started for this data folder, with their commands."""
    found = {}
    for pid in processes():
        with contextlib.suppress(OSError):
            if f"PORTAL_DATA={data}\0" in Path(f"/proc/{pid}/environ").read_text():
                found[pid] = command_of(pid)
    return found
