"""A disk that is really full, under a real registry and under a layout."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from reviews.registry import LayoutTarget, TargetFull

from . import docker_registry
from .docker_registry import on_small_disk
from .images import Images
from .publications import Publication, plan_of, target_of
from .publishing_process import finish, orders, start


@pytest.fixture(autouse=True)
def small_disks(tmp_path: Path) -> None:
    """Only where a user may have mounts of their own."""
    trial = tmp_path / "trial"
    trial.mkdir()
    done = subprocess.run([*on_small_disk(trial, 1), "true"], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("no mounts of one's own are allowed here")


def test_a_full_registry_is_said_to_be_full(tmp_path: Path, images: Images) -> None:
    with docker_registry.running(tmp_path, megabytes=5) as registry:
        plan = plan_of(tmp_path, registry.registry, images, ["web", "job"])
        publication = Publication()
        with pytest.raises(TargetFull) as error:
            publication.run(plan, target_of(registry))

    assert "has no room left" in str(error.value)
    assert publication.pauses == []


def test_a_full_disk_of_the_layout_is_said_to_be_full(tmp_path: Path, images: Images) -> None:
    target = LayoutTarget(tmp_path / "layout")
    target.root.mkdir()
    plan = plan_of(tmp_path, "swr.example.com", images, ["web", "job"])

    process = start(orders(plan, target, tmp_path / "records"), on_small_disk(target.root, 5))
    code, printed = finish(process)

    assert (code, printed["error"]) == (0, "TargetFull")
    assert printed["words"].startswith(f"The disk of the image layout in {target.root} is full.")
