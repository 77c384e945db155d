"""The proof without an engine believes nobody: what is not as promised is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.pipeline.archive.reading import read_upload
from reviews.pipeline.checks.examples.operators import CSV_FILE, operator_package
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.package.operator import SOURCE_ANNOTATION, read_operator
from reviews.pipeline.proof.by_parsing import verify_by_parsing
from reviews.pipeline.proof.by_rendering import Proof
from reviews.pipeline.rewrite import RewrittenFile
from reviews.pipeline.tracing.redirect.operator_places import operator_places
from reviews.pipeline.tracing.redirect.place_plan import plan_places

from ..checks.boxes import written
from ..operators import POLICY, TARGET, plain_csv

LIMITS = Limits()
BEFORE = plain_csv()
AFTER = BEFORE.replace("quay.io/demo", TARGET)
DEMO, OPERATOR = "quay.io/demo/demo:1.0.0", "quay.io/demo/demo-operator:1.0.0"


def proof_of(after: str | None, tmp_path: Path) -> Proof:
    """The proof of an operator whose CSV is ``after`` now; None: nobody touched it."""
    archive = read_upload(written(operator_package(csv=BEFORE), tmp_path), LIMITS, lambda _n: True)
    places = operator_places(read_operator(archive, LIMITS))
    trace = plan_places(places, POLICY, None)
    files = (
        [RewrittenFile(f"demo/{CSV_FILE}", BEFORE.encode(), after.encode(), ())] if after else []
    )
    return verify_by_parsing(places, trace, files, SOURCE_ANNOTATION, LIMITS)


def test_what_is_as_promised_is_proven(tmp_path: Path) -> None:
    assert proof_of(AFTER, tmp_path) == Proof(rendered=False, parsed=True)


def test_spelling_and_comments_are_not_what_the_file_says(tmp_path: Path) -> None:
    same = AFTER.replace("displayName: Demo", "displayName: 'Demo' # so")

    assert proof_of(same, tmp_path) == Proof(rendered=False, parsed=True)


@pytest.mark.parametrize(
    ("after", "failed"),
    [
        (None, {DEMO, OPERATOR}),
        (AFTER.replace(f"{TARGET}/demo:", "other/demo:"), {DEMO}),
        (AFTER.replace(f"{TARGET}/demo-operator:", "quay.io/demo/demo-operator:"), {OPERATOR}),
        (AFTER.replace("alm-examples: |-", "alm-examples: ["), {DEMO, OPERATOR}),
        (AFTER + "---\na: 1\n", {DEMO, OPERATOR}),
        (AFTER.replace('"kind": "Demo"', '"kind": Demo'), {DEMO}),
    ],
)
def test_an_image_that_does_not_read_as_its_target_has_failed(
    after: str | None, failed: set[str], tmp_path: Path
) -> None:
    assert proof_of(after, tmp_path).failed.keys() == failed


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("displayName: Demo", "displayName: Demos", "spec.displayName"),
        ("  displayName: Demo\n", "", "spec.displayName"),
        ("supported: true", "supported: 'true'", "spec.installModes.0.supported"),
        (
            '"metadata": {"name": "demo"}',
            '"metadata": {"name": "demos"}',
            "metadata.annotations.alm-examples.0.metadata.name",
        ),
        ("source: ISV", "source: Huawei", "metadata.annotations.source"),
    ],
)
def test_whatever_else_differs_is_reported_with_its_path(
    old: str, new: str, path: str, tmp_path: Path
) -> None:
    proof = proof_of(AFTER.replace(old, new, 1), tmp_path)

    assert proof.failed == {}
    assert [(change.path, change.cause) for change in proof.changes] == [(path, None)]
