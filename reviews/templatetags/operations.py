"""What the operations page shows: durations, in the unit that fits."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

register = template.Library()

_MINUTE, _HOUR, _DAY = 60, 3600, 24 * 3600


@register.filter
def seconds(value: float | None) -> str:
    """A duration of ``value`` seconds in words; a dash where it is not known."""
    if value is None:
        return "–"
    if value < _MINUTE:
        number = f"{value:.1f}" if value < 10 else f"{value:.0f}"
        return gettext("%(number)s s") % {"number": number}
    if value < _HOUR:
        return gettext("%(number)s min") % {"number": f"{value / _MINUTE:.0f}"}
    if value < 2 * _DAY:
        return gettext("%(number)s h") % {"number": f"{value / _HOUR:.0f}"}
    return gettext("%(number)s days") % {"number": f"{value / _DAY:.0f}"}
