"""A policy outlives the process that made it: as JSON, beside what was decided under it."""

from __future__ import annotations

import json

from reviews.pipeline.core.address_parts import AMBIGUOUS_KEYS, READINGS, AddressPiece
from reviews.pipeline.core.findings import Severity
from reviews.pipeline.core.policy import Limits, Policy

OWN = Policy(
    registry="swr.example.com",
    organization="osc",
    limits=Limits(members=5),
    severities={"OSC-MAP-011": Severity.WARNING},
    external=("docker.io/library/nginx:*",),
    mapping_readings=({"repo": AddressPiece.NAME, "endpoint": AddressPiece.HOST},),
)


def test_a_snapshot_goes_through_json_and_comes_back_whole() -> None:
    for policy in (Policy(), OWN):
        assert Policy.restore(json.loads(json.dumps(policy.snapshot()))) == policy


def test_a_snapshot_from_before_the_readings_gets_those_of_today() -> None:
    snapshot = OWN.snapshot()
    del snapshot["mapping_readings"]

    assert Policy.restore(snapshot).mapping_readings == READINGS


def test_three_keys_can_be_read_in_several_ways() -> None:
    assert sorted(AMBIGUOUS_KEYS) == ["prefixAddress", "repo", "repository"]


def test_each_piece_of_an_address() -> None:
    parts = ("swr.example.com", "osc", "redis", "0.0.1")

    assert {piece.name: piece.of(*parts) for piece in AddressPiece} == {
        "WHOLE": "swr.example.com/osc/redis:0.0.1",
        "ADDRESS": "swr.example.com/osc/redis",
        "PREFIX": "swr.example.com/osc",
        "PATH": "osc/redis",
        "HOST": "swr.example.com",
        "NAME": "redis",
        "TAG": "0.0.1",
    }
    assert (
        AddressPiece.WHOLE.of("swr.example.com", "osc", "redis", "") == "swr.example.com/osc/redis"
    )
