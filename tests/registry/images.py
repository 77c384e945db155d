"""Images of two architectures, made by umoci and saved by skopeo; packages that ship them."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GO_WORDS = {"x86_64": "amd64", "aarch64": "arm64"}
BIG = 3_000_000


@dataclass(frozen=True, slots=True)
class MadeImage:
    """An image: its OCI layout with the tag ``a``, its two archives, its configuration."""

    layout: Path
    docker: Path
    oci: Path
    config: str
    diff_ids: tuple[str, ...]


def run(*command: str | Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise AssertionError(f"{command[0]} failed: {done.stderr}")
    return done.stdout


def skopeo(verb: str, *arguments: str | Path) -> str:
    return run("skopeo", "--insecure-policy", verb, *arguments)


def make_image(
    folder: Path, name: str, architecture: str, contents: Mapping[str, bytes]
) -> MadeImage:
    """An image with one layer for each of ``contents``, which are the files of the layers."""
    layout = folder / f"{name}-{architecture}"
    run("umoci", "init", "--layout", layout)
    run("umoci", "new", "--image", f"{layout}:a")
    for number, (path, content) in enumerate(contents.items()):
        source = folder / f"{name}-{architecture}-{number}.file"
        source.write_bytes(content)
        source.chmod(0o644)
        subprocess.run(["touch", "-d", "2026-01-01T00:00:00Z", source], check=True)
        run("umoci", "insert", "--rootless", "--image", f"{layout}:a", source, path)
    run(
        *("umoci", "config", "--image", f"{layout}:a", "--os", "linux"),
        *("--architecture", GO_WORDS[architecture], "--created", "2026-01-01T00:00:00Z"),
        *("--config.entrypoint", f"/{name}"),
    )
    docker, oci = folder / f"{name}-{architecture}.tar", folder / f"{name}-{architecture}.oci.tar"
    skopeo("copy", f"oci:{layout}:a", f"docker-archive:{docker}:docker.io/demo/{name}:1.0")
    skopeo("copy", f"oci:{layout}:a", f"oci-archive:{oci}:docker.io/demo/{name}:1.0")
    config = json.loads(skopeo("inspect", "--raw", f"oci:{layout}:a"))["config"]["digest"]
    plain = json.loads((layout / "blobs" / "sha256" / config.partition(":")[2]).read_bytes())
    return MadeImage(layout, docker, oci, config, tuple(plain["rootfs"]["diff_ids"]))


def noise(seed: str, size: int) -> bytes:
    """``size`` bytes that do not compress, the same for the same seed."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - it is no secret


@dataclass(frozen=True, slots=True)
class Images:
    """``web`` and ``job`` share their first layer; both are made for two architectures."""

    web: Mapping[str, MadeImage] = field(default_factory=dict)
    job: Mapping[str, MadeImage] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path) -> Images:
        made: dict[str, dict[str, MadeImage]] = {"web": {}, "job": {}}
        for name, images in made.items():
            for architecture in GO_WORDS:
                images[architecture] = make_image(
                    folder,
                    name,
                    architecture,
                    {
                        "/base": noise(f"base {architecture}", BIG),
                        f"/{name}": noise(f"{name} {architecture}", 10_000) + bytes(400_000),
                    },
                )
        return cls(made["web"], made["job"])


def write_package(
    path: Path, files: Mapping[str, Path | bytes], method: int = zipfile.ZIP_STORED
) -> Path:
    """A service package whose image archives are ``files`` by their bare names."""
    with zipfile.ZipFile(path, "w", method) as package:
        package.writestr("demo/package/demo-1.0.0.tgz", b"a chart")
        for name, source in files.items():
            content = source if isinstance(source, bytes) else source.read_bytes()
            package.writestr(zipfile.ZipInfo(f"demo/images/{name}"), content, method)
    return path


def pulled_diff_ids(
    folder: Path, reference: str, architecture: str, *login: str
) -> tuple[str, tuple[str, ...]]:
    """What skopeo pulls: the digest of the configuration, and the digests of the unpacked layers.

    The layers are unpacked and hashed here; nothing is believed.
    """
    place = folder / hashlib.sha256(f"{reference} {architecture}".encode()).hexdigest()[:12]
    run(
        *("skopeo", "--insecure-policy", "--override-os", "linux"),
        *("--override-arch", GO_WORDS[architecture]),
        *("copy", "--src-tls-verify=false", *login, f"docker://{reference}", f"dir:{place}"),
    )
    return read_folder(place)


def read_folder(place: Path) -> tuple[str, tuple[str, ...]]:
    manifest: dict[str, Any] = json.loads((place / "manifest.json").read_bytes())
    names = [layer["digest"].partition(":")[2] for layer in manifest["layers"]]
    return manifest["config"]["digest"], tuple(
        f"sha256:{hashlib.sha256(plain((place / name).read_bytes())).hexdigest()}" for name in names
    )


def plain(layer: bytes) -> bytes:
    return gzip.decompress(layer) if layer.startswith(b"\x1f\x8b") else layer


def chart(
    name: str = "demo", version: str = "1.0.0+build.1", more: Mapping[str, str] | None = None
) -> bytes:
    """A small chart as a tgz."""
    files = {
        "Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: 1.20\n",
        "templates/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: demo}\n",
        **(more or {}),
    }
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w:gz") as tar:
        for path, content in files.items():
            header = tarfile.TarInfo(f"{name}/{path}")
            header.size = len(content.encode())
            tar.addfile(header, io.BytesIO(content.encode()))
    return output.getvalue()
