"""Publishing a release: it begins, and what administrators decide where it does not succeed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from .. import objections
from ..models import Event, LookUp, Publication, Release, Revision, Submission
from ..publish_targets import destination_for
from ..queue import JobName, enqueue
from .errors import require
from .notifying import notify
from .transitions import transition


def begin_publication(release: Release, by: User | None = None) -> Publication:
    """Have a release published, where its organisation's are now.

    What an earlier publication of the release has brought there counts: the progress goes on.
    To be called inside a transaction.
    """
    destination = destination_for(release.revision.submission.organisation)
    earlier = release.publications.order_by("pk").last()
    release.publications.filter(finished_at__isnull=True).update(
        finished_at=timezone.now(), lease_until=None
    )
    publication = Publication.objects.create(
        release=release,
        asked_by=by,
        place=destination.place,
        target=destination.row,
        address=destination.address,
        bytes_done=earlier.bytes_done if earlier else 0,
        bytes_total=earlier.bytes_total if earlier else 0,
    )
    enqueue(JobName.PUBLISH, publication.pk)
    return publication


def begin_look_up(revision: Revision, *, is_shipping: bool = False) -> LookUp | None:
    """Have the registry asked what is there of a revision's addresses; None where none is asked.

    What was known before is asked for again. The local image store is asked only where the
    package is known to ship images (``is_shipping``). To be called inside a transaction.
    """
    destination = destination_for(revision.submission.organisation)
    is_asked = destination.is_network or (is_shipping and destination.target is not None)
    if not is_asked or destination.objection_for(revision.held_to.registry):
        return None
    look_up, is_new = LookUp.objects.get_or_create(
        revision=revision, defaults={"address": destination.address}
    )
    if not is_new:
        look_up.start_over()
    enqueue(JobName.LOOK_UP, look_up.pk)
    return look_up


def ask_again(*, by: User, submission: Submission) -> None:
    """Have the registry asked once more. ActionDenied: one may not, or it is being asked."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        require(objections.to_asking(by, submission))
        if submission.current is None:
            raise RuntimeError(f"submission {submission.pk} has no revision")
        begin_look_up(submission.current, is_shipping=True)


def reconsider(*, by: User, submission: Submission, comment: str) -> None:
    """Put a package back into review because its images cannot be published.

    A tag holds other content, say, or the target does not take a layer: then another revision
    helps. ActionDenied: one may not, the publication has not stopped, or no reason is given.
    """
    _decide("reconsider", by, submission, comment)


def suspend(*, by: User, submission: Submission, comment: str) -> None:
    """Warn of a released version; nothing is deleted. ActionDenied: not so, or no reason given."""
    _decide("suspend", by, submission, comment)


def resume(*, by: User, submission: Submission, comment: str) -> None:
    """End the warning of a suspended version. ActionDenied: not so, or no reason is given."""
    _decide("resume", by, submission, comment)


def _decide(verb: str, by: User, submission: Submission, comment: str) -> None:
    with transaction.atomic():
        submission = (
            Submission.objects.select_for_update(of=("self",))
            .select_related("current")
            .get(pk=submission.pk)
        )
        require(objections.TO_ADMINISTER[verb](by, submission))
        comment = comment.strip()
        require(objections.of_reason(comment))
        transition(submission, verb, by=by, detail={"comment": comment})


def log_stop(submission: Submission, revision: Revision, words: dict[str, Any]) -> None:
    """Write down that the portal cannot publish by itself; ``words`` are a dumped message."""
    event = Event.objects.create(
        verb="stop", submission=submission, revision=revision, detail=words
    )
    notify(event)
