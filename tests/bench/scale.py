"""How the portal scales on this machine: ``python -m tests.bench.scale``, part of ``make bench``.

Analyses per minute with one, two and four worker processes, against what the processor time of an
analysis allows; how a queue of a thousand packages is worked off; and how long others wait while
one organisation floods the queue. Each portal is started with ``make run``'s programs, on
PostgreSQL where it is installed. With ``--corpus DIR`` real charts are analysed, too: those of
``DIR/charts`` around the median of their sizes.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import TYPE_CHECKING

from osc_portal.settings import VARIABLES
from tests.reviews import postgres
from tests.reviews.running import HOUSE, RunningPortal, data_folder, working_for

if TYPE_CHECKING:
    from reviews.models import Submission

_HERE = "__import__('tests.bench.scale', fromlist=[''])"
_LEFT = "Revision.objects.filter(finished_at__isnull=True).count()"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Run:
    """One analysis: whose it was, which process made it, and when (seconds since the epoch)."""

    organisation: str
    process: str
    queued: float
    started: float
    finished: float


@dataclass(frozen=True, slots=True)
class Rate:
    """What so many worker processes did in so many ``seconds``.

    ``used`` are the processor seconds of all processes of the portal, ``idle`` those that nobody
    used; the rest went to other programs. ``of_one`` is what one analysis takes by itself. Where
    ``used_for_each`` is more than that, work was added; where cores were idle, it had to wait.
    """

    processes: int
    analyses: int
    seconds: float
    used: float
    idle: float
    of_one: float

    @property
    def per_minute(self) -> float:
        return 60 * self.analyses / self.seconds

    @property
    def cores(self) -> float:
        """How many cores it could have used: other programs had the rest."""
        return min(float(self.processes), (self.used + self.idle) / self.seconds)

    @property
    def possible(self) -> float:
        """Analyses per minute of these cores, if they did nothing else."""
        return 60 * self.cores / self.of_one

    @property
    def used_for_each(self) -> float:
        """Processor seconds that the portal used for each, whatever for."""
        return self.used / self.analyses

    def row(self) -> str:
        """A line of the table."""
        return (
            f"| {self.processes} | {self.per_minute:.1f} | {self.of_one:.2f} |"
            f" {self.used_for_each:.2f} | {self.idle / self.seconds:.2f} | {self.cores:.2f} |"
            f" {self.possible:.1f} | {self.per_minute / self.possible:.0%} |"
        )


HEAD = (
    "| worker processes | analyses per minute | processor seconds of one | used for each |"
    " cores that were idle | cores it could use | possible per minute | reached |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |"
)


def around_the_median(charts: Path, number: int) -> list[Path]:
    """So many of the charts in a folder, from the middle of their order by size."""
    ordered = sorted(charts.glob("*.tgz"), key=lambda each: (each.stat().st_size, each.name))
    begin = max(0, (len(ordered) - number) // 2)
    return ordered[begin : begin + number]


def processor_seconds(number: int, files: Sequence[str] = ()) -> list[float]:
    """The processor seconds of so many analyses, with their renders; called in the portal.

    ``files`` are analysed in turn, without any the demo's package.
    """
    from reviews.jobs.before_forking import (  # noqa: PLC0415 - only where Django is set up
        examine_once,
    )
    from tests import factories  # noqa: PLC0415 - as above

    examine_once()  # as a worker does
    seconds = []
    submitted = _submitter(files)
    for each in range(number + 1):
        # The first is another one, so that each of the files counts once.
        submission = factories.submitted(version="measured") if not each else submitted(each - 1)
        before = _used_by_this_process()
        factories.examined(submission)
        seconds.append(_used_by_this_process() - before)
    return seconds[1:]  # the first reads what the others find read


def submit(
    number: int, organisation: str, package: bytes | None = None, files: Sequence[str] = ()
) -> float:
    """Submit so many packages, and the seconds that one took; called in the portal.

    ``files`` in turn, without any ``package``, without that the demo's.
    """
    submitted = _submitter(files, organisation, package)
    begun = perf_counter()
    for each in range(number):
        submitted(each)
    return (perf_counter() - begun) / number


def _submitter(
    files: Sequence[str], organisation: str = "Acme", package: bytes | None = None
) -> Callable[[int], Submission]:
    """Submits the package whose turn it is by its number."""
    from reviews.actions import submitting  # noqa: PLC0415 - only where Django is set up
    from reviews.demo_package import FILE_NAME, demo_package  # noqa: PLC0415 - as above
    from tests import factories  # noqa: PLC0415 - as above

    partner = factories.person(f"of {organisation}", member_of=organisation)
    packages = [(Path(each).name, Path(each).read_bytes()) for each in files]
    packages = packages or [(FILE_NAME, demo_package() if package is None else package)]

    def submitted(number: int) -> Submission:
        name, content = packages[number % len(packages)]
        return submitting.submit(
            by=partner,
            organisation=factories.organisation(organisation),
            service="scale",
            version=f"1.0.{number}",
            file_name=name,
            content=[content],
        )

    return submitted


def runs_of(rows: Sequence[Sequence[str]]) -> list[Run]:
    """The analyses, from what the records have of them."""
    return [
        Run(
            name, owner.split(":")[1], *(datetime.fromisoformat(each).timestamp() for each in times)
        )
        for name, owner, *times in rows
    ]


_RUNS = (
    "[[*row[:2], *(each.isoformat() for each in row[2:])] for row in"
    " Revision.objects.filter(finished_at__isnull=False, submission__service__name='scale')"
    ".order_by('started_at').values_list('submission__organisation__name', 'lease_owner',"
    " 'uploaded_at', 'started_at', 'finished_at')]"
)


def pauses(runs: Sequence[Run]) -> list[float]:
    """How long each worker process had nothing to do between two analyses, in seconds."""
    found = []
    for process in {run.process for run in runs}:
        own = sorted((run for run in runs if run.process == process), key=lambda run: run.started)
        found += [max(0.0, after.started - before.finished) for before, after in pairwise(own)]
    return sorted(found)


def overtaken(runs: Sequence[Run], flood: str) -> dict[str, int]:
    """For each other organisation, how many of the flood's packages were begun before its first."""
    first = {run.organisation: run.started for run in reversed(runs)}
    flooding = [run.started for run in runs if run.organisation == flood]
    return {
        name: sum(each < started for each in flooding)
        for name, started in sorted(first.items())
        if name != flood
    }


