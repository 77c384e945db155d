"""The same portal on PostgreSQL with a broker of its own, as it runs for many."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reviews import postgres
from tests.reviews.running import HOUSE, RunningPortal, data_folder, until

PROGRAMS = postgres.programs()
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    assert PROGRAMS is not None
    with postgres.running(PROGRAMS) as address:
        yield address


def test_the_records_and_the_actions_work_alike(database: str) -> None:
    rooms = ["actions", "jobs", "queries", "models", "test_states.py", "test_admin.py"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--create-db"),
            *("-n", "2"),  # it is the longest of all tests, and begins late
            *(f"tests/reviews/{room}" for room in rooms),
        ],
        cwd=HOUSE,
        env=os.environ | {"PORTAL_DATABASE_URL": database, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """A Valkey on a port, as another machine would have it."""
    from reviews.management.broker import broker_command  # noqa: PLC0415 - where it is needed

    with data_folder() as folder:
        command = broker_command(folder / "unused.sock")
        port = postgres.free_port()
        command[command.index("--port") + 1] = str(port)
        server = subprocess.Popen([*command, "--bind", "127.0.0.1"], cwd=tmp_path)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()
        server.wait()


def test_a_package_walks_from_the_partner_to_the_release(database: str, broker: str) -> None:
    with data_folder() as data:
        portal = RunningPortal(data, {"DATABASE_URL": database, "BROKER_URL": broker}).start()
        state = "Submission.objects.get().state"
        portal.wait(state, "in_review")

        portal.ask(
            "factories.approve(factories.decided(Submission.objects.get()), confirmed=True).pk"
        )

        portal.wait(state, "released")
        attempts = "[Revision.objects.get().attempts, Release.objects.get().attempts]"
        assert portal.ask(attempts) == [1, 1]
        assert portal.ask("connection.vendor") == "postgresql"
        assert not (data / "portal.sqlite3").exists()
        assert not (data / "broker").exists()
        assert portal.stop() == 0
        until(lambda: portal.working, {})
