"""What becomes of submissions when everything breaks: ``python -m tests.bench.chaos``.

A portal of its own takes packages over HTTP while its programs are killed one after the other, its
broker is emptied, its disk is full, and all of it is killed and started again, on SQLite and on
PostgreSQL. In the end every submission must have reached its end exactly once.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import redis

from reviews.demo_package import demo_package
from tests.bench.visitors import Visitor
from tests.reviews import postgres
from tests.reviews.running import RunningPortal, data_folder, until, working_for

PASSWORD = "a password for the chaos"
_LEASE = "10"
_DISK_MIB = 400
_ATTEMPTS = 60
_ENDS = "('finish', 'refuse', 'fail', 'withdraw')"
_ENDED = (
    f"[s.events.filter(verb__in={_ENDS}).count()"
    " for s in Submission.objects.filter(service__name='chaos')]"
)


@dataclass
class Chaos:
    """A portal, what happens to it in turn, and how often each happened."""

    portal: RunningPortal
    has_own_disk: bool
    happened: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    def happen(self, number: int) -> None:
        """Let the next thing happen."""
        deeds = [
            *(self._killing(word) for word in ("packages@", "archives@", "beat", "granian")),
            self.kill_broker,
            self.wipe_broker,
            self.restart,
        ]
        if self.has_own_disk:
            deeds.append(self.fill_disk)
        deeds[number % len(deeds)]()

    def _killing(self, word: str) -> Callable[[], None]:
        def kill() -> None:
            os.killpg(self.portal.child(word), signal.SIGKILL)
            self.happened["kills"] += 1

        return kill

    def kill_broker(self) -> None:
        """Kill the broker, with what it has not written yet."""
        self._killing("broker.sock")()

    def wipe_broker(self) -> None:
        """Let the broker forget everything that is queued."""
        socket = self.portal.data / "broker" / "broker.sock"
        with (
            contextlib.suppress(redis.RedisError),
            redis.Redis(unix_socket_path=str(socket)) as all_,
        ):
            all_.flushall()
        self.happened["wipes"] += 1

    def restart(self) -> None:
        """Kill the supervisor, and everything with it, and start the portal again."""
        assert self.portal.process is not None
        self.portal.process.kill()
        self.portal.process.wait()
        until(lambda: working_for(self.portal.data), {})
        self.portal.start()
        self.happened["restarts"] += 1

    def fill_disk(self) -> None:
        """Take all space of the disk; it is freed before the next upload is tried twice."""
        filler = self.portal.data / "filler"
        with contextlib.suppress(OSError), filler.open("wb") as file:
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        asyncio.run(self._upload_once("full"))
        filler.unlink()
        self.happened["full disk"] += 1

    def submit(self, version: str) -> None:
        """Upload a package, again and again until the portal has it."""
        for _attempt in range(_ATTEMPTS):
            status = asyncio.run(self._upload_once(version))
            self.answers[status] += 1
            if status in {"201", "422"}:  # taken, or it was taken by the attempt before
                return
        raise RuntimeError(f"{version} could not be uploaded: {self.answers}")

    async def _upload_once(self, version: str) -> str:
        fields = {"organisation": "1", "service": "chaos", "version": version, "note": ""}
        try:
            visitor = Visitor(urlsplit(self.portal.address).port or 0)
            await visitor.sign_in("partner", PASSWORD)
            return str((await visitor.upload(fields, demo_package())).status)
        except (OSError, TimeoutError, RuntimeError) as error:
            await asyncio.sleep(1)
            return type(error).__name__


def measure(database: dict[str, str], submissions: int, disk_mib: int = _DISK_MIB) -> str:
    """One row of the table. RuntimeError: something could not be submitted."""
    given = {"PORTAL_DEMO_PASSWORD": PASSWORD, "PORTAL_LEASE_SECONDS": _LEASE} | database
    with data_folder() as data, _disk(data, disk_mib) as has_own_disk:
        chaos = Chaos(RunningPortal(data, given).start(), has_own_disk)
        for number in range(submissions):
            chaos.submit(f"1.0.{number}")
            chaos.happen(number)
        chaos.submit("1.1.0")
        chaos.portal.wait(_ENDED, [1] * chaos.portal.ask(f"len({_ENDED})"))
        chaos.portal.wait("Inspection.objects.filter(finished_at__isnull=True).count()", 0)
        ended = Counter(chaos.portal.ask(_ENDED))
        left = list((data / "archives" / "drafts").glob("*"))
        chaos.portal.stop()
    wanted = submissions + 1
    return (
        f"| {'PostgreSQL' if database else 'SQLite'} | {wanted} | {ended[1]} | {wanted - ended[1]} |"
        f" {sum(count for times, count in ended.items() if times > 1)} |"
        f" {', '.join(f'{count} {name}' for name, count in sorted(chaos.happened.items()))} |"
        f" {dict(chaos.answers)} | {len(left)} |"
    )


HEAD = (
    "| database | submissions | ended exactly once | lost | twice | what happened | answers |"
    " drafts left |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="tests.bench.chaos", description=__doc__)
    parser.add_argument("--submissions", type=int, default=24)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    options = parser.parse_args(arguments)
    sys.stdout.write(f"{HEAD}\n")
    if options.database != "postgresql":
        sys.stdout.write(measure({}, options.submissions) + "\n")
    programs = postgres.programs()
    if options.database != "sqlite" and programs is not None:
        with postgres.running(programs) as address:
            row = measure({"PORTAL_DATABASE_URL": address}, options.submissions)
            sys.stdout.write(f"{row}\n")
    return 0


@contextlib.contextmanager
def _disk(folder: Path, mib: int) -> Iterator[bool]:
    """A disk of its own for ``folder``, where one may be mounted; whether it was."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "none", str(folder)]
    if mib == 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        for pid in working_for(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: working_for(folder), {})
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


if __name__ == "__main__":
    sys.exit(main())
