"""The log in words: what somebody did, as a sentence that begins with who it was."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language, gettext, ngettext

from ..attachment_points import KIND_WORDS
from ..models import Event
from ..pipeline import safe_text
from ..pipeline.core.messages import Message, _

register = template.Library()

_SENTENCES: Mapping[str, Message] = {
    "submit": _("submitted %(file)s"),
    "revise": _("uploaded revision %(revision)s, %(file)s"),
    "withdraw": _("withdrew the submission"),
    "start": _("began to examine revision %(revision)s"),
    "refuse": _("could not process the package: %(code)s"),
    "finish": _("examined it: %(errors)s, %(warnings)s, %(images)s"),
    "inspect": _("read the image archives (%(archives)s): %(findings)s"),
    "unsettle": _("took back the decision on the mapping, because its text has changed"),
    "fail": _("failed %(attempts)s times and was passed to the administrators"),
    "retry": _("had it tried again"),
    "return": _("returned it to be fixed"),
    "reject": _("rejected the package"),
    "approve": _("approved the package"),
    "approve_stage": _("approved the stage “%(stage)s”"),
    "publish": _("stored the release, proven once more, and began to publish its images"),
    "stop": _("could not publish it, so an administrator decides"),
    "release": _("released it, proven once more"),
    "reconsider": _("put it back into review, because its images could not be published"),
    "suspend": _("suspended the released version"),
    "resume": _("ended the suspension"),
    "reopen": _("could not prove the release, so it is in review again"),
    "claim": _("took it for review"),
    "unclaim": _("gave it back to the queue"),
    "assign": _("assigned it to %(person)s"),
    "carry": _("carried decisions over from revision %(from_revision)s: %(count)s"),
    "comment": _("commented"),
    "note": _("wrote an internal note"),
    "accept": _("recorded that %(rule)s is known and accepted until %(until)s"),
    "end_acceptance": _("ended the acceptance of %(rule)s"),
    "use_acceptance": _("used the acceptance of %(rule)s until %(until)s"),
    "view": _("looked at it"),
    "download": _("downloaded %(artifact)s"),
    "attach": _("attached %(file)s (%(kind)s)"),
    "detach": _("removed the attachment %(file)s (%(kind)s)"),
    "purge": _("removed the file of revision %(revision)s, which was %(reason)s for %(days)s days"),
}
_TAKEN_OVER = _("took it over from %(from)s")
_TAKEN: Mapping[str, Message] = {
    "claim": _TAKEN_OVER,
    "unclaim": _("took it from %(from)s and gave it back to the queue"),
    "assign": _("assigned it to %(person)s instead of %(from)s"),
}
"""Where somebody else had it, or was to review it; events of before do not say."""
_RESOLVED = {True: _("resolved a thread"), False: _("opened a thread again")}
_CARRIED_ATTACHMENT = _(
    "carried the attachment %(file)s (%(kind)s) over from revision %(from_revision)s"
)
_DECIDED: Mapping[str, Message] = {
    "approve": _("approved %(rule)s (%(findings)s)"),
    "reject": _("rejected %(rule)s (%(findings)s)"),
    "undo": _("took back the decision on %(rule)s (%(findings)s)"),
}
_DECIDED_UNIT: Mapping[tuple[str, bool], Message] = {
    ("approve", True): _("decided to apply %(rule)s (%(edits)s)"),
    ("approve", False): _("confirmed %(rule)s: it must be fixed"),
    ("reject", True): _("kept the original where %(rule)s proposes an edit"),
    ("reject", False): _("dismissed %(rule)s"),
    ("undo", True): _("took back the decision on %(rule)s"),
    ("undo", False): _("took back the decision on %(rule)s"),
}
"""By what was decided, and whether it has an edit; events of before do not say."""
_SIGNS: Mapping[str, tuple[str, str]] = {
    "submit": ("upload", "accent"),
    "revise": ("upload", "accent"),
    "withdraw": ("flag", "info"),
    "start": ("play", "info"),
    "refuse": ("error", "error"),
    "finish": ("success", "success"),
    "inspect": ("image", "success"),
    "unsettle": ("undo", "warning"),
    "fail": ("wrench", "warning"),
    "retry": ("play", "info"),
    "return": ("undo", "warning"),
    "reject": ("cross", "error"),
    "approve": ("check", "success"),
    "approve_stage": ("check", "info"),
    "publish": ("upload", "accent"),
    "stop": ("wrench", "warning"),
    "release": ("package", "success"),
    "reconsider": ("undo", "warning"),
    "suspend": ("pause", "warning"),
    "resume": ("play", "info"),
    "reopen": ("undo", "warning"),
    "claim": ("person", "info"),
    "unclaim": ("person", "info"),
    "assign": ("person", "info"),
    "carry": ("rewrite", "info"),
    "decide": ("check", "info"),
    "comment": ("comment", "info"),
    "note": ("lock", "info"),
    "accept": ("flag", "info"),
    "end_acceptance": ("flag", "info"),
    "use_acceptance": ("flag", "info"),
    "view": ("eye", "info"),
    "download": ("download", "info"),
    "attach": ("paperclip", "info"),
    "detach": ("paperclip", "warning"),
    "purge": ("package", "info"),
}
_RELEASED_TO: Mapping[str, Message] = {
    "registry": _("released it: its images were read back from %(address)s"),
    "layout": _("released it: its images are in the local image store"),
    "nowhere": _("released it: its images were published nowhere"),
}
_PURGED: Mapping[str, Message] = {
    "withdrawn": _("withdrawn"),
    "refused": _("refused"),
    "superseded": _("superseded"),
}
_ARTIFACTS: Mapping[str, Message] = {
    "original": _("the original package"),
    "proposed": _("the proposed package"),
    "mapping": _("the proposed mapping"),
    "released": _("the released package"),
    "chart": _("the released chart"),
    "lock": _("images.lock.json"),
    "bill": _("the bill of materials"),
    "report-json": _("the report as JSON"),
    "report-sarif": _("the report as SARIF"),
    "report-csv": _("the report as CSV"),
    "attachment": _("an attachment"),
}


@register.filter
def event_sentence(event: Event) -> str:
    """What was done, in the reader's language."""
    return safe_text(event_message(event).text(gettext))


