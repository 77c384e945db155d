"""The administrators' first page: how the portal is, what has failed, and a retry beside each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext

from . import storage
from .actions import ActionDenied
from .actions.retrying import retry, retry_mail
from .connection_test import tested
from .mails.recipients import administrators
from .models import OutgoingMail, Publication, Submission
from .models.heartbeat import Heartbeat
from .permissions import is_administrator
from .pipeline.core.messages import Message, _
from .pipeline.core.policy import SANDBOX_LAYERS
from .publish_targets import destination_of_portal
from .queries.durations import durations, throughput
from .queries.failures import with_reasons
from .queries.health import current_health, health_facts, sandbox_of_workers
from .queries.outbox import outbox
from .queue import JobName
from .review_stages import stages_without_reviewers
from .states import LABELS, PUT_OUT, SubmissionState

JOBS: dict[JobName, Message] = {
    JobName.ANALYSE: _("analyses"),
    JobName.INSPECT: _("image archives"),
    JobName.RELEASE: _("releases"),
    JobName.PUBLISH: _("publications"),
    JobName.LOOK_UP: _("questions to the registry"),
}
"""What the jobs are called on pages."""


def operations_context() -> dict[str, Any]:
    """What the page wants. The number of queries depends on nothing that is in the records."""
    health = current_health()
    counts = health.counts
    facts = [(each.words.text(gettext), each.problem) for each in health_facts()]
    facts += _of_stages()
    return {
        "health": health,
        "counts": [(state, LABELS[state].text(gettext), counts[state]) for state in sorted(counts)],
        "jobs": [
            (JOBS[name].text(gettext), each, _age(each.oldest))
            for name, each in health.jobs.items()
        ],
        "facts": facts,
        "problems": sum(problem is not None for _name, problem in facts),
        "workers": Heartbeat.objects.order_by("name"),
        "sandboxes": [
            (name, ", ".join(layers), [each for each in SANDBOX_LAYERS if each not in layers])
            for name, layers in sandbox_of_workers().items()
        ],
        "failures": with_reasons(health.failed),
        "durations": durations(),
        "throughput": throughput(),
        "outbox": outbox(),
        "has_called": bool(administrators()),
        "disk": _disk(),
        "publications": _publications() if counts.get(SubmissionState.PUBLISHING) else [],
        "is_published": [counts.get(state, 0) for state in sorted(PUT_OUT)],
        "destination": destination_of_portal(),
        "image_store": settings.IMAGE_LAYOUT_DIR,
    }


def _of_stages() -> list[tuple[str, Message | None]]:
    """A line about stages that nobody can approve; without any, there is nothing to say.

    It is no fact of health: programs that ask for these would restart a portal that works.
    """
    found = stages_without_reviewers()
    if not found:
        return []
    names = tuple(each.label for each in found)
    words = _(
        "No active reviewer is in the group of %(stages)s: packages wait there, and nobody can"
        " approve them.",
        stages=names,
    )
    return [(gettext("review stages"), words)]


def retry_failed(request: HttpRequest, pk: int) -> HttpResponse:
    """Have failed work done again, from where it is listed."""
    submission = get_object_or_404(Submission, pk=pk)
    return _try_again(request, str(submission), retry, submission=submission)


def retry_given_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a mail sent that was given up."""
    mail = get_object_or_404(OutgoingMail, pk=pk)
    return _try_again(request, str(mail), retry_mail, mail=mail)


def _try_again(
    request: HttpRequest, title: str, verb: Callable[..., None], **what: Any
) -> HttpResponse:
    try:
        verb(by=request.user, **what)
    except ActionDenied as denied:
        messages.error(request, f"{title}: {denied.words.text(gettext)}")
    else:
        messages.success(request, gettext("%(title)s is tried again.") % {"title": title})
    return redirect("admin:index")


def try_target(request: HttpRequest) -> HttpResponse:
    """Try the place to which the portal's releases are published; for administrators."""
    if not is_administrator(request.user):
        raise PermissionDenied
    destination = destination_of_portal()
    level, words = tested(destination, destination.registry or gettext("The local image store"))
    messages.add_message(request, level, words)
    return redirect("admin:index")


def _age(since: datetime | None) -> float | None:
    return None if since is None else max(0.0, (timezone.now() - since).total_seconds())


def _disk() -> tuple[int, int] | None:
    """The free and all bytes of the disk of the storage; None where they are not known."""
    try:
        return storage.free_bytes(), storage.total_bytes()
    except OSError:
        return None


def _publications() -> list[Publication]:
    """What is being published now, the oldest first."""
    being_published = Publication.objects.filter(
        finished_at__isnull=True,
        release__revision__submission__state=SubmissionState.PUBLISHING.value,
    )
    return list(being_published.select_related("release__revision__submission").order_by("pk")[:20])
