"""Ranges of versions mean to us what they mean to Helm: the engine itself is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from semver import Version

from reviews.pipeline.core.policy import Limits
from reviews.pipeline.rendering import ChartRejected, Engine
from reviews.pipeline.versions.constraint import HelmConstraint
from reviews.pipeline.versions.semantic import parse_version

from ..journey import tgz

VERSIONS = [
    "0.0.0",
    "0.0.1",
    "0.0.3",
    "0.2.5",
    "1.0.0",
    "1.15.0",
    "1.19.9",
    "1.20.0-0",
    "1.20.0-alpha.1",
    "1.20.0",
    "1.20.5",
    "1.21.0",
    "1.25.0-r0",
    "1.25.0",
    "1.30.4-r0-30.0.14.9",
    "2.0.0-rc.1",
    "2.0.0",
]
OPERATORS = ("", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^")
LIMITS = [
    "1",
    "1.20",
    "1.20.5",
    "1.x",
    "1.20.x",
    "*",
    "x",
    "0",
    "0.0",
    "0.0.3",
    "0.2",
    "1.20.0-0",
    "1.20-0",
    "v1.20",
    "1.25.0-r0",
    "2",
]
WRITTEN = (
    *(operator + limit for operator in OPERATORS for limit in LIMITS),
    ">= 1.19.0-0 < 1.25.0-0",
    ">=1.19.0,<1.30 || >=2",
    ">=1.20.0 <1.x",
    "1.2 - 1.25",
    "1.20 - 1.21.0-0",
    "^1.20 , !=1.20.5",
    "~1.20 || ~1.21||1.25.0-r0",
    "1.20.0+build",
)
NO_RANGES = ("", " ", "foo", ">=", ">= 1.20 <", ">=1.20 foo", "1.20.0.0", ">>1.2", ">=1.20 ||")
COMPARE = "{{ range .Values.versions }}{{ semverCompare $.Values.range . }} {{ end }}"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(Limits()) as engine:
        yield engine


@pytest.fixture(scope="module")
def comparing(engine: Engine) -> int:
    files = {"demo/Chart.yaml": "apiVersion: v2\nname: demo\nversion: 1.0.0\n"}
    return engine.load(tgz({**files, "demo/templates/compare.yaml": COMPARE}))


def by_helm(engine: Engine, chart: int, text: str) -> list[bool] | None:
    """What Helm says of each version, None where ``text`` is no range to it."""
    try:
        rendering = engine.render(chart, {"range": text, "versions": VERSIONS}, budgeted=False)
    except ChartRejected:
        return None
    return [word == "true" for word in rendering.manifests["demo/templates/compare.yaml"].split()]


def by_us(text: str) -> list[bool] | None:
    constraint = HelmConstraint.parse(text)
    return None if constraint is None else [constraint.admits(version(each)) for each in VERSIONS]


def version(text: str) -> Version:
    parsed = parse_version(text)
    assert parsed is not None
    return parsed


def test_every_range_admits_what_helm_admits(engine: Engine, comparing: int) -> None:
    differing = [text for text in WRITTEN if by_us(text) != by_helm(engine, comparing, text)]

    assert differing == []


@pytest.mark.parametrize("text", NO_RANGES)
def test_what_helm_cannot_read_is_no_range(text: str, engine: Engine, comparing: int) -> None:
    assert (by_us(text), by_helm(engine, comparing, text)) == (None, None)


def test_a_text_of_any_length_is_read_in_no_time() -> None:
    assert HelmConstraint.parse(">=1 " * 100_000) is None
