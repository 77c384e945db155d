"""Who gets a mail for what: who lost a package, whom a message concerns, whose stage is next."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.actions import approving, conversing, reviewing
from reviews.actions.assigning import assign
from reviews.approval import findings_version
from reviews.jobs.mails import gather_daily_mails, send_mails
from reviews.models import Comment, OutgoingMail, Preference, ReviewStage, Submission
from reviews.permissions import REVIEWERS
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita() -> User:
    return with_mail(factories.rita())


@pytest.fixture
def ralf() -> User:
    return with_mail(factories.ralf())


@pytest.fixture
def petra() -> User:
    return with_mail(factories.petra())


def with_mail(user: User) -> User:
    user.email = f"{user.username}@example.com"
    user.save()
    return user


def claimed(by: User) -> Submission:
    """In review, claimed, and nobody has got a mail yet."""
    submission = factories.in_review()
    reviewing.claim(by=by, submission=submission)
    OutgoingMail.objects.all().delete()
    return factories.again(submission)


def say(by: User, submission: Submission, text: str, *, is_internal: bool = False) -> None:
    conversing.comment(by=by, submission=submission, revision=1, text=text, is_internal=is_internal)


def heard() -> list[tuple[str, str, str]]:
    rows = OutgoingMail.objects.order_by("pk")
    return list(rows.values_list("account__username", "kind", "event__verb"))


def sent() -> list[tuple[str, str]]:
    """Subject and body of what is sent now."""
    send_mails()
    return [
        (str(each.subject), str(each.body).partition("\n\n-- \n")[0]) for each in django_mail.outbox
    ]


def test_who_had_it_hears_that_another_has_taken_it_over(rita: User, ralf: User) -> None:
    submission = claimed(rita)

    assign(by=ralf, submission=submission, to=ralf, comment="Rita is on holiday.")

    assert heard() == [("rita", "taken", "assign")]
    assert sent() == [
        (
            "[OSC Portal] harbour 1.4.0 is no longer yours to review",
            (
                "You need not go on with harbour 1.4.0, revision 1, of Acme: ralf has taken it"
                " over.\n\nralf wrote:\n\n    Rita is on holiday.\n\n"
                f"http://127.0.0.1:8000/review/{submission.pk}/"
            ),
        )
    ]


def test_both_hear_of_it_where_an_administrator_gives_it_to_another(rita: User, ralf: User) -> None:
    submission = claimed(rita)

    assign(by=factories.ada(), submission=submission, to=ralf, comment="Please help out.")

    assert heard() == [("ralf", "turn", "assign"), ("rita", "taken", "assign")]
    (_his, hers) = sent()
    assert "of Acme: ada has assigned it to ralf.\n" in hers[1]


def test_who_let_a_claim_expire_hears_that_another_has_claimed_it(rita: User, ralf: User) -> None:
    submission = claimed(rita)
    Submission.objects.update(claimed_until=timezone.now())

    reviewing.claim(by=ralf, submission=submission)
    reviewing.claim(by=ralf, submission=submission)

    assert heard() == [("rita", "taken", "claim")]
    assert [body.splitlines()[0] for _subject, body in sent()] == [
        "You need not go on with harbour 1.4.0, revision 1, of Acme: ralf has claimed it."
    ]


def test_who_was_to_review_it_again_hears_that_another_has_claimed_it(
    rita: User, ralf: User
) -> None:
    submission = claimed(rita)
    factories.examined(factories.revised(submission))
    OutgoingMail.objects.all().delete()

    reviewing.claim(by=ralf, submission=submission)

    assert heard() == [("rita", "taken", "claim")]


def test_who_had_it_hears_that_an_administrator_gave_it_back_to_the_queue(rita: User) -> None:
    submission = claimed(rita)

    reviewing.unclaim(by=factories.ada(), submission=submission)

    assert heard() == [("rita", "taken", "unclaim")]
    assert "of Acme: ada has given it back to the queue." in sent()[0][1]


def test_no_mail_says_what_oneself_did_or_what_is_no_longer_so(rita: User, ralf: User) -> None:
    submission = claimed(rita)
    reviewing.unclaim(by=rita, submission=submission)
    reviewing.claim(by=rita, submission=submission)
    assert heard() == []

    assign(by=ralf, submission=submission, to=ralf, comment="Rita is ill.")
    assign(by=rita, submission=submission, to=rita, comment="I am not.")

    assert [subject for subject, _body in sent()] == [
        "[OSC Portal] harbour 1.4.0 is no longer yours to review"
    ]
    assert django_mail.outbox[0].to == ["ralf@example.com"]


def test_the_mail_can_be_switched_off_and_is_in_the_language_of_its_reader(
    rita: User, ralf: User
) -> None:
    submission = claimed(rita)
    chosen = Preference.objects.create(user=rita, language="zh-hans", mails_off=["taken"])
    assign(by=ralf, submission=submission, to=ralf, comment="Rita is ill.")
    assert heard() == []

    chosen.mails_off, chosen.has_daily_mail = [], True
    chosen.save()
    assign(by=factories.ada(), submission=submission, to=rita, comment="She is well.")
    assign(by=ralf, submission=submission, to=ralf, comment="Ill again.")
    OutgoingMail.objects.filter(is_daily=True).update(due_at=timezone.now())
    gather_daily_mails()

    # That it was given to her is no longer so.
    assert "[OSC Portal] 今日邮件汇总：1 条消息" in [subject for subject, _body in sent()]
    assert "- harbour 1.4.0 不再由您审核\n" in str(django_mail.outbox[-1].body)


def test_the_reviewer_who_has_it_hears_of_what_the_partner_writes(rita: User, petra: User) -> None:
    submission = claimed(rita)

    say(petra, submission, "Is the exporter shipped as you want it?")

    assert heard() == [("rita", "message", "comment")]
    assert sent() == [
        (
            "[OSC Portal] harbour 1.4.0: a message for you",
            (
                "Read what was written to you about harbour 1.4.0, revision 1, and reply where it"
                " asks you something.\n\npetra wrote:\n\n    Is the exporter shipped as you want"
                f" it?\n\nhttp://127.0.0.1:8000/submissions/{submission.pk}/conversation/"
            ),
        )
    ]


def test_what_was_read_on_the_page_comes_in_no_mail(rita: User, petra: User) -> None:
    submission = claimed(rita)
    say(petra, submission, "Hello?")
    conversing.mark_read(by=rita, submission=submission, comments=_comments(submission))

    assert sent() == []


def test_partners_hear_of_what_they_are_shown_and_of_no_reviewer(rita: User, petra: User) -> None:
    submission = claimed(rita)
    say(rita, submission, "A draft for @petra.")
    assert heard() == []
    reviewing.return_to_partner(by=rita, submission=submission, revision=1, comment="Fix it.")
    OutgoingMail.objects.all().delete()

    say(rita, submission, "You may keep the name.")
    say(rita, submission, "They may ask again.", is_internal=True)

    assert heard() == [("petra", "message", "comment")]
    ((_subject, body),) = sent()
    assert "A reviewer wrote:\n\n    You may keep the name.\n" in body
    assert "rita" not in body
    assert petra.email == "petra@example.com"


def test_partners_read_what_an_administrator_wrote_and_no_name(client: Client, petra: User) -> None:
    submission = factories.returned()
    OutgoingMail.objects.all().delete()

    say(factories.ada(), submission, "Ask me, please.")

    ((_subject, body),) = sent()
    assert "An administrator wrote:\n\n    Ask me, please.\n" in body
    address = reverse("conversation", args=[submission.pk])
    client.force_login(petra)
    assert "An administrator</strong>" in client.get(address).content.decode()
    client.force_login(factories.rita())
    assert 'ada</strong> <span class="soft">administrator</span>' in (
        client.get(address).content.decode()
    )


@pytest.mark.parametrize(
    ("text", "names_ralf"),
    [
        ("@ralf, please look.", True),
        ("Ask @ralf.", True),
        ("请@ralf看一下", True),
        ("(@ralf)", True),
        ("Not @ralfine", False),
        ("Not @ralf.smith", False),
        ("Write to rita@ralf", False),
        ("ralf", False),
    ],
)
def test_reviewers_hear_of_what_names_them(
    rita: User, ralf: User, text: str, names_ralf: bool
) -> None:
    submission = claimed(rita)

    say(rita, submission, text, is_internal=True)

    assert heard() == ([("ralf", "message", "note")] if names_ralf else [])
    assert ralf.email == "ralf@example.com"


def test_nobody_of_the_partner_hears_of_an_internal_note(rita: User) -> None:
    robin = with_mail(factories.robin())  # a reviewer, and of the organisation that submitted it
    submission = claimed(rita)

    say(rita, submission, f"Not a word to @{robin.username} or @petra.", is_internal=True)

    assert heard() == []


def test_only_the_group_of_the_next_stage_hears_of_what_is_new(rita: User, ralf: User) -> None:
    for position, (name, person) in enumerate({"technical": rita, "business": ralf}.items()):
        group = Group.objects.create(name=name)
        person.groups.add(group)
        ReviewStage.objects.create(position=position, name=name, chinese_name=name, group=group)
    submission = factories.in_review()
    assert heard() == [("rita", "queue", "finish")]

    submission = factories.decided(submission, by=rita)
    assert submission.current is not None
    approving.approve_next(
        by=rita,
        submission=submission,
        revision=1,
        findings_seen=findings_version(submission.current),
        confirmed=True,
    )

    assert heard() == [("rita", "queue", "finish"), ("ralf", "queue", "approve_stage")]
    OutgoingMail.objects.update(due_at=timezone.now())
    OutgoingMail.objects.create(
        account=ralf, kind="queue", event=submission.events.get(verb="finish"), is_daily=True
    )  # as if there had been no stages when it came
    gather_daily_mails()
    assert [subject for subject, _body in sent()] == ["[OSC Portal] Your daily mail: 1 message"]
    assert django_mail.outbox[0].to == ["ralf@example.com"]
    assert Group.objects.filter(name=REVIEWERS).exists()


def _comments(submission: Submission) -> list[Comment]:
    return list(Comment.objects.filter(revision__submission=submission))


def _unstaffed(name: str = "Security") -> ReviewStage:
    """A stage whose group has a member who does not review, and a reviewer who has left."""
    group = Group.objects.create(name=f"{name.lower()} reviewers")
    group.user_set.add(factories.paul(), gone := factories.person("gone", reviewer=True))
    gone.is_active = False
    gone.save()
    return ReviewStage.objects.create(position=1, name=name, chinese_name="安全", group=group)


def test_administrators_hear_of_a_package_that_waits_for_a_stage_without_reviewers(
    rita: User,
) -> None:
    stage = _unstaffed()
    Preference.objects.create(user=with_mail(factories.ada()), language="zh-hans")

    factories.in_review()

    assert heard() == [("ada", "failed", "finish")]
    ((subject, body),) = sent()
    assert subject == "[OSC Portal] harbour 1.4.0 等待的审核阶段没有审核员"
    assert "“安全”" in body
    assert f"“{stage.group.name}”" in body
    assert rita.email == "rita@example.com"


def test_nothing_is_said_to_administrators_once_a_reviewer_is_there(rita: User) -> None:
    stage = _unstaffed()
    with_mail(factories.ada())
    factories.in_review()

    rita.groups.add(stage.group)

    assert heard() == [("ada", "failed", "finish")]
    assert sent() == []


def test_reviewers_of_a_stage_hear_of_it_and_administrators_need_not(rita: User) -> None:
    rita.groups.add(_unstaffed().group)
    with_mail(factories.ada())

    factories.in_review()

    assert heard() == [("rita", "queue", "finish")]
