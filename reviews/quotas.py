"""How much one organisation may take of the portal: bytes, places in the queue, uploads an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from .models import Attachment, Organisation, Release, Revision
from .pipeline.core.messages import Message, _

_GIB = 1024**3
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class QuotaObjection:
    """Why an upload is too much now; in how many seconds to try again, 0 where waiting is vain."""

    words: Message
    retry_after: int = 0


def objection_to_receiving(organisation: Organisation, size: int) -> QuotaObjection | None:
    """Why ``organisation`` cannot upload ``size`` bytes more now, None where it can."""
    return _of_hour(organisation) or _of_running(organisation) or _of_stored(organisation, size)


def objection_to_storing(organisation: Organisation, size: int) -> QuotaObjection | None:
    """Why ``size`` bytes of ``organisation`` cannot be kept, None where they can."""
    return _of_stored(organisation, size)


def stored_bytes(organisation: Organisation) -> int:
    """How many bytes the organisation's originals, attachments and released packages have."""
    originals = Revision.objects.filter(
        submission__organisation=organisation, purged_at__isnull=True
    ).aggregate(sum=Sum("size"))
    releases = Release.objects.filter(revision__submission__organisation=organisation).aggregate(
        sum=Sum("size")
    )
    attachments = Attachment.objects.filter(
        revision__submission__organisation=organisation, purged_at__isnull=True
    ).aggregate(sum=Sum("size"))
    return sum(each["sum"] or 0 for each in (originals, releases, attachments))


def _of_stored(organisation: Organisation, size: int) -> QuotaObjection | None:
    most: int = settings.PORTAL_QUOTAS["stored_gib"]
    if stored_bytes(organisation) + size <= most * _GIB:
        return None
    words = _(
        "The packages of %(organisation)s would have more than %(most)s GiB: ask an administrator"
        " to remove old ones, or to raise the quota.",
        organisation=organisation.name,
        most=most,
    )
    return QuotaObjection(words)


def _of_running(organisation: Organisation) -> QuotaObjection | None:
    most: int = settings.PORTAL_QUOTAS["running"]
    running = Revision.objects.filter(
        submission__organisation=organisation, finished_at__isnull=True
    )
    if running.count() < most:
        return None
    words = _(
        "%(most)s packages of %(organisation)s wait or are being processed: wait until one is"
        " done.",
        organisation=organisation.name,
        most=most,
    )
    return QuotaObjection(words, retry_after=60)


def _of_hour(organisation: Organisation) -> QuotaObjection | None:
    most: int = settings.PORTAL_QUOTAS["hourly"]
    now = timezone.now()
    lately = Revision.objects.filter(
        submission__organisation=organisation, uploaded_at__range=(now - _HOUR, now + _HOUR)
    ).order_by("-uploaded_at")
    first = lately.values_list("uploaded_at", flat=True)[most - 1 : most].first()
    if first is None:
        return None
    seconds = int((first + _HOUR - now).total_seconds()) + 1
    words = _(
        "%(organisation)s has uploaded %(most)s packages within an hour: try again in %(minutes)s"
        " minutes.",
        organisation=organisation.name,
        most=most,
        minutes=-(-seconds // 60),
    )
    return QuotaObjection(words, retry_after=seconds)
