"""Trying the place to which releases are published, for the administrator who sets it."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext

from . import registry
from .publish_targets import Destination


def tested(destination: Destination, name: str) -> tuple[int, str]:
    """How a test of the connection went: the level of the message, and its words."""
    if destination.objection is not None:
        return messages.ERROR, f"{name}: {destination.objection.text(gettext)}"
    if destination.target is None:
        return messages.WARNING, gettext("Releases are published nowhere.")
    try:
        with destination.opened() as target:
            registry.test_connection(target)
    except registry.PublishError as error:
        return messages.ERROR, f"{name}: {error.words.text(gettext)}"
    if destination.is_network:
        words = gettext("%(name)s answers and accepts the login.") % {"name": name}
    else:
        words = gettext("%(name)s can be written to.") % {"name": name}
    return messages.SUCCESS, words
