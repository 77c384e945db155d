"""Image archives that cannot be used: each says why, and none hides another or stops the pass."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import shake_256
from pathlib import Path
from random import Random

import pytest

from reviews.pipeline.archive.reading import sha256_of
from reviews.pipeline.core.policy import MIB, Limits
from reviews.pipeline.image_archives import Flaw, Inspection
from tests.pipeline.archive_builders import (
    CHART,
    CONFIG_TYPE,
    INDEX_TYPE,
    LAYER_TYPE,
    MANIFEST_TYPE,
    HardLink,
    Image,
    Members,
    Symlink,
    artifact_members,
    blob_name,
    blobs,
    containerd_members,
    descriptor,
    digest,
    docker_25_members,
    docker_archive,
    docker_members,
    gzipped,
    hex_of,
    index,
    layout,
    oci_archive,
    oci_members,
    service_package_with,
    tar,
    to_json,
)

from ..archive.hostile import tgz_of
from .test_reading import LIMITS, inspected, read

ETCD = Image()
ARM = Image(architecture="arm64")
CONFIG_NAME = f"{hex_of(ETCD.config)}.json"
LAYER_NAME = next(name for name in docker_members(ETCD) if name.endswith("layer.tar"))


def changed(members: Members, **changes: bytes | Symlink | HardLink) -> bytes:
    return tar({**members, **changes})


def without(members: Members, *names: str) -> bytes:
    return tar({name: content for name, content in members.items() if name not in names})


def docker_list(**changes: object) -> bytes:
    """The members of ``docker save``, with fields of the one entry in manifest.json changed."""
    layers = [name for name in docker_members(ETCD) if name.endswith("layer.tar")]
    entry = {"Config": CONFIG_NAME, "RepoTags": list(ETCD.references), "Layers": layers, **changes}
    return tar({**docker_members(ETCD), "manifest.json": to_json([entry])})


def listing(*descriptors: dict, **members: bytes) -> bytes:
    """An OCI layout of one image whose index.json is changed."""
    return tar({**oci_members(ETCD), **members, **layout(index(*descriptors))})


def own_manifest(**changes: object) -> bytes:
    """An OCI layout whose one manifest has fields changed."""
    fields = {
        "schemaVersion": 2,
        "config": descriptor(ETCD.config, CONFIG_TYPE),
        "layers": [descriptor(each, f"{LAYER_TYPE}+gzip") for each in ETCD.blobs],
        **changes,
    }
    content = to_json(fields)
    return listing(descriptor(content, MANIFEST_TYPE), **{blob_name(content): content})


def schema1() -> bytes:
    content = to_json({"schemaVersion": 1, "fsLayers": []})
    kind = "application/vnd.docker.distribution.manifest.v1+prettyjws"
    return listing(descriptor(content, kind), **{blob_name(content): content})


def untyped(**fields: object) -> bytes:
    """An OCI layout whose one content is recognised by its fields alone."""
    content = to_json(fields)
    listed = descriptor(content, "")
    del listed["mediaType"]
    return listing(listed, **{blob_name(content): content})


def elsewhere() -> bytes:
    kind = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
    layer = descriptor(b"a base of somebody else", kind, urls=["https://example.com/layer"])
    return own_manifest(layers=[layer, descriptor(ETCD.blobs[1], LAYER_TYPE)])


def docker_elsewhere() -> bytes:
    source = {digest(ETCD.layers[0]): {"mediaType": "…foreign…", "urls": ["https://example.com"]}}
    layers = [name for name in docker_members(ETCD) if name.endswith("layer.tar")]
    entry = {"Config": CONFIG_NAME, "Layers": layers, "LayerSources": source}
    first = f"{hex_of(ETCD.config + ETCD.layers[0] + bytes([0]))}/layer.tar"
    entry["Layers"] = [first, next(name for name in layers if name != first)]
    return without({**docker_members(ETCD), "manifest.json": to_json([entry])}, first)


def nested_indexes(depth: int) -> bytes:
    inner = ETCD.manifest
    members = dict(oci_members(ETCD))
    kind = MANIFEST_TYPE
    for _level in range(depth):
        inner, kind = index(descriptor(inner, kind)), INDEX_TYPE
        members |= blobs(inner)
    return tar({**members, **layout(index(descriptor(inner, kind)))})


def sparse_tar() -> bytes:
    """The first layer in GNU's old sparse form, as ``tar --sparse`` wrote it."""
    content = bytearray(docker_archive(ETCD))
    at = content.index(LAYER_NAME.encode())
    content[at + 156 : at + 157] = b"S"
    content[at + 257 : at + 512] = b"ustar  \0" + bytes(247)
    return with_checksum(content, at)


