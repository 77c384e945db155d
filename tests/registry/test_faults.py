"""A registry that is slow, full, down or wrong: what passes is tried again, the rest is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviews.registry import (
    Outcome,
    Stopped,
    Target,
    TargetFull,
    TargetUnreachable,
    WrongContent,
)
from tests.reviews.postgres import free_port

from .publications import Publication, publish_one, scripted_target
from .scripted_registry import Fault, ScriptedRegistry, serving
from .small_images import layer, small_image, small_plan


@pytest.fixture
def registry() -> Iterator[ScriptedRegistry]:
    with serving() as running:
        yield running


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", "uploads/$", 503),
        Fault("PATCH", status=500, times=2),
        Fault("PATCH", status=502),
        Fault("PATCH", cut_after=1000),
        Fault("PATCH", cut_after=0),
        Fault("PUT", "uploads", 500),
        Fault("PUT", "uploads", cut_after=0),
        Fault("PUT", "uploads", 400, body=b'{"errors":[{"code":"DIGEST_INVALID"}]}'),
        Fault("PUT", "uploads", 404, body=b'{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}'),
        Fault("PUT", "manifests/sha256", 503),
        Fault("PUT", "manifests/1.0", cut_after=0),
        Fault("GET", "manifests", 504),
        Fault("HEAD", "blobs", cut_after=0),
    ],
    ids=lambda fault: f"{fault.method} {fault.path} {fault.status or 'cut'}",
)
def test_what_passes_is_tried_again(
    registry: ScriptedRegistry, tmp_path: Path, fault: Fault
) -> None:
    registry.faults.append(fault)

    outcomes, publication = publish_one(registry, tmp_path)

    assert outcomes == [Outcome.PUSHED]
    assert registry.faults[0].times == 0
    assert publication.pauses
    done = [done for done, _total in publication.progress]
    assert done == sorted(done)
    again = publish_one(registry, tmp_path)[0]
    assert again == [Outcome.PRESENT]


def test_progress_stays_where_it_is_while_a_layer_is_sent_again(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    registry.faults.append(Fault("PATCH", cut_after=6 << 20))
    image = small_image([layer("large", 12 << 20)])
    publication = Publication()

    publication.run(
        small_plan(tmp_path, f"{registry.registry}/osc/web:1.0", image), scripted_target(registry)
    )

    done = [done for done, _total in publication.progress]
    assert len(done) > 12
    assert done == sorted(done)
    assert done[-1] == len(image.layers[0])


def test_a_registry_that_asks_for_patience_gets_it(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    registry.faults.append(Fault("PATCH", status=429, headers={"Retry-After": "7"}))

    outcomes, publication = publish_one(registry, tmp_path)

    assert outcomes == [Outcome.PUSHED]
    assert publication.pauses == [1.0] * 7


def test_nobody_waits_longer_than_two_minutes_at_once(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    registry.faults.append(Fault("PATCH", status=429, headers={"Retry-After": "86400"}))

    _outcomes, publication = publish_one(registry, tmp_path)

    assert sum(publication.pauses) == 120


def test_a_registry_that_stays_down_is_unreachable_after_six_attempts(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    registry.faults.append(
        Fault("PATCH", status=500, times=100, body=b'{"errors":[{"code":"UNKNOWN","message":"x"}]}')
    )

    with pytest.raises(TargetUnreachable) as error:
        publish_one(registry, tmp_path)

    assert str(error.value) == f"The registry {registry.registry} answered 500: UNKNOWN x"
    assert registry.methods().count("PATCH 500") == 6
    assert registry.manifests == {}


def test_where_nobody_answers_the_target_is_unreachable(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    publication = Publication()

    with pytest.raises(TargetUnreachable) as error:
        publication.run(small_plan(tmp_path, f"{address}/osc/web:1.0"), Target(f"http://{address}"))

    assert str(error.value) == (
        f"The registry {address} cannot be used: nobody answers at this address."
    )
    assert sum(publication.pauses) == 1 + 2 + 4 + 8 + 16


@pytest.mark.parametrize(
    "answer",
    [
        (500, b'{"errors":[{"code":"UNKNOWN","detail":{"Err":28,"Op":"write","Path":"/x"}}]}'),
        (500, b"write /data: no space left on device"),
        (507, b""),
        (403, b'{"errors":[{"code":"DENIED","message":"project quota exceeded"}]}'),
    ],
)
def test_a_full_registry_is_said_at_once(
    registry: ScriptedRegistry, tmp_path: Path, answer: tuple[int, bytes]
) -> None:
    registry.faults.append(Fault("PATCH", status=answer[0], body=answer[1], times=100))

    with pytest.raises(TargetFull) as error:
        publish_one(registry, tmp_path)

    assert error.value.may_pass
    assert registry.methods().count(f"PATCH {answer[0]}") == 1
    assert registry.manifests == {}


def test_a_registry_that_stored_something_else_is_noticed(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    other = f"sha256:{'0' * 64}"
    registry.faults.append(
        Fault("PUT", "uploads", 201, headers={"Docker-Content-Digest": other}, times=9)
    )

    with pytest.raises(WrongContent):
        publish_one(registry, tmp_path)

    assert registry.manifests == {}


@pytest.mark.parametrize("stored", [b"another layer", b"\x1f\x8bno gzip at all"])
def test_a_layer_with_another_content_than_its_image_says_is_never_stored(
    registry: ScriptedRegistry, tmp_path: Path, stored: bytes
) -> None:
    image = small_image([layer("one"), layer("two")], stored=[layer("one"), stored])
    plan = small_plan(tmp_path, f"{registry.registry}/osc/web:1.0", image)

    with pytest.raises(WrongContent):
        Publication().run(plan, scripted_target(registry))

    assert list(registry.blobs.values()) == [layer("one")]
    assert registry.manifests == {}


def test_a_manifest_that_is_not_what_its_digest_says_is_not_believed(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    publish_one(registry, tmp_path)
    (repository, name), (kind, _content) = next(
        each for each in registry.manifests.items() if each[0][1].startswith("sha256")
    )
    registry.manifests[repository, name] = (kind, b"{}")

    with pytest.raises(WrongContent):
        publish_one(registry, tmp_path)


def test_stopping_stops_in_the_middle_of_a_layer(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    image = small_image([layer("large", 5 << 20)])
    publication = Publication()
    publication.should_stop = lambda: len(publication.progress) > 3
    plan = small_plan(tmp_path, f"{registry.registry}/osc/web:1.0", image)

    with pytest.raises(Stopped):
        publication.run(plan, scripted_target(registry))

    assert registry.blobs == {}
    assert Publication().run(plan, scripted_target(registry))[0].outcome == Outcome.PUSHED


def test_a_registry_that_takes_nothing_for_a_while_is_waited_for(
    registry: ScriptedRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sending may pause for longer than connecting may take."""
    monkeypatch.setattr("reviews.registry.transport._CONNECT_SECONDS", 1.0)
    registry.faults.append(Fault("PATCH", pause=4.0))
    image = small_image([layer("large", 40 << 20)])
    publication = Publication()

    published = publication.run(
        small_plan(tmp_path, f"{registry.registry}/osc/web:1.0", image), scripted_target(registry)
    )

    assert [each.outcome for each in published] == [Outcome.PUSHED]
    assert registry.methods().count("PATCH 202") == 1
    assert publication.pauses == []
