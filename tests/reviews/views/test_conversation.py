"""Threads: on findings, lines and the submission; internal notes; texts to insert; unread ones."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from reviews.actions import UnreadMessages, conversing, reviewing
from reviews.actions.conversing import About
from reviews.models import CannedText, Comment, CommentRead, Event, Submission
from reviews.queries.conversation import threads_of, unread_counts
from reviews.templatetags.conversation_words import linked
from reviews.visibility import messages_unread, reader_of
from tests import factories

pytestmark = pytest.mark.django_db

VALUES = "harbour/package/harbour-1.4.0.tgz!/harbour/values.yaml"


def _say(submission: Submission, who: str, text: str, **more: object) -> Comment:
    assert submission.current is not None
    return conversing.comment(
        by=getattr(factories, who)(),
        submission=submission,
        revision=submission.current.number,
        text=text,
        **more,  # type: ignore[arg-type]
    )


def _page(client: Client, who: str, submission: Submission, name: str = "conversation") -> str:
    client.force_login(getattr(factories, who)())
    answer = client.get(reverse(name, args=[submission.pk]), headers={"accept-language": "en"})
    text: str = answer.content.decode()
    return text


def _plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_a_thread_is_answered_resolved_and_opened_again() -> None:
    submission = factories.in_review()
    first = _say(submission, "petra", "Is it right so?")
    _say(submission, "rita", "It is.", reply_to=first.pk)
    _say(submission, "petra", "", reply_to=first.pk, resolves=True)
    rita = factories.rita()

    (resolved,) = threads_of(rita, reader_of(rita, submission), submission)
    _say(submission, "rita", "Not quite.", reply_to=first.pk, resolves=False)
    (opened,) = threads_of(rita, reader_of(rita, submission), submission)

    assert [each.text for each in resolved.comments] == ["Is it right so?", "It is.", ""]
    assert (resolved.is_resolved, opened.is_resolved) == (True, False)


def test_an_internal_note_stays_inside_at_every_address(client: Client) -> None:
    submission = factories.in_review()
    first = _say(submission, "rita", "planted plan", is_internal=True, position=0)
    reply = _say(submission, "ralf", "planted answer", reply_to=first.pk)
    public = _say(submission, "petra", "May I ask?")
    _say(submission, "rita", "planted too", reply_to=public.pk, is_internal=True)
    reviewing.return_to_partner(by=factories.rita(), submission=submission, revision=1, comment="x")

    pages = ("submission", "changes", "history", "conversation", "log", "revise")
    seen = "".join(_page(client, "petra", submission, each) for each in pages[:4])
    client.force_login(factories.petra())
    seen += client.get(reverse("log")).content.decode()

    assert reply.is_internal
    assert "planted" not in seen
    assert _page(client, "rita", submission).count("planted") == 3
    assert set(Event.objects.filter(verb="note").values_list("by__username", flat=True)) == {
        "rita",
        "ralf",
    }


def test_a_partner_writes_no_internal_notes_and_answers_none(client: Client) -> None:
    submission = factories.in_review()
    note = _say(submission, "rita", "planted plan", is_internal=True)
    client.force_login(factories.petra())
    address = reverse("comment", args=[submission.pk])

    own = client.post(address, {"revision": 1, "text": "Psst.", "is_internal": "on"})
    guessed = client.post(address, {"revision": 1, "text": "Psst.", "reply_to": note.pk})

    assert (own.status_code, guessed.status_code) == (422, 422)
    assert "Only reviewers and administrators write internal notes." in own.content.decode()
    assert "There is no such thread." in guessed.content.decode()
    assert Comment.objects.count() == 1


def test_a_thread_stands_at_its_line_and_stays_on_its_revision(client: Client) -> None:
    submission = factories.in_review()
    client.force_login(factories.petra())
    sent = {"revision": 1, "text": "On purpose.", "file": VALUES, "line": 2}

    answer = client.post(reverse("comment", args=[submission.pk]), sent)
    changes = _page(client, "petra", submission, "changes")
    submission = factories.examined(factories.revised(submission))
    later = _page(client, "petra", submission, "changes")
    talk = _plain(_page(client, "petra", submission))

    said = Comment.objects.get()
    assert answer.headers["Location"].endswith(f"/conversation/#c-{said.pk}")
    assert (said.file, said.line) == (VALUES, 2)
    assert "Thread on line 2" in changes
    assert "Thread on line" not in later
    assert "values.yaml:2 on revision 1" in talk


@pytest.mark.parametrize(
    ("file", "line", "words"),
    [
        ("harbour/none.yaml", 1, "There is no such file in this revision."),
        (VALUES, 9_999, "Give a line from 1 to"),
        (VALUES, "", "Give a line from 1 to"),
    ],
)
def test_a_line_that_is_not_there_is_refused(
    file: str, line: object, words: str, client: Client
) -> None:
    submission = factories.in_review()
    client.force_login(factories.petra())
    sent = {"revision": 1, "text": "Here?", "file": file, "line": line}

    answer = client.post(reverse("comment", args=[submission.pk]), sent)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Here?</textarea>" in answer.content.decode()


def test_unresolved_threads_of_earlier_revisions_come_first() -> None:
    submission = factories.in_review()
    first = _say(submission, "petra", "one")
    done = _say(submission, "petra", "two")
    _say(submission, "petra", "Done.", reply_to=done.pk, resolves=True)
    submission = factories.examined(factories.revised(submission))
    late = _say(submission, "petra", "three")
    resolved = _say(submission, "petra", "four")
    _say(submission, "petra", "", reply_to=resolved.pk, resolves=True)
    petra = factories.petra()

    found = threads_of(petra, reader_of(petra, submission), submission)

    assert [each.first.pk for each in found] == [late.pk, first.pk, resolved.pk, done.pk]


def test_what_is_new_is_marked_on_both_sides_until_it_is_read(client: Client) -> None:
    petra, rita = factories.petra(), factories.rita()
    submission = factories.in_review()
    _say(submission, "petra", "When?")
    _say(submission, "rita", "Soon.")
    during = [unread_counts(user, [submission]) for user in (petra, rita)]

    _page(client, "rita", submission)
    reviewing.return_to_partner(by=rita, submission=submission, revision=1, comment="x")
    after = [unread_counts(user, [submission]) for user in (petra, rita)]
    assert "1 new" in _page(client, "petra", submission, "submission")
    _page(client, "petra", submission)

    assert during == [{}, {submission.pk: 1}]
    assert after == [{submission.pk: 1}, {}]
    assert unread_counts(petra, [submission]) == {}


def test_a_message_of_the_partner_stops_an_approval_until_it_is_read(client: Client) -> None:
    submission = factories.decided(factories.in_review())
    assert submission.current is not None
    seen = re.search(
        r'name="findings_seen" value="([^"]*)"', _page(client, "rita", submission, "review")
    )
    assert seen is not None
    _say(submission, "petra", "Stop: it is the wrong file.")
    sent = {"revision": 1, "findings_seen": seen.group(1), "confirmed": "on"}
    with pytest.raises(UnreadMessages):
        factories.approve(submission, confirmed=True)

    greyed = _page(client, "rita", submission, "review")
    refused = client.post(reverse("approve", args=[submission.pk]), sent)
    then = client.post(reverse("approve", args=[submission.pk]), sent)

    assert "Stop: it is the wrong file." in greyed
    assert "Messages of the partner to read first: 1." in greyed
    assert refused.status_code == 409
    assert "Stop: it is the wrong file." in refused.content.decode()
    assert (then.status_code, factories.again(submission).state) == (302, "approved")


def test_who_resolves_without_words_has_said_nothing_to_read() -> None:
    submission = factories.in_review()
    ralf = factories.ralf()
    asked = _say(submission, "petra", "Which file?")
    _say(submission, "petra", "", reply_to=asked.pk, resolves=True)

    assert list(messages_unread(factories.rita(), submission)) == [asked]
    assert unread_counts(ralf, [submission]) == {submission.pk: 1}


def test_a_message_is_read_with_one_button(client: Client) -> None:
    submission = factories.in_review()
    said = _say(submission, "petra", "Look.")
    client.force_login(factories.rita())

    client.post(
        reverse("read-comments", args=[submission.pk]), {"seen": [said.pk, "x"], "review": "1"}
    )

    assert list(CommentRead.objects.values_list("user__username", "comment")) == [("rita", said.pk)]


def test_an_answer_after_the_verdict_is_shown_at_once(client: Client) -> None:
    submission = factories.returned()
    first = _say(submission, "petra", "Which file?")
    _say(submission, "rita", "The second.", reply_to=first.pk)

    page = _plain(_page(client, "petra", submission))

    assert "A reviewer · " not in page
    assert "A reviewer just now" in page
    assert "The second." in page


def test_a_text_is_inserted_without_a_script(client: Client) -> None:
    submission = factories.in_review()
    text = CannedText.objects.create(
        use="return",
        title_english="Pull policy",
        title_chinese="拉取策略",
        text_english="Fix the pull policy.",
        text_chinese="请修正。",
    )
    client.force_login(factories.rita())
    sent = {"revision": 1, "comment": "Dear Petra", "canned": text.pk, "insert": "1"}

    answer = client.post(reverse("insert-text", args=[submission.pk]), sent)

    assert "Dear Petra\n\nFix the pull policy.</textarea>" in answer.content.decode()
    assert factories.again(submission).state == "in_review"


def test_a_comment_is_plain_text_with_links() -> None:
    assert linked("See <b>https://example.com/a?b=1&c=2</b>, please.") == (
        "See &lt;b&gt;"
        '<a href="https://example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow ugc">'
        "https://example.com/a?b=1&amp;c=2</a>&lt;/b&gt;, please."
    )
    assert "javascript" not in linked("javascript:alert(1)") or "<a" not in linked("javascript:x")


def test_a_finding_is_talked_about_from_its_card(client: Client) -> None:
    submission = factories.in_review()
    address = reverse("conversation", args=[submission.pk])

    card = _page(client, "petra", submission, "submission")
    form = client.get(f"{address}?position=0").content.decode()
    client.post(
        reverse("comment", args=[submission.pk]), {"revision": 1, "text": "So?", "position": 0}
    )

    assert f'href="{address}?position=0#new"' in card
    assert 'name="position" value="0"' in form
    said = Comment.objects.get()
    assert said.finding is not None
    assert said.finding.position == 0
    assert About().position is None
