"""The bench's door: ``python -m tests.bench --corpus DIR [--only GLOB] [--json FILE]``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path

from .chart import measure
from .judge import Json
from .table import has_failed, summary, text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; 1 when something happened that never may, 2 when there is no corpus."""
    options = _options(arguments)
    charts = sorted((options.corpus / "charts").glob("*.tgz"))
    chosen = [chart for chart in charts if fnmatchcase(chart.name, options.only)]
    if not chosen:
        sys.stderr.write(f"no chart like {options.only} in {options.corpus / 'charts'}\n")
        return 2
    records = list(_records(chosen, options))
    figures = summary(records)
    sys.stdout.write(text(figures, records) + "\n")
    if options.json:
        content = json.dumps({"summary": figures, "charts": records}, indent=1)
        options.json.write_text(content, encoding="utf-8")
    return int(has_failed(figures))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="holds charts/ and truth/")
    parser.add_argument("--only", default="*", help="only charts whose file name is like this")
    parser.add_argument("--json", type=Path, help="write every figure and every miss here")
    parser.add_argument("--jobs", type=int, default=1, help="charts at once; more spoil the times")
    parser.add_argument("--repeat", type=int, default=3, help="how often a time is measured")
    return parser.parse_args(arguments)


def _records(charts: Sequence[Path], options: argparse.Namespace) -> Iterator[Json]:
    """One record a chart, in order, told on stderr as they come."""
    truths = options.corpus / "truth" / "charts"

    def one(chart: Path) -> Json:
        return measure(chart, truths / f"{chart.name.removesuffix('.tgz')}.json", options.repeat)

    with ThreadPoolExecutor(options.jobs) as pool:
        for number, record in enumerate(pool.map(one, charts), 1):
            seconds = record.get("seconds", 0.0)
            sys.stderr.write(
                f"{number}/{len(charts)} {record['chart']} {record['outcome']} {seconds:.1f} s\n"
            )
            yield record


if __name__ == "__main__":
    sys.exit(main())
