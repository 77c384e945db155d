"""Mails are sent through the outbox: none is lost, none is made twice, and a refusal is seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail as django_mail
from django.utils import timezone
from pytest_django import Settings

from reviews.actions.notifying import notify
from reviews.jobs import mails
from reviews.jobs.lease import acquire
from reviews.jobs.sweep import sweep
from reviews.models import OutgoingMail, Preference, Submission
from reviews.models.outgoing_mail import MOST_TRIES
from tests import factories
from tests.mail_server import MailServer, mail_server

pytestmark = pytest.mark.django_db


def with_mail(user: User) -> User:
    user.email = f"{user.username}@example.com"
    user.save()
    return user


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


@pytest.fixture
def refused() -> Submission:
    """A package that cannot be processed: of all that Petra hears of, the quickest to come by."""
    with_mail(factories.petra())
    return factories.refused()


def _row() -> OutgoingMail:
    return OutgoingMail.objects.get(kind="turn")


def _is_due_again() -> None:
    OutgoingMail.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_a_mail_is_taken_by_the_server_and_marked(server: MailServer) -> None:
    with_mail(factories.petra())
    returned = factories.returned()
    assert mails.send_mails() == 1
    assert mails.send_mails() == 0

    (message,) = server.taken
    row = OutgoingMail.objects.get(kind="returned")
    assert (row.fate, row.attempts, row.failure) == ("sent", 1, "")
    assert server.recipients == ["petra@example.com"]
    assert message["Subject"] == "[OSC Portal] harbour 1.4.0 was returned to you"
    assert message["Message-ID"] == f"<{row.key}@localhost>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (
        message["List-Unsubscribe"].strip().startswith("<http://127.0.0.1:8000/notifications/off/")
    )
    text = message.get_content()
    assert "    Fix it.\n" in text
    assert f"http://127.0.0.1:8000/submissions/{returned.pk}/\n" in text
    assert "rita" not in message.as_string()


def test_one_connection_serves_all_mails(server: MailServer, refused: Submission) -> None:
    with_mail(factories.person("pia", member_of="Acme"))
    event = refused.events.get(verb="refuse")
    notify(event)  # once more: nothing is written twice
    assert mails.send_mails() == 1
    OutgoingMail.objects.all().delete()
    Submission.objects.update(submitted_by=factories.paul())
    refused.revisions.update(uploaded_by=factories.paul())
    notify(
        factories.again(refused).events.get(verb="refuse")
    )  # nobody who uploaded it is left: all hear of it

    assert mails.send_mails() == 2
    assert server.connections == 2


@pytest.mark.parametrize("answer", ["450 busy", "451 greylisted"])
def test_a_mail_that_is_put_off_is_sent_later_with_the_same_id(
    server: MailServer, refused: Submission, answer: str
) -> None:
    assert refused.state == "refused"
    server.refused["petra@example.com"] = answer
    assert mails.send_mails() == 0
    row = _row()
    assert (row.fate, row.is_hopeless, row.failure) == ("", False, answer)
    assert row.due_at > timezone.now()
    assert mails.send_mails() == 0  # it rests

    server.refused.clear()
    _is_due_again()
    assert mails.send_mails() == 1
    assert [each["Message-ID"] for each in server.taken] == [f"<{row.key}@localhost>"]


def test_a_mail_that_is_refused_for_ever_waits_for_an_administrator(
    server: MailServer, refused: Submission
) -> None:
    assert refused.state == "refused"
    with_mail(factories.person("pia", member_of="Acme"))
    server.refused["petra@example.com"] = "550 no such user"

    assert mails.send_mails() == 0

    row = _row()
    assert (row.fate, row.is_hopeless, row.failure) == ("", True, "550 no such user")
    _is_due_again()
    assert mails.send_mails() == 0


@pytest.mark.parametrize("word", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_connection_that_is_cut_loses_no_mail(
    server: MailServer, refused: Submission, word: str
) -> None:
    assert refused.state == "refused"
    server.cut_at = word
    assert mails.send_mails() == 0
    assert (_row().is_hopeless, _row().lease_until) == (False, None)

    server.cut_at = ""
    _is_due_again()
    assert mails.send_mails() == 1
    assert _row().fate == "sent"


def test_a_mail_that_was_taken_before_the_cut_comes_again_with_the_same_id(
    server: MailServer, refused: Submission
) -> None:
    assert refused.state == "refused"
    server.cut_at = "."
    mails.send_mails()
    server.cut_at = ""
    _is_due_again()
    mails.send_mails()

    first, second = server.taken
    assert first["Message-ID"] == second["Message-ID"]


def test_a_server_that_is_gone_is_asked_once_and_not_for_each_mail(
    refused: Submission, settings: Settings
) -> None:
    assert refused.state == "refused"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    row = _row()
    OutgoingMail.objects.create(account=row.account, kind="failed", event=row.event)

    assert mails.send_mails() == 0

    assert sorted(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 1]


def test_what_a_dead_worker_left_is_sent_when_its_lease_ends(
    server: MailServer, refused: Submission
) -> None:
    assert refused.state == "refused"
    lease = acquire(OutgoingMail, _row().pk, MOST_TRIES)
    assert lease is not None
    assert mails.send_mails() == 0  # another worker has it

    OutgoingMail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert mails.send_mails() == 1
    assert len(server.taken) == 1


def test_all_attempts_used_is_for_an_administrator(refused: Submission) -> None:
    assert refused.state == "refused"
    OutgoingMail.objects.update(attempts=MOST_TRIES)

    sweep()

    assert _row().is_hopeless


def test_a_mail_is_in_the_language_of_its_reader(refused: Submission) -> None:
    Preference.objects.create(user=factories.petra(), language="zh-hans")
    assert refused.state == "refused"

    mails.send_mails()

    (message,) = django_mail.outbox
    assert message.subject == "[OSC Portal] harbour 1.4.0 无法处理"


def test_what_is_switched_off_or_no_longer_visible_is_left_out(refused: Submission) -> None:
    Preference.objects.create(user=factories.petra(), mails_off=["turn"])
    assert mails.send_mails() == 0
    assert _row().fate == "left out"
    assert django_mail.outbox == []

    factories.petra().memberships.all().delete()
    Preference.objects.all().delete()
    OutgoingMail.objects.update(finished_at=None, fate="")
    assert mails.send_mails() == 0
    assert refused.state == "refused"


def test_a_daily_mail_has_all_that_is_still_so() -> None:
    petra = with_mail(factories.petra())
    Preference.objects.create(user=petra, has_daily_mail=True)
    gone = factories.refused()
    factories.revised(gone)
    kept = _rejected_of("1.5.0")
    assert mails.send_mails() == 0
    mails.gather_daily_mails()
    assert OutgoingMail.objects.filter(kind="daily").count() == 0  # its hour has not come

    _is_due_again()
    mails.gather_daily_mails()
    mails.gather_daily_mails()
    assert mails.send_mails() == 1

    (message,) = django_mail.outbox
    assert message.subject == "[OSC Portal] Your daily mail: 1 message"
    assert f"- {kept.title} was rejected\n" in str(message.body)
    assert gone.title not in str(message.body)
    assert set(OutgoingMail.objects.values_list("fate", flat=True)) == {"sent"}


def _rejected_of(version: str) -> Submission:
    from reviews.actions import reviewing  # noqa: PLC0415 - only here

    submission = factories.in_review(version=version)
    reviewing.reject(by=factories.rita(), submission=submission, revision=1, comment="No.")
    return factories.again(submission)


def _heard() -> list[tuple[Any, ...]]:
    rows = OutgoingMail.objects.order_by("pk")
    return list(rows.values_list("account__username", "kind", "event__verb", "is_daily"))


def test_reviewers_hear_of_what_is_new_once_a_day_and_of_their_own_at_once() -> None:
    for reviewer in (factories.rita(), factories.ralf(), factories.robin()):
        with_mail(reviewer)
    submission = factories.in_review()
    assert _heard() == [
        ("rita", "queue", "finish", True),
        ("ralf", "queue", "finish", True),
    ]  # robin belongs to the organisation
    OutgoingMail.objects.all().delete()

    factories.decide(submission, "approve", factories.unit_of(submission, "OSC-HELM-008"))
    factories.examined(factories.revised(submission))

    assert _heard() == [("rita", "turn", "finish", False)]


def test_administrators_are_called_when_work_has_failed() -> None:
    with_mail(factories.ada())
    with_mail(factories.petra())
    submission = factories.approved()
    assert submission.current is not None
    OutgoingMail.objects.all().delete()
    submission.current.releases.update(attempts=3)

    sweep()
    sweep()

    assert _heard() == [("ada", "failed", "fail", False)]