def rate(processes: int, packages: int, of_one: float, files: Sequence[str] = ()) -> Rate:
    """Let so many worker processes analyse ``files`` in turn, or the demo's package again."""
    with _portal(processes) as portal:
        used, idle, begun = _used_by(portal.data), _idle(), perf_counter()
        portal.ask(f"{_HERE}.submit({packages}, 'Acme', files={list(files)})")
        portal.wait(_LEFT, 0)
        seconds = perf_counter() - begun
        used, idle = _used_by(portal.data) - used, _idle() - idle
    return Rate(processes, packages, seconds, used, idle, of_one)


def fill(number: int) -> None:
    """Let so many packages wait that will be refused at once; called in the portal.

    One of them is submitted, the others are copies of its records.
    """
    from reviews.models import Revision, Submission  # noqa: PLC0415 - only where Django is set up
    from reviews.queue import JobName, enqueue  # noqa: PLC0415 - as above

    submit(1, "Acme", b"no archive")
    first, revision_of_first = Submission.objects.latest("pk"), Revision.objects.latest("pk")
    submissions = [copy(first) for _each in range(1, number)]
    for each, submission in enumerate(submissions, 1):
        submission.pk, submission.version = None, f"1.0.{each}"
    Submission.objects.bulk_create(submissions)
    revisions = [copy(revision_of_first) for _each in submissions]
    for submission, revision in zip(submissions, revisions, strict=True):
        revision.pk, revision.submission = None, submission
    Revision.objects.bulk_create(revisions)
    for submission, revision in zip(submissions, revisions, strict=True):
        submission.current = revision
        enqueue(JobName.ANALYSE, revision.pk)
    Submission.objects.bulk_update(submissions, ["current"], batch_size=100)


def queue_of(waiting: int) -> str:
    """How a queue of so many packages is worked off by two processes: each is refused at once."""
    with _portal(2) as portal:
        with _held(portal):
            portal.ask(f"{_HERE}.fill({waiting})")
        portal.wait(_LEFT, 0)
        runs = runs_of(portal.ask(_RUNS))
    idle = pauses(runs)
    seconds = max(run.finished for run in runs) - runs[0].started
    return (
        f"queue of {len(runs)}: worked off in {seconds:.0f} s, a worker process takes the next after"
        f" {median(idle) * 1000:.0f} ms (median), {idle[int(len(idle) * 0.95)] * 1000:.0f} ms (p95)"
    )


