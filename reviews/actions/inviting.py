"""Invitations: administrators send, repeat and revoke them; whoever has the mail accepts one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from .. import permissions
from ..models import Invitation, MailKind, Membership, Organisation, OutgoingMail, PortalEvent
from ..models.invitation import VALID
from ..pipeline.core.messages import Message, _
from ..queue import JobName, enqueue
from .errors import ActionDenied, require

VOID = _("This invitation was accepted, revoked or replaced already, or it has expired.")
"""Why a link is of no use; it does not say which, for its visitor is a stranger."""


def invite(*, by: User, organisation: Organisation, email: str, language: str) -> Invitation:
    """Invite whoever reads the mails of ``email`` to submit for ``organisation``.

    ActionDenied: one is no administrator, the address is none, or somebody has it already.
    """
    require(permissions.objection_to_administering(by))
    email = email.strip()
    objection = objection_to_inviting(organisation, email, language)
    if objection is not None:
        raise ActionDenied(objection, "email")
    with transaction.atomic():
        invitation = Invitation.objects.create(
            organisation=organisation,
            email=email,
            language=language,
            invited_by=by,
            expires_at=timezone.now() + VALID,
        )
        _send(invitation)
        _log("invite", invitation, by)
    return invitation


def objection_to_inviting(organisation: Organisation, email: str, language: str) -> Message | None:
    """Why this address cannot be invited."""
    try:
        validate_email(email)
    except ValidationError:
        return _("Enter an email address such as name@example.com.")
    if language not in dict(settings.LANGUAGES):
        return _("The portal is not offered in this language.")
    holder = User.objects.filter(email__iexact=email, is_active=True).first()
    if holder is not None:
        return _(
            "%(user)s has this address already: make that account a member of %(organisation)s.",
            user=holder.get_username(),
            organisation=organisation.name,
        )
    is_open = {"accepted_at": None, "revoked_at": None, "expires_at__gt": timezone.now()}
    if Invitation.objects.filter(
        organisation=organisation, email__iexact=email, **is_open
    ).exists():
        return _("This address is invited already: send that invitation again.")
    return None


def resend(*, by: User, invitation: Invitation) -> None:
    """Send it once more, with another link; the earlier one is void. ActionDenied: it is over."""
    with transaction.atomic():
        invitation = _pending(by, invitation)
        invitation.key, invitation.expires_at = uuid.uuid4(), timezone.now() + VALID
        invitation.save(update_fields=("key", "expires_at"))
        invitation.mails.filter(finished_at__isnull=True).delete()
        _send(invitation)
        _log("resend", invitation, by)


def revoke(*, by: User, invitation: Invitation) -> None:
    """Make its link void. ActionDenied: it is over already."""
    with transaction.atomic():
        invitation = _pending(by, invitation)
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=("revoked_at",))
        _log("revoke", invitation, by)


def accept(*, pk: int, key: uuid.UUID, username: str, password: str) -> User:
    """Make an account that belongs to the organisation of an invitation, and use that up.

    ActionDenied: the link is void, or name or password cannot be taken (``field`` names it).
    """
    with transaction.atomic():
        invitation = open_invitation(pk, key, is_locked=True)
        if invitation is None:
            raise ActionDenied(VOID)
        user = User(username=username, email=invitation.email)
        _require_name(user)
        try:
            validate_password(password, user)
        except ValidationError as wrong:
            raise ActionDenied(
                Message("\n".join(wrong.messages).replace("%", "%%")), "password"
            ) from wrong
        user.set_password(password)
        user.save()
        Membership.objects.create(user=user, organisation=invitation.organisation)
        invitation.accepted_at, invitation.accepted_by = timezone.now(), user
        invitation.save(update_fields=("accepted_at", "accepted_by"))
        _log("accept", invitation, user)
    return user


def open_invitation(pk: int, key: uuid.UUID, *, is_locked: bool = False) -> Invitation | None:
    """The invitation of a link, None where that is void."""
    rows = Invitation.objects.select_related("organisation")
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    invitation = rows.filter(pk=pk, key=key).first()
    return invitation if invitation is not None and invitation.is_open else None


def _require_name(user: User) -> None:
    try:
        user.clean_fields(exclude=["password", "email"])
    except ValidationError as wrong:
        words = "\n".join(wrong.messages).replace("%", "%%")
        raise ActionDenied(Message(words), "username") from wrong
    if User.objects.filter(username__iexact=user.username).exists():
        raise ActionDenied(_("Somebody has this user name already."), "username")


def _pending(by: User, invitation: Invitation) -> Invitation:
    """The invitation, locked, which nobody has accepted or revoked."""
    require(permissions.objection_to_administering(by))
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at is not None:
        raise ActionDenied(_("It was accepted already."))
    if invitation.revoked_at is not None:
        raise ActionDenied(_("It was revoked already."))
    return invitation


def _send(invitation: Invitation) -> None:
    OutgoingMail.objects.create(kind=MailKind.INVITATION.value, invitation=invitation)
    enqueue(JobName.SEND_MAILS)


def _log(verb: str, invitation: Invitation, by: User) -> None:
    PortalEvent.objects.create(
        by=by,
        verb=verb,
        organisation=invitation.organisation,
        detail={"email": invitation.email, "invitation": invitation.pk},
    )
