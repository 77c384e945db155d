"""Retention: originals that nobody will need again are removed; the record of them is kept.

Their attachments go with them.

Only those of withdrawn, refused and superseded revisions, after the days that the settings give.
What was released is never removed, and no report is: it belongs to the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from .. import storage
from ..models import Attachment, Event, Release, Revision, Submission
from ..models.run import leased
from ..states import SubmissionState

_AT_ONCE = 200  # the next run goes on
_STORED_LATELY = timedelta(days=1)  # may belong to an upload whose records are not written yet
_LOOKED_AT_AGAIN = timedelta(days=7)


def purge() -> int:
    """Remove the originals whose time is over; how many revisions that concerned.

    While a backup is made, nothing is removed. The record is written first: a file that could
    not be removed then is removed by a later run.
    """
    now = timezone.now()
    purged = 0
    with storage.removals_paused(wait=False) as is_alone:
        if not is_alone:
            return 0
        for reason, days in settings.PORTAL_RETENTION.items():
            over = _over(reason, now - timedelta(days=days))
            for pk in list(over.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
                purged += _record(pk, reason, days, now)
        until = int((now - _STORED_LATELY).timestamp() * 1_000_000_000)
        for name in _unneeded(now - _LOOKED_AT_AGAIN):
            storage.remove(name, stored_until=until)
    return purged


def _unneeded(since: datetime) -> Iterator[str]:
    """The files of what was purged ``since`` then, to which no other record refers."""
    lately = Revision.objects.filter(purged_at__gte=since)
    for name in set(lately.values_list("original", flat=True)):
        if not Revision.objects.filter(original=name, purged_at__isnull=True).exists():
            yield name
    attached = Attachment.objects.filter(purged_at__gte=since)
    for name in set(attached.values_list("stored", flat=True)):
        if not Attachment.objects.filter(stored=name, purged_at__isnull=True).exists():
            yield name


def _record(pk: int, reason: str, days: int, now: datetime) -> bool:
    """Write down that the original of a revision is removed, if that is still so."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(revisions=pk)
        # It may have been revised or resubmitted since it was looked at.
        if not _over(reason, now - timedelta(days=days)).filter(pk=pk).update(purged_at=now):
            return False
        revision = Revision.objects.get(pk=pk)
        Attachment.objects.filter(revision=pk, purged_at__isnull=True).update(purged_at=now)
        Event.objects.create(
            verb="purge",
            submission=submission,
            revision=revision,
            detail={
                "file": revision.file_name,
                "sha256": revision.sha256,
                "size": revision.size,
                "reason": reason,
                "days": days,
            },
        )
    return True


def _over(reason: str, until: datetime) -> QuerySet[Revision]:
    """The revisions that are ``reason`` since ``until`` or longer, whose originals are there."""
    released = Release.objects.filter(revision=OuterRef("pk")).exclude(archive="")
    is_worked_on = leased() | leased("inspection__")
    kept = Revision.objects.filter(purged_at__isnull=True).exclude(is_worked_on)
    kept = kept.filter(~Exists(released))
    match reason:
        case "superseded":
            newer = Revision.objects.filter(
                submission=OuterRef("submission"),
                number__gt=OuterRef("number"),
                uploaded_at__lte=until,
            )
            return kept.exclude(pk=F("submission__current")).filter(Exists(newer))
        case "refused":
            state, current = SubmissionState.REFUSED, Q(pk=F("submission__current"))
        case "withdrawn":
            state, current = SubmissionState.WITHDRAWN, Q()
        case _:
            raise ValueError(f"no original is removed for being {reason}")
    return kept.filter(current, submission__state=state.value, submission__waiting_since__lte=until)
