"""What pages cost: ``python -m tests.bench.pages --corpus DIR``.

The server's processor time for each page of a reviewer, the size of what it sends, and how long a
browser's renderer works until the second frame. A portal of its own is filled: a real chart, a
generated package with many findings in a long file, a queue of 100,000 submissions, and a log of
1,000,000 events.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

from tests.bench.flood import flooded_chart

REAL = "prometheus-community__kube-prometheus-stack-*.tgz"
QUEUE = 100_000
EVENTS = 1_000_000
_REPEAT = 5


@dataclass(frozen=True, slots=True)
class Goal:
    """What a page may cost: milliseconds of the server's processor, kB of HTML; None: no goal."""

    milliseconds: float | None = 50
    kilobytes: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: milliseconds of the server's processor, first and best, bytes, queries, the goal."""

    name: str
    first: float
    best: float
    size: int
    sent: int
    queries: int
    goal: Goal

    def row(self) -> str:
        """The figures as a row of a table, each beside its goal."""
        time, size = map(_limit, (self.goal.milliseconds, self.goal.kilobytes))
        return (
            f"| {self.name} | {self.first:.0f} | {self.best:.0f} | {time} |"
            f" {self.size / 1000:.0f} | {size} | {self.sent / 1000:.0f} | {self.queries} |"
        )


def _limit(most: float | None) -> str:
    return "–" if most is None else f"{most:.0f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="holds charts/")
    parser.add_argument("--queue", type=int, default=QUEUE, help="submissions in the queue")
    parser.add_argument("--events", type=int, default=EVENTS, help="events in the log")
    parser.add_argument("--browser", action="store_true", help="measure a browser, too")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as data:
        _open_portal(data)
        from tests.bench import page_figures  # noqa: PLC0415 - Django has its settings only now

        packages = {"flood": packed("flood", flooded_chart())}
        for chart in sorted((options.corpus / "charts").glob(REAL))[:1]:
            packages["kube-prometheus-stack"] = packed(chart.stem, chart.read_bytes())
        sys.stdout.write(f"a million additions take {reference():.0f} ms here\n\n")
        sys.stdout.write("| page | first ms | best ms | goal | kB | goal | kB sent | queries |\n")
        sys.stdout.write("| --- | --- | --- | --- | --- | --- | --- | --- |\n")
        for figure in page_figures.measure(packages, options.queue, options.events):
            sys.stdout.write(figure.row() + "\n")
            sys.stdout.flush()
        if options.browser:
            for line in page_figures.in_browser(packages):
                sys.stdout.write(line + "\n")
    return 0


def reference() -> float:
    """Milliseconds of processor time for a fixed piece of work: busy machines have slow ones."""
    begun = process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return (process_time() - begun) * 1000


def _open_portal(data: str) -> None:
    os.environ |= {
        "PORTAL_DATA": data,
        "DJANGO_SETTINGS_MODULE": "osc_portal.settings",
        "PORTAL_HOSTS": "testserver",
        # The browser's event loop runs in this thread.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "yes",
    }
    import django  # noqa: PLC0415 - it reads the settings
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)


def packed(name: str, chart: bytes) -> bytes:
    """A service package with this chart in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("service/package/" + f"{name}.tgz", chart)
    return file.getvalue()


PAGE = Goal()


def taken(
    name: str,
    ask: Callable[[], Any],
    count: Callable[[Callable[[], Any]], int],
    goal: Goal = PAGE,
) -> Figure:
    """Ask several times; how long it took the first time, and at best. ``count`` asks once more."""
    times: list[float] = []
    for _turn in range(_REPEAT):
        begun = process_time()
        answer = ask()
        times.append((process_time() - begun) * 1000)
    content = answer.content
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    size = len(gzip.decompress(content)) if is_packed else len(content)
    return Figure(name, times[0], min(times), size, len(content), count(ask), goal)


if __name__ == "__main__":
    sys.exit(main())
