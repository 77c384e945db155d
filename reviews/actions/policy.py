"""What administrators allow and want: changed as a whole, and kept in the log of the portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.db import transaction

from .. import permissions
from ..models import PortalEvent, PortalPolicy, SeverityOverride
from ..pipeline.core.findings import Severity
from .errors import require


def change_policy(
    *,
    by: User,
    policy: PortalPolicy,
    changed: Sequence[str],
    severities: Mapping[str, tuple[Severity, str]],
) -> None:
    """Keep ``policy`` and, by rule, the severities with their reasons; other rules have their own.

    ``changed`` are the names of the fields of ``policy`` that are not as before. ActionDenied: one
    is no administrator.
    """
    require(permissions.objection_to_administering(by))
    with transaction.atomic():
        policy.pk = 1
        policy.save()
        before = {each.rule: each for each in SeverityOverride.objects.select_for_update()}
        said = list(changed)
        for rule, (severity, reason) in severities.items():
            known = before.pop(rule, None)
            if known is None or (known.severity, known.reason) != (severity, reason):
                given = {"severity": severity.value, "reason": reason}
                SeverityOverride.objects.update_or_create(rule=rule, defaults=given)
                said.append(f"{rule} = {severity.value}")
        for rule, gone in before.items():
            gone.delete()
            said.append(f"{rule} = –")
        if said:
            PortalEvent.objects.create(by=by, verb="policy", detail={"changed": said})
