"""Publishing into a real registry, and pulling back with another tool."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviews.registry import (
    BlobRecords,
    Dialect,
    LayoutTarget,
    Outcome,
    PlannedImage,
    PublishPlan,
    TagConflict,
    read_back,
)

from .docker_registry import DockerRegistry
from .images import Images, pulled_diff_ids, skopeo
from .publications import ARCHITECTURES, Publication, plan_of, target_of


@pytest.mark.parametrize("form", ["docker", "oci"])
@pytest.mark.parametrize("dialect", list(Dialect))
def test_two_architectures_are_pushed_and_pulled_back_layer_by_layer(
    tmp_path: Path, registry: DockerRegistry, images: Images, dialect: Dialect, form: str
) -> None:
    plan = plan_of(tmp_path, registry.registry, images, form=form)

    published = Publication().run(plan, target_of(registry, dialect))

    reference = f"{registry.registry}/osc/web:1.0"
    assert [(each.reference, each.architecture, each.outcome) for each in published] == [
        (reference, architecture, Outcome.PUSHED) for architecture in ARCHITECTURES
    ]
    assert [
        pulled_diff_ids(tmp_path, reference, architecture) for architecture in ARCHITECTURES
    ] == [(images.web[each].config, images.web[each].diff_ids) for each in ARCHITECTURES]


def test_docker_speaks_of_docker_and_oci_of_oci(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    types = []
    for dialect in Dialect:
        plan = plan_of(tmp_path, registry.registry, images, tag=f"1.0-{dialect}")
        published = Publication().run(plan, target_of(registry, dialect))
        for name in (f":1.0-{dialect}", f"@{published[0].digest}"):
            address = f"docker://{registry.registry}/osc/web{name}"
            manifest = json.loads(skopeo("inspect", "--raw", "--tls-verify=false", address))
            types.append(manifest["mediaType"])
            types += [each["mediaType"] for each in manifest.get("layers", ())][:1]

    assert types == [
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.layer.v1.tar",
    ]


def test_a_second_run_sends_nothing(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    plan = plan_of(tmp_path, registry.registry, images, ["web", "job"])
    first = Publication()
    pushed = first.run(plan, target_of(registry))
    before = registry.requests()

    second = Publication(known=first.known)
    present = second.run(plan, target_of(registry))

    assert {each.outcome for each in present} == {Outcome.PRESENT}
    assert [(each.digest, each.tag_digest, each.size) for each in present] == [
        (each.digest, each.tag_digest, each.size) for each in pushed
    ]
    asked = registry.requests() - before
    assert set(asked) == {"GET", "HEAD"}
    assert second.progress[-1] == first.progress[-1]


def test_a_layer_that_two_images_share_is_sent_once(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    Publication().run(
        plan_of(tmp_path, registry.registry, images, ["web", "job"]), target_of(registry)
    )

    sent = [path for method, path, _status in registry.log() if method == "PATCH"]
    mounted = [status for method, path, status in registry.log() if "mount=" in path]
    assert len(sent) == 2 * len(ARCHITECTURES) + len(ARCHITECTURES)
    assert mounted == [201] * len(ARCHITECTURES)


def test_progress_ends_at_the_bytes_of_all_layers_and_never_goes_back(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    publication = Publication()
    publication.run(
        plan_of(tmp_path, registry.registry, images, ["web", "job"]), target_of(registry)
    )

    done = [done for done, _total in publication.progress]
    assert done == sorted(done)
    assert publication.progress[-1][0] == publication.progress[-1][1]
    assert publication.progress[-1][0] > 4 * 3_000_000


def test_a_tag_with_another_image_stops_before_anything_is_sent(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    theirs = images.job["x86_64"].layout
    reference = f"{registry.registry}/osc/web:1.0"
    skopeo("copy", "--dest-tls-verify=false", f"oci:{theirs}:a", f"docker://{reference}")
    before = skopeo("inspect", "--raw", "--tls-verify=false", f"docker://{reference}")
    sent = registry.requests()

    with pytest.raises(TagConflict) as conflict:
        Publication().run(plan_of(tmp_path, registry.registry, images), target_of(registry))

    assert (conflict.value.reference, conflict.value.architecture) == (reference, "x86_64")
    assert conflict.value.found == images.job["x86_64"].config
    assert conflict.value.expected == images.web["x86_64"].config
    assert set(registry.requests() - sent) == {"GET"}
    assert skopeo("inspect", "--raw", "--tls-verify=false", f"docker://{reference}") == before


def test_a_tag_that_has_the_image_for_one_architecture_gets_the_other(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    reference = f"{registry.registry}/osc/web:1.0"
    ours = images.web["x86_64"].layout
    skopeo("copy", "--dest-tls-verify=false", f"oci:{ours}:a", f"docker://{reference}")

    published = Publication().run(plan_of(tmp_path, registry.registry, images), target_of(registry))

    assert [each.outcome for each in published] == [Outcome.PRESENT, Outcome.PUSHED]
    assert [pulled_diff_ids(tmp_path, reference, each)[0] for each in ARCHITECTURES] == [
        images.web[each].config for each in ARCHITECTURES
    ]


def test_what_is_not_shipped_is_asked_for_and_what_is_external_is_not(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    there = f"{registry.registry}/osc/there:1"
    ours = images.web["x86_64"].layout
    skopeo("copy", "--dest-tls-verify=false", f"oci:{ours}:a", f"docker://{there}")
    plan = plan_of(tmp_path, registry.registry, images)
    others = (
        PlannedImage(there, "x86_64"),
        PlannedImage(there, "aarch64"),
        PlannedImage(f"{registry.registry}/osc/nowhere:1", "x86_64"),
        PlannedImage("quay.io/elsewhere/thing:1", "x86_64", is_asked=False),
    )

    published = Publication().run(PublishPlan(plan.package, others), target_of(registry))

    outcomes = [Outcome.PRESENT, Outcome.MISSING, Outcome.MISSING, Outcome.NOT_ASKED]
    assert [each.outcome for each in published] == outcomes
    assert [each.outcome for each in read_back(target_of(registry), others)] == outcomes


def test_everything_is_read_back(tmp_path: Path, registry: DockerRegistry, images: Images) -> None:
    plan = plan_of(tmp_path, registry.registry, images, ["web", "job"])
    published = Publication().run(plan, target_of(registry))

    found = read_back(target_of(registry), plan.images)

    assert {each.outcome for each in found} == {Outcome.PRESENT}
    assert [(each.reference, each.architecture, each.digest, each.size) for each in found] == [
        (each.reference, each.architecture, each.digest, each.size) for each in published
    ]


def test_a_lost_layer_is_missing_when_read_back_and_pushed_again(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    plan = plan_of(tmp_path, registry.registry, images)
    publication = Publication()
    publication.run(plan, target_of(registry))
    lost = next(
        blob for blob in publication.known.find(registry.registry, images.web["x86_64"].diff_ids[0])
    )
    registry.blob_file(lost.digest).unlink()

    found = read_back(target_of(registry), plan.images)
    again = Publication(known=publication.known).run(plan, target_of(registry))

    assert [each.outcome for each in found] == [Outcome.MISSING, Outcome.PRESENT]
    assert [each.outcome for each in again] == [Outcome.PUSHED, Outcome.PRESENT]
    assert {each.outcome for each in read_back(target_of(registry), plan.images)} == {
        Outcome.PRESENT
    }


def test_a_layout_keeps_what_it_has(tmp_path: Path, images: Images) -> None:
    target = LayoutTarget(tmp_path / "layout")
    plan = plan_of(tmp_path, "swr.example.com", images, ["web", "job"])

    outcomes = [{each.outcome for each in Publication().run(plan, target)} for _number in range(2)]

    assert outcomes == [{Outcome.PUSHED}, {Outcome.PRESENT}]
    assert {each.outcome for each in read_back(target, plan.images)} == {Outcome.PRESENT}


@pytest.mark.parametrize("form", ["docker", "oci"])
def test_skopeo_copies_from_a_layout_to_where_the_addresses_point(
    tmp_path: Path, registry: DockerRegistry, images: Images, form: str
) -> None:
    target = LayoutTarget(tmp_path / "layout")
    plan = plan_of(tmp_path, registry.registry, images, form=form)
    Publication().run(plan, target)
    reference = plan.images[0].reference

    skopeo(
        *("copy", "--all", "--format", "v2s2", "--dest-tls-verify=false"),
        *(f"oci:{target.root}:{reference}", f"docker://{reference}"),
    )

    address = f"docker://{reference}"
    manifest = json.loads(skopeo("inspect", "--raw", "--tls-verify=false", address))
    assert manifest["mediaType"] == "application/vnd.docker.distribution.manifest.list.v2+json"
    assert [pulled_diff_ids(tmp_path, reference, each) for each in ARCHITECTURES] == [
        (images.web[each].config, images.web[each].diff_ids) for each in ARCHITECTURES
    ]
    again = Publication().run(plan, target_of(registry))
    assert {each.outcome for each in again} == {Outcome.PRESENT}


def test_without_records_only_packing_is_repeated(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    plan = plan_of(tmp_path, registry.registry, images)
    Publication().run(plan, target_of(registry))

    present = Publication(known=BlobRecords()).run(plan, target_of(registry))

    assert {each.outcome for each in present} == {Outcome.PRESENT}
