"""The rules in the form of the effective policy: rows with what is chosen for each.

Drawn by hand instead of by a template, because the form has hundreds of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from .pipeline.core.findings import Severity
from .pipeline.core.messages import Message
from .templatetags.display import severity_word, words

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule with its own severity, and what is chosen for it: ``chosen`` is empty for that."""

    rule: str
    title: Message
    own: Severity
    chosen: str
    reason: str

    @property
    def family(self) -> str:
        """``OSC-HELM`` of ``OSC-HELM-008``."""
        return self.rule.rpartition("-")[0]


class RuleTable:
    """Draws the rows of rules, in the language of whoever reads them."""

    def html(self, rows: Iterable[RuleRow]) -> SafeString:
        """The rows as the inside of a table."""
        return mark_safe("\n".join(map(self._row, rows)))  # noqa: S308 - every text is escaped

    def _row(self, row: RuleRow) -> str:
        rule, title, reason = map(escape, (row.rule, words(row.title), row.reason))
        own, here, why = self._labels
        named = {"rule": rule}
        return (
            f'<tr><th scope="row"><a href="{reverse("rule", args=[row.rule])}">{rule}</a>'
            f' <span class="small soft">{title}</span></th>'
            f'<td data-label="{own}">{self._names[row.own]}</td>'
            f'<td data-label="{here}"><select name="severity-{rule}"'
            f' aria-label="{self._severity_of % named}">{self._options[row.chosen]}</select></td>'
            f'<td data-label="{why}"><input name="reason-{rule}" value="{reason}"'
            f' maxlength="{LONGEST_REASON}" aria-label="{self._reason_for % named}"></td></tr>'
        )

    @cached_property
    def _severity_of(self) -> str:
        return escape(gettext("Severity of %(rule)s"))

    @cached_property
    def _reason_for(self) -> str:
        return escape(gettext("Reason for %(rule)s"))

    @cached_property
    def _labels(self) -> tuple[str, str, str]:
        labels = gettext("Its own severity"), gettext("Severity here"), gettext("Reason")
        own, here, why = map(escape, labels)
        return own, here, why

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {each: escape(severity_word(each)) for each in Severity}

    @cached_property
    def _options(self) -> Mapping[str, str]:
        """What can be chosen, by what is chosen."""
        names = {"": escape(gettext("as the rule says")), **self._names}
        return {chosen: _options_with(chosen, names) for chosen in names}


def _options_with(chosen: str, names: Mapping[str, str]) -> str:
    return "".join(
        f'<option value="{each}"{" selected" if each and each == chosen else ""}>{name}</option>'
        for each, name in names.items()
    )
