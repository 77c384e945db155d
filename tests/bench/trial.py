"""One package examined in a process of its own; the parent judges what comes out.

Run as ``python -m tests.bench.trial``; it reads a request and prints an outcome, both JSON. A
crash is an outcome too, with its traceback, so that one chart never ends the bench.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from reviews.pipeline.core.policy import Policy
from reviews.pipeline.core.refusal import PackageRefused
from reviews.pipeline.examination import session
from reviews.pipeline.examination.run import examine
from reviews.pipeline.report.public_json import to_json
from reviews.pipeline.tracing.experiment import trace
from reviews.pipeline.tracing.experiment.reveal import Revealed

from .as_a_worker import forked, prepare
from .processor import processor_seconds
from .witness import bare_seconds

BARE_SECONDS = 120.0
ENOUGH_SECONDS = 20.0


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Examine ``request["package"]``, write the rewritten one, then measure against one render.

    The outcome is ``examined``, ``refused`` or ``crashed``; the last comes with a traceback,
    which also says what was known until then. All seconds are those of processors. As a worker
    does, it reads the schemas of the cluster versions first. ``mebibytes`` are those of another
    examination, in a forked process and that of its engine together, at the worst moment.
    """
    outcome: dict[str, Any] = {"outcome": "examined"}
    package, values = Path(request["package"]), request["values"]
    prepare()
    try:
        with mock.patch.object(session, "perf_counter", processor_seconds):
            started = processor_seconds()
            examination = examine(package, Policy(), [values] if values else ())
            outcome["seconds"] = processor_seconds() - started
        memory = forked(partial(_examined, package, values)).memory
        outcome["mebibytes"], outcome["mebibytes_of_each"] = memory.mebibytes, memory.words
        outcome["report"] = to_json(examination.report)
        examination.write(Path(request["rewritten"]))
        outcome |= _against_one_render(package, values, request["repeat"])
    except PackageRefused as refusal:
        outcome |= {"outcome": "refused", "words": str(refusal)}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a line of the table
        outcome |= {
            "outcome": "crashed",
            "words": f"{type(error).__name__}: {error}"[:500],
            "traceback": traceback.format_exc(),
        }
    return outcome


def _examined(package: Path, values: Mapping[str, Any]) -> str:
    """Nothing but an examination."""
    examine(package, Policy(), [values] if values else ())
    return ""


def _against_one_render(
    package: Path, values: Mapping[str, Any], repeat: int
) -> dict[str, list[float]]:
    """Seconds of examinations, whole and with default features, and of one bare render, by turns.

    ``cluster_seconds`` are those of the whole ones that all cluster versions took together,
    with the validation of manifests.
    A slow chart is not measured again once it has taken long enough to drown the noise.
    """
    found: dict[str, list[float]] = {
        name: [] for name in ("whole_seconds", "default_seconds", "cluster_seconds", "bare_seconds")
    }
    while len(found["bare_seconds"]) < repeat and sum(found["whole_seconds"]) < ENOUGH_SECONDS:
        found["bare_seconds"].append(bare_seconds(package, values, BARE_SECONDS))
        whole, clusters = _examined_seconds(package, values)
        found["whole_seconds"].append(whole)
        found["cluster_seconds"].append(clusters)
        with mock.patch.object(trace, "reveal", _no_features):
            found["default_seconds"].append(_examined_seconds(package, values)[0])
    return found


def _examined_seconds(package: Path, values: Mapping[str, Any]) -> tuple[float, float]:
    """Seconds of one examination, and those of them for all cluster versions."""
    with mock.patch.object(session, "perf_counter", processor_seconds):
        started = processor_seconds()
        timings = examine(package, Policy(), [values] if values else ()).report.timings
        return processor_seconds() - started, timings["clusters"] + timings["validate"]


def _no_features(*_arguments: object) -> Revealed:
    """In the place of ``reveal``: nothing is switched on."""
    return Revealed()


def main() -> None:
    """Answer the one request on standard input."""
    json.dump(run(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
