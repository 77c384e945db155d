"""An analysis as a worker makes it, without a portal: forked from a process that has loaded all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from reviews.demo_package import FILE_NAME, demo_package
from reviews.pipeline.cluster_schemas.validators import load_schemas
from reviews.pipeline.core.policy import Policy
from reviews.pipeline.examination.run import examine

from .resident import Moment, watched


@dataclass(frozen=True)
class Forked:
    """What a forked process said, and what it took with all that it started.

    ``wall`` and ``processor`` are seconds, ``memory`` is that of the worst moment.
    """

    said: str
    wall: float
    processor: float
    memory: Moment


def prepare() -> None:
    """Read the schemas, and import and prepare all that an analysis needs."""
    policy = Policy()
    load_schemas(cluster.minor for cluster in policy.clusters)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, FILE_NAME)
        path.write_bytes(demo_package())
        examine(path, policy, archives=False)


def forked(work: Callable[[], str]) -> Forked:
    """Let ``work`` be done in a forked process, and watch its memory."""
    reading, writing = os.pipe()
    waiting, beginning = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        os.close(beginning)
        os.read(waiting, 1)
        _work(work, writing)
    os.close(writing)
    os.close(waiting)
    with watched(pid) as memory, os.fdopen(reading, "rb") as pipe:
        began = perf_counter()
        os.close(beginning)
        said = pipe.read().decode()
    _pid, _status, usage = os.wait4(pid, 0)
    return Forked(said, perf_counter() - began, usage.ru_utime + usage.ru_stime, memory)


def _work(work: Callable[[], str], pipe: int) -> None:
    """In the forked process: say what ``work`` gives, and end without cleaning up for two."""
    try:
        os.write(pipe, work().encode())
    finally:
        os._exit(0)
