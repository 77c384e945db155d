"""What a target does not take is said before anything is sent, or at the latest where it shows."""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviews.registry import (
    Compression,
    Dialect,
    LayoutTarget,
    Outcome,
    PlannedImage,
    PublishError,
    PublishPlan,
    Target,
    TargetUnreachable,
    Unsuitable,
    WrongContent,
    read_back,
)

from .images import write_package
from .publications import Publication
from .scripted_registry import Fault, ScriptedRegistry, serving
from .small_images import SmallImage, layer, small_image, small_plan, tar_of


@pytest.fixture
def registry() -> Iterator[ScriptedRegistry]:
    with serving() as running:
        yield running


def plain(registry: ScriptedRegistry) -> Target:
    return Target(registry.address, dialect=Dialect.OCI, compression=Compression.NONE)


def web(registry: ScriptedRegistry) -> str:
    return f"{registry.registry}/osc/web:1.0"


def refused(registry: ScriptedRegistry, plan: PublishPlan, target: Target) -> str:
    """The words of ``Unsuitable``; nothing may be stored."""
    with pytest.raises(Unsuitable) as error:
        Publication().run(plan, target)
    assert registry.blobs == {}
    assert registry.manifests == {}
    return str(error.value)


@pytest.mark.parametrize("pattern", ["*", "osc", "other/*", "*/*/*", "osc/w"])
def test_a_name_that_the_target_does_not_take_is_said(
    registry: ScriptedRegistry, tmp_path: Path, pattern: str
) -> None:
    plan = small_plan(tmp_path, web(registry))

    words = refused(registry, plan, replace(plain(registry), name_pattern=pattern))

    assert words.startswith(f"The target takes names like “{pattern}” only, and “{web(registry)}”")
    assert registry.noted == []


@pytest.mark.parametrize("pattern", ["*/*", "osc/*", "osc/w*"])
def test_a_name_that_fits_is_taken(
    registry: ScriptedRegistry, tmp_path: Path, pattern: str
) -> None:
    plan = small_plan(tmp_path, web(registry))
    target = replace(plain(registry), name_pattern=pattern)

    assert Publication().run(plan, target)[0].outcome == Outcome.PUSHED


