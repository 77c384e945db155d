"""Images of a stored package, found once more and read layer by layer."""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from reviews.pipeline import BrokenArchive, StoredArchives
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.image_archives.model import ARCHITECTURE_BY_GOARCH
from tests.pipeline.archive_builders import Symlink, tar

NOISE = hashlib.shake_256(b"two").digest(6 << 20)
LAYERS = [tar({"one": b"1" * 9000}), tar({"two": NOISE}), tar({"three": b"3"})]


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def config(architecture: str = "amd64") -> bytes:
    rootfs = {"type": "layers", "diff_ids": [digest(layer) for layer in LAYERS]}
    return json.dumps({"architecture": architecture, "os": "linux", "rootfs": rootfs}).encode()


def docker_archive() -> bytes:
    """The second layer is reached by a link, the manifest comes before the layers."""
    name = f"{digest(config())[7:]}.json"
    listed = [{"Config": name, "RepoTags": ["a:1"], "Layers": ["1.tar", "two/layer.tar", "3.tar"]}]
    return tar(
        {
            "manifest.json": json.dumps(listed).encode(),
            "1.tar": LAYERS[0],
            "two/layer.tar": Symlink("../2.tar"),
            "2.tar": LAYERS[1],
            "3.tar": LAYERS[2],
            name: config(),
        }
    )


def oci_archive() -> tuple[bytes, bytes]:
    """An archive with one gzip layer, and its manifest."""
    stored = [gzip.compress(LAYERS[0], mtime=0), *LAYERS[1:]]
    described = {"mediaType": "application/vnd.oci.image.config.v1+json"}
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {**described, "digest": digest(config()), "size": len(config())},
            "layers": [{"digest": digest(each), "size": len(each)} for each in stored],
        }
    ).encode()
    blobs = [*stored, config(), manifest]
    members = {f"blobs/sha256/{digest(each)[7:]}": each for each in blobs}
    index = {"manifests": [{"digest": digest(manifest), "size": len(manifest)}]}
    members |= {
        "oci-layout": b'{"imageLayoutVersion": "1.0.0"}',
        "index.json": json.dumps(index).encode(),
    }
    return tar(dict(members)), manifest


def package(folder: Path, archive: bytes, method: int = zipfile.ZIP_STORED) -> Path:
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w", method) as zipped:
        zipped.writestr("demo/images/a.tar", archive)
        zipped.writestr("demo/images/b.tar", b"no tar")
    return path


@pytest.mark.parametrize("packs", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_layers_are_read_in_any_order_however_the_archive_is_compressed(
    tmp_path: Path, method: int, *, packs: bool
) -> None:
    archive = gzip.compress(docker_archive()) if packs else docker_archive()
    with StoredArchives(package(tmp_path, archive, method), Limits()) as archives:
        (image,) = archives.images("demo/images/a.tar")
        contents = [
            b"".join(archives.content("demo/images/a.tar", layer))
            for layer in (*image.layers, *reversed(image.layers))
        ]

    assert contents == [*LAYERS, *reversed(LAYERS)]
    assert image.config == config()
    assert image.config_digest == digest(config())
    assert ARCHITECTURE_BY_GOARCH[image.architecture] == "x86_64"
    assert image.manifest is None
    assert [(each.digest, each.diff_id, each.compression) for each in image.layers] == [
        (digest(layer), digest(layer), "none") for layer in LAYERS
    ]


def test_an_oci_archive_brings_its_manifest(tmp_path: Path) -> None:
    archive, manifest = oci_archive()
    with StoredArchives(package(tmp_path, archive), Limits()) as archives:
        (image,) = archives.images("demo/images/a.tar")
        first = b"".join(archives.content("demo/images/a.tar", image.layers[0]))

    assert (image.manifest, image.manifest_digest) == (manifest, digest(manifest))
    assert gzip.decompress(first) == LAYERS[0]
    assert [each.compression for each in image.layers] == ["gzip", "none", "none"]
    assert image.layers[0].digest == digest(first)


@pytest.mark.parametrize("address", ["demo/images/none.tar", "demo/images/b.tar"])
def test_what_is_not_there_or_no_archive_is_said(tmp_path: Path, address: str) -> None:
    path = package(tmp_path, docker_archive())
    with StoredArchives(path, Limits()) as archives, pytest.raises(BrokenArchive):
        archives.images(address)


def test_a_compressed_archive_that_grows_too_much_is_not_read(tmp_path: Path) -> None:
    path = package(tmp_path, gzip.compress(tar({"manifest.json": bytes(3 << 20)})))
    with StoredArchives(path, Limits()) as archives, pytest.raises(BrokenArchive):
        archives.images("demo/images/a.tar")


def test_a_package_that_became_shorter_is_said(tmp_path: Path) -> None:
    path = package(tmp_path, docker_archive())
    path.write_bytes(path.read_bytes()[:100_000])
    with pytest.raises(BrokenArchive), StoredArchives(path, Limits()):
        pass
