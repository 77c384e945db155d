"""The text of a mail, made when it is sent: of what holds then, in the language of its reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from ..models import Comment, Event, MailKind, OutgoingMail, Preference
from ..permissions import objection_to_viewing, organisations_of
from ..pipeline import safe_text
from ..pipeline.core.messages import Message
from ..review_stages import objection_to_stage, stage_without_reviewers
from ..visibility import comments_for, reader_of
from .links import ALL, invitation_link, off_link, page
from .words import WAITING, News, news_of

_UNTIL_THEN = (MailKind.TURN, MailKind.QUEUE, MailKind.RETURNED)
"""Kinds that ask for something: nothing of it is left when others have done it meanwhile."""

_OF_PARTNERS = ("refuse", "return")
"""Verbs after which it is the partner's turn; after all others it is a reviewer's."""


def composed(mail: OutgoingMail) -> EmailMessage | None:
    """The mail, ready to be sent; None where nobody wants it any more, or may see its content."""
    if mail.invitation is not None:
        with translation.override(mail.invitation.language):
            return _invitation(mail)
    account = mail.account
    if account is None or not account.email or not account.is_active:
        return None
    with translation.override(_language_of(account)):
        if mail.kind == MailKind.DAILY:
            return _daily(mail, account)
        return _single(mail, account) if is_wanted(mail) else None


def is_wanted(mail: OutgoingMail) -> bool:
    """Whether its account still wants it, still sees the submission, and it is still so."""
    event, account = mail.event, mail.account
    if event is None or account is None or mail.kind in _preference(account).mails_off:
        return False
    submission = event.submission
    if objection_to_viewing(account, submission) is not None:
        return False
    has_it = account.pk in (submission.claimed_by_id, submission.reviewer_id)
    if mail.kind == MailKind.TAKEN:
        return not has_it
    if mail.kind == MailKind.MESSAGE:
        return _is_unread(event, account)
    if mail.kind == MailKind.FAILED and event.verb in WAITING:
        is_current = submission.current_id == event.revision_id
        return is_current and stage_without_reviewers(submission) is not None
    if mail.kind not in _UNTIL_THEN:
        return True
    is_as_then = submission.current_id == event.revision_id and (
        not event.to_state or submission.state == event.to_state
    )
    if mail.kind == MailKind.QUEUE:
        is_free = is_as_then and not submission.is_claimed
        return is_free and objection_to_stage(account, submission) is None
    return is_as_then and (has_it or event.verb in _OF_PARTNERS)


def _is_unread(event: Event, account: User) -> bool:
    """Whether the account is shown the message, and has not read it meanwhile."""
    said = Comment.objects.filter(pk=event.detail.get("message")).exclude(reads__user=account)
    return comments_for(reader_of(account, event.submission), said).exists()


def _single(mail: OutgoingMail, account: User) -> EmailMessage:
    news = _news(mail)
    author = _shown(news.author) if news.author else ""
    paragraphs = [_shown(news.sentence), author, _indented(news.said), news.address]
    if mail.kind == MailKind.FAILED:
        paragraphs.append(
            gettext("All failed work: %(address)s") % {"address": page("admin:index")}
        )
    off = off_link(account.pk, mail.kind)
    footer = gettext("No more mails about “%(kind)s”: %(address)s") % {
        "kind": mail.get_kind_display(),
        "address": off,
    }
    return _message(mail, account.email, _shown(news.subject), [*paragraphs, _footer(footer)], off)


def _daily(mail: OutgoingMail, account: User) -> EmailMessage | None:
    parts = mail.parts.select_related(
        "event__submission__organisation", "event__revision", "event__by", "account"
    )
    news = [_news(part) for part in parts.order_by("pk") if is_wanted(part)]
    # What was new in the queue for one stage may be so for the next: it is said once.
    items = list(dict.fromkeys(f"- {_shown(each.subject)}\n  {each.address}" for each in news))
    if not items:
        return None
    subject = ngettext(
        "Your daily mail: %(count)s message", "Your daily mail: %(count)s messages", len(items)
    )
    off = off_link(account.pk, ALL)
    footer = gettext("No more mails of any kind: %(address)s") % {"address": off}
    return _message(
        mail, account.email, subject % {"count": len(items)}, [*items, _footer(footer)], off
    )


def _invitation(mail: OutgoingMail) -> EmailMessage | None:
    invitation = mail.invitation
    if invitation is None or not invitation.is_open:
        return None
    names = {"organisation": safe_text(invitation.organisation.name)}
    paragraphs = [
        gettext("You are invited to submit service packages for %(organisation)s on OSC Portal.")
        % names,
        gettext("Choose a user name and a password here; the link can be used once:"),
        invitation_link(invitation),
        gettext("It is valid until %(moment)s UTC.")
        % {"moment": date_format(invitation.expires_at, "Y-m-d H:i")},
        gettext("If you do not know what this is about, ignore this message."),
    ]
    subject = gettext("Your invitation to %(organisation)s") % names
    return _message(mail, invitation.email, subject, paragraphs)


def _news(mail: OutgoingMail) -> News:
    if mail.event is None:
        raise RuntimeError(f"mail {mail.pk} reports no event")
    account = mail.account
    is_member = account is not None and (
        mail.event.submission.organisation_id in organisations_of(account)
    )
    return news_of(mail.event, mail.kind, to_partner=is_member)


def _footer(words: str) -> str:
    choose = gettext("Choose which mails you get: %(address)s") % {"address": page("notifications")}
    return f"-- \n{choose}\n{words}"


def _message(
    mail: OutgoingMail, to: str, subject: str, paragraphs: Iterable[str], off: str = ""
) -> EmailMessage:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {
        "Message-ID": f"<{mail.key}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    if mail.event is not None:
        # Mail programs show what concerns one submission together.
        headers["References"] = f"<submission-{mail.event.submission_id}@{domain}>"
    if off:
        headers["List-Unsubscribe"] = f"<{off}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(
        subject=settings.EMAIL_SUBJECT_PREFIX + subject,
        body="\n\n".join(each for each in paragraphs if each) + "\n",
        to=[to],
        headers=headers,
    )


def _shown(message: Message | str) -> str:
    text = message.text(gettext) if isinstance(message, Message) else message
    return safe_text(text.replace("\n", " "))


def _indented(said: Message | str) -> str:
    text = said.text(gettext) if isinstance(said, Message) else said
    lines: Sequence[str] = text.strip().splitlines()
    return "\n".join(f"    {safe_text(line)}" for line in lines)


def _preference(account: User) -> Preference:
    return Preference.objects.filter(user=account).first() or Preference(user=account)


def _language_of(account: User) -> str:
    chosen = _preference(account).language
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
