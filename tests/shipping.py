"""Service packages that bring image archives: the demo's own, and tars of a few lines."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from reviews.demo_package import SERVICE, demo_package, image_archive_as_tar

archive_of = image_archive_as_tar

WEB = "docker.io/harbourmaster/web:1.4.0"
WORKER = "quay.io/harbourmaster/worker:1.4.0"
POSTGRES = "docker.io/library/postgres:16.4"
EXPORTER = "ghcr.io/harbourmaster/exporter:0.9.2"


def package_with(files: Mapping[str, bytes], package: bytes | None = None) -> bytes:
    """The demo package, or another one of its name, with ``files`` in ``images/``."""
    output = io.BytesIO(demo_package() if package is None else package)
    with zipfile.ZipFile(output, "a", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(zipfile.ZipInfo(f"{SERVICE}/images/{name}"), content)
    return output.getvalue()


ALL_BUT_ONE = {
    "web-1.4.0-x86_64.tar": archive_of(WEB),
    "worker-1.4.0-x86_64.tar": archive_of(WORKER),
    "postgres-16.4-x86_64.tar": archive_of(POSTGRES),
    "web-1.4.0-aarch64.tar": archive_of(WEB, "arm64"),
}
"""Archives for the demo package; the exporter's is missing."""


def clean_package() -> bytes:
    """A package with all its archives, in which nothing is found but addresses to rewrite."""
    images = {"web-1.4.0": WEB, "worker-1.4.0": WORKER, "postgres-16.4": POSTGRES}
    images["exporter-0.9.2"] = EXPORTER
    files = {f"{name}-x86_64.tar": archive_of(image) for name, image in images.items()}
    chart = demo_package(
        ("image: busybox:1.36", "image: {{ .Values.worker.image }}"),
        ("  scenes: CCE\n", "  scenes: CCE\n  source: ISV\n"),
        ("    spec:\n", "    spec:\n      imagePullSecrets: [{name: default-secret}]\n"),
    )
    return package_with(files, chart)


def shipping_package() -> bytes:
    """The demo package with archives, no mapping, and one archive missing."""
    return package_with(ALL_BUT_ONE)
