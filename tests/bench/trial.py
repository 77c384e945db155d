"""One package examined in a process of its own; the parent judges what comes out.

Run as ``python -m tests.bench.trial``; it reads a request and prints an outcome, both JSON. A
crash is an outcome too, with its traceback, so that one chart never ends the bench.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest import mock

from reviews.pipeline.core.policy import Policy
from reviews.pipeline.core.refusal import PackageRefused
from reviews.pipeline.examination.run import examine
from reviews.pipeline.report.public_json import to_json
from reviews.pipeline.tracing.experiment import trace
from reviews.pipeline.tracing.experiment.reveal import Revealed

from .witness import bare_seconds

BARE_SECONDS = 120.0
ENOUGH_SECONDS = 20.0


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Examine ``request["package"]``, write the rewritten one, then measure against one render.

    The outcome is ``examined``, ``refused`` or ``crashed``; the last comes with a traceback,
    which also says what was known until then.
    """
    outcome: dict[str, Any] = {"outcome": "examined"}
    package, values = Path(request["package"]), request["values"]
    try:
        started = perf_counter()
        examination = examine(package, Policy(), [values] if values else ())
        outcome["seconds"] = perf_counter() - started
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


def _against_one_render(
    package: Path, values: Mapping[str, Any], repeat: int
) -> dict[str, list[float]]:
    """Seconds of whole examinations with default features, and of one bare render, by turns.

    ``cluster_seconds`` are those of these examinations that all cluster versions took together,
    with the validation of manifests; the schemas were read before.
    A slow chart is not measured again once it has taken long enough to drown the noise.
    """
    examined: list[float] = []
    clusters: list[float] = []
    bare: list[float] = []
    while len(bare) < repeat and sum(examined) < ENOUGH_SECONDS:
        bare.append(bare_seconds(package, values, BARE_SECONDS))
        with mock.patch.object(trace, "reveal", _no_features):
            started = perf_counter()
            timings = examine(package, Policy(), [values] if values else ()).report.timings
            examined.append(perf_counter() - started)
            clusters.append(timings["clusters"] + timings["validate"])
    return {"examined_seconds": examined, "cluster_seconds": clusters, "bare_seconds": bare}


def _no_features(*_arguments: object) -> Revealed:
    """In the place of ``reveal``: nothing is switched on."""
    return Revealed()


def main() -> None:
    """Answer the one request on standard input."""
    json.dump(run(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
