"""The gateway behind the real server: slow visitors, and a process that is killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import Settings

from reviews import storage
from reviews.management.commands.run_portal import WEB_SERVER
from tests.bench.visitors import Times, Visitor, idle_post, slow_upload, timed
from tests.reviews import postgres
from tests.reviews.running import HOUSE, data_folder, until

PASSWORD = "the password of the demo"
PREPARE = "from reviews.management import demo; demo.make_accounts()"


@dataclass
class Server:
    """The web server alone, with the demo's accounts."""

    data: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def drafts(self) -> list[Path]:
        return list((self.data / "archives" / "drafts").glob("*.upload"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The server; the last of the tests kills it."""
    with data_folder() as data:
        yield from _served(data)


def _served(data: Path) -> Iterator[Server]:
    port = postgres.free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    given = kept | {"PORTAL_DATA": str(data), "PORTAL_DEMO_PASSWORD": PASSWORD}
    prepare = [sys.executable, "manage.py", "shell", "-v", "0", "-c", PREPARE]
    subprocess.run(prepare, cwd=HOUSE, env=given, check=True)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", *WEB_SERVER, "--host", "127.0.0.1"),
            *("--port", str(port), "--log-level", "critical", "osc_portal.asgi:application"),
        ],
        cwd=HOUSE,
        env=given,
        start_new_session=True,
    )
    until(lambda: _listens(port), wanted=True)
    yield Server(data, port, process)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.wait()


def _listens(port: int) -> bool:
    with contextlib.closing(socket.socket()) as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def test_pages_answer_while_many_bodies_do_not_arrive(server: Server) -> None:
    times = Times()

    async def visit() -> list[str]:
        over = asyncio.Event()
        partner = Visitor(server.port)
        await partner.sign_in("partner", PASSWORD)
        fields = {"organisation": "1", "service": "slow"}
        held = [
            *(asyncio.create_task(idle_post(server.port, over)) for _ in range(60)),
            *(
                asyncio.create_task(slow_upload(partner, fields | {"version": str(n)}, over))
                for n in range(10)
            ),
        ]
        for path in ["/submissions/", "/help/", "/rules/"] * 3:
            await timed(partner, path, times)
        over.set()
        return list(await asyncio.gather(*held))

    ends = asyncio.run(visit())

    assert (times.errors, len(times.seconds)) == ([], 9)
    # The machine may be so busy that the first of them are answered meanwhile.
    assert set(ends) <= {"waiting", "408"}


def test_what_a_killed_process_was_receiving_is_swept(server: Server, settings: Settings) -> None:
    async def begin() -> None:
        over = asyncio.Event()
        partner = Visitor(server.port)
        await partner.sign_in("partner", PASSWORD)
        fields = {"organisation": "1", "service": "cut", "version": "1"}
        upload = asyncio.create_task(slow_upload(partner, fields, over))
        while not server.drafts:
            await asyncio.wait([upload], timeout=0.05)
        settings.ARCHIVES_DIR = server.data / "archives"
        _make_old(server.drafts)
        assert storage.clear_drafts() == 0
        os.killpg(server.process.pid, 9)
        over.set()
        await upload

    asyncio.run(begin())
    server.process.wait()

    assert len(server.drafts) == 1
    until(storage.clear_drafts, 1)  # the worker of the server may be ending still
    assert server.drafts == []


def _make_old(drafts: list[Path]) -> None:
    for draft in drafts:
        os.utime(draft, (time.time() - 120, time.time() - 120))
