"""Which images a finding speaks of, which a decision on it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviews.pipeline.core.findings import Edit, Finding, Place, Severity
from reviews.pipeline.core.messages import Message
from reviews.pipeline.core.policy import Policy
from reviews.pipeline.report.fingerprints import decidables, images_of

from ..reports import FULL, LITERAL, LOOSE

DEMO, BUSYBOX = FULL.images


def test_a_finding_speaks_of_every_image_that_it_names() -> None:
    both = replace(LOOSE, images=(DEMO.original, BUSYBOX.original))

    assert images_of(FULL, both) == (DEMO, BUSYBOX)
    assert images_of(FULL, replace(both, images=())) == ()


def test_a_finding_speaks_of_the_images_that_its_place_decides() -> None:
    assert images_of(FULL, replace(LITERAL, image=None)) == (BUSYBOX,)


def test_a_decision_rests_on_the_twelfth_image_as_on_the_first() -> None:
    many = tuple(
        replace(DEMO, original=f"quay.io/team/app:{number}", sources=()) for number in range(12)
    )
    finding = replace(LOOSE, images=tuple(each.original for each in many))
    report = replace(FULL, images=many, findings=(finding,))
    moved = replace(
        report, images=(*many[:11], replace(many[11], target="swr.example.com/osc/other:11"))
    )

    (before,), (after,) = decidables(report, Policy()), decidables(moved, Policy())

    assert before.fingerprint != after.fingerprint


def test_a_finding_that_only_moved_is_the_same_but_asked_again() -> None:
    place = replace(LOOSE.place, line=(LOOSE.place.line or 0) + 3)
    reports = [
        replace(FULL, images=(), findings=(each,)) for each in (LOOSE, replace(LOOSE, place=place))
    ]

    (before,), (after,) = (decidables(report, Policy()) for report in reports)

    assert before.content == after.content
    assert before.fingerprint != after.fingerprint


@pytest.mark.parametrize(
    "other",
    [
        replace(LOOSE, rule="OSC-HELM-001"),
        replace(LOOSE, severity=Severity.ERROR),
        replace(LOOSE, place=Place("demo/other.yaml", LOOSE.place.line, LOOSE.place.column)),
        replace(LOOSE, message=Message("Other words.")),
        replace(LOOSE, message=Message(LOOSE.message.template, {"other": "parameter"})),
        replace(LOOSE, edit=Edit("demo/values.yaml", 0, 1, "a", "b")),
    ],
    ids=["rule", "severity", "file", "words", "parameters", "edit"],
)
def test_a_decision_rests_on_every_part_of_its_finding(other: Finding) -> None:
    reports = [replace(FULL, findings=(finding,)) for finding in (LOOSE, other)]

    (before,), (after,) = (decidables(report, Policy()) for report in reports)

    assert before.fingerprint != after.fingerprint
