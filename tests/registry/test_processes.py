"""Real processes: killed at every step, two at once, and a registry that is restarted."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from reviews.registry import Dialect, LayoutTarget, Outcome, PublishPlan, read_back

from .docker_registry import DockerRegistry
from .images import Images, pulled_diff_ids, skopeo
from .publications import ARCHITECTURES, plan_of, target_of
from .publishing_process import finish, orders, start

STEPS = 4


def stored_blobs(registry: DockerRegistry, repository: str) -> Counter[str]:
    """How often each digest was stored in a repository, by uploading it."""
    paths = [
        path
        for method, path, status in registry.log()
        if method == "PUT" and status == 201 and f"/v2/{repository}/blobs/uploads/" in path
    ]
    return Counter(path.partition("digest=")[2] for path in paths)


def renamed(plan: PublishPlan, organisation: str) -> PublishPlan:
    return replace(
        plan,
        images=tuple(
            replace(image, reference=image.reference.replace("/osc/", f"/{organisation}/"))
            for image in plan.images
        ),
    )


@pytest.mark.parametrize("dialect", list(Dialect))
def test_killed_at_any_step_it_ends_the_same_and_pushes_nothing_twice(
    tmp_path: Path, registry: DockerRegistry, images: Images, dialect: Dialect
) -> None:
    plan = plan_of(tmp_path, registry.registry, images)
    target = target_of(registry, dialect)
    whole = finish(start(orders(renamed(plan, "whole"), target, tmp_path / "whole")))[1]
    digests = {}

    for step in range(1, whole["asked"] + 1, max(1, whole["asked"] // STEPS)):
        organisation = f"step{step}"
        own, records = renamed(plan, organisation), tmp_path / organisation
        code, _nothing = finish(start(orders(own, target, records, kill_at=step)))
        tags_then = registry.tags(f"{organisation}/web")
        after = finish(start(orders(own, target, records)))
        assert (code, tags_then) in [(-9, []), (-9, ["1.0"])]
        assert after[0] == 0
        assert set(after[1]["outcomes"]) <= {"pushed", "present"}
        assert after[1]["grows"]
        assert set(stored_blobs(registry, f"{organisation}/web").values()) == {1}
        found = read_back(target, own.images)
        digests[step] = [(each.outcome, each.digest) for each in found]

    expected = [
        (Outcome.PRESENT, each.digest) for each in read_back(target, renamed(plan, "whole").images)
    ]
    assert list(digests.values()) == [expected] * len(digests)
    assert len(digests) >= STEPS


def test_a_layout_is_whole_whenever_the_process_is_killed(tmp_path: Path, images: Images) -> None:
    plan = plan_of(tmp_path, "swr.example.com", images)
    whole = finish(start(orders(plan, LayoutTarget(tmp_path / "whole"), tmp_path / "records")))[1]
    expected = [each.digest for each in read_back(LayoutTarget(tmp_path / "whole"), plan.images)]

    for step in range(1, whole["asked"] + 1, max(1, whole["asked"] // STEPS)):
        target, records = LayoutTarget(tmp_path / f"layout{step}"), tmp_path / f"records{step}"
        code, _nothing = finish(start(orders(plan, target, records, kill_at=step)))
        index = json.loads((target.root / "index.json").read_text())
        for entry in index["manifests"]:
            skopeo("inspect", "--raw", f"oci:{target.root}:swr.example.com/osc/web:1.0")
            assert entry["digest"].startswith("sha256:")
        after = finish(start(orders(plan, target, records)))
        assert (code, after[0]) == (-9, 0)
        assert [each.digest for each in read_back(target, plan.images)] == expected


def test_two_at_once_that_share_layers_both_end(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    plans = [
        plan_of(tmp_path, registry.registry, images, names)
        for names in (["web", "job"], ["job", "web"], ["web"])
    ]
    target = target_of(registry)

    processes = [
        start(orders(plan, target, tmp_path / f"records{number}"))
        for number, plan in enumerate(plans)
    ]
    ends = [finish(process) for process in processes]

    assert [code for code, _printed in ends] == [0, 0, 0]
    assert [printed.get("words", "") for _code, printed in ends] == ["", "", ""]
    assert {each for _code, printed in ends for each in printed["outcomes"]} <= {
        "pushed",
        "present",
    }
    assert {each.outcome for each in read_back(target, plans[0].images)} == {Outcome.PRESENT}
    for name in ("web", "job"):
        for architecture in ARCHITECTURES:
            made = getattr(images, name)[architecture]
            reference = f"{registry.registry}/osc/{name}:1.0"
            pulled = pulled_diff_ids(tmp_path, reference, architecture)
            assert pulled == (made.config, made.diff_ids)


def test_two_at_once_that_bring_one_architecture_each_end_with_both(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    """A registry knows no condition for a tag: whoever came too late does it once more."""
    whole = plan_of(tmp_path, registry.registry, images)
    target = target_of(registry)
    plans = [replace(whole, images=(image,)) for image in whole.images]
    ordered = [
        orders(plan, target, tmp_path / f"records{number}") for number, plan in enumerate(plans)
    ]

    at_once = [finish(process)[0] for process in [start(each) for each in ordered]]
    once_more = [finish(start(each))[0] for each in ordered]

    assert at_once + once_more == [0, 0, 0, 0]
    found = read_back(target, whole.images)
    assert [each.outcome for each in found] == [Outcome.PRESENT, Outcome.PRESENT]
    assert len({each.tag_digest for each in found}) == 1


def test_two_at_once_into_one_layout_both_end(tmp_path: Path, images: Images) -> None:
    target = LayoutTarget(tmp_path / "layout")
    plans = [
        plan_of(tmp_path, "swr.example.com", images, [name], tag=tag)
        for name in ("web", "job")
        for tag in ("1", "2")
    ]

    processes = [
        start(orders(plan, target, tmp_path / f"records{number}"))
        for number, plan in enumerate(plans)
    ]
    ends = [finish(process)[0] for process in processes]

    assert ends == [0, 0, 0, 0]
    images_of_all = [image for plan in plans for image in plan.images]
    assert {each.outcome for each in read_back(target, images_of_all)} == {Outcome.PRESENT}
    assert list((target.root / "uploads").glob("[0-9a-f]*")) == []


def test_a_registry_that_is_restarted_gets_everything(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    plan = plan_of(tmp_path, registry.registry, images, ["web", "job"])
    registry.stop()
    process = start(orders(plan, target_of(registry), tmp_path / "records"))
    registry.start()

    code, printed = finish(process)

    assert code == 0
    assert set(printed["outcomes"]) == {"pushed"}
