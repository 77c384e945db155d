"""Passwords and tokens: when they are sent, where to, and that nobody else ever sees them."""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from reviews.registry import (
    BlobRecords,
    Denied,
    Outcome,
    PublishedBlob,
    PublishError,
    TargetUnreachable,
    look_up,
)
from reviews.registry import (
    test_connection as try_connection,
)

from .publications import SCRIPTED_PASSWORD as PASSWORD
from .publications import SCRIPTED_USER as USER
from .publications import Publication, publish_one, scripted_target
from .scripted_registry import Fault, ScriptedRegistry, serving
from .small_images import layer, small_plan


@pytest.fixture
def registry() -> Iterator[ScriptedRegistry]:
    with serving() as running:
        yield running


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
        found = look_up(scripted_target(registry, login=True), [f"{registry.registry}/osc/web:1.0"])

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
    assert PASSWORD not in repr(scripted_target(registry, login=True))


def test_a_connection_is_tried_once(registry: ScriptedRegistry) -> None:
    with_basic_login(registry)
    try_connection(scripted_target(registry, login=True))

    registry.faults.append(Fault("GET", status=503, times=9))
    with pytest.raises(TargetUnreachable):
        try_connection(scripted_target(registry, login=True))
    assert registry.methods() == ["GET 401", "GET 200", "GET 503"]


def test_a_layer_of_a_repository_that_is_closed_to_us_is_sent(
    registry: ScriptedRegistry, tmp_path: Path
) -> None:
    """The token service refuses to let us pull there; pushing here is allowed."""
    known = BlobRecords()
    with serving() as tokens:
        with_tokens(registry, tokens.address)
        issuing_tokens(registry, tokens)
        issue = tokens.answer_elsewhere
        tokens.answer_elsewhere = lambda path: None if "closed" in path else issue(path)
        content = layer("one", 100_000)
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        known.add(
            PublishedBlob(registry.registry, "osc/closed", digest, digest, len(content), "none")
        )
        plan = small_plan(tmp_path, f"{registry.registry}/osc/web:1.0")
        target = scripted_target(registry, login=True)
        published = Publication(known=known).run(plan, target)

    assert [each.outcome for each in published] == [Outcome.PUSHED]
    assert any("closed" in each.path for each in tokens.noted)
