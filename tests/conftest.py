"""What holds for every test of the house."""

from __future__ import annotations

import pytest
from hypothesis import settings

# A busy machine is no failure: no example is timed.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


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
