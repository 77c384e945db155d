"""What a portal does under load: ``python -m tests.bench.load``, or ``make load``.

A portal of its own is started with ``make run``'s programs. Partners upload, reviewers and viewers
open pages, and strangers hold connections on which nothing arrives; how long each group waited
for its answers is printed, and how many packages were analysed per minute.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

from osc_portal.settings import VARIABLES
from reviews.demo_package import demo_package
from tests.bench.visitors import (
    Times,
    Visitor,
    idle_post,
    silent_connection,
    slow_upload,
    timed,
)
from tests.reviews.running import RunningPortal, data_folder

PASSWORD = "a password for the load"
_VIEWED = ("/submissions/", "/submissions/1/", "/submissions/1/images/", "/help/", "/rules/")
_REVIEWED = ("/review/", "/review/1/", "/submissions/1/changes/")


@dataclass
class Load:
    """How many visitors of each kind, how long they look, and what they saw."""

    uploaders: int = 30
    each: int = 2
    reviewers: int = 10
    viewers: int = 50
    idle: int = 500
    slow: int = 50
    seconds: float = 60.0
    rest: float = 10.0
    niceness: str = VARIABLES["PORTAL_NICENESS"].default
    times: dict[str, Times] = field(default_factory=dict)
    ends: dict[str, Counter[str]] = field(default_factory=dict)

    def group(self, name: str) -> Times:
        """The times of a group."""
        return self.times.setdefault(name, Times())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a page or an upload failed."""
    load = _options(arguments)
    with data_folder() as data:
        given = {"PORTAL_DEMO_PASSWORD": PASSWORD, "PORTAL_NICENESS": load.niceness}
        portal = RunningPortal(data, given).start()
        port = urlsplit(portal.address).port or 0
        portal.wait("Submission.objects.get().state", "in_review")
        begun = perf_counter()
        asyncio.run(run(load, port))
        portal.wait("Revision.objects.filter(finished_at__isnull=True).count()", 0)
        minutes = (perf_counter() - begun) / 60
        spans = portal.ask(
            "[r.seconds for r in Revision.objects.filter(pk__gt=1) if r.seconds is not None]"
        )
        portal.stop()
    sys.stdout.write(table(load, spans, minutes))
    return int(any(times.errors for times in load.times.values()))


async def run(load: Load, port: int) -> None:
    """Let all visitors come at once, and look for as long as the load says."""
    over = asyncio.Event()
    partner = Visitor(port)
    await partner.sign_in("partner", PASSWORD)
    reviewer = Visitor(port)
    await reviewer.sign_in("reviewer", PASSWORD)
    slow = [
        *(_noted(load, "idle POST", idle_post(port, over)) for _ in range(load.idle)),
        *(_noted(load, "silent", silent_connection(port, over)) for _ in range(load.idle // 10)),
        *(
            _noted(load, "slow upload", slow_upload(partner, _fields(f"slow-{n}"), over))
            for n in range(load.slow)
        ),
    ]
    held = [asyncio.create_task(each) for each in slow]
    await asyncio.sleep(2)
    await asyncio.gather(
        *(_look(load, partner, "viewers", _VIEWED, n) for n in range(load.viewers)),
        *(_look(load, reviewer, "reviewers", _REVIEWED, n) for n in range(load.reviewers)),
        *(_submit(load, partner, n) for n in range(load.uploaders)),
    )
    over.set()
    await asyncio.gather(*held)


def table(load: Load, spans: Sequence[float], minutes: float) -> str:
    """The figures as Markdown."""
    lines = [
        "| visitors | requests | errors | p50 ms | p95 ms |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [times.row(name) for name, times in load.times.items()]
    lines += ["", *(f"{name}: {dict(ends)}" for name, ends in load.ends.items())]
    if spans:
        cores = os.cpu_count() or 1
        lines.append(
            f"analyses: {len(spans)}, {len(spans) / minutes:.1f} per minute; "
            f"median {median(spans):.2f} s, so that {cores} cores alone could do "
            f"{60 * cores / median(spans):.1f}"
        )
    errors = Counter(error for times in load.times.values() for error in times.errors)
    lines += [f"error: {error} ({count} times)" for error, count in errors.most_common(20)]
    return "\n".join(lines) + "\n"


async def _noted(load: Load, name: str, work: asyncio.Future[str] | object) -> None:
    load.ends.setdefault(name, Counter())[await work] += 1  # type: ignore[misc]


async def _look(load: Load, visitor: Visitor, group: str, paths: Sequence[str], first: int) -> None:
    """Open one page after the other and read each for a while."""
    end = perf_counter() + load.seconds
    # Not all at the same moment: people come when they come.
    await asyncio.sleep(load.rest * (first % 17) / 17)
    while perf_counter() < end:
        await timed(visitor, paths[first % len(paths)], load.group(group))
        first += 1
        await asyncio.sleep(load.rest)


async def _submit(load: Load, visitor: Visitor, number: int) -> None:
    times = load.group("uploaders")
    for turn in range(load.each):
        await asyncio.sleep(load.rest * number / max(1, load.uploaders))
        begun = perf_counter()
        try:
            reply = await visitor.upload(_fields(f"1.{number}.{turn}"), demo_package())
        except (OSError, TimeoutError) as error:
            times.errors.append(f"upload: {type(error).__name__} {error}")
            continue
        times.seconds.append(perf_counter() - begun)
        if reply.status != 201:
            times.errors.append(f"upload: {reply.status}")


def _fields(version: str) -> dict[str, str]:
    return {"organisation": "1", "service": "load", "version": version, "note": ""}


def _options(arguments: Sequence[str] | None) -> Load:
    parser = argparse.ArgumentParser(prog="tests.bench.load", description=__doc__)
    given = Load()
    for name in ("uploaders", "each", "reviewers", "viewers", "idle", "slow"):
        parser.add_argument(f"--{name}", type=int, default=getattr(given, name))
    for name in ("seconds", "rest"):
        parser.add_argument(f"--{name}", type=float, default=getattr(given, name))
    return Load(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
