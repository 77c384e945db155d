"""What compose.yaml says, and its processes started without containers."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import yaml

HOUSE = Path(__file__).resolve().parents[2]
COMPOSED: dict[str, Any] = yaml.safe_load((HOUSE / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSED["services"]
OURS = {name: each for name, each in SERVICES.items() if "build" in each}
GIVEN = {"PORTAL_SECRET_KEY": "a long and random key " * 3, "DATABASE_PASSWORD": "letters"}
# The root is read-only; what a container has as volume and as tmpfs can be written.
READ_ONLY = (
    'mount --bind "$0" "$0" && mount -t tmpfs tmpfs "$TMPDIR" && mount -o remount,bind,ro /'
    ' && cd "$PWD" && exec "$@"'
)


def filled(text: str, given: dict[str, str] | None = None) -> str:
    """What Compose makes of ``${NAME:-default}`` and ``${NAME:?complaint}``."""
    known = GIVEN if given is None else given
    return re.sub(
        r"\$\{(\w+)(?::-([^}]*))?(?::\?[^}]*)?\}", lambda m: known.get(m[1], m[2] or ""), text
    )


def environment(service: str, given: dict[str, str] | None = None) -> dict[str, str]:
    return {name: filled(text, given) for name, text in OURS[service]["environment"].items()}


def option(service: str, name: str) -> str:
    command: list[str] = SERVICES[service]["command"]
    return command[command.index(name) + 1]


def can_have_read_only_root() -> bool:
    """Whether the root may be made read-only for a process of ours."""
    trial = [*_own_mounts(), "mount -o remount,bind,ro /"]
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


def _own_mounts() -> list[str]:
    rights = "--mount" if os.geteuid() == 0 else "-rm"
    return ["unshare", rights, "sh", "-c"]


@dataclass
class Installation:
    """The processes of compose.yaml in ``root``, a copy of the project, on this machine.

    ``given`` is what an operator gives Compose. ``moved`` are names and ports of containers that
    are elsewhere here, each with its new place.
    """

    root: Path
    data: Path
    given: dict[str, str]
    moved: dict[str, str]
    name: str = "here"
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def environment(self, service: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        composed = environment(service, self.given)
        here = {name: self._moved(text) for name, text in composed.items()}
        return (
            kept
            | here
            | {
                "PORTAL_DATA": str(self.data),
                "TMPDIR": str(self.scratch),
                # The image has a user of its own.
                "PYTHONWARNINGS": "ignore:You're running the worker",
            }
        )

    @property
    def scratch(self) -> Path:
        """What is ``/tmp`` in a container."""
        return self.data.with_name(f"{self.data.name}-{self.name}")

    def command(self, service: str, words: list[str]) -> list[str]:
        """A command of a container, as it is started here, in the same environment."""
        program, *arguments = [self._moved(word) for word in words]
        interpreter = [sys.executable] if program == "python" else [sys.executable, "-m", program]
        command = [*interpreter, *(each.replace("@%h", f"@{self.name}") for each in arguments)]
        if OURS[service].get("read_only") and can_have_read_only_root():
            return [*_own_mounts(), READ_ONLY, str(self.data), *command]
        return command

    def start(self, *services: str) -> None:
        """Start services; what they log is in a file for each."""
        self.scratch.mkdir(exist_ok=True)
        for service in services:
            with self.log_file(service).open("ab") as log:
                self.processes[service] = self._open(service, OURS[service]["command"], log)

    def run(self, service: str, words: list[str]) -> str:
        """What a command prints that ends by itself. Fails where it does not succeed."""
        self.scratch.mkdir(exist_ok=True)
        process = self._open(service, words, subprocess.PIPE)
        printed: bytes = process.communicate()[0]
        assert process.returncode == 0, printed.decode()
        return printed.decode()

    def stop(self, *services: str) -> dict[str, int]:
        """Stop services as Compose does; their exit statuses."""
        for service in services:
            self.processes[service].send_signal(signal.SIGTERM)
        return {service: self.processes.pop(service).wait(timeout=120) for service in services}

    def kill(self) -> None:
        for process in self.processes.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()

    def log_file(self, service: str) -> Path:
        return self.data.with_name(f"{self.data.name}-{self.name}-{service}.log")

    def lines(self, service: str) -> list[dict[str, Any]]:
        """The log of a service; whatever is not a line of JSON fails."""
        return [json.loads(line) for line in self.log_file(service).read_text().splitlines()]

    def _open(self, service: str, words: list[str], output: IO[bytes] | int) -> Any:
        return subprocess.Popen(
            self.command(service, words),
            cwd=self.root,
            env=self.environment(service),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _moved(self, text: str) -> str:
        for there, here in self.moved.items():
            # A port is a whole number, also where another one ends like it.
            text = re.sub(rf"(?<!\d){re.escape(there)}(?!\d)", here.replace("\\", r"\\"), text)
        return text
