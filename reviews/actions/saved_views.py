"""A reviewer's own filters of the queue, kept under names."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import User

from ..models import SavedView
from ..pipeline.core.messages import _
from .errors import ActionDenied

MOST_VIEWS = 30
_LONGEST_NAME = 60
_LONGEST_QUERY = 1000


def save_view(*, by: User, name: str, query: str) -> None:
    """Keep the filters of an address, in the place of those of the same name.

    ActionDenied: it has no name, filters nothing, or there are too many.
    """
    name = _checked_name(name)
    query = urlencode([(key, value) for key, value in parse_qsl(query) if key != "page"])
    if not query or len(query) > _LONGEST_QUERY:
        raise ActionDenied(_("Filter the queue first, then save what you see."))
    others = SavedView.objects.filter(user=by).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise ActionDenied(_("There are %(most)s views: delete one first.", most=MOST_VIEWS))
    SavedView.objects.update_or_create(user=by, name=name, defaults={"query": query})


def rename_view(*, by: User, pk: int, name: str) -> None:
    """Call one of one's own views otherwise; there is nothing to do where it is gone.

    ActionDenied: that is no name, or another view has it.
    """
    name = _checked_name(name)
    own = SavedView.objects.filter(user=by)
    if own.filter(name=name).exclude(pk=pk).exists():
        raise ActionDenied(_("Another view is called “%(name)s”.", name=name))
    own.filter(pk=pk).update(name=name)


def delete_view(*, by: User, pk: int) -> None:
    """Forget one of one's own views; there is nothing to do where it is gone."""
    SavedView.objects.filter(user=by, pk=pk).delete()


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise ActionDenied(
            _("Give the view a name of up to %(most)s characters.", most=_LONGEST_NAME)
        )
    return name
