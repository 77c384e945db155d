"""One chart on the bench: trial, witness and judgement, as one flat record."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reviews.pipeline.core.policy import Policy
from reviews.pipeline.tracing.in_clusters import base_cluster

from .archives import unexplained
from .edited import Foreign, foreign_scalars, proposed
from .judge import (
    Claims,
    Json,
    hard_coded,
    image_verdicts,
    in_cluster,
    invented,
    prove,
    reachable,
    states_to_try,
)
from .truth import Truth, read_truth
from .witness import everything_on, merged, names_image, nested, renders

HANG_SECONDS = 600.0
WITNESS_SECONDS = 300.0
STATES = 16
PROBE = "bench-probe"
SOLD = asdict(base_cluster(Policy()))
CLUSTER = {"kube_version": SOLD["version"], "api_versions": SOLD["apis"]}
"""The newest cluster that services are sold for: what the report says holds there."""
PROJECT = Path(__file__).parents[2]


def measure(chart: Path, truth_file: Path, repeat: int) -> Json:
    """Everything the bench says of one chart; see ``table`` for what becomes of it.

    ``outcome`` is ``examined``, ``refused``, ``crashed``, ``hung``, or ``unjudged`` when the bench
    itself failed. ``repeat`` is how often
    the time is measured against a bare render.
    """
    truth = read_truth(truth_file)
    record: Json = {"chart": chart.name, "has_subcharts": truth.has_subcharts}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rewritten = Path(folder, "rewritten.tgz")
        record |= _trial(chart, truth, rewritten, repeat)
        if record["outcome"] == "examined":
            try:
                record |= _judge(chart, rewritten, truth, record.pop("report"))
            except Exception as error:  # noqa: BLE001 - one chart never ends the bench
                record |= {
                    "outcome": "unjudged",
                    "words": f"{type(error).__name__}: {error}"[:500],
                    "traceback": traceback.format_exc(),
                }
    return record


def _trial(chart: Path, truth: Truth, rewritten: Path, repeat: int) -> Json:
    request = {
        "package": str(chart),
        "values": truth.base_values,
        "rewritten": str(rewritten),
        "repeat": repeat,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.trial"],
            input=json.dumps(request).encode(),
            capture_output=True,
            cwd=PROJECT,
            timeout=HANG_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"outcome": "hung", "words": f"not finished after {HANG_SECONDS:.0f} s"}
    if done.returncode != 0:
        words = f"the process ended with {done.returncode}"
        last = done.stderr.decode("utf-8", "replace")[-4000:]
        return {"outcome": "crashed", "words": words, "traceback": last}
    outcome: Json = json.loads(done.stdout)
    return outcome


def _judge(chart: Path, rewritten: Path, truth: Truth, report: Json) -> Json:
    original, result = chart.read_bytes(), rewritten.read_bytes()
    truth = reachable(truth, original)
    edits = proposed(report)
    outside = unexplained(original, result, edits)
    claims = Claims(report)
    states = states_to_try(truth, report, original, STATES)
    everything = everything_on(chart, truth.base_values, truth.never, WITNESS_SECONDS, CLUSTER)
    if everything is not None:
        states.insert(1, ("all", everything))
    names, values = [name for name, _ in states], [given for _, given in states]
    before = renders(chart, values, WITNESS_SECONDS, CLUSTER)
    after = renders(rewritten, values, WITNESS_SECONDS, CLUSTER)
    truth = in_cluster(truth, renders(chart, values, WITNESS_SECONDS), before)
    proof = prove(claims, names, before, after)
    foreign = foreign_scalars(original, edits, truth)
    return {
        "rendered": report["verification"]["rendered"],
        "rendered_before": before[0].error is None,
        "states": [name for name, render in zip(names, before, strict=True) if not render.error],
        "stopped": proof.stopped,
        "renders": report["verification"]["renders"],
        "unreached": len(report["verification"]["unreached"]),
        "other_changes": [
            change for change in report["verification"]["other_changes"] if not change["cause"]
        ],
        "timings": report["timings"],
        "rules": sorted({finding["rule"] for finding in report["findings"]}),
        "edits": len(edits),
        "bytes_outside": outside.bytes,
        "members_outside": outside.members,
        "foreign_scalars": _moving_no_image(chart, foreign, values),
        "unknown_to_truth": [str(each) for each in foreign],
        "images": [
            asdict(verdict.image)
            | {"stage": verdict.image.stage}
            | {
                "outcome": verdict.outcome,
                "rendered_again": verdict.rendered_again,
                "reason": verdict.reason,
            }
            for verdict in image_verdicts(truth, claims, proof)
        ],
        "wrong": [asdict(each) for each in proof.wrong],
        "moved": [asdict(each) for each in proof.moved],
        "hard_coded": [
            {"template": image.template, "value": image.value, "result": found, "where": where}
            for image, found, where in hard_coded(truth, claims, original)
        ],
        "invented": [
            {"value": value, "truth": verdict}
            for value, verdict in invented(truth, claims, original)
        ],
    }


def _moving_no_image(
    chart: Path, foreign: Sequence[Foreign], values: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Those of ``foreign`` that are no image part indeed: with them changed, no image is another.

    The truth does not know every value that decides an image, so the engine is asked in each
    of the states that ``values`` make.
    """
    left = []
    for each in foreign:
        given = [merged(state, nested(each.path, PROBE)) for state in values]
        shown = renders(chart, given, WITNESS_SECONDS, CLUSTER) if each.can_be_given else []
        if not any(names_image(render.text, PROBE) for render in shown):
            left.append(str(each))
    return left