def test_a_layer_that_is_too_large_is_said_before_anything_is_sent(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    plan = small_plan(tmp_path, web(registry))

    words = refused(registry, plan, replace(plain(registry), layer_limit=50_000))

    assert "has more than the 50000 bytes that the target takes" in words
    assert registry.noted == []


def test_a_packed_layer_is_measured_as_it_is_sent(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    large = replace(Target(registry.address), layer_limit=50_000)
    zeros = small_image([tar_of({"zeros": bytes(1_000_000)})])
    noise = small_image([layer("noise", 1_000_000)])

    assert "has more than" in refused(registry, small_plan(tmp_path, web(registry), noise), large)
    published = Publication().run(small_plan(tmp_path, web(registry), zeros), large)
    assert published[0].outcome == Outcome.PUSHED


def test_a_reference_of_another_registry_cannot_be_published_here(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    plan = small_plan(tmp_path, "elsewhere.example.com/osc/web:1.0")

    assert "does not belong to the registry" in refused(registry, plan, plain(registry))


def test_two_images_at_one_address_are_refused(registry: ScriptedRegistry, tmp_path: Path) -> None:
    one, other = small_image([layer("one")]), small_image([layer("other")])
    package = write_package(
        tmp_path / "two.zip", {"one.tar": one.archive, "other.tar": other.archive}
    )
    planned = tuple(
        PlannedImage(web(registry), "x86_64", f"demo/images/{name}.tar", image.config)
        for name, image in (("one", one), ("other", other))
    )

    words = refused(registry, PublishPlan(package, planned), plain(registry))

    assert words == (
        f"The package has two images for “{web(registry)}” and x86_64, in “demo/images/one.tar” and"
        " “demo/images/other.tar”. Give one of them another name or tag."
    )


def test_an_image_that_is_no_longer_in_its_archive_is_said(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    plan = small_plan(tmp_path, web(registry))
    other = replace(plan, images=(replace(plan.images[0], architecture="aarch64"),))

    with pytest.raises(WrongContent) as error:
        Publication().run(other, plain(registry))

    assert "no longer holds the image" in str(error.value)


def test_a_registry_that_refuses_the_manifests_is_not_asked_again(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    """As SWR answers OCI indexes."""
    said = b'{"errors":[{"code":"MANIFEST_INVALID","message":"fail to parse"}]}'
    registry.faults.append(Fault("PUT", "manifests/1.0", 400, body=said, times=9))

    with pytest.raises(Unsuitable) as error:
        Publication().run(small_plan(tmp_path, web(registry)), plain(registry))

    assert str(error.value) == (
        f"The registry {registry.registry} refuses a manifest of the type"
        " application/vnd.oci.image.index.v1+json (400: MANIFEST_INVALID fail to parse). Choose the"
        " other dialect for the target."
    )
    assert registry.methods().count("PUT 400") == 1


LAYER_UNKNOWN = b'{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}'


def test_a_layer_missed_for_a_moment_is_found_by_asking_again(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    """As a registry on a plain disk misses one while another upload writes its link anew."""
    registry.faults.append(Fault("PUT", "manifests", 400, body=LAYER_UNKNOWN, times=2))

    published = Publication().run(small_plan(tmp_path, web(registry)), plain(registry))

    assert [each.outcome for each in published] == [Outcome.PUSHED]
    assert registry.methods().count("PUT 400") == 2


def test_a_registry_that_has_lost_a_layer_gets_it_with_the_next_publishing(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    registry.faults.append(Fault("PUT", "manifests", 400, body=LAYER_UNKNOWN, times=6))
    plan = small_plan(tmp_path, web(registry))

    with pytest.raises(TargetUnreachable) as error:
        Publication().run(plan, plain(registry))

    assert "has lost a layer" in str(error.value)
    assert error.value.may_pass
    assert Publication().run(plan, plain(registry))[0].outcome == Outcome.PUSHED


def test_a_proxy_that_takes_nothing_so_large_is_not_asked_again(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    registry.faults.append(Fault("PATCH", status=413, body=b"<html>too large</html>", times=9))

    assert "takes nothing so large" in refused(
        registry, small_plan(tmp_path, web(registry)), plain(registry)
    )
    assert registry.methods().count("PATCH 413") == 1


def test_a_layer_that_arrived_without_an_answer_is_not_sent_again(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    registry.faults.append(Fault("PUT", "uploads", 502, stores=True))

    published = Publication().run(small_plan(tmp_path, web(registry)), plain(registry))

    assert published[0].outcome == Outcome.PUSHED
    assert registry.methods().count("PATCH 202") == 2


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_compressed_package_is_published_like_a_plain_one(
    registry: ScriptedRegistry, tmp_path: Path, method: int
) -> None:
    registry.faults.append(Fault("PATCH", cut_after=10))
    image = small_image([layer("one", 100_000), layer("two", 2_000_000)])
    plan = small_plan(tmp_path, web(registry), image, method=method)

    published = Publication().run(plan, plain(registry))

    assert published[0].outcome == Outcome.PUSHED
    assert sorted(len(each) for each in registry.blobs.values())[1:] == [
        len(image.layers[0]),
        len(image.layers[1]),
    ]


def zstd_image() -> SmallImage:
    """An OCI archive with a layer that calls itself zstd; nobody unpacks it."""
    content = b"\x28\xb5\x2f\xfd" + bytes(1000)
    diff_id = f"sha256:{hashlib.sha256(b'the plain layer').hexdigest()}"
    return oci_image(content, diff_id)


def oci_image(content: bytes, diff_id: str) -> SmallImage:
    """An OCI archive with the one layer ``content``."""

    def digest(blob: bytes) -> str:
        return f"sha256:{hashlib.sha256(blob).hexdigest()}"

    rootfs = {"type": "layers", "diff_ids": [diff_id]}
    config = json.dumps({"os": "linux", "architecture": "amd64", "rootfs": rootfs}).encode()
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": digest(config),
                "size": len(config),
            },
            "layers": [
                {
                    "mediaType": "application/vnd.oci.image.layer.v1.tar",
                    "digest": digest(content),
                    "size": len(content),
                }
            ],
        }
    ).encode()
    members = {f"blobs/sha256/{digest(each)[7:]}": each for each in (content, config, manifest)}
    index = {"manifests": [{"digest": digest(manifest), "size": len(manifest)}]}
    members["index.json"] = json.dumps(index).encode()
    return SmallImage(tar_of(members), digest(config), (content,))


def test_docker_takes_no_zstd_and_oci_does(registry: ScriptedRegistry, tmp_path: Path) -> None:
    plan = small_plan(tmp_path, web(registry), zstd_image())

    assert "compressed by zstd, which the target does not take" in refused(
        registry, plan, Target(registry.address)
    )
    assert Publication().run(plan, plain(registry))[0].outcome == Outcome.PUSHED


def test_the_digest_of_an_oci_archive_stays_where_layers_stay(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    content = layer("one")
    image = oci_image(gzip.compress(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
    plan = small_plan(tmp_path, web(registry), image)

    (published,) = Publication().run(plan, plain(registry))

    by_digest = replace(
        plan,
        images=(
            replace(plan.images[0], reference=f"{registry.registry}/osc/pinned@{published.digest}"),
        ),
    )
    (pinned,) = Publication().run(by_digest, Target(registry.address))
    assert (pinned.outcome, pinned.digest) == (Outcome.PUSHED, published.digest)
    assert [each.outcome for each in read_back(plain(registry), by_digest.images)] == [
        Outcome.PRESENT
    ]


def test_an_image_whose_configuration_is_of_another_architecture_is_missing(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    """Its list says that it is for aarch64, and nobody could run it there."""
    plan = small_plan(tmp_path, web(registry))
    Publication().run(plan, plain(registry))
    kind, content = registry.manifests["osc/web", "1.0"]
    registry.manifests["osc/web", "1.0"] = (kind, content.replace(b"amd64", b"arm64"))

    found = read_back(
        plain(registry), [PlannedImage(web(registry), each) for each in ("x86_64", "aarch64")]
    )

    assert [each.outcome for each in found] == [Outcome.MISSING, Outcome.MISSING]


def test_a_digest_that_the_package_cannot_make_is_only_asked_for(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    plan = small_plan(tmp_path, f"{registry.registry}/osc/web@sha256:{'0' * 64}")

    assert [each.outcome for each in Publication().run(plan, plain(registry))] == [Outcome.MISSING]
    assert registry.blobs == {}


@pytest.mark.parametrize("size", [0, 1, 511, 100_000])
def test_a_package_that_lost_bytes_is_never_published(tmp_path: Path, size: int) -> None:
    plan = small_plan(tmp_path, "swr.example.com/osc/web:1.0")
    content = plan.package.read_bytes()
    plan.package.write_bytes(content[: size or 3])

    with pytest.raises(PublishError):
        Publication().run(plan, LayoutTarget(tmp_path / "layout"))


def test_every_changed_byte_of_a_layer_is_noticed(tmp_path: Path) -> None:
    target = LayoutTarget(tmp_path / "layout")
    image = small_image([layer("one", 3000)])
    plan = small_plan(tmp_path, "swr.example.com/osc/web:1.0", image)
    content = plan.package.read_bytes()
    start = content.index(image.layers[0])

    for place in range(start + 512, start + 3000, 97):
        changed = bytearray(content)
        changed[place] ^= 1
        plan.package.write_bytes(changed)
        with pytest.raises(WrongContent):
            Publication().run(plan, target)

    assert [each.name for each in (target.root / "blobs" / "sha256").iterdir()] == []


def test_a_registry_with_hostile_manifests_breaks_nothing(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    plan = small_plan(tmp_path, web(registry))
    kind = "application/vnd.oci.image.index.v1+json"
    hostile: list[object] = [
        [],
        {"manifests": "x"},
        {"manifests": [1]},
        {"manifests": [{"platform": {"os": "linux", "architecture": "amd64"}, "digest": "../x"}]},
        {"manifests": [{"platform": {"os": "linux", "architecture": "amd64"}}]},
        {"config": {"mediaType": "application/vnd.oci.image.config.v1+json"}, "layers": []},
        {"config": [], "layers": {}},
        {"layers": [{}] * 2000},
        "[" * 100_000,
    ]
    for number, each in enumerate(hostile):
        content = each.encode() if isinstance(each, str) else json.dumps(each).encode()
        registry.manifests["osc/web", "1.0"] = (kind, content)
        with pytest.raises(PublishError) as error:
            Publication().run(plan, plain(registry))
        assert not isinstance(error.value, TargetUnreachable), number
        assert registry.blobs == {}
