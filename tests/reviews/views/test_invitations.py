"""Administrators invite partners by mail: the link is signed, works once, and ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.actions import ActionDenied, inviting
from reviews.jobs.mails import send_mails
from reviews.mails.links import invitation_link
from reviews.models import Invitation, PortalEvent
from tests import factories

pytestmark = pytest.mark.django_db

ACCOUNT = {"username": "pia", "password": "a long and good one", "again": "a long and good one"}


@pytest.fixture
def invitation() -> Invitation:
    return inviting.invite(
        by=factories.ada(),
        organisation=factories.organisation(),
        email="pia@example.com",
        language="zh-hans",
    )


def _path(invitation: Invitation) -> str:
    return invitation_link(invitation).removeprefix("http://127.0.0.1:8000")


def _verbs() -> list[str]:
    return list(PortalEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_whoever_has_the_mail_makes_an_account_of_the_organisation(
    client: Client, invitation: Invitation
) -> None:
    assert send_mails() == 1
    (message,) = django_mail.outbox
    assert message.to == ["pia@example.com"]
    # The link ends with the second in which it was signed.
    assert invitation_link(invitation).partition(":1")[0] in message.body
    assert "List-Unsubscribe" not in message.extra_headers

    assert client.get(_path(invitation)).status_code == 200
    answer = client.post(_path(invitation), ACCOUNT)

    assert answer.headers["Location"] == "/"
    pia = User.objects.get(username="pia")
    assert (pia.email, pia.is_staff) == ("pia@example.com", False)
    assert [each.organisation.name for each in pia.memberships.all()] == ["Acme"]
    assert client.get(reverse("new-submission")).status_code == 200  # it is signed in
    assert _verbs() == ["invite", "accept"]


def test_a_link_works_once(client: Client, invitation: Invitation) -> None:
    client.post(_path(invitation), ACCOUNT)
    client.logout()

    again = client.post(_path(invitation), ACCOUNT | {"username": "pit"})

    assert again.status_code == 410
    assert not User.objects.filter(username="pit").exists()


def test_a_link_that_is_over_says_so(client: Client, invitation: Invitation) -> None:
    first = _path(invitation)
    inviting.resend(by=factories.ada(), invitation=invitation)
    second = _path(Invitation.objects.get())
    assert (client.get(first).status_code, client.get(second).status_code) == (410, 200)

    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(second).status_code == 410
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    inviting.revoke(by=factories.ada(), invitation=invitation)
    assert client.get(second).status_code == 410
    assert client.get("/invitation/none/").status_code == 410
    assert _verbs() == ["invite", "resend", "revoke"]
    assert send_mails() == 0  # what was revoked is not sent


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"username": "PETRA"}, "username"),
        ({"username": "a b"}, "username"),
        ({"again": "another"}, "again"),
        ({"password": "1234", "again": "1234"}, "password"),
    ],
)
def test_a_name_or_password_that_cannot_be_taken_says_why(
    client: Client, invitation: Invitation, typed: dict[str, str], field: str
) -> None:
    factories.petra()

    page = client.post(_path(invitation), ACCOUNT | typed)

    assert list(page.context["form"].errors) == [field]
    assert not User.objects.filter(email="pia@example.com").exists()


def test_who_is_signed_in_makes_no_second_account(client: Client, invitation: Invitation) -> None:
    client.force_login(factories.petra())

    page = client.post(_path(invitation), ACCOUNT)

    assert "You are signed in as" in page.content.decode()
    assert not User.objects.filter(username="pia").exists()


def test_only_administrators_invite_and_nobody_twice(invitation: Invitation) -> None:
    acme = factories.organisation()
    petra = factories.petra()
    petra.email = "petra@example.com"
    petra.save()

    def denied(by: User, email: str) -> str:
        with pytest.raises(ActionDenied) as error:
            inviting.invite(by=by, organisation=acme, email=email, language="en")
        return str(error.value.words)

    assert denied(petra, "new@example.com") == "Only administrators do this."
    assert denied(factories.ada(), "PIA@example.com").startswith("This address is invited already")
    assert denied(factories.ada(), "Petra@example.com").startswith("petra has this address")
    assert denied(factories.ada(), "none").startswith("Enter an email address")
    assert invitation.is_open


def test_administrators_do_it_in_the_admin(client: Client) -> None:
    client.force_login(factories.ada())
    form = {"organisation": factories.organisation().pk, "email": "pia@example.com"}

    client.post(reverse("admin:reviews_invitation_add"), form | {"language": "en"})
    twice = client.post(reverse("admin:reviews_invitation_add"), form | {"language": "en"})

    (invitation,) = Invitation.objects.all()
    assert list(twice.context["adminform"].form.errors) == ["email"]
    for action in ("resend", "revoke", "revoke"):
        sent = {"action": action, "_selected_action": [invitation.pk]}
        page = client.post(reverse("admin:reviews_invitation_changelist"), sent, follow=True)
        shown = [str(message) for message in page.context["messages"]]
    assert shown == ["pia@example.com: It was revoked already."]
    assert _verbs() == ["invite", "resend", "revoke"]
    log = client.get(reverse("portal-log")).content.decode()
    assert "revoked the invitation of pia@example.com to Acme" in log
