"""A process that publishes and may kill itself: ``python -m tests.registry.publishing_process``.

It reads its orders as JSON. What it learns of layers goes into a file, line by line, as a
database would keep it. ``kill_at`` counts how often it was asked whether it should stop, which is
before every request and with every piece of a layer.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reviews.registry import (
    BlobRecords,
    Compression,
    Dialect,
    LayoutTarget,
    PlannedImage,
    PublishedBlob,
    PublishError,
    PublishPlan,
    Target,
    publish,
)

ROOT = Path(__file__).resolve().parents[2]


class Records(BlobRecords):
    """Layers, kept in a file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        for line in path.read_text().splitlines() if path.exists() else ():
            super().add(PublishedBlob(**json.loads(line)))

    def add(self, blob: PublishedBlob) -> None:
        super().add(blob)
        with self._path.open("a") as file:
            file.write(json.dumps(asdict(blob)) + "\n")


class Stops:
    """Counts the questions, and ends the process at one of them as nobody can prevent."""

    def __init__(self, kill_at: int) -> None:
        self.asked = 0
        self._kill_at = kill_at

    def should_stop(self) -> bool:
        self.asked += 1
        if self.asked == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return False


def orders(
    plan: PublishPlan, target: Target | LayoutTarget, records: Path, kill_at: int = 0
) -> str:
    """What a process is to do, for ``start``."""
    where = (
        {"layout": str(target.root)}
        if isinstance(target, LayoutTarget)
        else {"address": target.address, "dialect": target.dialect.value}
    )
    return json.dumps(
        {
            "package": str(plan.package),
            "images": [asdict(image) for image in plan.images],
            "records": str(records),
            "kill_at": kill_at,
            **where,
        }
    )


def start(ordered: str, before: Sequence[str] = ()) -> subprocess.Popen[str]:
    """The process at work; ``before`` goes before its command."""
    return subprocess.Popen(
        [*before, sys.executable, "-m", "tests.registry.publishing_process", ordered],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any]]:
    """How it ended: its exit code, and what it printed (empty where it was killed)."""
    output, _errors = process.communicate(timeout=300)
    return process.returncode, json.loads(output) if output else {}


def _target(given: dict[str, Any]) -> Target | LayoutTarget:
    if "layout" in given:
        return LayoutTarget(Path(given["layout"]))
    dialect = Dialect(given["dialect"])
    compression = Compression.GZIP if dialect is Dialect.DOCKER else Compression.NONE
    return Target(given["address"], dialect=dialect, compression=compression)


def main(arguments: Sequence[str]) -> None:
    given = json.loads(arguments[0])
    plan = PublishPlan(
        Path(given["package"]), tuple(PlannedImage(**image) for image in given["images"])
    )
    stops = Stops(given["kill_at"])
    done: list[int] = []
    published = publish(
        plan,
        _target(given),
        Records(Path(given["records"])),
        lambda bytes_done, _total, _sentence: done.append(bytes_done),
        stops.should_stop,
    )
    try:
        outcomes = [each.outcome.value for each in published]
    except PublishError as error:
        sys.stdout.write(json.dumps({"error": type(error).__name__, "words": str(error)}))
        return
    sys.stdout.write(
        json.dumps({"outcomes": outcomes, "asked": stops.asked, "grows": done == sorted(done)})
    )


if __name__ == "__main__":
    main(sys.argv[1:])
