"""What publishing costs: ``python -m tests.bench.publishing --gigabytes 10``.

A service package with archives of real files' bytes, those of this Python, is published into a layout and to Debian's
docker-registry on the loopback, twice each; every step is a process of its own, whose processor
time and peak memory are reported. Beside them: ``sha256sum`` of the same bytes, and ``skopeo copy``
of the same archives. What the registry itself needs is not counted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from time import perf_counter, process_time

from reviews.pipeline.core.policy import Limits
from reviews.registry import (
    BlobRecords,
    Compression,
    Dialect,
    LayoutTarget,
    Outcome,
    PlannedImage,
    PublishPlan,
    Target,
    publish,
)
from tests.registry import docker_registry

from .shipping import ARCHITECTURES, IMAGES, write_package

STEPS = ("layout", "oci", "docker")
_ORGANIZATION = "osc"
_PIECE = 1 << 16
_SMALL = 1 << 14
Figures = dict[str, float]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a goal is missed, 2 when the disk is too small."""
    options = _options(arguments)
    if options.step:
        figures = _published(options.step, options.package, options.where)
        sys.stdout.write(json.dumps(figures) + "\n")
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        needed = int(options.gigabytes * 2.3 * 10**9)
        if shutil.disk_usage(folder).free < needed:
            sys.stderr.write(f"{folder} has less than {needed} bytes free: set --folder\n")
            return 2
        measured = measure(folder, int(options.gigabytes * 10**9))
    sys.stdout.write(text(measured) + "\n")
    if options.json:
        options.json.write_text(json.dumps(measured, indent=1), encoding="utf-8")
    missed = missed_goals(measured)
    sys.stdout.write("".join(f"goal missed: {each}\n" for each in missed))
    return int(bool(missed))


def measure(folder: Path, size: int) -> dict[str, Figures]:
    """The figures of each step, by its name."""
    package = folder / "package.zip"
    write_package(package, size, content=layer_of_files)
    measured = {"sha256sum": _by_child(["sha256sum", str(package)])}
    for step in STEPS:
        with _place(step, folder) as where:
            measured[step] = _step(step, package, where)
    with _place("skopeo", folder) as where:
        measured["skopeo"] = _copied_by_skopeo(folder, package, where)
    for figures in measured.values():
        figures["bytes"] = package.stat().st_size
    return measured


def layer_of_files(seed: str, size: int) -> Iterator[bytes]:
    """``size`` bytes of programs and libraries, as real layers have them; no two seeds alike.

    Noise is stored by every packer as it is, and zeros cost none of them anything.
    """
    files = _files()
    at = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") % len(files)
    left = size
    while left:
        content = memoryview(seed.encode() + at.to_bytes(8, "big") + files[at % len(files)])
        for start in range(0, min(left, len(content)), _PIECE):
            yield bytes(content[start : min(start + _PIECE, left)])
        left -= min(left, len(content))
        at += 1


@cache
def _files() -> tuple[bytes, ...]:
    """Some hundred megabytes of larger files, which stay in memory."""
    folders = (sysconfig.get_path("stdlib"), sysconfig.get_path("platlib"))
    found = sorted(each for folder in folders for each in Path(folder).rglob("*.*"))
    kinds = {".py", ".so"}
    return tuple(
        each.read_bytes()
        for each in found
        if each.suffix in kinds and each.is_file() and each.stat().st_size > _SMALL
    )


def missed_goals(measured: dict[str, Figures]) -> list[str]:
    """The goals that the figures do not reach, in words."""
    hashed, copied = measured["sha256sum"]["processor"], measured["skopeo"]["processor"]
    goals = {
        "layers as they are cost at most what sha256sum costs (oci)": measured["oci"]["processor"]
        <= hashed,
        "layers as they are cost at most what sha256sum costs (layout)": measured["layout"][
            "processor"
        ]
        <= hashed,
        "with gzip at most a quarter of what skopeo costs": measured["docker"]["processor"]
        <= copied / 4,
    }
    for step in STEPS:
        figures = measured[step]
        goals[f"less than 150 MB of memory ({step})"] = figures["megabytes"] < 150
        goals[f"the second run takes under a tenth ({step})"] = (
            figures["again_seconds"] < figures["seconds"] / 10
        )
        goals[f"the second run sends nothing ({step})"] = not figures["pushed_again"]
    return [goal for goal, is_reached in goals.items() if not is_reached]


