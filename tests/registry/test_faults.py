"""A registry that is slow, full, down or wrong: what passes is tried again, the rest is said."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from reviews.registry import (
    Compression,
    Denied,
    Dialect,
    Outcome,
    PublishError,
    Stopped,
    Target,
    TargetFull,
    TargetUnreachable,
    WrongContent,
    look_up,
)
from reviews.registry import (
    test_connection as try_connection,
)
from tests.reviews.postgres import free_port

from .publications import Publication
from .scripted_registry import Fault, ScriptedRegistry, serving
from .small_images import layer, small_image, small_plan

USER, PASSWORD = "publisher", "s3cret-Pa55word"


@pytest.fixture
def registry() -> Iterator[ScriptedRegistry]:
    with serving() as running:
        yield running


def target_of(registry: ScriptedRegistry, *, login: bool = False) -> Target:
    return Target(
        registry.address,
        user=USER if login else "",
        password=PASSWORD if login else "",
        dialect=Dialect.OCI,
        compression=Compression.NONE,
    )


def publish_one(
    registry: ScriptedRegistry, folder: Path, *, login: bool = False
) -> tuple[list[Outcome], Publication]:
    publication = Publication()
    plan = small_plan(folder, f"{registry.registry}/osc/web:1.0")
    published = publication.run(plan, target_of(registry, login=login))
    return [each.outcome for each in published], publication


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
        Publication().run(plan, target_of(registry))

    assert list(registry.blobs.values()) == [layer("one")]
    assert registry.manifests == {}
    assert "DELETE 404" not in registry.methods()


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
        publication.run(plan, target_of(registry))

    assert registry.blobs == {}
    assert Publication().run(plan, target_of(registry))[0].outcome == Outcome.PUSHED


def with_basic_login(registry: ScriptedRegistry) -> None:
    registry.challenge = 'Basic realm="images"'
    registry.password = f"{USER}:{PASSWORD}"


def with_tokens(registry: ScriptedRegistry, realm: str) -> None:
    registry.challenge = f'Bearer realm="{realm}/token",service="images"'


def issuing_tokens(registry: ScriptedRegistry, served: ScriptedRegistry) -> None:
    """Let ``served`` issue tokens for ``registry``."""

    def issue(path: str) -> bytes | None:
        if not path.startswith("/token"):
            return None
        token = f"token-{len(registry.tokens)}-of-secrets"
        registry.tokens.add(token)
        return f'{{"token":"{token}"}}'.encode()

    served.answer_elsewhere = issue


def test_basic_login_is_sent_after_the_first_challenge(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    with_basic_login(registry)

    assert publish_one(registry, tmp_path, login=True)[0] == [Outcome.PUSHED]
    assert registry.noted[0].authorization == ""
    assert registry.methods().count("GET 401") == 1


def test_a_wrong_password_is_denied_at_once(registry: ScriptedRegistry, tmp_path: Path) -> None:
    with_basic_login(registry)
    registry.password = f"{USER}:another"

    with pytest.raises(Denied):
        publish_one(registry, tmp_path, login=True)

    assert registry.methods() == ["GET 401", "GET 401"]


def test_tokens_come_from_the_place_that_the_registry_names(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    with serving() as tokens:
        with_tokens(registry, tokens.address)
        issuing_tokens(registry, tokens)
        outcomes, _publication = publish_one(registry, tmp_path, login=True)

    assert outcomes == [Outcome.PUSHED]
    scopes = [parse_qs(urlsplit(each.path).query)["scope"] for each in tokens.noted]
    assert scopes == [["repository:osc/web:pull"], ["repository:osc/web:pull,push"]]
    assert {each.authorization.split()[0] for each in tokens.noted} == {"Basic"}
    assert {each.authorization.split()[0] for each in registry.noted if each.status != 401} == {
        "Bearer"
    }


@pytest.mark.parametrize(("method", "after"), [("POST", 2), ("PATCH", 1), ("PUT", 1), ("HEAD", 1)])
def test_a_token_that_expires_is_renewed(
    registry: ScriptedRegistry, tmp_path: Path, method: str, after: int
) -> None:
    with serving() as tokens:
        with_tokens(registry, tokens.address)
        issuing_tokens(registry, tokens)
        registry.faults.append(
            Fault(method, status=401, headers={"WWW-Authenticate": registry.challenge}, after=after)
        )
        outcomes, _publication = publish_one(registry, tmp_path, login=True)

    assert outcomes == [Outcome.PUSHED]
    assert f"{method} 401" in registry.methods()


def test_a_password_never_goes_where_a_redirect_leads(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    with_basic_login(registry)
    publish_one(registry, tmp_path, login=True)
    with serving() as elsewhere:
        elsewhere.answer_elsewhere = lambda _path: registry.manifests["osc/web", "1.0"][1]
        registry.faults.append(
            Fault(
                "GET",
                "manifests/1.0",
                307,
                headers={"Location": f"{elsewhere.address}/storage/manifest"},
                after=1,
            )
        )
        found = look_up(target_of(registry, login=True), [f"{registry.registry}/osc/web:1.0"])

    assert found[0].is_found
    assert [(each.path, each.authorization) for each in elsewhere.noted] == [
        ("/storage/manifest", "")
    ]


def test_a_password_never_goes_with_a_layer_to_another_host(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    with_basic_login(registry)
    with serving() as elsewhere:
        registry.faults.append(
            Fault(
                "POST",
                "uploads",
                202,
                headers={"Location": f"{elsewhere.address}/v2/osc/web/blobs/uploads/1"},
                times=9,
                after=1,
            )
        )
        publish_one(registry, tmp_path, login=True)

    assert {each.method for each in elsewhere.noted} == {"PATCH", "PUT"}
    assert {each.authorization for each in elsewhere.noted} == {""}


def test_a_password_never_goes_where_the_token_service_redirects(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    with serving() as elsewhere, serving() as tokens:
        with_tokens(registry, tokens.address)
        tokens.faults.append(
            Fault("GET", "/token", 302, headers={"Location": f"{elsewhere.address}/token"}, times=9)
        )
        with pytest.raises(Denied):
            publish_one(registry, tmp_path, login=True)

    assert elsewhere.noted == []


def test_no_error_and_no_log_line_holds_a_secret(
    registry: ScriptedRegistry, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A registry may say in its answer what it was sent."""
    caplog.set_level(logging.DEBUG)
    with_basic_login(registry)
    sent = "cHVibGlzaGVyOnMzY3JldC1QYTU1d29yZA=="
    said = f"you sent Basic {sent}, which is {PASSWORD}".encode()
    for status in (403, 500, 418):
        registry.faults = [Fault("PATCH", status=status, body=said, times=99)]
        try:
            publish_one(registry, tmp_path, login=True)
        except PublishError as error:
            shown = "".join(traceback.format_exception(error)) + repr(error) + str(error.words)
        assert "•••" in shown
        assert not [secret for secret in (sent, PASSWORD) if secret in shown]

    assert any(each.authorization == f"Basic {sent}" for each in registry.noted)
    assert not [secret for secret in (sent, PASSWORD) if secret in caplog.text]
    assert PASSWORD not in repr(target_of(registry, login=True))


def test_a_connection_is_tried_once(registry: ScriptedRegistry) -> None:
    with_basic_login(registry)
    try_connection(target_of(registry, login=True))

    registry.faults.append(Fault("GET", status=503, times=9))
    with pytest.raises(TargetUnreachable):
        try_connection(target_of(registry, login=True))
    assert registry.methods() == ["GET 401", "GET 200", "GET 503"]