@register.filter
def event_message(event: Event) -> Message:
    """What was done, as a message whose names are names, and whose other words are messages."""
    detail = dict(event.detail)
    if event.verb == "decide":
        if "has_edit" in detail:
            message = _DECIDED_UNIT[detail["decision"], detail["has_edit"]]
        else:
            message = _DECIDED[detail["decision"]]
        detail["findings"] = _counted("findings", len(detail["positions"]))
        detail["edits"] = _counted("edits", len(detail["positions"]))
    else:
        message = _SENTENCES[event.verb]
    if event.verb in _TAKEN:
        message = _who_has_it(event)
    if event.verb in {"comment", "note"} and "resolves" in detail:
        message = _RESOLVED[detail["resolves"]]
    if event.verb == "finish":
        detail |= {name: _counted(name, detail[name]) for name in ("errors", "warnings", "images")}
    if event.verb == "inspect":
        detail["findings"] = _counted("findings", detail["findings"])
    if event.verb == "release" and "place" in detail:
        message = _RELEASED_TO[detail["place"]]
    if event.verb in {"attach", "detach"}:
        detail["kind"] = KIND_WORDS[detail["kind"]].text(gettext)
        if "from_revision" in detail:
            message = _CARRIED_ATTACHMENT
    if event.verb == "approve_stage" and (get_language() or "").startswith("zh"):
        detail["stage"] = detail.get("chinese_stage") or detail["stage"]
    if event.verb == "purge":
        detail["reason"] = _PURGED[detail["reason"]]
    if event.verb == "download":
        detail["artifact"] = _ARTIFACTS[detail["artifact"]]
    detail["revision"] = event.revision.number if event.revision else ""
    return Message(message.template, detail)


def _who_has_it(event: Event) -> Message:
    """Who has taken or given it; to oneself one assigns nothing."""
    is_own = event.verb == "assign" and (
        event.by is not None and event.detail.get("person") == event.by.username
    )
    if "from" in event.detail:
        return _TAKEN_OVER if is_own else _TAKEN[event.verb]
    return _SENTENCES["claim" if is_own else event.verb]


def _counted(what: str, count: int) -> Message:
    words = {
        "errors": ngettext("%(count)s error", "%(count)s errors", count),
        "warnings": ngettext("%(count)s warning", "%(count)s warnings", count),
        "images": ngettext("%(count)s image", "%(count)s images", count),
        "findings": ngettext("%(count)s finding", "%(count)s findings", count),
        "edits": ngettext("%(count)s edit", "%(count)s edits", count),
    }
    return Message(words[what], {"count": count})


@register.filter
def event_comment(event: Event, reasons: Mapping[str, str]) -> str:
    """The words that somebody gave with it: a comment, a reason, or both.

    ``reasons`` are the words of reasons by their codes.
    """
    if event.verb in {"reopen", "stop"}:
        return Message.load(event.detail).text(gettext)
    reason = event.detail.get("reason") if event.verb != "purge" else None
    confirmed = (Message.load(each).text(gettext) for each in event.detail.get("confirmed", ()))
    parts = (
        reasons.get(reason, reason) if reason else "",
        event.detail.get("comment", ""),
        *(gettext("Confirmed: %(sentence)s") % {"sentence": each} for each in confirmed),
    )
    return "\n".join(part for part in parts if part)


@register.filter
def event_sign(event: Event) -> str:
    return _SIGNS[event.verb][0]


@register.filter
def event_tone(event: Event) -> str:
    return _SIGNS[event.verb][1]
