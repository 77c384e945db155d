"""Image archives as the tools write them, member by member, and what can be wrong with them.

Members are dicts from names to contents, so that a test changes the one that it is about; a tar
is written by the standard library, so that the product does not test its own writer.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from reviews.pipeline.image_archives import Layer, ShippedImage

from .archive.hostile import tgz_of

OCI = "application/vnd.oci.image"
INDEX_TYPE = f"{OCI}.index.v1+json"
MANIFEST_TYPE = f"{OCI}.manifest.v1+json"
CONFIG_TYPE = f"{OCI}.config.v1+json"
LAYER_TYPE = f"{OCI}.layer.v1.tar"
CHART = b"apiVersion: v2\nname: etcd\nversion: 1.0.0\ndescription: Keeps keys.\n"


@dataclass(frozen=True)
class Symlink:
    """A member that is a symbolic link to ``target``."""

    target: str


@dataclass(frozen=True)
class HardLink:
    """A member that is a hard link to ``target``."""

    target: str


Members = Mapping[str, bytes | Symlink | HardLink]


@dataclass(frozen=True)
class Image:
    """One image for one platform. ``layers`` are tars, or bytes that pass for one."""

    references: tuple[str, ...] = ("quay.io/coreos/etcd:v3.5.0",)
    architecture: str = "amd64"
    os: str = "linux"
    variant: str = ""
    layers: tuple[bytes, ...] = (b"first layer\n" * 64, b"second layer\n" * 64)

    @cached_property
    def config(self) -> bytes:
        return to_json(
            {
                "architecture": self.architecture,
                "os": self.os,
                **({"variant": self.variant} if self.variant else {}),
                "config": {"Cmd": ["/etcd"]},
                "rootfs": {"type": "layers", "diff_ids": [digest(each) for each in self.layers]},
            }
        )

    @cached_property
    def blobs(self) -> tuple[bytes, ...]:
        """The layers as a registry holds them."""
        return tuple(gzip.compress(each, mtime=0) for each in self.layers)

    @cached_property
    def manifest(self) -> bytes:
        return manifest(self.config, self.blobs)

    def by_docker(self) -> ShippedImage:
        """What is to be read from a list of Docker over plain layers."""
        return self._shipped(self.references, None, self.layers)

    def by_oci(self, *references: str, layers: tuple[bytes, ...] | None = None) -> ShippedImage:
        """What is to be read from an OCI layout over compressed layers."""
        layers = self.blobs if layers is None else layers
        return self._shipped(
            references or self.references, digest(manifest(self.config, layers)), layers
        )

    def _shipped(
        self, references: tuple[str, ...], of_manifest: str | None, layers: tuple[bytes, ...]
    ) -> ShippedImage:
        return ShippedImage(
            references=references,
            os=self.os,
            architecture=self.architecture,
            variant=self.variant,
            config=digest(self.config),
            manifest=of_manifest,
            layers=tuple(Layer(digest(each), len(each)) for each in layers),
        )


def manifest(config: bytes, layers: Sequence[bytes]) -> bytes:
    """An OCI manifest over ``layers``, compressed or not."""
    return to_json(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": descriptor(config, CONFIG_TYPE),
            "layers": [
                descriptor(each, LAYER_TYPE + ("+gzip" if each[:2] == b"\x1f\x8b" else ""))
                for each in layers
            ],
        }
    )


def descriptor(content: bytes, media_type: str, **more: Any) -> dict[str, Any]:
    """What points to ``content``; ``more`` are further fields, such as ``annotations``."""
    return {"mediaType": media_type, "digest": digest(content), "size": len(content), **more}


def index(*descriptors: Mapping[str, Any]) -> bytes:
    return to_json({"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": list(descriptors)})


def docker_members(*images: Image) -> dict[str, bytes | Symlink | HardLink]:
    """What ``docker save`` writes up to release 24: a layer that two images share is a link."""
    members: dict[str, bytes | Symlink | HardLink] = {}
    where: dict[bytes, str] = {}
    for image in images:
        for number, layer in enumerate(image.layers):
            folder = hex_of(image.config + layer + bytes([number]))
            members[f"{folder}/VERSION"] = b"1.0"
            members[f"{folder}/json"] = to_json({"id": folder})
            members[f"{folder}/layer.tar"] = (
                Symlink(f"../{where[layer]}") if layer in where else layer
            )
            where.setdefault(layer, f"{folder}/layer.tar")
        members[f"{hex_of(image.config)}.json"] = image.config
    names = list(members)
    listed = [
        {
            "Config": f"{hex_of(image.config)}.json",
            "RepoTags": list(image.references) or None,
            "Layers": [
                f"{hex_of(image.config + layer + bytes([number]))}/layer.tar"
                for number, layer in enumerate(image.layers)
            ],
        }
        for image in images
    ]
    members = {name: members[name] for name in sorted(names)}
    return {**members, "manifest.json": to_json(listed), "repositories": to_json({})}


def oci_members(*images: Image, plain: bool = False) -> dict[str, bytes | Symlink | HardLink]:
    """What ``skopeo`` and Podman write as oci-archive: a reference in the annotation."""
    members: dict[str, bytes | Symlink | HardLink] = {}
    listed = []
    for image in images:
        layers = image.layers if plain else image.blobs
        own = manifest(image.config, layers)
        members |= blobs(own, image.config, *layers)
        listed += [
            descriptor(
                own, MANIFEST_TYPE, annotations={"org.opencontainers.image.ref.name": reference}
            )
            for reference in image.references
        ] or [descriptor(own, MANIFEST_TYPE)]
    return {**members, **layout(index(*listed))}


def docker_25_members(*images: Image) -> dict[str, bytes | Symlink | HardLink]:
    """What ``docker save`` writes since release 25: an OCI layout and its old list beside it."""
    members = oci_members(*images, plain=True)
    listed = []
    names = []
    for image in images:
        listed += [
            descriptor(
                manifest(image.config, image.layers),
                MANIFEST_TYPE,
                annotations={
                    "io.containerd.image.name": reference,
                    "org.opencontainers.image.ref.name": reference.rpartition(":")[2],
                },
            )
            for reference in image.references
        ]
        names.append(
            {
                "Config": blob_name(image.config),
                "RepoTags": [each.removeprefix("docker.io/library/") for each in image.references],
                "Layers": [blob_name(layer) for layer in image.layers],
            }
        )
    return {**members, **layout(index(*listed)), "manifest.json": to_json(names)}


def containerd_members(
    *images: Image, absent: Sequence[Image] = ()
) -> dict[str, bytes | Symlink | HardLink]:
    """What ``ctr image export`` writes of an index: ``absent`` platforms are listed, not shipped.

    The index bears the reference of the first image, and has an attestation as buildx adds one.
    """
    statement = to_json({"_type": "https://in-toto.io/Statement/v0.1"})
    nothing = to_json({"architecture": "unknown", "os": "unknown"})
    attestation = to_json(
        {
            "schemaVersion": 2,
            "config": descriptor(nothing, CONFIG_TYPE),
            "layers": [descriptor(statement, "application/vnd.in-toto+json")],
        }
    )
    platforms = index(
        *(
            descriptor(
                each.manifest,
                MANIFEST_TYPE,
                platform={"architecture": each.architecture, "os": each.os},
            )
            for each in (*images, *absent)
        ),
        descriptor(
            attestation, MANIFEST_TYPE, platform={"architecture": "unknown", "os": "unknown"}
        ),
    )
    top = index(
        descriptor(
            platforms,
            INDEX_TYPE,
            annotations={
                "io.containerd.image.name": images[0].references[0],
                "org.opencontainers.image.ref.name": images[0].references[0].rpartition(":")[2],
            },
        )
    )
    members = blobs(platforms, attestation, nothing, statement)
    for image in images:
        members |= blobs(image.manifest, image.config, *image.blobs)
    return {**members, **layout(top)}


def artifact_members(config_type: str = "application/vnd.cncf.helm.config.v1+json") -> Members:
    """What is stored like an image and is none: here a Helm chart."""
    config, chart = to_json({"name": "etcd"}), tgz_of(("etcd/Chart.yaml", CHART))
    own = to_json(
        {
            "schemaVersion": 2,
            "config": descriptor(config, config_type),
            "layers": [descriptor(chart, "application/vnd.cncf.helm.chart.content.v1.tar+gzip")],
        }
    )
    return {**blobs(own, config, chart), **layout(index(descriptor(own, MANIFEST_TYPE)))}


def layout(top: bytes) -> dict[str, bytes | Symlink | HardLink]:
    """The two files that make blobs an OCI layout."""
    return {"index.json": top, "oci-layout": to_json({"imageLayoutVersion": "1.0.0"})}


def blobs(*contents: bytes) -> dict[str, bytes | Symlink | HardLink]:
    return {blob_name(content): content for content in contents}


def tar(members: Members, form: int = tarfile.USTAR_FORMAT, *, dotted: bool = False) -> bytes:
    """A tar of ``members`` with their folders; ``dotted`` as ``tar -c .`` names them."""
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w", format=form) as archive:
        folders: set[str] = set()
        for name, content in members.items():
            folder = name.rpartition("/")[0]
            if folder and folder not in folders:
                folders.add(folder)
                archive.addfile(_header(folder, tarfile.DIRTYPE, dotted=dotted))
            if isinstance(content, bytes):
                member = _header(name, tarfile.REGTYPE, dotted=dotted)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
            else:
                is_symbolic = isinstance(content, Symlink)
                member = _header(
                    name, tarfile.SYMTYPE if is_symbolic else tarfile.LNKTYPE, dotted=dotted
                )
                member.linkname = content.target
                archive.addfile(member)
    return output.getvalue()


def docker_archive(*images: Image) -> bytes:
    return tar(docker_members(*images or (Image(),)))


def oci_archive(*images: Image) -> bytes:
    return tar(oci_members(*images or (Image(),)))


def containerd_archive(*images: Image) -> bytes:
    return tar(containerd_members(*images or (Image(),)))


def gzipped(archive: bytes) -> bytes:
    return gzip.compress(archive, mtime=0)


def service_package_with(
    path: Path,
    archives: Mapping[str, bytes],
    *,
    stored: bool = False,
    more: Mapping[str, bytes] | None = None,
) -> Path:
    """A service package at ``path`` with a small chart and ``archives``, by their file names.

    ``stored`` leaves the archives uncompressed in the zip; ``more`` are further files by their
    names below the top folder.
    """
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w", method) as package:
        package.writestr("etcd/package/etcd-1.0.0.tgz", tgz_of(("etcd/Chart.yaml", CHART)))
        for name, content in archives.items():
            package.writestr(f"etcd/images/{name}", content)
        for name, content in (more or {}).items():
            package.writestr(f"etcd/{name}", content)
    return path


def to_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    return f"sha256:{hex_of(content)}"


def hex_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def blob_name(content: bytes) -> str:
    return f"blobs/sha256/{hex_of(content)}"


def _header(name: str, kind: bytes, *, dotted: bool) -> tarfile.TarInfo:
    header = tarfile.TarInfo(f"./{name}" if dotted else name)
    header.type = kind
    header.mode = 0o755 if kind == tarfile.DIRTYPE else 0o644
    return header
