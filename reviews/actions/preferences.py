"""Choosing how the portal looks to oneself."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from ..mails.links import ALL
from ..mails.recipients import kinds_for
from ..models import MailKind, Preference
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


@transaction.atomic
def choose_mails(*, by: User, wanted: Collection[str], has_daily_mail: bool) -> None:
    """Keep which kinds of mail ``by`` gets, and whether they come in one mail a day.

    Kinds that ``by`` is not offered in the present roles stay as they are.
    """
    preference, _made = Preference.objects.select_for_update().get_or_create(user=by)
    offered = {kind.value for kind in kinds_for(by)}
    others = set(preference.mails_off) - offered
    preference.mails_off = sorted(others | (offered - set(wanted)))
    preference.has_daily_mail = has_daily_mail
    preference.save()


@transaction.atomic
def switch_off_mails(*, account: int, kind: str) -> None:
    """Send the account ``account`` no more mails of ``kind``, or of any kind for ``ALL``.

    Nothing happens where there is no such account.
    """
    user = User.objects.filter(pk=account).first()
    if user is None:
        return
    preference, _made = Preference.objects.select_for_update().get_or_create(user=user)
    kinds = {each.value for each in MailKind} if kind == ALL else {kind}
    preference.mails_off = sorted({*preference.mails_off, *kinds})
    preference.save()
