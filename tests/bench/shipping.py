"""What gigabytes of image archives cost: ``python -m tests.bench.shipping --gigabytes 10``.

A service package is made with a small chart and archives of random layers, and taken through
both stages and the release, each in a process of its own whose peak memory is reported. Times are
reported beside ``sha256sum`` of the same file, for machines differ.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import IO

from reviews.pipeline.core.policy import Limits, Policy
from reviews.pipeline.examination.run import examine, inspect_archives, release
from reviews.pipeline.report.model import Report
from reviews.pipeline.report.storage import dump_report, load_report
from reviews.pipeline.tracing.model import ImageStatus

Json = dict[str, object]

MIB = 1 << 20
IMAGES = ("etcd", "kubectl", "nginx", "redis", "exporter")
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_LAYERS = 4
_BLOCK = 8 * MIB


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when more than 300 MB were in memory, 2 when the disk is too small."""
    options = _options(arguments)
    if options.step:
        sys.stdout.write(json.dumps(_STEPS[options.step](options.folder)) + "\n")
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        needed = int(options.gigabytes * 2.2 * 10**9)
        if shutil.disk_usage(folder).free < needed:
            sys.stderr.write(f"{folder} has less than {needed} bytes free: set --folder\n")
            return 2
        figures = measure(folder, int(options.gigabytes * 10**9), deflated=options.deflated)
    sys.stdout.write(text(figures) + "\n")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return int(max(figures[f"{step}_megabytes"] for step in _STEPS) > 300)


def measure(folder: Path, size: int, *, deflated: bool) -> dict[str, float]:
    """Every figure for a package with about ``size`` bytes of archives, made in ``folder``."""
    figures: dict[str, float] = {}
    small, package = folder / "small.zip", folder / "package.zip"
    write_package(small, 1, deflated=deflated)
    write_package(package, size, deflated=deflated)
    figures["bytes"] = package.stat().st_size
    _step("findings", folder, small)
    figures["small_findings_seconds"] = _step("findings", folder, small)["seconds"]
    for step in _STEPS:
        for name, value in _step(step, folder, package).items():
            figures[f"{step}_{name}"] = value
    figures["sha256sum_seconds"] = _timed(
        lambda: subprocess.run(["sha256sum", package], check=True, stdout=subprocess.DEVNULL)
    )
    return figures


def text(figures: dict[str, float]) -> str:
    """The figures as a table."""
    hashed = figures["sha256sum_seconds"]
    lines = [f"{'':28}{'seconds':>9}{'MB/s':>8}{'/ sha256sum':>13}{'peak MB':>9}"]
    rows = {
        "findings of the chart": "findings",
        "archives read": "archives",
        "release": "release",
        "sha256sum": "sha256sum",
    }
    for title, step in rows.items():
        seconds = figures[f"{step}_seconds"]
        peak = figures.get(f"{step}_megabytes")
        lines.append(
            f"{title:28}{seconds:9.2f}"
            + (f"{figures['bytes'] / seconds / 10**6:8.0f}" if step != "findings" else " " * 8)
            + f"{seconds / hashed:13.2f}"
            + (f"{peak:9.0f}" if peak is not None else "")
        )
    small = figures["small_findings_seconds"]
    lines.append(
        f"package {figures['bytes'] / 10**9:.2f} GB; findings of the same chart without their"
        f" weight {small:.2f} s, ratio {figures['findings_seconds'] / small:.2f};"
        f" release takes {figures['release_bytes'] / figures['bytes']:.3f} of the package's disk"
    )
    return "\n".join(lines)


