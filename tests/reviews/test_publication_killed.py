"""Real workers that are killed while they publish: others finish, exactly once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publishing import shipping_large
from tests.registry import docker_registry
from tests.registry.relay import relay_to
from tests.reviews.running import PATIENCE, RunningPortal, data_folder

SHORT_LEASE = {"PORTAL_LEASE_SECONDS": "15"}  # how long a killed worker's job waits for another
LAYER_BYTES = 6_000_000
HELD_AFTER = 2_000_000  # bytes: in the middle of the first large layer
ARCHIVES_READ = "Inspection.objects.filter(finished_at__isnull=False).count()"


@pytest.fixture
def data() -> Iterator[Path]:
    with data_folder() as folder:
        yield folder


def _submit(portal: RunningPortal, version: str, package: Path) -> None:
    portal.ask(f"factories.submitted(open({str(package)!r}, 'rb').read(), {version!r}).pk")


def test_a_killed_publication_worker_is_taken_over_and_publishes_exactly_once(
    data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "docker-registry"
    folder.mkdir()
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    for path in (one, two):
        path.write_bytes(shipping_large(LAYER_BYTES))
    with (
        docker_registry.running(folder) as registry,
        relay_to(registry.port, HELD_AFTER) as relay,
    ):
        portal = RunningPortal(
            data,
            {
                "PORTAL_REGISTRY": relay.registry,
                "PORTAL_PUBLISH_TARGET": relay.address,
                "PORTAL_PUBLISH_WORKERS": "2",
                **SHORT_LEASE,
            },
        ).start()
        for path in (one, two):
            _submit(portal, path.stem, path)
        portal.wait(ARCHIVES_READ, 3)
        # Both at once: they share every layer.
        portal.ask(
            "[factories.approve(factories.decided(each), confirmed=True).pk for each in"
            " Submission.objects.filter(version__in=['one', 'two'])]"
        )
        assert relay.is_held.wait(PATIENCE)
        assert registry.tags("osc-opensource/web") == []
        os.killpg(portal.child("publications@"), signal.SIGKILL)
        relay.go_on.set()
        portal.hear("the publication worker ended (status -9) and is started again")

        portal.wait(
            "sorted(Submission.objects.filter(version__in=['one', 'two'])"
            ".values_list('state', flat=True))",
            ["released", "released"],
        )
        found = (
            "sorted(Event.objects.filter(verb__in=['publish', 'release', 'stop'])"
            ".values_list('submission__version', 'verb'))"
        )
        assert portal.ask(found) == [
            *(["one", "publish"], ["one", "release"]),
            *(["two", "publish"], ["two", "release"]),
        ]
        assert portal.ask(
            "sorted(set(PublishedImage.objects.exclude(outcome='not asked')"
            ".values_list('outcome', flat=True)))"
        ) in (["present", "pushed"], ["pushed"])
        assert portal.ask("Publication.objects.filter(read_at__isnull=True).count()") == 0
        assert registry.tags("osc-opensource/web") == ["1.4.0"]
        assert portal.stop() == 0
