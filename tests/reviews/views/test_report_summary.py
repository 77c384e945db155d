"""The line of the checklist that says what is proven."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviews.pipeline import Report
from reviews.pipeline.report.model import ProvenBy
from reviews.pipeline.tracing.model import ImageStatus
from reviews.views.report_summary import proof_step
from tests.pipeline.reports import EMPTY, FULL, REDIRECTED


def _report(proven_by: ProvenBy | None, *statuses: ImageStatus) -> Report:
    images = tuple(replace(REDIRECTED, status=status) for status in statuses)
    redirected = sum(status is ImageStatus.REDIRECTED for status in statuses)
    verification = replace(
        FULL.verification,
        proven_by=proven_by,
        images_total=len(images),
        images_redirected=redirected,
    )
    return replace(FULL, images=images, verification=verification)


MOVED, FIXED, UNSURE = ImageStatus.REDIRECTED, ImageStatus.HARDCODED, ImageStatus.UNVERIFIED
THERE = ImageStatus.UNCHANGED
BY_RENDERING, BY_PARSING = ProvenBy.RENDERING, ProvenBy.PARSING


@pytest.mark.parametrize(
    ("report", "tone", "words"),
    [
        (_report(BY_RENDERING, MOVED), "success", "1 of 1 images proven by rendering"),
        (_report(BY_PARSING, MOVED), "success", "1 of 1 images proven by parsing"),
        (_report(BY_PARSING, FIXED), "warning", "0 of 1 images proven by parsing"),
        (_report(BY_RENDERING, MOVED, UNSURE), "warning", "1 of 2 images proven by rendering"),
        (_report(BY_RENDERING, MOVED, THERE), "success", "1 of 1 images proven by rendering"),
        (_report(None, MOVED), "warning", "1 of 1 images redirected, nothing proven"),
        (EMPTY, "success", "No image to redirect"),
    ],
)
def test_only_what_is_well_is_ticked(report: Report, tone: str, words: str) -> None:
    step = proof_step(report)

    assert (step.tone, str(step.words)) == (tone, words)
    assert step.sign == tone
