"""What the registry said, before the approval, of the addresses that a package pulls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from .. import objections, permissions
from ..actions import ActionDenied, publishing
from ..approval import obstacles_of
from ..models import LookUp, RegistryLookup, Revision, look_up_of
from ..permissions import Somebody
from ..pipeline import Report
from ..pipeline.core.messages import Message
from ..states import SubmissionState
from .shortcuts import SignedInRequest, submission_or_404


@dataclass(frozen=True, slots=True)
class Answer:
    """A look-up as the page shows it: how many of its addresses were ``found``.

    ``obstacles`` would stop the publication of what is shipped. ``can_ask`` says whether the user
    may have the registry asked again now.
    """

    look_up: LookUp
    found: int
    asked: int
    obstacles: tuple[Message, ...]
    can_ask: bool

    @property
    def is_asking(self) -> bool:
        """Whether a worker asks, or is going to."""
        return self.look_up.finished_at is None and not self.look_up.is_abandoned


def answer_of(user: Somebody, revision: Revision, report: Report) -> Answer | None:
    """The answer for the current revision in review; None where nothing was to be asked."""
    look_up, submission = look_up_of(revision), revision.submission
    is_due = submission.state == SubmissionState.IN_REVIEW and submission.current_id == revision.pk
    if look_up is None or not is_due:
        return None
    found = RegistryLookup.objects.filter(revision=revision).values_list("found", flat=True)
    answers = list(found) if look_up.registry else []
    return Answer(
        look_up,
        found=sum(answers),
        asked=len(answers),
        obstacles=obstacles_of(revision, report),
        can_ask=objections.to_asking(user, submission) is None,
    )


@require_POST
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the registry asked once more; back to the page for which it was asked."""
    asked = cast("SignedInRequest", request)
    submission = submission_or_404(asked, pk)
    try:
        publishing.ask_again(by=asked.user, submission=submission)
    except ActionDenied as denied:
        messages.error(request, denied.words.text(gettext))
    is_review = "review" in request.POST and permissions.is_reviewer(asked.user)
    return redirect("review" if is_review else "images", pk)
