"""The administrators' pages about publishing: targets and their secrets, and what has stopped."""

from __future__ import annotations

import html
import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from reviews.models import Publication, RegistryTarget, Service, Submission
from reviews.models.run import MOST_ATTEMPTS
from reviews.publish_targets import destination_for
from reviews.queries.storage_use import with_storage_use
from tests import factories
from tests import publishing as shipped

pytestmark = pytest.mark.django_db
SECRET = "a token that nobody may see"
SWR = "swr.cn-east-3.myhuaweicloud.com"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(factories.ada())
    return client


def _form(**given: Any) -> dict[str, Any]:
    acme = factories.organisation()
    form = {
        "organisation": acme.pk,
        "address": f"https://{SWR}",
        "user": "publisher",
        "password": SECRET,
        "dialect": "docker",
        "compression": "gzip",
        "name_pattern": "",
        "layer_limit": "0",
        "ca": "",
    }
    return form | given


def _add(ada: Client, **given: Any) -> str:
    answer = ada.post(reverse("admin:reviews_registrytarget_add"), _form(**given), follow=True)
    return html.unescape(answer.content.decode())


def _saved(ada: Client) -> RegistryTarget:
    _add(ada)
    return RegistryTarget.objects.get()


def _change(ada: Client, target: RegistryTarget, **given: Any) -> str:
    address = reverse("admin:reviews_registrytarget_change", args=[target.pk])
    return html.unescape(ada.post(address, _form(**given), follow=True).content.decode())


def test_a_password_goes_in_and_never_comes_out(
    ada: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        target = _saved(ada)
        page = ada.get(reverse("admin:reviews_registrytarget_change", args=[target.pk]))
        listed = ada.get(reverse("admin:reviews_registrytarget_changelist"))

    assert target.password == SECRET
    assert SECRET not in target.sealed_password
    assert SECRET not in page.content.decode() + listed.content.decode() + caplog.text
    assert SECRET not in repr(destination_for(factories.organisation()))
    changes = ada.get(reverse("admin:reviews_registrytarget_history", args=[target.pk]))
    assert SECRET not in changes.content.decode()


def test_it_stays_when_something_else_is_changed(ada: Client) -> None:
    target = _saved(ada)

    _change(ada, target, password="", layer_limit="100")

    target.refresh_from_db()
    assert (target.layer_limit, target.password) == (100, SECRET)


def test_it_is_typed_again_for_another_user_or_address(ada: Client) -> None:
    target = _saved(ada)

    page = _change(ada, target, password="", user="somebody")

    target.refresh_from_db()
    assert "Type the password again: it was for another address or user." in page
    assert (target.user, target.password) == ("publisher", SECRET)


def test_after_a_change_of_the_secret_key_it_is_typed_again(
    ada: Client, settings: Settings
) -> None:
    target = _saved(ada)
    settings.SECRET_KEY = "another key " * 5
    ada.force_login(factories.ada())

    listed = ada.get(reverse("admin:reviews_registrytarget_changelist")).content.decode()
    objection = destination_for(factories.organisation()).objection_for(SWR)

    assert target.password is None
    assert "sealed with another secret key: type it again" in listed
    assert "sealed with another secret key of the portal" in str(objection)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"address": "https://registry.example.com"}, f"The addresses lead to {SWR}, but releases"),
        ({"address": "https://publisher:token@" + SWR}, "is no address of a registry"),
        ({"address": f"https://{SWR}/v2"}, "is no address of a registry"),
        ({"organisation": ""}, "from PORTAL_PUBLISH_USER"),
        ({"user": ""}, "Whose password is it?"),
        ({"ca": "no certificate"}, "These are no certificates in PEM form."),
        ({"compression": "none"}, "gzip"),
    ],
)
def test_what_cannot_publish_is_refused(ada: Client, given: dict[str, Any], words: str) -> None:
    page = _add(ada, **given)

    assert words in page
    assert not RegistryTarget.objects.exists()


def test_there_is_one_target_for_each(ada: Client) -> None:
    _add(ada, organisation="", user="", password="")
    _add(ada, organisation="", user="", password="")

    assert RegistryTarget.objects.count() == 1


def test_the_portals_own_target_has_its_secret_from_the_settings(
    ada: Client, settings: Settings
) -> None:
    settings.PORTAL_PUBLISH_USER, settings.PORTAL_PUBLISH_PASSWORD = "portal", SECRET
    _add(ada, organisation="", user="", password="")

    target: Any = destination_for(factories.organisation()).target

    assert (target.address, target.user, target.password) == (f"https://{SWR}", "portal", SECRET)


def test_a_connection_is_tested_and_what_came_of_it_is_said(ada: Client) -> None:
    target = _saved(ada)
    RegistryTarget.objects.update(address="http://127.0.0.1:9")
    chosen = {"action": "test", "_selected_action": [target.pk]}

    answer = ada.post(reverse("admin:reviews_registrytarget_changelist"), chosen, follow=True)
    store = ada.post(reverse("admin:test-target"), follow=True)

    assert "127.0.0.1:9" in answer.content.decode()
    assert SECRET not in answer.content.decode()
    assert "The local image store can be written to." in store.content.decode()


def _stopped() -> Submission:
    submission = shipped.proven()
    Publication.objects.update(attempts=MOST_ATTEMPTS, failure="Traceback\nTrouble: it is down")
    Submission.objects.update(needs_administrator=True)
    return factories.again(submission)


def test_what_has_stopped_is_listed_first_and_retried_there(ada: Client) -> None:
    submission = _stopped()
    first = html.unescape(ada.get(reverse("admin:index")).content.decode())

    ada.post(reverse("admin:retry-failed", args=[submission.pk]))

    assert "Trouble: it is down" in first
    assert reverse("admin:retry-failed", args=[submission.pk]) in first
    assert factories.published(factories.again(submission)).state == "released"
    assert Publication.objects.count() == 2


def test_only_administrators_retry(client: Client) -> None:
    submission = _stopped()
    client.force_login(factories.rita())

    answer = client.post(reverse("admin:retry-failed", args=[submission.pk]))

    assert answer.status_code == 302
    assert Publication.objects.count() == 1


def test_publications_and_what_services_keep_are_listed(ada: Client) -> None:
    submission = factories.published(shipped.proven())

    publications = ada.get(reverse("admin:reviews_publication_changelist")).content.decode()
    services = ada.get(reverse("admin:reviews_service_changelist"))

    kept: Any = with_storage_use(Service.objects.all()).get()
    assert submission.current is not None
    release = submission.current.releases.get()
    images = release.publications.get().images.exclude(digest="")
    assert "100 %" in publications
    assert (kept.original_bytes, kept.release_bytes, kept.image_bytes) == (
        submission.current.size,
        release.size,
        sum(each.size for each in images),
    )
    assert services.status_code == 200


def test_versions_are_suspended_and_resumed_from_the_list(ada: Client) -> None:
    submission = factories.released()
    address = reverse("admin:reviews_submission_changelist")
    chosen = {"_selected_action": [submission.pk]}

    ada.post(address, chosen | {"action": "suspend", "comment": ""})
    unreasoned = factories.again(submission).state
    ada.post(address, chosen | {"action": "suspend", "comment": "It deletes data."})
    suspended = factories.again(submission).state
    ada.post(address, chosen | {"action": "resume", "comment": "It does not."})

    assert [unreasoned, suspended, factories.again(submission).state] == [
        *("released", "suspended", "released")
    ]