def with_checksum(content: bytearray, at: int) -> bytes:
    content[at + 148 : at + 156] = b" " * 8
    content[at + 148 : at + 156] = b"%06o\0 " % sum(content[at : at + 512])
    return bytes(content)


def odd_size(size: bytes) -> bytes:
    """A tar whose first header has ``size`` as it is given."""
    content = bytearray(tar({"manifest.json": b"[]"}))
    content[124:136] = size
    return with_checksum(content, 0)


SAVE_AGAIN = "Save the image again."
CASES: dict[str, tuple[Callable[[], bytes], Flaw, str]] = {
    "no bytes": (
        lambda: b"",
        Flaw.EMPTY,
        "It is empty. Put the saved image in its place, or remove it from images/.",
    ),
    "only zeros": (
        lambda: bytes(10240),
        Flaw.EMPTY,
        "It is empty. Put the saved image in its place, or remove it from images/.",
    ),
    "a gzip of nothing": (
        lambda: gzipped(b""),
        Flaw.EMPTY,
        "It is empty. Put the saved image in its place, or remove it from images/.",
    ),
    "a text": (
        lambda: b"the image is in the other folder\n" * 40,
        Flaw.FOREIGN,
        (
            "It is no tar. Put a tar in its place that “docker save” or “skopeo copy” writes, or"
            " remove it from images/."
        ),
    ),
    "a short text": (
        lambda: b"etcd",
        Flaw.FOREIGN,
        (
            "It is no tar. Put a tar in its place that “docker save” or “skopeo copy” writes, or"
            " remove it from images/."
        ),
    ),
    "bzip2": (
        lambda: bz2.compress(docker_archive(ETCD)),
        Flaw.FOREIGN,
        "It is packed by bzip2. Unpack it, and ship the plain tar inside.",
    ),
    "xz": (
        lambda: lzma.compress(docker_archive(ETCD)),
        Flaw.FOREIGN,
        "It is packed by xz. Unpack it, and ship the plain tar inside.",
    ),
    "zstd": (
        lambda: b"\x28\xb5\x2f\xfd" + bytes(99),
        Flaw.FOREIGN,
        "It is packed by zstd. Unpack it, and ship the plain tar inside.",
    ),
    "cut off in a layer": (
        lambda: docker_archive(ETCD)[: docker_archive(ETCD).index(b"first layer") + 100],
        Flaw.CUT_OFF,
        "The tar ends in the middle of a member. Save the image again and copy it completely.",
    ),
    "cut off in a header": (
        lambda: docker_archive(ETCD)[:1000],
        Flaw.CUT_OFF,
        "The tar ends in the middle of a member. Save the image again and copy it completely.",
    ),
    "cut off between two members": (
        lambda: docker_archive(ETCD)[: docker_archive(ETCD).index(b"manifest.json")],
        Flaw.CUT_OFF,
        (
            "The tar ends without its end mark, and a part of the image is missing. Save the image"
            " again and copy it completely."
        ),
    ),
    "gzip cut off": (
        lambda: gzipped(docker_archive(ETCD))[:-30],
        Flaw.CUT_OFF,
        "Its gzip compression ends too early. Save the image again, as a plain tar.",
    ),
    "gzip with another checksum": (
        lambda: gzipped(docker_archive(ETCD))[:-8] + bytes(8),
        Flaw.DAMAGED,
        "Its gzip compression is damaged. Save the image again, as a plain tar.",
    ),
    "many tiny gzip streams": (
        lambda: gzip.compress(b"") * 1200,
        Flaw.FOREIGN,
        "It is cut into too many gzip streams. Save the image again, as a plain tar.",
    ),
    "a damaged header": (
        lambda: docker_archive(ETCD)[:512] + b"x" * 512 + docker_archive(ETCD)[1024:],
        Flaw.DAMAGED,
        "The header of the tar at byte 512 is damaged. Save the image again.",
    ),
    "a size that is no number": (
        lambda: odd_size(b"9" * 12),
        Flaw.DAMAGED,
        "A header of the tar contradicts itself. Save the image again with an ordinary tool.",
    ),
    "a size below nothing": (
        lambda: odd_size(b"\xff" * 12),
        Flaw.DAMAGED,
        "A header of the tar contradicts itself. Save the image again with an ordinary tool.",
    ),
    "a size beyond all disks": (
        lambda: odd_size(b"\x80" + b"\xff" * 11),
        Flaw.CUT_OFF,
        "The tar ends in the middle of a member. Save the image again and copy it completely.",
    ),
    "a layer changed on its way": (
        lambda: changed(docker_members(ETCD), **{LAYER_NAME: b"another layer"}),
        Flaw.DAMAGED,
        (
            f"The content of “{LAYER_NAME}” in it does not match its digest. Save the image"
            " again and copy it completely."
        ),
    ),
    "a configuration changed on its way": (
        lambda: changed(docker_members(ETCD), **{CONFIG_NAME: ARM.config}),
        Flaw.DAMAGED,
        (
            f"The content of “{CONFIG_NAME}” in it does not match its digest. Save the image"
            " again and copy it completely."
        ),
    ),
    "an OCI blob changed on its way": (
        lambda: changed(oci_members(ETCD), **{blob_name(ETCD.blobs[0]): ETCD.blobs[1]}),
        Flaw.DAMAGED,
        (
            f"The content of “{blob_name(ETCD.blobs[0])}” in it does not match its digest."
            " Save the image again and copy it completely."
        ),
    ),
    "a size that the manifest states wrongly": (
        lambda: listing({**descriptor(ETCD.manifest, MANIFEST_TYPE), "size": 7}),
        Flaw.DAMAGED,
        (
            f"The content of “{blob_name(ETCD.manifest)}” in it does not match its digest."
            " Save the image again and copy it completely."
        ),
    ),
    "no list of images": (
        lambda: tar({"readme.txt": b"hello"}),
        Flaw.FOREIGN,
        (
            "It is a tar but no image archive: it has neither manifest.json nor index.json. Save the"
            " image with “docker save” or “skopeo copy”."
        ),
    ),
    "a chart": (
        lambda: gzip.decompress(tgz_of(("etcd/Chart.yaml", CHART))),
        Flaw.FOREIGN,
        (
            "It is a tar but no image archive: it has neither manifest.json nor index.json. Save the"
            " image with “docker save” or “skopeo copy”."
        ),
    ),
    "the files of a container": (
        lambda: tar({"bin/etcd": b"\x7fELF", "etc/passwd": b"root", "usr/lib/a": b"a"}),
        Flaw.FOREIGN,
        (
            "It holds the files of a container, as “docker export” writes them. Save the image with"
            " “docker save”."
        ),
    ),
    "packed with its folder": (
        lambda: tar({f"etcd/{name}": each for name, each in oci_members(ETCD).items()}),
        Flaw.FOREIGN,
        (
            "Its content is in a folder “etcd”, where no tool looks for it. Pack what is in the"
            " folder, not the folder."
        ),
    ),
    "saved by a Docker of 2015": (
        lambda: without(docker_members(ETCD), "manifest.json"),
        Flaw.INCOMPLETE,
        (
            "It was saved by Docker before 1.10 and has no manifest.json. Save the image again with a"
            " current tool."
        ),
    ),
    "a chart stored like an image": (
        lambda: tar(artifact_members()),
        Flaw.FOREIGN,
        (
            "It holds no image but “application/vnd.cncf.helm.config.v1+json”. Put the image archive in"
            " its place, or remove it from images/."
        ),
    ),
    "schema 1": (
        schema1,
        Flaw.INCOMPLETE,
        (
            "Its image is in schema 1 of 2015, which clusters no longer take. Pull and save it again"
            " with a current tool."
        ),
    ),
    "schema 1 without a word of it": (
        lambda: untyped(schemaVersion=1, fsLayers=[]),
        Flaw.INCOMPLETE,
        (
            "Its image is in schema 1 of 2015, which clusters no longer take. Pull and save it again"
            " with a current tool."
        ),
    ),
    "an index without a word of it": (
        lambda: untyped(manifests=[]),
        Flaw.INCOMPLETE,
        (
            f"It lists “{digest(to_json({'manifests': []}))}”, which is not in it. Pull the image"
            " completely, for one platform, and save it again."
        ),
    ),
    "an artifact of its own type": (
        lambda: untyped(mediaType="application/vnd.oci.artifact.manifest.v1+json"),
        Flaw.FOREIGN,
        (
            "It holds no image but “application/vnd.oci.artifact.manifest.v1+json”. Put the image"
            " archive in its place, or remove it from images/."
        ),
    ),
    "an OCI layer left out": (
        lambda: without(oci_members(ETCD), blob_name(ETCD.blobs[0])),
        Flaw.INCOMPLETE,
        (
            f"It lists “{digest(ETCD.blobs[0])}”, which is not in it. Pull the image completely, for one"
            " platform, and save it again."
        ),
    ),
    "no layer": (
        lambda: without(docker_members(ETCD), LAYER_NAME),
        Flaw.INCOMPLETE,
        (
            f"It lists “{LAYER_NAME}”, which is not in it. Pull the image completely, for one platform,"
            " and save it again."
        ),
    ),
    "no configuration": (
        lambda: without(oci_members(ETCD), blob_name(ETCD.config)),
        Flaw.INCOMPLETE,
        (
            f"It lists “{digest(ETCD.config)}”, which is not in it. Pull the image completely, for one"
            " platform, and save it again."
        ),
    ),
    "no manifest": (
        lambda: without(oci_members(ETCD), blob_name(ETCD.manifest)),
        Flaw.INCOMPLETE,
        (
            f"It lists “{digest(ETCD.manifest)}”, which is not in it. Pull the image completely, for"
            " one platform, and save it again."
        ),
    ),
    "no oci-layout": (
        lambda: without(oci_members(ETCD), "oci-layout"),
        Flaw.INCOMPLETE,
        (
            "It lists “oci-layout”, which is not in it. Pull the image completely, for one platform,"
            " and save it again."
        ),
    ),
    "an oci-layout of the future": (
        lambda: changed(oci_members(ETCD), **{"oci-layout": to_json({"imageLayoutVersion": "2"})}),
        Flaw.INCOMPLETE,
        (
            "Its file oci-layout states version “2” where 1.0.0 is the only one. Save the image again"
            " with an ordinary tool."
        ),
    ),
    "no platform of an index": (
        lambda: without(
            containerd_members(ETCD),
            *(blob_name(each) for each in (ETCD.manifest, ETCD.config, *ETCD.blobs)),
        ),
        Flaw.INCOMPLETE,
        (
            f"It lists “{digest(ETCD.manifest)}”, which is not in it. Pull the image completely, for"
            " one platform, and save it again."
        ),
    ),
    "a layer to be fetched from elsewhere": (
        elsewhere,
        Flaw.INCOMPLETE,
        (
            f"Its layer “{digest(b'a base of somebody else')}” is not in it but is to be fetched from"
            " elsewhere, which the customer's cluster cannot do. Build the image on a base whose layers"
            " may be shipped."
        ),
    ),
    "more layers than the configuration has": (
        lambda: own_manifest(layers=[descriptor(ETCD.blobs[0], LAYER_TYPE)] * 3),
        Flaw.INCOMPLETE,
        (
            "An image in it has 3 layers in its manifest and 2 in its configuration. Save the image"
            " again."
        ),
    ),
    "a list that is no JSON": (
        lambda: changed(docker_members(ETCD), **{"manifest.json": b"[{]"}),
        Flaw.INCOMPLETE,
        f"“manifest.json” in it is no valid JSON. {SAVE_AGAIN}",
    ),
    "a list that is empty": (
        lambda: changed(docker_members(ETCD), **{"manifest.json": b"[]"}),
        Flaw.INCOMPLETE,
        "Its manifest.json lists no image. Save the image again with “docker save”.",
    ),
    "a list that is nested without end": (
        lambda: changed(oci_members(ETCD), **{"index.json": b"[" * 100_000}),
        Flaw.INCOMPLETE,
        f"“index.json” in it is nested too deeply. {SAVE_AGAIN}",
    ),
    "a number without end": (
        lambda: changed(oci_members(ETCD), **{"index.json": b"[" + b"9" * 100_000 + b"]"}),
        Flaw.INCOMPLETE,
        f"“index.json” in it is no valid JSON. {SAVE_AGAIN}",
    ),
    "a list of something else": (
        lambda: changed(docker_members(ETCD), **{"manifest.json": b"[1]"}),
        Flaw.INCOMPLETE,
        (
            "“manifest.json” in it has something else where an object is expected. Save the image again"
            " with “docker save” or “skopeo copy”."
        ),
    ),
    "an OCI list without images": (
        listing,
        Flaw.INCOMPLETE,
        "Its index.json lists no image. Save the image again with “skopeo copy”.",
    ),
    "a digest that leads elsewhere": (
        lambda: listing({"mediaType": MANIFEST_TYPE, "digest": "sha256:../../x", "size": 1}),
        Flaw.INCOMPLETE,
        (
            "“index.json” in it holds something unexpected as “digest”. Save the image again with"
            " “docker save” or “skopeo copy”."
        ),
    ),
    "a size that is none": (
        lambda: listing({**descriptor(ETCD.manifest, MANIFEST_TYPE), "size": -1}),
        Flaw.INCOMPLETE,
        (
            "“index.json” in it holds something unexpected as “size”. Save the image again with “docker"
            " save” or “skopeo copy”."
        ),
    ),
    "a reference that no database can hold": (
        lambda: docker_list(RepoTags=["etcd:\0"]),
        Flaw.INCOMPLETE,
        (
            "“manifest.json” in it holds something unexpected as “RepoTags”. Save the image again with"
            " “docker save” or “skopeo copy”."
        ),
    ),
    "half a letter": (
        lambda: docker_list(RepoTags=["etcd:\ud800"]),
        Flaw.INCOMPLETE,
        (
            "“manifest.json” in it holds something unexpected as “RepoTags”. Save the image again with"
            " “docker save” or “skopeo copy”."
        ),
    ),
    "an entry without configuration": (
        lambda: docker_list(Config=None),
        Flaw.INCOMPLETE,
        (
            "“manifest.json” in it holds something unexpected as “Config”. Save the image again with"
            " “docker save” or “skopeo copy”."
        ),
    ),
    "a configuration without architecture": (
        lambda: docker_archive(Image(architecture="")),
        Flaw.INCOMPLETE,
        (
            f"The configuration “{hex_of(Image(architecture='').config)}.json” in it names no operating"
            " system or no architecture. Build the image with an ordinary tool and save it again."
        ),
    ),
    "an index that is listed as a manifest": (
        lambda: listing(descriptor(index(), MANIFEST_TYPE), **{blob_name(index()): index()}),
        Flaw.INCOMPLETE,
        (
            f"It lists something as “{MANIFEST_TYPE}” that calls itself “{INDEX_TYPE}”. Save the image"
            " again with an ordinary tool."
        ),
    ),
    "indexes in indexes": (
        lambda: nested_indexes(6),
        Flaw.INCOMPLETE,
        (
            "Its lists of platforms are nested more than 4 levels deep. Save the image for one"
            " platform."
        ),
    ),
    "two lists of one name": (
        lambda: (
            docker_archive(ETCD).rstrip(b"\0")
            + bytes(-len(docker_archive(ETCD).rstrip(b"\0")) % 512)
            + docker_archive(ARM)
        ),
        Flaw.INCOMPLETE,
        (
            "It has two members “manifest.json” with different contents, and readers take the one or"
            " the other. Save the image into a new file."
        ),
    ),
    "a way out": (
        lambda: changed(docker_members(ETCD), **{"../../passwd": b"root"}),
        Flaw.FOREIGN,
        (
            "The name of its member “../../” leads out of the archive. Save the image again"
            " with an ordinary tool."
        ),
    ),
    "an absolute name": (
        lambda: changed(docker_members(ETCD), **{"/passwd": b"root"}),
        Flaw.FOREIGN,
        (
            "The name of its member “/passwd” leads out of the archive. Save the image again with"
            " an ordinary tool."
        ),
    ),
    "a layer that is a link to nowhere": (
        lambda: changed(docker_members(ETCD), **{LAYER_NAME: Symlink("../../../etc/passwd")}),
        Flaw.INCOMPLETE,
        (
            f"It lists “{LAYER_NAME}”, which is not in it. Pull the image completely, for one platform,"
            " and save it again."
        ),
    ),
    "a layer that is a link to itself": (
        lambda: changed(docker_members(ETCD), **{LAYER_NAME: HardLink(LAYER_NAME)}),
        Flaw.INCOMPLETE,
        (
            f"It lists “{LAYER_NAME}”, which is not in it. Pull the image completely, for one platform,"
            " and save it again."
        ),
    ),
    "a sparse layer": (
        sparse_tar,
        Flaw.INCOMPLETE,
        "A layer in it is stored sparsely. Save the image again with “docker save”.",
    ),
    "a layer of Docker to be fetched from elsewhere": (
        docker_elsewhere,
        Flaw.INCOMPLETE,
        (
            f"Its layer “{hex_of(ETCD.config + ETCD.layers[0] + bytes([0]))}/layer.tar” is not in it but"
            " is to be fetched from elsewhere, which the customer's cluster cannot do. Build the image"
            " on a base whose layers may be shipped."
        ),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_reported_with_its_remedy(tmp_path: Path, case: str) -> None:
    build, flaw, words = CASES[case]
    archive = read(tmp_path, build())
    assert (archive.flaw, str(archive.words)) == (flaw, words)


def test_one_bad_archive_hides_no_other(tmp_path: Path) -> None:
    archives = {f"{number}.tar": CASES[case][0]() for number, case in enumerate(CASES)}
    path = service_package_with(tmp_path / "etcd.zip", {**archives, "z.tar": oci_archive(ETCD)})
    inspection = inspected(path)
    assert [each.flaw for each in inspection.archives] == [
        *(flaw for _build, flaw, _words in CASES.values()),
        None,
    ]
    assert inspection.archives[-1].images == (ETCD.by_oci(),)
    assert inspection.sha256 == sha256_of(path)


def test_what_could_be_read_beside_a_flaw_is_reported(tmp_path: Path) -> None:
    whole = without(docker_members(ETCD, ARM), f"{hex_of(ARM.config)}.json")
    assert read(tmp_path, whole).images == (ETCD.by_docker(),)
    cut = oci_archive(ETCD)[: oci_archive(ETCD).rindex(b"oci-layout") + 512 + 20]
    archive = read(tmp_path, cut)
    assert (archive.flaw, archive.images) == (Flaw.CUT_OFF, (ETCD.by_oci(),))


def test_what_an_archive_is_packed_with_is_named(tmp_path: Path) -> None:
    named = [
        read(tmp_path, CASES[case][0]()).compression
        for case in ("bzip2", "xz", "zstd", "gzip cut off", "many tiny gzip streams", "a text")
    ]
    assert named == ["bzip2", "xz", "zstd", "gzip", "gzip", None]


class TestLimits:
    def test_members_are_counted(self, tmp_path: Path) -> None:
        content = tar({f"{number}": b"" for number in range(30)})
        archive = read(tmp_path, content, replace(LIMITS, members=20))
        assert (archive.flaw, str(archive.words)) == (
            Flaw.FOREIGN,
            (
                "It has more than 20 members, which no image archive needs. Save fewer images into one"
                " archive."
            ),
        )

    def test_what_the_lists_name_is_counted(self, tmp_path: Path) -> None:
        content = docker_list(RepoTags=["etcd:1"] * 50)
        archive = read(tmp_path, content, replace(LIMITS, members=40))
        assert (archive.flaw, str(archive.words)) == (
            Flaw.INCOMPLETE,
            "Its lists name more than 40 images and layers. Save fewer images into one archive.",
        )

    def test_an_index_that_lists_itself_twice_on_each_level_ends(self, tmp_path: Path) -> None:
        inner, kind, members = ETCD.manifest, MANIFEST_TYPE, dict(oci_members(ETCD))
        for _level in range(3):
            inner, kind = index(*[descriptor(inner, kind)] * 100), INDEX_TYPE
            members |= blobs(inner)
        archive = read(tmp_path, tar({**members, **layout(index(descriptor(inner, kind)))}))
        assert (archive.flaw, str(archive.words)) == (
            Flaw.INCOMPLETE,
            "Its lists name more than 10000 images and layers. Save fewer images into one archive.",
        )

    def test_one_image_under_ten_thousand_names_costs_no_more_than_them(
        self, tmp_path: Path
    ) -> None:
        names = [f"etcd:{number}" for number in range(4000)]
        path = service_package_with(
            tmp_path / "a.zip",
            {
                "a.tar": docker_list(RepoTags=names),
                "b.tar": oci_archive(Image(references=tuple(names))),
            },
            stored=True,
        )
        found = [archive.images[0].references for archive in inspected(path).archives]
        assert found == [tuple(names)] * 2

    def test_a_bomb_in_gzip_is_reported(self, tmp_path: Path) -> None:
        content = gzipped(docker_archive(Image(layers=(bytes(8 * MIB),))))
        archive = read(tmp_path, content)
        assert (archive.flaw, archive.compression, str(archive.words)) == (
            Flaw.FOREIGN,
            "gzip",
            (
                "It grows too many times when unpacked, as decompression bombs do. Save the image"
                " again, as a plain tar."
            ),
        )

    def test_all_archives_together_are_bounded(self, tmp_path: Path) -> None:
        content = tar({"a": b"one line\n" * 100_000})
        path = service_package_with(tmp_path / "a.zip", {f"{n}.tar": content for n in range(4)})
        limits = Limits(upload_bytes=len(content) // 2)
        first, second, third, fourth = inspected(path, limits).archives
        assert [each.sha256 for each in (first, second)] == [hex_of(content)] * 2
        assert [(each.flaw, each.sha256) for each in (third, fourth)] == [(Flaw.FOREIGN, "")] * 2

    def test_json_is_kept_up_to_a_bound_and_the_largest_goes_first(self, tmp_path: Path) -> None:
        spare = {f"{number}.json": b"[" + b" " * (4 * MIB - 1) for number in range(9)}
        content = tar({**docker_members(ETCD), **spare})
        path = service_package_with(tmp_path / "a.zip", {"a.tar": content}, stored=True)
        [archive] = inspected(path).archives
        assert (archive.flaw, archive.images) == (None, (ETCD.by_docker(),))

    def test_a_configuration_of_more_than_4_mib_is_none(self, tmp_path: Path) -> None:
        config = to_json({"architecture": "amd64", "os": "linux", "padding": "x" * 4 * MIB})
        content = tar(
            {"config": config, "manifest.json": to_json([{"Config": "config", "Layers": []}])}
        )
        path = service_package_with(tmp_path / "a.zip", {"a.tar": content}, stored=True)
        [archive] = inspected(path).archives
        assert (archive.flaw, str(archive.words)) == (
            Flaw.INCOMPLETE,
            (
                "“config” in it has 4.1 MiB where a manifest or a configuration is expected, or others"
                " need as much. Save fewer images into one archive."
            ),
        )


class TestADamagedZip:
    def damaged(
        self, path: Path, *, stored: bool, damage: Callable[[bytearray], None]
    ) -> Inspection:
        """The inspection of two archives, the first of which is changed in the zip."""
        archives = {"a.tar": docker_archive(ETCD), "b.tar": oci_archive(ETCD)}
        service_package_with(path, archives, stored=stored)
        with zipfile.ZipFile(path) as package:
            member = package.getinfo("etcd/images/a.tar")
        content = bytearray(path.read_bytes())
        start = member.header_offset + 30 + len(member.filename)
        data = content[start : start + member.compress_size]
        damage(data)
        content[start : start + member.compress_size] = data
        path.write_bytes(content)
        return inspected(path)

    def flaws(self, inspection: Inspection) -> list[tuple[Flaw | None, str]]:
        return [(each.flaw, str(each.words)) for each in inspection.archives]

    def test_another_checksum_is_reported(self, tmp_path: Path) -> None:
        def damage(data: bytearray) -> None:
            data[-1] ^= 1

        path = tmp_path / "a.zip"
        inspection = self.damaged(path, stored=True, damage=damage)
        assert self.flaws(inspection) == [
            (
                Flaw.DAMAGED,
                (
                    "Its size or checksum is not the one that the zip declares. Pack the service package"
                    " and upload it again."
                ),
            ),
            (None, "None"),
        ]
        assert inspection.sha256 == sha256_of(path)

    def test_compression_that_ends_too_early_is_reported(self, tmp_path: Path) -> None:
        def damage(data: bytearray) -> None:
            # A last block of no bytes: 3.2.4 of RFC 1951.
            data[:] = b"\x01\0\0\xff\xff" + bytes(len(data) - 5)

        inspection = self.damaged(tmp_path / "a.zip", stored=False, damage=damage)
        assert self.flaws(inspection) == [
            (
                Flaw.DAMAGED,
                "Its data in the zip is damaged. Pack the service package and upload it again.",
            ),
            (None, "None"),
        ]

    def test_compression_that_does_not_end_is_reported(self, tmp_path: Path) -> None:
        def damage(data: bytearray) -> None:
            # One block, not the last, that takes all bytes there are.
            length = len(data) - 5
            data[:5] = (
                b"\0" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")
            )

        inspection = self.damaged(tmp_path / "a.zip", stored=False, damage=damage)
        assert self.flaws(inspection) == [
            (
                Flaw.CUT_OFF,
                (
                    "Its compressed data in the zip ends too early. Pack the service package and"
                    " upload it again."
                ),
            ),
            (None, "None"),
        ]

    @pytest.mark.parametrize("by", [-1, 1])
    def test_another_size_than_the_zip_declares(self, tmp_path: Path, by: int) -> None:
        content = docker_archive(ETCD)
        path = service_package_with(tmp_path / "a.zip", {"a.tar": content})
        declared = len(content).to_bytes(4, "little")
        package = path.read_bytes()
        assert package.count(declared) == 2
        path.write_bytes(package.replace(declared, (len(content) + by).to_bytes(4, "little")))
        assert self.flaws(inspected(path)) == [
            (
                Flaw.DAMAGED,
                (
                    "Its size or checksum is not the one that the zip declares. Pack the service"
                    " package and upload it again."
                ),
            )
        ]

    def test_data_that_is_no_compression_is_reported(self, tmp_path: Path) -> None:
        def damage(data: bytearray) -> None:
            data[0] = 0b111  # a block of the type that does not exist

        inspection = self.damaged(tmp_path / "a.zip", stored=False, damage=damage)
        assert [each.flaw for each in inspection.archives] == [Flaw.DAMAGED, None]


def test_what_stands_behind_a_flaw_is_hashed_all_the_same(tmp_path: Path) -> None:
    content = b"\x28\xb5\x2f\xfd" + shake_256(b"").digest(3 * MIB)
    archive = read(tmp_path, content)
    assert (archive.flaw, archive.sha256) == (Flaw.FOREIGN, hex_of(content))


def test_whatever_chance_writes_is_reported_and_never_raised(tmp_path: Path) -> None:
    chance = Random(20260101)  # noqa: S311 - it damages, and must do so in the same way each time
    samples = [
        docker_archive(ETCD, ARM),
        oci_archive(ETCD),
        tar(containerd_members(ETCD, ARM)),
        tar(docker_25_members(ETCD), tarfile.PAX_FORMAT),
        gzipped(oci_archive(ETCD)),
    ]
    archives = {}
    for number in range(300):
        content = bytearray(samples[number % len(samples)])
        for _time in range(chance.randrange(1, 9)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        archives[f"{number}.tar"] = bytes(
            content[: chance.randrange(len(content))] if number % 7 == 0 else content
        )
    path = service_package_with(tmp_path / "a.zip", archives)
    inspection = inspected(path)
    assert [each.name for each in inspection.archives] == list(archives)
    assert [each.sha256 for each in inspection.archives] == [
        hex_of(each) for each in archives.values()
    ]
    assert {each.flaw is None for each in inspection.archives} == {True, False}
    assert all((each.flaw is None) == (each.words is None) for each in inspection.archives)