def text(measured: dict[str, Figures]) -> str:
    """The figures as a table."""
    hashed = measured["sha256sum"]["processor"]
    copied = measured["skopeo"]["processor"]
    heads = ("processor s", "of sha256sum", "of skopeo", "seconds", "again", "peak MB", "stored GB")
    widths = (12, 14, 11, 9, 8, 9, 11)
    titles = "".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True))
    lines = [f"{'publishing':12}{titles}"]
    for name, figures in measured.items():
        lines.append(
            f"{name:12}{figures['processor']:12.2f}{figures['processor'] / hashed:14.2f}"
            f"{figures['processor'] / copied:11.2f}{figures['seconds']:9.1f}"
            + (f"{figures['again_seconds']:8.2f}" if "again_seconds" in figures else " " * 8)
            + (f"{figures['megabytes']:9.0f}" if "megabytes" in figures else " " * 9)
            + (f"{figures['stored'] / 10**9:11.2f}" if "stored" in figures else "")
        )
    lines.append(f"image archives {measured['oci']['bytes'] / 10**9:.2f} GB")
    return "\n".join(lines)


def _published(step: str, package: Path, where: str) -> Figures:
    """Publish twice in this process, and measure it."""
    target = _target(step, where)
    registry = "registry.example.com" if isinstance(target, LayoutTarget) else target.registry
    plan = PublishPlan(package, tuple(_planned(registry)), limits=Limits(upload_bytes=1 << 50))
    known = BlobRecords()
    outcomes: list[list[Outcome]] = []
    stored: list[int] = []

    def run() -> None:
        results = list(publish(plan, target, known, lambda *_progress: None, lambda: False))
        outcomes.append([each.outcome for each in results])
        stored.append(sum(each.size for each in results))

    started = process_time()
    seconds = _timed(run)
    processor = process_time() - started
    again = _timed(run)
    if set(outcomes[0]) != {Outcome.PUSHED}:
        raise RuntimeError(f"not everything was pushed: {outcomes[0]}")
    return {
        "processor": processor,
        "seconds": seconds,
        "again_seconds": again,
        "pushed_again": outcomes[1].count(Outcome.PUSHED),
        "stored": stored[0],
        "megabytes": _peak_megabytes(),
    }


def _peak_megabytes() -> float:
    """The peak of this program alone: ``ru_maxrss`` would count the process that started it."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 10**6


def _target(step: str, where: str) -> Target | LayoutTarget:
    if step == "layout":
        return LayoutTarget(Path(where))
    if step == "oci":
        return Target(where, dialect=Dialect.OCI, compression=Compression.NONE)
    return Target(where)


def _planned(registry: str) -> Iterator[PlannedImage]:
    for image in IMAGES:
        for architecture in ARCHITECTURES:
            yield PlannedImage(
                f"{registry}/{_ORGANIZATION}/{image}:1.0",
                architecture,
                archive=f"demo/images/{image}-1.0-{architecture}.tar",
            )


def _step(step: str, package: Path, where: str) -> Figures:
    """One step in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.publishing", "--step", step]
    done = subprocess.run(
        [*command, "--package", str(package), "--where", where], check=True, stdout=subprocess.PIPE
    )
    figures: Figures = json.loads(done.stdout)
    return figures


def _copied_by_skopeo(folder: Path, package: Path, where: str) -> Figures:
    """Each archive, taken out of the zip before, copied with skopeo's own gzip."""
    registry = where.rpartition("://")[2]
    total = {"processor": 0.0, "seconds": 0.0}
    with zipfile.ZipFile(package) as zipped:
        for name in zipped.namelist():
            if not name.endswith(".tar"):
                continue
            archive = folder / Path(name).name
            with zipped.open(name) as source, archive.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            image, _dash, architecture = archive.stem.partition("-1.0-")
            figures = _by_child(
                [
                    *("skopeo", "--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false"),
                    f"docker-archive:{archive}",
                    f"docker://{registry}/{_ORGANIZATION}/{image}:{architecture}",
                ]
            )
            archive.unlink()
            total = {key: value + figures[key] for key, value in total.items()}
    return total


def _by_child(command: list[str]) -> Figures:
    """Processor time and seconds of a program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = _timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"processor": processor, "seconds": seconds}


@contextmanager
def _place(step: str, folder: Path) -> Iterator[str]:
    """Where a step publishes to, empty and removed afterwards."""
    place = folder / step
    place.mkdir()
    try:
        if step == "layout":
            yield str(place)
        else:
            with docker_registry.running(place) as registry:
                yield registry.address
    finally:
        shutil.rmtree(place)


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.publishing", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=10, help="of image archives")
    parser.add_argument("--json", type=Path, help="write every figure here")
    parser.add_argument("--folder", type=Path, default=None, help="where there is room")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--package", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--where", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    os.environ.pop("PYTHONMALLOC", None)
    sys.exit(main())
