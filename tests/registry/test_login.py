"""Login at a real registry: by password, by token, over TLS with an authority of one's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reviews.registry import (
    Denied,
    Outcome,
    Target,
    TargetUnreachable,
    look_up,
    read_back,
)
from reviews.registry import (
    test_connection as try_connection,
)

from . import docker_registry, token_server
from .docker_registry import PASSWORD, USER, with_passwords
from .images import Images, pulled_diff_ids
from .publications import ARCHITECTURES, Publication, plan_of, target_of
from .small_images import small_plan


def test_a_password_opens_the_registry(tmp_path: Path, images: Images) -> None:
    with docker_registry.running(tmp_path, with_passwords(tmp_path)) as registry:
        target = target_of(registry, user=USER, password=PASSWORD)
        plan = plan_of(tmp_path, registry.registry, images)
        try_connection(target)
        published = Publication().run(plan, target)
        found = read_back(target, plan.images)
        pulled = [
            pulled_diff_ids(
                tmp_path, plan.images[0].reference, each, "--src-creds", f"{USER}:{PASSWORD}"
            )[0]
            for each in ARCHITECTURES
        ]

    assert {each.outcome for each in published} == {Outcome.PUSHED}
    assert {each.outcome for each in found} == {Outcome.PRESENT}
    assert pulled == [images.web[each].config for each in ARCHITECTURES]


def test_without_the_right_password_nothing_happens(tmp_path: Path, images: Images) -> None:
    with docker_registry.running(tmp_path, with_passwords(tmp_path)) as registry:
        plan = plan_of(tmp_path, registry.registry, images)
        for target in (
            target_of(registry),
            target_of(registry, user=USER, password="another"),
        ):
            with pytest.raises(Denied):
                try_connection(target)
            with pytest.raises(Denied):
                Publication().run(plan, target)
            with pytest.raises(Denied):
                look_up(target, [plan.images[0].reference])

        assert registry.tags("osc/web") == []


def test_tokens_open_the_registry(tmp_path: Path, images: Images) -> None:
    with token_server.serving(tmp_path) as tokens:
        with docker_registry.running(tmp_path, tokens.auth()) as registry:
            target = target_of(registry, user=USER, password=PASSWORD)
            plan = plan_of(tmp_path, registry.registry, images, ["web", "job"])
            try_connection(target)
            published = Publication().run(plan, target)
            found = read_back(target, plan.images)
            with pytest.raises(Denied):
                Publication().run(plan, replace(target, password="another"))

        assert {each.outcome for each in published} == {Outcome.PUSHED}
        assert {each.outcome for each in found} == {Outcome.PRESENT}
        assert ["repository:osc/web:pull", "repository:osc/job:pull,push"] in tokens.issued


@pytest.mark.parametrize("is_known", [True, False], ids=["its authority", "the system's"])
def test_a_certificate_is_checked(tmp_path: Path, is_known: bool) -> None:
    with docker_registry.running(tmp_path, tls=True) as registry:
        target = Target(registry.registry, ca_file=registry.ca_file if is_known else None)
        if is_known:
            try_connection(target)
        else:
            with pytest.raises(TargetUnreachable) as error:
                try_connection(target)
            assert "its certificate is not accepted" in str(error.value)


def test_what_is_encrypted_stays_encrypted(tmp_path: Path) -> None:
    """As behind a proxy that does not say to the registry how it is reached."""
    with docker_registry.running(
        tmp_path, tls=True, calls_itself="http://registry.example.com"
    ) as registry:
        target = Target(registry.registry, ca_file=registry.ca_file)
        plan = small_plan(tmp_path, f"{registry.registry}/osc/web:1.0")
        with pytest.raises(TargetUnreachable) as error:
            Publication().run(plan, target)

    assert "it sends on to an unencrypted address" in str(error.value)


def test_a_password_for_an_encrypted_registry_is_never_sent_in_the_clear(tmp_path: Path) -> None:
    with (
        token_server.serving(tmp_path) as tokens,
        docker_registry.running(tmp_path, tokens.auth(), tls=True) as registry,
    ):
        target = Target(registry.registry, user=USER, password=PASSWORD, ca_file=registry.ca_file)
        with pytest.raises(Denied) as error:
            try_connection(target)

    assert "it asks for the password over an unencrypted connection" in str(error.value)
    assert tokens.issued == []
