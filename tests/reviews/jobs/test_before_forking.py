"""A worker prepares once what the processes of its pool share."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from reviews.jobs import before_forking
from reviews.pipeline.cluster_schemas import validators
from reviews.pipeline.rendering import process

pytestmark = pytest.mark.django_db


def _worker(*queues: str) -> Any:
    consumed = dict.fromkeys(queues)
    queues_of_app = SimpleNamespace(queues=SimpleNamespace(consume_from=consumed))
    return SimpleNamespace(app=SimpleNamespace(amqp=queues_of_app))


def test_schemas_and_the_code_of_the_engines_process_are_compiled() -> None:
    validators._validator.cache_clear()
    process._compile_once.cache_clear()

    before_forking.prepare(_worker("analyses", "upkeep"))

    assert validators._validator.cache_info().currsize > 0
    assert process._compile_once.cache_info().currsize == 1


def test_a_worker_without_analyses_prepares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(before_forking, "examine_once", done := Mock())

    before_forking.prepare(_worker("archives"))

    assert done.call_count == 0


def test_a_worker_begins_although_nothing_could_be_prepared(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(before_forking, "load_schemas", Mock(side_effect=OSError("no disk")))

    with caplog.at_level(logging.WARNING):
        before_forking.examine_once()

    assert [each.getMessage() for each in caplog.records] == [
        "no package could be examined at the start"
    ]
