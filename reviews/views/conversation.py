"""The conversation about a submission: its threads, new ones and replies, and texts to insert."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from .. import permissions
from ..actions import ActionDenied, StaleState, conversing
from ..forms import ConversationForm
from ..models import Comment, Submission, TextUse
from ..queries.conversation import Thread, unread_by
from ..visibility import reader_of
from .insertable_texts import insertable, with_text
from .shortcuts import SignedInRequest, add_denial, submission_or_404
from .submission_page import SubmissionPage

_CONFLICT, _UNPROCESSABLE = 409, 422


@require_safe
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """The threads, which are read with this, and a form for a new one.

    ``finding`` is the position of a finding that it is about, ``file`` and ``line`` a line.
    """
    page = SubmissionPage(cast("SignedInRequest", request), pk, "conversation")
    form = ConversationForm(initial={name: request.GET.get(name, "") for name in _ABOUT})
    return _drawn(page, form)


_ABOUT = ("position", "file", "line")


def _drawn(
    page: SubmissionPage, form: ConversationForm, status: int = 200, reply_to: str = ""
) -> HttpResponse:
    """The page, with what was typed in the form of the thread ``reply_to``, else the one below."""
    user, submission = page.request.user, page.submission
    threads = page.threads
    if reply_to not in {str(each.first.pk) for each in threads}:
        reply_to = ""
    context = page.context(
        threads=threads,
        form=form,
        reply_to=reply_to,
        about=_about(page, form),
        is_inside=not page.reader.is_partner,
        texts=[] if page.reader.is_partner else insertable(page.revision, TextUse.COMMENT),
        changes=page.address("changes"),
    )
    response = render(page.request, "conversation/page.html", context, status=status)
    _read(user, submission, threads)
    return response


def _read(user: Any, submission: Submission, threads: Sequence[Thread]) -> None:
    unread = [each for thread in threads for each in thread.comments if each.pk in thread.unread]
    if unread:
        conversing.mark_read(by=user, submission=submission, comments=unread)


def _about(page: SubmissionPage, form: ConversationForm) -> dict[str, Any]:
    """What a new thread is about, as the form says: a finding in words, or a file and a line."""
    given = form.data if form.is_bound else form.initial
    position = str(given.get("position") or "")
    found = page.review.findings if position and page.review is not None else ()
    named = [each for each in found if str(each.row.position) == position]
    return {
        "finding": named[0] if named else None,
        "file": "" if named else given.get("file") or "",
        "line": given.get("line") or "",
    }


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something, resolve a thread, or insert a text into what is being written."""
    page = SubmissionPage(cast("SignedInRequest", request), pk, "conversation")
    form = ConversationForm(request.POST)
    if "insert" in request.POST and not page.reader.is_partner:
        return _inserted(page)
    status = _UNPROCESSABLE
    if form.is_valid():
        try:
            said = _say(page, form.cleaned_data)
        except StaleState as stale:
            add_denial(form, stale)
            page, status = SubmissionPage(page.request, pk, "conversation"), _CONFLICT
        except ActionDenied as denied:
            add_denial(form, denied)
        else:
            return _said(page, said)
    return _drawn(page, form, status, request.POST.get("reply_to", ""))


def _say(page: SubmissionPage, given: dict[str, Any]) -> Comment:
    return conversing.comment(
        by=page.request.user,
        submission=page.submission,
        revision=given["revision"],
        text=given["text"],
        about=conversing.About(given["position"], given["file"], given["line"]),
        reply_to=given["reply_to"],
        is_internal=given["is_internal"],
        resolves={"resolve": True, "reopen": False}.get(given["then"]),
    )


def _said(page: SubmissionPage, said: Comment) -> HttpResponse:
    address = reverse("conversation", args=[page.submission.pk])
    return HttpResponseRedirect(f"{address}#c-{said.reply_to_id or said.pk}")


def _inserted(page: SubmissionPage) -> HttpResponse:
    """The page once more, with a text inserted into what was typed."""
    given = page.request.POST.copy()
    texts = insertable(page.revision, TextUse.COMMENT)
    given["text"] = with_text(given.get("text", ""), given.get("canned", ""), texts)
    form = ConversationForm(initial=given.dict())
    return _drawn(page, form, reply_to=given.get("reply_to", ""))


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one has read what is new, and go back to where it was shown."""
    asked = cast("SignedInRequest", request)
    submission = submission_or_404(asked, pk)
    seen = {each for each in request.POST.getlist("seen") if each.isdecimal() and len(each) < 19}
    unread = unread_by(asked.user, reader_of(asked.user, submission), submission)
    conversing.mark_read(by=asked.user, submission=submission, comments=unread.filter(pk__in=seen))
    messages.success(request, gettext("Marked as read."))
    is_review = "review" in request.POST and permissions.is_reviewer(asked.user)
    return redirect("review" if is_review else "conversation", pk)
