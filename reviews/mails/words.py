"""What a mail says about an event: a subject, a sentence, what was said, and the page to open.

A partner's mail names no reviewer, quotes no draft and no internal note: of what reviewers wrote
it has the comment of the verdict, which was written for the partner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..models import Event, MailKind
from ..pipeline.core.messages import Message, _
from ..review_stages import stage_without_reviewers
from .links import page


@dataclass(frozen=True, slots=True)
class News:
    """What is said of one event.

    ``said`` is what a person or the portal gave as the reason, and ``author`` says which of them;
    None where there is nothing to introduce.
    """

    subject: Message
    sentence: Message
    author: Message | None
    said: Message | str
    address: str


@dataclass(frozen=True, slots=True)
class _Words:
    """Templates by verb.

    ``opens`` is the name of the page that the mail leads to, ``author`` introduces the comment.
    """

    subject: Message
    sentence: Message
    opens: str = "submission"
    author: Message | None = None


_A_REVIEWER = _("A reviewer wrote:")
_AN_ADMINISTRATOR = _("An administrator wrote:")
_THE_PORTAL = _("What the portal says:")
_COLLEAGUE = _("%(person)s wrote:")


_SUBJECTS: Mapping[str, _Words] = {
    "refuse": _Words(
        _("%(title)s cannot be processed"),
        _("%(title)s, revision %(number)s, cannot be processed: upload a corrected package."),
        author=_THE_PORTAL,
    ),
    "return": _Words(
        _("%(title)s was returned to you"),
        _(
            "%(title)s, revision %(number)s, was reviewed and returned: fix what is asked for,"
            " then upload a corrected package."
        ),
        author=_A_REVIEWER,
    ),
    "approve": _Words(
        _("%(title)s is approved"),
        _(
            "%(title)s, revision %(number)s, is approved. You need not do anything: its release is"
            " being made and proven."
        ),
        author=_A_REVIEWER,
    ),
    "reject": _Words(
        _("%(title)s was rejected"),
        _(
            "%(title)s, revision %(number)s, was reviewed and rejected: it takes no more revisions;"
            " make a new submission to try again."
        ),
        author=_A_REVIEWER,
    ),
    "release": _Words(
        _("%(title)s is released"),
        _("%(title)s, revision %(number)s, is released: you can download the released package."),
    ),
    "suspend": _Words(
        _("%(title)s is suspended"),
        _("%(title)s is suspended: an administrator warns against using this version."),
        author=_AN_ADMINISTRATOR,
    ),
    "resume": _Words(
        _("%(title)s is no longer suspended"),
        _("%(title)s can be used again: an administrator has ended its suspension."),
        author=_AN_ADMINISTRATOR,
    ),
    "assign": _Words(
        _("%(title)s is assigned to you"),
        _(
            "Please review %(title)s, revision %(number)s, of %(organisation)s: %(person)s has"
            " assigned it to you."
        ),
        "review",
        _COLLEAGUE,
    ),
    "reopen": _Words(
        _("%(title)s is in review again"),
        _("Please review %(title)s again: the release that was made of it does not verify."),
        "review",
        _THE_PORTAL,
    ),
    "reconsider": _Words(
        _("%(title)s is in review again"),
        _("Please review %(title)s again: its images could not be published."),
        "review",
        _AN_ADMINISTRATOR,
    ),
    "fail": _Words(
        _("%(title)s failed: internal error"),
        _(
            "The work on %(title)s, revision %(number)s, failed several times because of an"
            " internal error: read the reason, then retry."
        ),
    ),
    "stop": _Words(
        _("%(title)s cannot be published"),
        _("Decide how to go on with %(title)s: the portal cannot publish it by itself."),
        author=_THE_PORTAL,
    ),
}
_TAKEN: Mapping[str, _Words] = {
    "assign": _Words(
        _("%(title)s is no longer yours to review"),
        _(
            "You need not go on with %(title)s, revision %(number)s, of %(organisation)s:"
            " %(person)s has assigned it to %(to)s."
        ),
        "review",
        _COLLEAGUE,
    ),
    "claim": _Words(
        _("%(title)s is no longer yours to review"),
        _(
            "You need not go on with %(title)s, revision %(number)s, of %(organisation)s:"
            " %(person)s has claimed it."
        ),
        "review",
    ),
    "unclaim": _Words(
        _("%(title)s is no longer yours to review"),
        _(
            "You need not go on with %(title)s, revision %(number)s, of %(organisation)s:"
            " %(person)s has given it back to the queue."
        ),
        "review",
    ),
}
_TAKEN_OVER = _Words(
    _("%(title)s is no longer yours to review"),
    _(
        "You need not go on with %(title)s, revision %(number)s, of %(organisation)s:"
        " %(person)s has taken it over."
    ),
    "review",
    _COLLEAGUE,
)
_MESSAGE = _Words(
    _("%(title)s: a message for you"),
    _(
        "Read what was written to you about %(title)s, revision %(number)s, and reply where it"
        " asks you something."
    ),
    "conversation",
    _COLLEAGUE,
)
_NEW = _Words(
    _("%(title)s is new in the queue"),
    _("%(title)s, revision %(number)s, of %(organisation)s waits for a review."),
    "review",
)
_WITHOUT_REVIEWERS = _Words(
    _("%(title)s waits for a stage without reviewers"),
    _(
        "Put an active reviewer into the group “%(group)s”, or change the stage “%(stage)s”:"
        " nobody can approve it, and %(title)s, revision %(number)s, waits for it."
    ),
)
_RESUBMITTED = _Words(
    _("%(title)s was resubmitted"),
    _("Please review %(title)s again: %(organisation)s has submitted revision %(number)s."),
    "review",
)


WAITING = frozenset({"finish", "approve_stage"})
"""Verbs after which a package waits for reviewers, be there any or not."""


def news_of(event: Event, kind: str, *, to_partner: bool = False) -> News:
    """What a mail of ``kind`` (a ``MailKind``) says of ``event``.

    A mail ``to_partner`` names no reviewer. One about a stage without reviewers is asked for only
    while that is so. KeyError: nobody gets such a mail for such an event.
    """
    words = _words(event, kind)
    introduced = words.author
    if to_partner and introduced is _COLLEAGUE:
        is_administrator = event.by is not None and event.by.is_staff
        introduced = _AN_ADMINISTRATOR if is_administrator else _A_REVIEWER
    facts = {
        "title": event.submission.title,
        "number": event.revision.number if event.revision else "",
        "organisation": event.submission.organisation.name,
        "person": event.by.username if event.by else "",
        "to": event.detail.get("person", ""),
    }
    if words is _WITHOUT_REVIEWERS:
        stage = stage_without_reviewers(event.submission)
        facts |= {"stage": stage.label, "group": stage.group.name} if stage else {}
    said = _said(event)
    return News(
        subject=Message(words.subject.template, facts),
        sentence=Message(words.sentence.template, facts),
        author=Message(introduced.template, facts) if said and introduced else None,
        said=said,
        address=page(words.opens, event.submission_id),
    )


def _words(event: Event, kind: str) -> _Words:
    """The templates for what happened, as it concerns those who get mails of this kind."""
    match kind:
        case MailKind.QUEUE:
            return _NEW
        case MailKind.MESSAGE:
            return _MESSAGE
        case MailKind.FAILED if event.verb in WAITING:
            return _WITHOUT_REVIEWERS
        case MailKind.TAKEN:
            is_own = event.by is not None and event.detail.get("person") == event.by.username
            return _TAKEN_OVER if is_own else _TAKEN[event.verb]
        case _:
            return _RESUBMITTED if event.verb == "finish" else _SUBJECTS[event.verb]


def _said(event: Event) -> Message | str:
    if event.verb in {"reopen", "stop"}:
        return Message.load(event.detail)
    if event.verb == "refuse" and event.revision is not None:
        return event.revision.refusal_words or ""
    return str(event.detail.get("comment", "")) if event.verb in _COMMENTED else ""


_COMMENTED = frozenset(
    {
        *("return", "reject", "approve", "suspend", "resume", "reconsider", "assign"),
        *("comment", "note"),
    }
)
"""Verbs whose comment was written for those who get the mail."""
