"""Choosing how the portal looks to oneself."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from ..models import Preference
from ..pipeline.core.messages import _
from .errors import ActionDenied


@transaction.atomic
def choose_language(*, by: User, language: str) -> None:
    """Keep in the account of ``by`` in which language the portal speaks.

    ActionDenied: the portal does not offer ``language``.
    """
    if language not in dict(settings.LANGUAGES):
        raise ActionDenied(_("The portal is not offered in this language."))
    Preference.objects.update_or_create(user=by, defaults={"language": language})
