"""The same records and actions on PostgreSQL; tests/osc_portal/test_deployment.py has the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.reviews import postgres
from tests.reviews.running import HOUSE

PROGRAMS = postgres.programs()
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    assert PROGRAMS is not None
    with postgres.running(PROGRAMS) as address:
        yield address


def test_the_records_and_the_actions_work_alike(database: str) -> None:
    without_records = ["confined", "patience", "sandbox"]
    rooms = ["actions", "jobs", "queries", "models", "test_states.py", "test_admin.py"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--create-db"),
            *("-n", "2"),  # it is the longest of all tests, and begins late
            *(f"tests/reviews/{room}" for room in rooms),
            *(f"--ignore=tests/reviews/jobs/test_{name}.py" for name in without_records),
        ],
        cwd=HOUSE,
        env=os.environ | {"PORTAL_DATABASE_URL": database, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
