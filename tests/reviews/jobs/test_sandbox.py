"""A worker knows its sandbox, and does not start without what is required of it."""

from __future__ import annotations

import logging

import pytest
from pytest_django import Settings

from reviews.jobs import sandbox
from reviews.pipeline import sandbox_layers
from reviews.pipeline.core.policy import SANDBOX_LAYERS
from reviews.pipeline.rendering import engine


def test_the_layers_are_those_of_a_process_that_renders() -> None:
    found = sandbox_layers()

    assert "no-new-privileges" in found
    assert set(found) <= set(SANDBOX_LAYERS)


def test_a_worker_that_lacks_a_layer_does_not_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "layers_at_start", lambda: ("seccomp",))
    sandbox.require_layers()
    settings.PORTAL_REQUIRE_SANDBOX = ["seccomp"]
    sandbox.require_layers()
    settings.PORTAL_REQUIRE_SANDBOX = ["landlock", "seccomp"]

    with pytest.raises(SystemExit, match="the sandbox lacks landlock on this machine"):
        sandbox.require_layers()


def test_what_is_missing_is_in_the_log_once(caplog: pytest.LogCaptureFixture) -> None:
    engine._warn_of_missing.cache_clear()
    with caplog.at_level(logging.WARNING):
        for _each in range(2):
            engine._warn_of_missing(("seccomp", "no-new-privileges"))

    assert [record.getMessage() for record in caplog.records] == [
        "the process that renders charts is not isolated by landlock: see SECURITY.md"
    ]