def flood(number: int) -> str:
    """One organisation floods the queue, then four others submit one package each."""
    with _portal(2) as portal:
        with _held(portal):
            portal.ask(f"{_HERE}.submit({number}, 'Flood')")
            names = ["Acme", "Globex", "Initech", "Umbrella"]
            portal.ask(f"[{_HERE}.submit(1, name) for name in {names}]")
        portal.wait(_LEFT, 0)
        runs = runs_of(portal.ask(_RUNS))
    waited = [run.started - run.queued for run in runs if run.organisation != "Flood"]
    before = overtaken(runs, "Flood")
    return (
        f"flood of {number}: the others waited {median(waited):.0f} s (median),"
        f" {max(waited):.0f} s (longest); packages of the flood begun before theirs:"
        f" {', '.join(f'{name} {count}' for name, count in before.items())}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.bench.scale", description=__doc__)
    parser.add_argument("--packages", type=int, default=60, help="for each number of processes")
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--corpus", type=Path, help="holds charts/, of which some are analysed")
    parser.add_argument("--mix", type=int, default=8, help="so many of them, around the median")
    parser.add_argument("--waiting", type=int, default=1000, help="packages in the queue")
    parser.add_argument("--flood", type=int, default=40, help="packages of one organisation")
    options = parser.parse_args(arguments)
    database = "PostgreSQL" if postgres.programs() else "SQLite"
    sys.stdout.write(f"{os.cpu_count()} cores, {database}\n")
    _rates(options, [])
    if options.corpus:
        _rates(options, around_the_median(options.corpus / "charts", options.mix))
    if options.waiting:
        sys.stdout.write(f"{queue_of(options.waiting)}\n")
    if options.flood:
        sys.stdout.write(f"{flood(options.flood)}\n")
    return 0


def _rates(options: argparse.Namespace, charts: Sequence[Path]) -> None:
    """Measure and print the rates with ``charts``, or with the demo's package."""
    files = [str(each.absolute()) for each in charts]
    seconds = _measured(files)
    names = ", ".join(each.name.removesuffix(".tgz") for each in charts)
    sys.stdout.write(
        f"{names or 'the package of the demo'}: {median(seconds):.2f} processor seconds (median),"
        f" {mean(seconds):.2f} (mean)\n{HEAD}\n"
    )
    # Each of the files is analysed as often, so that their mean says what is possible.
    packages = options.packages // len(files) * len(files) if files else options.packages
    for processes in options.processes:
        found = rate(processes, packages, mean(seconds) if files else median(seconds), files)
        sys.stdout.write(f"{found.row()}\n")
        sys.stdout.flush()


def _measured(files: Sequence[str]) -> list[float]:
    with data_folder() as data, _database() as database:
        portal = RunningPortal(data, database)
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=HOUSE, env=portal.environment, check=True)
        found: list[float] = portal.ask(
            f"{_HERE}.processor_seconds({len(files) or 5}, {list(files)})"
        )
    return found


@contextmanager
def _portal(processes: int) -> Iterator[RunningPortal]:
    """A portal with so many worker processes, whose demo package is done."""
    given = {
        "PORTAL_WORKERS": str(processes),
        "PORTAL_NICENESS": VARIABLES["PORTAL_NICENESS"].default,
        "PORTAL_QUOTAS": "running=100000,hourly=100000",
    }
    with _database() as database, data_folder() as data:
        portal = RunningPortal(data, given | database).start()
        portal.wait("Heartbeat.objects.count()", 4)  # three workers and the scheduler
        portal.wait(_LEFT, 0)
        yield portal
        portal.stop()


@contextmanager
def _held(portal: RunningPortal) -> Iterator[None]:
    """Let the worker take nothing in the block, so that a queue grows."""
    worker = portal.child("packages@")
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    """The settings of a PostgreSQL of its own where one is installed, else none: SQLite."""
    programs = postgres.programs()
    if programs is None:
        yield {}
        return
    with postgres.running(programs) as address:
        yield {"PORTAL_DATABASE_URL": address}


def _used_by_this_process() -> float:
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in found)


def _used_by(data: Path) -> float:
    """The processor seconds of a portal's processes so far, with their children that ended."""
    ticks = 0
    for pid in working_for(data):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks / _TICKS


def _idle() -> float:
    """The processor seconds that nobody has used since this machine was started."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) / _TICKS


if __name__ == "__main__":
    sys.exit(main())