def layer_of_noise(seed: str, size: int) -> Iterator[bytes]:
    """``size`` bytes, the same for the same seed; every other one compresses well."""
    half = hashlib.shake_256(seed.encode()).digest(_BLOCK // 2)
    block = bytearray(half + bytes(_BLOCK - len(half)))
    for start in range(0, size, _BLOCK):
        block[:8] = start.to_bytes(8, "little")
        yield bytes(block[: size - start])


Content = Callable[[str, int], Iterator[bytes]]
"""The bytes of a layer, by a seed and their number."""


def write_package(
    path: Path, size: int, *, deflated: bool = False, content: Content = layer_of_noise
) -> None:
    """A service package with two archives for each of ``IMAGES``, of ``size`` bytes together."""
    method = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    share = max(1, size // (len(IMAGES) * len(ARCHITECTURES) * _LAYERS))
    with zipfile.ZipFile(path, "w", method, compresslevel=1) as package:
        package.writestr("demo/package/demo-1.0.0.tgz", _chart())
        for number, image in enumerate(IMAGES):
            for token, architecture in ARCHITECTURES.items():
                member = zipfile.ZipInfo(f"demo/images/{image}-1.0-{token}.tar")
                member.compress_type = method
                with package.open(member, "w", force_zip64=True) as file:
                    _write_archive(
                        file, f"quay.io/demo/{image}:1.0", architecture, share, number, content
                    )


def _write_archive(
    file: IO[bytes], reference: str, architecture: str, size: int, seed: int, content: Content
) -> None:
    """An archive as ``docker save`` writes it, of ``_LAYERS`` layers of ``size`` bytes."""
    layers = {}
    with tarfile.open(fileobj=file, mode="w|") as tar:
        for number in range(_LAYERS):
            digest = hashlib.sha256()
            for piece in content(f"{seed}{architecture}{number}", size):
                digest.update(piece)
            header = tarfile.TarInfo(f"{digest.hexdigest()}/layer.tar")
            header.size = size
            joined = _Joined(content(f"{seed}{architecture}{number}", size))
            tar.addfile(header, joined)  # type: ignore[arg-type]
            layers[header.name] = f"sha256:{digest.hexdigest()}"
        rootfs = {"type": "layers", "diff_ids": list(layers.values())}
        config = json.dumps({"architecture": architecture, "os": "linux", "rootfs": rootfs})
        name = f"{hashlib.sha256(config.encode()).hexdigest()}.json"
        listed = {"Config": name, "RepoTags": [reference], "Layers": list(layers)}
        for member, content_of in ((name, config), ("manifest.json", json.dumps([listed]))):
            header = tarfile.TarInfo(member)
            header.size = len(content_of)
            tar.addfile(header, io.BytesIO(content_of.encode()))


class _Joined:
    """Pieces as a file to be read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, count: int) -> bytes:
        while len(self._rest) < count and (piece := next(self._pieces, b"")):
            self._rest += piece
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken


def _chart() -> bytes:
    values = "".join(
        f"{name}:\n  image: {{registry: quay.io, repository: demo/{name}, tag: '1.0'}}\n"
        for name in IMAGES
    )
    containers = "".join(
        f"  - name: {name}\n"
        f'    image: "{{{{ .Values.{name}.image.registry }}}}/'
        f"{{{{ .Values.{name}.image.repository }}}}:"
        f'{{{{ .Values.{name}.image.tag }}}}"\n'
        for name in IMAGES
    )
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: demo}}\nspec:\n  containers:\n{containers}"
    chart = (
        "apiVersion: v2\nname: demo\nversion: 1.0.0\n"
        "annotations: {source: ISV, architecture: 'x86_64,aarch64'}\n"
    )
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w:gz") as tar:
        for name, content in {
            "Chart.yaml": chart,
            "values.yaml": values,
            "templates/pod.yaml": pod,
        }.items():
            header = tarfile.TarInfo(f"demo/{name}")
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content.encode()))
    return output.getvalue()


def _step(step: str, folder: Path, package: Path) -> dict[str, float]:
    """One step in a process of its own."""
    chosen = folder / "chosen.zip"
    chosen.unlink(missing_ok=True)
    chosen.hardlink_to(package)
    command = [
        sys.executable,
        "-m",
        "tests.bench.shipping",
        "--step",
        step,
        "--folder",
        str(folder),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _findings(folder: Path) -> Json:
    report: list[Report] = []

    def work() -> None:
        done = examine(folder / "chosen.zip", _POLICY, archives=False, sha256="0" * 64)
        report.append(done.report)

    figures = _measured(work)
    (folder / "first.json").write_text(json.dumps(dump_report(report[0])))
    return figures


def _archives(folder: Path) -> Json:
    first = load_report(json.loads((folder / "first.json").read_text()))
    report: list[Report] = []
    figures = _measured(
        lambda: report.append(inspect_archives(folder / "chosen.zip", first, _POLICY))
    )
    (folder / "second.json").write_text(json.dumps(dump_report(report[0])))
    flaws = [archive.name for archive in report[0].archives or () if archive.flaw]
    if flaws:
        raise RuntimeError(f"sound archives are reported to be flawed: {flaws}")
    return figures


def _release(folder: Path) -> Json:
    report = load_report(json.loads((folder / "second.json").read_text()))
    expected = {
        image.original: image.target or ""
        for image in report.images
        if image.status is ImageStatus.REDIRECTED
    }
    target = folder / "released.zip"
    figures = _measured(
        lambda: release(
            folder / "chosen.zip", list(report.edits), _POLICY, target, expected=expected
        )
    )
    figures["bytes"] = target.stat().st_size
    target.unlink()
    return figures


_POLICY = replace(Policy(), limits=replace(Limits(), upload_bytes=1 << 50))
_STEPS: dict[str, Callable[[Path], Json]] = {
    "findings": _findings,
    "archives": _archives,
    "release": _release,
}


def _measured(work: Callable[[], object]) -> Json:
    """Seconds, and the peak of this process and of the largest of its children, in MB."""
    seconds = _timed(work)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {"seconds": seconds, "megabytes": (own + child) * 1024 / 10**6}


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.shipping", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=10, help="of image archives")
    parser.add_argument("--deflated", action="store_true", help="compress them in the zip")
    parser.add_argument("--json", type=Path, help="write every figure here")
    parser.add_argument("--folder", type=Path, default=None, help="where there is room")
    parser.add_argument("--step", choices=[*_STEPS], help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    os.environ.pop("PYTHONMALLOC", None)
    sys.exit(main())
