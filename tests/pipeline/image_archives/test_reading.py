"""Image archives of every flavour, read from inside a service package."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
from pathlib import Path

import pytest

from reviews.pipeline.archive.reading import read_upload, sha256_of
from reviews.pipeline.checks.examples.image_archives import image_archive
from reviews.pipeline.core.policy import MIB, Limits
from reviews.pipeline.image_archives import ArchiveForm, ImageArchive, Inspection, read_archives
from reviews.pipeline.package.layout import is_read, read_layout
from tests.pipeline.archive_builders import (
    CONFIG_TYPE,
    INDEX_TYPE,
    MANIFEST_TYPE,
    HardLink,
    Image,
    Symlink,
    artifact_members,
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
    manifest,
    oci_archive,
    oci_members,
    service_package_with,
    tar,
    to_json,
)

LIMITS = Limits()
ETCD = Image()
ARM = Image(architecture="arm64", variant="v8", layers=(b"first layer\n" * 64, b"for arm\n" * 99))
REDIS = Image(
    references=("docker.io/library/redis:7.2", "docker.io/library/redis:7"),
    layers=(b"first layer\n" * 64, b"redis\n" * 99),
)


def inspected(path: Path, limits: Limits = LIMITS) -> Inspection:
    return read_archives(path, read_layout(read_upload(path, limits, is_read), limits), limits)


def read(tmp_path: Path, content: bytes, limits: Limits = LIMITS) -> ImageArchive:
    """What is read of the one archive ``etcd.tar``."""
    path = service_package_with(tmp_path / "etcd-1.0.0.zip", {"etcd.tar": content})
    [archive] = inspected(path, limits).archives
    return archive


def sound(content: bytes, *images: object, **more: object) -> ImageArchive:
    """What is to be read of an ``etcd.tar`` that has no flaw."""
    fields: dict = {"form": ArchiveForm.DOCKER, "images": images, **more}
    return ImageArchive(
        name="etcd.tar",
        address="etcd/images/etcd.tar",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        **fields,
    )


def test_what_docker_save_wrote_for_years_is_read(tmp_path: Path) -> None:
    content = docker_archive(ETCD)
    assert read(tmp_path, content) == sound(content, ETCD.by_docker())


def test_several_images_of_docker_share_a_layer_by_a_symbolic_link(tmp_path: Path) -> None:
    members = docker_members(ETCD, ARM)
    assert [each for each in members.values() if isinstance(each, Symlink)] != []
    content = tar(members)
    assert read(tmp_path, content) == sound(content, ETCD.by_docker(), ARM.by_docker())


def test_a_layer_may_be_a_hard_link(tmp_path: Path) -> None:
    members = docker_members(ETCD)
    layers = [name for name in members if name.endswith("layer.tar")]
    image = Image(layers=(ETCD.layers[0], ETCD.layers[0]))
    members = docker_members(image)
    first, second = (name for name in members if name.endswith("layer.tar"))
    content = tar({**members, first: ETCD.layers[0], second: HardLink(first)})
    assert len(layers) == 2
    assert read(tmp_path, content) == sound(content, image.by_docker())


def test_an_image_that_was_saved_by_its_id_has_no_reference(tmp_path: Path) -> None:
    content = docker_archive(nameless := Image(references=()))
    assert read(tmp_path, content) == sound(content, nameless.by_docker())


def test_what_docker_saves_since_release_25_is_reported_once(tmp_path: Path) -> None:
    content = tar(docker_25_members(REDIS))
    image = REDIS.by_oci(layers=REDIS.layers)
    assert read(tmp_path, content) == sound(content, image)


def test_an_image_that_only_one_of_two_lists_names_is_reported_too(tmp_path: Path) -> None:
    members = docker_25_members(ETCD, ARM)
    of_one = oci_members(ETCD, plain=True)
    content = tar({**members, "index.json": of_one["index.json"]})
    assert read(tmp_path, content) == sound(
        content, ETCD.by_oci(layers=ETCD.layers), ARM.by_docker()
    )


def test_an_oci_archive_of_skopeo_or_podman_is_read(tmp_path: Path) -> None:
    content = oci_archive(REDIS)
    assert read(tmp_path, content) == sound(content, REDIS.by_oci(), form=ArchiveForm.OCI)


def test_several_images_in_one_oci_archive_are_no_index(tmp_path: Path) -> None:
    content = oci_archive(ETCD, REDIS)
    assert read(tmp_path, content) == sound(
        content, ETCD.by_oci(), REDIS.by_oci(), form=ArchiveForm.OCI
    )


def test_a_reference_may_be_a_tag_alone(tmp_path: Path) -> None:
    content = oci_archive(tagged := Image(references=("v3.5.0",)))
    assert read(tmp_path, content) == sound(content, tagged.by_oci(), form=ArchiveForm.OCI)


def test_an_index_of_two_platforms_gives_its_name_to_both(tmp_path: Path) -> None:
    content = tar(containerd_members(ETCD, ARM))
    assert read(tmp_path, content) == sound(
        content, ETCD.by_oci(), ARM.by_oci(), form=ArchiveForm.OCI, has_index=True
    )


def test_of_an_index_only_the_saved_platform_counts(tmp_path: Path) -> None:
    content = tar(containerd_members(ETCD, absent=[ARM]))
    assert read(tmp_path, content) == sound(content, ETCD.by_oci(), form=ArchiveForm.OCI)


def test_a_platform_of_which_only_the_manifest_was_saved_is_absent(tmp_path: Path) -> None:
    content = tar({**containerd_members(ETCD, absent=[ARM]), **blobs(ARM.manifest)})
    assert read(tmp_path, content) == sound(content, ETCD.by_oci(), form=ArchiveForm.OCI)


def test_an_index_in_an_index_is_followed(tmp_path: Path) -> None:
    inner = index(descriptor(ETCD.manifest, MANIFEST_TYPE), descriptor(ARM.manifest, MANIFEST_TYPE))
    top = index(
        descriptor(
            inner, INDEX_TYPE, annotations={"org.opencontainers.image.ref.name": "etcd:v3.5.0"}
        )
    )
    members = {**oci_members(ETCD), **oci_members(ARM), **blobs(inner), **layout(top)}
    content = tar(members)
    assert read(tmp_path, content) == sound(
        content,
        ETCD.by_oci("etcd:v3.5.0"),
        ARM.by_oci("etcd:v3.5.0"),
        form=ArchiveForm.OCI,
        has_index=True,
    )


def test_a_chart_beside_an_image_is_passed_over(tmp_path: Path) -> None:
    chart = dict(artifact_members())
    [own] = [
        each for each in chart.values() if isinstance(each, bytes) and b"helm.config" in each[:200]
    ]
    top = index(descriptor(ETCD.manifest, MANIFEST_TYPE), descriptor(own, MANIFEST_TYPE))
    content = tar({**chart, **oci_members(ETCD), **layout(top)})
    assert read(tmp_path, content) == sound(
        content, Image(references=()).by_oci(), form=ArchiveForm.OCI
    )


def test_the_media_type_may_be_known_from_the_content_alone(tmp_path: Path) -> None:
    entry = descriptor(ETCD.manifest, MANIFEST_TYPE)
    del entry["mediaType"]
    content = tar({**oci_members(ETCD), **layout(index(entry))})
    assert read(tmp_path, content) == sound(
        content, Image(references=()).by_oci(), form=ArchiveForm.OCI
    )


def test_a_layer_may_be_listed_by_its_sha512(tmp_path: Path) -> None:
    [layer] = (one := Image(layers=(b"a layer\n",))).layers
    listed = f"sha512:{hashlib.sha512(layer).hexdigest()}"
    own = manifest(one.config, (layer,)).replace(digest(layer).encode(), listed.encode())
    members = {
        **blobs(own, one.config),
        "blobs/" + listed.replace(":", "/"): layer,
        **layout(index(descriptor(own, MANIFEST_TYPE))),
    }
    archive = read(tmp_path, tar(members, tarfile.GNU_FORMAT))
    assert (archive.flaw, [each.digest for each in archive.images[0].layers]) == (None, [listed])


def test_compressed_layers_in_a_list_of_docker_are_taken_as_they_are(tmp_path: Path) -> None:
    listed = [
        {
            "Config": digest(ETCD.config),
            "RepoTags": list(ETCD.references),
            "Layers": [f"{hex_of(each)}.tar.gz" for each in ETCD.blobs],
        }
    ]
    members = {
        digest(ETCD.config): ETCD.config,
        **{f"{hex_of(each)}.tar.gz": each for each in ETCD.blobs},
        "manifest.json": to_json(listed),
    }
    content = tar(members)
    [image] = read(tmp_path, content).images
    assert image.layers == ETCD.by_oci().layers


@pytest.mark.parametrize(
    "form",
    [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT],
    ids=["ustar", "gnu", "pax"],
)
def test_names_may_be_long_in_every_way_that_tar_has(tmp_path: Path, form: int) -> None:
    name = "/".join(["a-folder-of-layers"] * (6 if form == tarfile.USTAR_FORMAT else 20))
    image = Image(layers=(b"a layer\n",))
    listed = [{"Config": "config", "RepoTags": None, "Layers": [f"{name}/layer.tar"]}]
    members = {
        f"{name}/layer.tar": image.layers[0],
        "config": image.config,
        "manifest.json": to_json(listed),
    }
    content = tar(members, form)
    assert read(tmp_path, content) == sound(content, Image((), layers=image.layers).by_docker())


def test_names_may_begin_with_a_dot_and_a_slash(tmp_path: Path) -> None:
    content = tar(oci_members(ETCD), dotted=True)
    assert read(tmp_path, content) == sound(content, ETCD.by_oci(), form=ArchiveForm.OCI)


def test_a_gzip_where_a_plain_tar_was_promised_is_read_and_reported(tmp_path: Path) -> None:
    content = gzipped(docker_archive(ETCD))
    assert read(tmp_path, content) == sound(content, ETCD.by_docker(), compression="gzip")


def test_a_gzip_of_several_streams_is_one(tmp_path: Path) -> None:
    whole = docker_archive(ETCD)
    content = gzip.compress(whole[:700]) + gzip.compress(whole[700:]) + b"\0" * 100
    assert read(tmp_path, content) == sound(content, ETCD.by_docker(), compression="gzip")


def test_a_tar_without_its_end_mark_is_complete_when_its_images_are(tmp_path: Path) -> None:
    content = docker_archive(ETCD).rstrip(b"\0")
    content += b"\0" * (-len(content) % 512)
    assert read(tmp_path, content) == sound(content, ETCD.by_docker())


def test_the_same_blob_twice_harms_nobody(tmp_path: Path) -> None:
    content = tar(oci_members(ETCD))
    twice = content.rstrip(b"\0")
    twice += b"\0" * (-len(twice) % 512) + content
    assert read(tmp_path, twice) == sound(twice, ETCD.by_oci(), form=ArchiveForm.OCI)


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "deflated"])
def test_all_archives_are_read_in_one_pass_with_the_hash_of_the_upload(
    tmp_path: Path, stored: bool
) -> None:
    large = Image(layers=(hashlib.shake_256(b"").digest(3 * MIB), b"a line\n" * 300_000))
    archives = {
        "b.tar": docker_archive(large),
        "a.tar": oci_archive(ETCD),
        "sub/c.tar": tar(containerd_members(ETCD)),
    }
    path = service_package_with(
        tmp_path / "etcd-1.0.0.zip",
        archives,
        stored=stored,
        more={"images/mapping.yaml": b"instance: []\n", "images/.DS_Store": b"\0\0\0\1Bud1"},
    )
    inspection = inspected(path)
    assert inspection.sha256 == sha256_of(path)
    assert [
        (each.address, each.name, each.size, each.sha256, each.flaw, each.images)
        for each in inspection.archives
    ] == [
        ("etcd/images/b.tar", "b.tar", *_size(archives["b.tar"]), None, (large.by_docker(),)),
        ("etcd/images/a.tar", "a.tar", *_size(archives["a.tar"]), None, (ETCD.by_oci(),)),
        ("etcd/images/sub/c.tar", "c.tar", *_size(archives["sub/c.tar"]), None, (ETCD.by_oci(),)),
    ]


def _size(content: bytes) -> tuple[int, str]:
    return len(content), hex_of(content)


def test_progress_is_reported_in_bytes_of_the_upload(tmp_path: Path) -> None:
    large = Image(layers=(bytes(70 * MIB),))
    path = service_package_with(tmp_path / "a.zip", {"a.tar": docker_archive(large)}, stored=True)
    size = path.stat().st_size
    reported: list[tuple[int, int]] = []
    package = read_layout(read_upload(path, LIMITS, is_read), LIMITS)
    read_archives(path, package, LIMITS, lambda done, total: reported.append((done, total)))
    assert [total for _done, total in reported] == [size] * 3
    assert [done // (32 * MIB) for done, _total in reported] == [1, 2, 2]
    assert reported[-1] == (size, size)


def test_a_package_without_images_has_a_hash_all_the_same(tmp_path: Path) -> None:
    path = service_package_with(tmp_path / "a.zip", {})
    assert inspected(path) == Inspection((), sha256_of(path))


def test_the_image_archive_of_the_examples_is_in_order(tmp_path: Path) -> None:
    members = image_archive("quay.io/coreos/etcd:v3.5.0", "arm64")
    archive = read(tmp_path, tar({name: text.encode() for name, text in members.items()}))
    assert (archive.flaw, archive.platforms) == (None, frozenset({"aarch64"}))
    assert [each.references for each in archive.images] == [("quay.io/coreos/etcd:v3.5.0",)]


def test_a_configuration_without_a_known_architecture_has_no_platform(tmp_path: Path) -> None:
    content = docker_archive(image := Image(architecture="s390x"), Image(os="windows"))
    archive = read(tmp_path, content)
    assert (archive.platforms, archive.images[0]) == (frozenset(), image.by_docker())


def test_blobs_that_no_list_names_are_passed_over(tmp_path: Path) -> None:
    spare = b"nobody asks for this"
    content = tar({**oci_members(ETCD), **blobs(spare, Image(os="plan9").config)})
    assert read(tmp_path, content) == sound(content, ETCD.by_oci(), form=ArchiveForm.OCI)


def test_a_signature_listed_as_an_image_is_none(tmp_path: Path) -> None:
    payload = to_json({"critical": {}})
    own = to_json(
        {
            "schemaVersion": 2,
            "config": descriptor(ETCD.config, CONFIG_TYPE),
            "layers": [descriptor(payload, "application/vnd.dev.cosign.simplesigning.v1+json")],
        }
    )
    top = index(descriptor(ETCD.manifest, MANIFEST_TYPE), descriptor(own, MANIFEST_TYPE))
    content = tar({**oci_members(ETCD), **blobs(own, payload), **layout(top)})
    assert read(tmp_path, content) == sound(
        content, Image(references=()).by_oci(), form=ArchiveForm.OCI
    )


def test_two_packings_of_one_image_stay_two(tmp_path: Path) -> None:
    plain = manifest(ETCD.config, ETCD.layers)
    top = index(descriptor(plain, MANIFEST_TYPE), descriptor(ETCD.manifest, MANIFEST_TYPE))
    members = {**oci_members(ETCD), **docker_25_members(ETCD), **layout(top)}
    images = read(tmp_path, tar(members)).images
    assert [(each.manifest, each.references) for each in images] == [
        (digest(plain), ETCD.references),
        (digest(ETCD.manifest), ()),
    ]


def test_a_name_that_is_no_reference_is_reported_as_written(tmp_path: Path) -> None:
    content = docker_archive(odd := Image(references=("My Image!", "etcd:v3")))
    assert read(tmp_path, content) == sound(content, odd.by_docker())


def test_an_upload_that_is_gone_is_no_fault_of_the_partner(
    tmp_path: Path,
) -> None:
    path = service_package_with(tmp_path / "a.zip", {})
    package = read_layout(read_upload(path, LIMITS, is_read), LIMITS)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_archives(path, package, LIMITS)
