"""Showing partners what was decided and said: with the verdict, and not before."""

from __future__ import annotations

from django.db.models import Max

from ..models import Comment, Decision, Event, Revision


def show_drafts(revision: Revision) -> None:
    """Show the partner all that was decided and said about ``revision`` until now.

    To be called inside the transaction that writes the verdict, after its event.
    """
    rows = {
        "decisions_shown": Decision.objects.filter(finding__revision=revision),
        "comments_shown": Comment.objects.filter(revision=revision),
        "events_shown": Event.objects.filter(revision=revision),
    }
    last = {name: found.aggregate(last=Max("pk"))["last"] or 0 for name, found in rows.items()}
    Revision.objects.filter(pk=revision.pk).update(**last)
    for name, number in last.items():
        setattr(revision, name, number)
