"""Who did or said something, as far as the reader is shown it."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from ..models import Comment, Decision, Event
from ..pipeline import safe_text

register = template.Library()

_OF_ADMINISTRATORS = frozenset(
    {"retry", "reconsider", "suspend", "resume", "accept", "end_acceptance"}
)


def _is_message(said: Comment | Decision | Event) -> bool:
    return isinstance(said, Comment) or (isinstance(said, Event) and said.verb == "comment")


@register.filter
def author(said: Comment | Decision | Event) -> str:
    """The name of who it was; partners may read "a reviewer" instead (see ``visibility``)."""
    if said.by is None:
        return gettext("The portal")
    if not said.hides_author:
        return safe_text(said.by.get_username())
    is_theirs = isinstance(said, Event) and said.verb in _OF_ADMINISTRATORS
    if is_theirs or (said.by.is_staff and _is_message(said)):
        return gettext("An administrator")
    return gettext("A reviewer")
