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
from .operators import measure_operator, operator_figures, operator_text, operators_failed
from .table import has_failed, summary, text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; 1 when something happened that never may, 2 when there is no corpus."""
    options = _options(arguments)
    charts = _chosen(options, "charts/*.tgz")
    operators = _chosen(options, "operators/*.zip")
    if not charts and not operators:
        sys.stderr.write(f"no chart and no operator like {options.only} in {options.corpus}\n")
        return 2
    result: Json = {}
    failed = False
    if charts:
        records = list(_records(charts, options))
        result |= {"summary": (figures := summary(records)), "charts": records}
        sys.stdout.write(text(figures, records) + "\n")
        failed = has_failed(figures)
    if operators:
        records = list(_operator_records(operators, options))
        result |= {"operator_summary": (figures := operator_figures(records)), "operators": records}
        sys.stdout.write(operator_text(figures, records) + "\n")
        failed = failed or operators_failed(figures)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    return int(failed)


def _chosen(options: argparse.Namespace, pattern: str) -> list[Path]:
    found = sorted(options.corpus.glob(pattern))
    return [package for package in found if fnmatchcase(package.name, options.only)]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="holds charts/ and truth/")
    parser.add_argument("--only", default="*", help="only packages whose file name is like this")
    parser.add_argument("--json", type=Path, help="write every figure and every miss here")
    parser.add_argument(
        "--jobs", type=int, default=1, help="charts at once; more distort the times"
    )
    parser.add_argument("--repeat", type=int, default=3, help="how often a time is measured")
    return parser.parse_args(arguments)


def _records(charts: Sequence[Path], options: argparse.Namespace) -> Iterator[Json]:
    """One record a chart, in order, reported on stderr as they come."""
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


def _operator_records(operators: Sequence[Path], options: argparse.Namespace) -> Iterator[Json]:
    """One record an operator, one after the other: they are quick."""
    truths = options.corpus / "truth" / "operators"
    for operator in operators:
        yield measure_operator(operator, truths / f"{operator.name.removesuffix('.zip')}.json")


if __name__ == "__main__":
    sys.exit(main())
