"""How long hostile packages take, and how much memory: ``python -m tests.bench.hostile``.

Every package is examined as a worker does: under the portal's limits, in a process that is forked
from one that has loaded everything. Memory is that of the process and of the engine's together, at
the worst moment. ``--only`` chooses among the kinds by a part of their names, ``--folder`` adds the
files of a folder.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from reviews.pipeline.core.policy import MIB, Policy
from reviews.pipeline.core.refusal import PackageRefused
from reviews.pipeline.examination.run import examine

from .as_a_worker import forked, prepare
from .resident import Moment
from .slow_packages import SLOW, Package

MOST_SECONDS = 40.0
MOST_BYTES = 600 * MIB


@dataclass(frozen=True)
class Taken:
    """What one package took: seconds of the processor, memory, and how it ended.

    ``processor`` counts the engine, too, and ``memory`` all processes at one moment.
    """

    name: str
    packed: int
    wall: float
    processor: float
    memory: Moment
    end: str

    @property
    def is_within(self) -> bool:
        """Whether it keeps to what we promise."""
        return self.processor <= MOST_SECONDS and self.memory.total <= MOST_BYTES

    @property
    def row(self) -> str:
        """A line of the table."""
        return (
            f"| {self.name} | {self.packed / 1024:,.0f} | {self.wall:.1f} | {self.processor:.1f} |"
            f" {self.memory.mebibytes:.0f} | {self.memory.words} |"
            f" {'' if self.is_within else '**no** '}{self.end} |"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a package took more than we promise."""
    options = _options(arguments)
    failed = False
    prepare()
    sys.stdout.write(
        "| package | KiB | seconds | processor | MiB at once | of each process | end |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
    )
    for name, build in _packages(options):
        taken = measured(name, build)
        failed = failed or not taken.is_within
        sys.stdout.write(f"{taken.row}\n")
        sys.stdout.flush()
    return int(failed)


def measured(name: str, build: Callable[[], Package]) -> Taken:
    """What the package that ``build`` makes takes."""
    with tempfile.TemporaryDirectory() as folder:
        file_name, content = build()
        path = Path(folder, file_name)
        path.write_bytes(content)
        del content
        found = forked(partial(_examine, path))
        return Taken(
            name=name,
            packed=path.stat().st_size,
            wall=found.wall,
            processor=found.processor,
            memory=found.memory,
            end=found.said or "the process died",
        )


def _examine(path: Path) -> str:
    """In the forked process: examine, and how that ended."""
    seconds = Policy().limits.analysis_processor_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
    try:
        report = examine(path, Policy()).report
        return f"{len(report.findings)} findings"
    except PackageRefused as refused:
        return f"{refused.code}: {refused.words}"[:120]
    except BaseException as error:  # noqa: BLE001 - it is a line of the table
        return f"{type(error).__name__}: {error}"[:120]


def _packages(options: argparse.Namespace) -> Iterator[tuple[str, Callable[[], Package]]]:
    for name, build in SLOW.items():
        if options.only in name:
            yield name, build
    for path in sorted(options.folder.iterdir()) if options.folder else ():
        if path.is_file() and path.suffix in {".tgz", ".zip"}:
            yield path.name, lambda path=path: (path.name, path.read_bytes())  # type: ignore[misc]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench.hostile", description=__doc__)
    parser.add_argument("--only", default="", help="a part of the names of the kinds")
    parser.add_argument("--folder", type=Path, help="packages that are measured, too")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
