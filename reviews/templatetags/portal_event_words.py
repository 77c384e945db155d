"""The log of the portal in words: sentences that begin with who it was."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext

from ..models import MailKind, PortalEvent
from ..pipeline import safe_text
from ..pipeline.core.messages import Message, _

register = template.Library()

_SENTENCES: Mapping[str, tuple[Message, str]] = {
    "invite": (_("invited %(email)s to %(organisation)s"), "person"),
    "resend": (_("sent the invitation of %(email)s to %(organisation)s again"), "person"),
    "revoke": (_("revoked the invitation of %(email)s to %(organisation)s"), "cross"),
    "accept": (_("accepted the invitation of %(email)s to %(organisation)s"), "check"),
    "policy": (_("changed the policy: %(changed)s"), "wrench"),
    "mail": (_("had a mail sent again: %(kind)s"), "play"),
}
"""The sentence and the icon, by the verb of the event."""


@register.filter
def portal_sentence(event: PortalEvent) -> str:
    """What was done, in the reader's language."""
    detail = dict(event.detail)
    detail["organisation"] = event.organisation.name if event.organisation else ""
    if event.verb == "mail":
        detail["kind"] = str(MailKind(detail["kind"]).label)
    if event.verb == "policy":
        detail["changed"] = "; ".join(detail["changed"])
    template_of, _icon = _SENTENCES[event.verb]
    return safe_text(Message(template_of.template, detail).text(gettext))


@register.filter
def portal_sign(event: PortalEvent) -> str:
    return _SENTENCES[event.verb][1]
