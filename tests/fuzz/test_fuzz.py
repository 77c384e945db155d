"""A short part of the fuzzing; ``make fuzz`` goes on for longer."""

from __future__ import annotations

import pytest

from .mutation import mutated
from .targets import TARGETS, Target

MOST = {"images": 25, "form": 150}
EACH = 120


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_what_is_in_order_is_taken(target: Target) -> None:
    for seed in target.seeds:
        target.check(seed)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_what_is_almost_right_breaks_nothing(target: Target) -> None:
    for number in range(MOST.get(target.name, EACH)):
        target.check(mutated(target.seeds, number))


def test_mutations_are_the_same_for_the_same_number() -> None:
    seeds = TARGETS["yaml"].seeds

    assert [mutated(seeds, n) for n in range(50)] == [mutated(seeds, n) for n in range(50)]
    assert len({mutated(seeds, n) for n in range(50)}) > 40
