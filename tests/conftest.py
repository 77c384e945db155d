"""What holds for every test of the house."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The many processes that tests start need not compile all modules each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Tests wait for the work itself, which must not stand back behind other tests.
os.environ["PORTAL_NICENESS"] = "0"

# A busy machine is no failure: no example is timed.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


# They start portals or servers of their own and wait for them, the longest first.
_LONG = (
    "reviews/test_postgresql.py",
    "reviews/test_backup.py",
    "reviews/test_run_portal.py",
    "osc_portal/test_deployment.py",
    "bench/test_load.py",
    "reviews/test_publication_killed.py",
    "bench/test_publishing.py",
    "registry/test_processes.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each of several workers begin with its part of the longest tests.

    At the end they would wait for one another; now they wait beside tests that calculate.
    """
    count: int = getattr(config, "workerinput", {}).get("workercount", 1)
    if count == 1:
        return
    places = {Path(__file__).parent / name: at for at, name in enumerate(_LONG)}
    long = sorted((each for each in items if each.path in places), key=lambda it: places[it.path])
    short = [each for each in items if each.path not in places]
    size = len(items) // count
    dealt: list[pytest.Item] = []
    for worker in range(count):
        mine = long[worker::count]
        room = max(0, size - len(mine)) if worker < count - 1 else len(short)
        dealt += [*mine, *short[:room]]
        short = short[room:]
    items[:] = dealt


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the stories of tests/golden be written anew."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew")
    parser.addoption(
        "--update-examples", action="store_true", help="write what examples of checks expect anew"
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether what is reported now becomes what is expected."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def update_examples(request: pytest.FixtureRequest) -> bool:
    """Whether what a check reports now becomes what its examples expect."""
    return bool(request.config.getoption("--update-examples"))
