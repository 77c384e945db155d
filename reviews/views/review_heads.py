"""The heads of sections of the review page as HTML, and their rows in the list.

Drawn by hand instead of by templates, because a large package has dozens of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ..pipeline.core.messages import Message
from ..templatetags.decisions import approve_words, reject_words
from ..templatetags.display import address, base_name, colon, icon, severity_word, sign, tone, words
from .review_rows import list_rows
from .review_sections import Group, Section

_SWAPPED = ' hx-swap-oob="true"'


@dataclass(frozen=True, slots=True)
class SectionHeads:
    """What the findings of a section share, and one decision for all that are undecided.

    ``revision`` is the number of the one that is seen, ``token`` that of the page's forms;
    ``can_decide`` says whether the reader can decide anything.
    """

    decide_at: str
    ask_at: str
    revision: int
    token: str
    can_decide: bool

    def html(self, section: Section, *, is_fragment: bool = False) -> SafeString:
        """The head of a section of several; ``is_fragment``: swapped into a page that has it."""
        if section.is_one:
            return SafeString()
        name, swapped = section.name, _SWAPPED if is_fragment else ""
        return mark_safe(  # noqa: S308 - every text is escaped
            f'<header class="section-head is-{tone(section.severity)}" id="{name}-head"{swapped}>\n'
            f'<h2 id="{name}-title">{_title(section)}'
            f' <span class="count">{len(section.units)}</span></h2>\n'
            f'<p class="small soft">{_place(section)}</p>\n{self._decision(section)}\n</header>'
        )

    def _decision(self, section: Section) -> str:
        if not section.undecided:
            return f'<p class="small done">{icon("check")}{escape(gettext("All decided"))}</p>'
        return self._form(section) if self.can_decide else ""

    def _form(self, section: Section) -> str:
        needs_reason = " data-needs-reason" if section.needs_reason else ""
        approve = _said(approve_words(section.undecided))
        reject = _said(reject_words(section.undecided))
        return (
            f'<form class="decide" method="post" action="{self.decide_at}"'
            f' hx-post="{self.decide_at}" hx-target="#toasts" data-group{needs_reason}>\n'
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(self.token)}">\n'
            f'<input type="hidden" name="revision" value="{self.revision}">\n'
            f'<input type="hidden" name="sections" value="{section.name}">\n'
            f'<button class="is-small" name="verb" value="approve">{icon("check")}{approve}'
            "</button>\n"
            '<button class="is-quiet is-small" name="verb" value="reject"'
            f' formaction="{self.ask_at}" data-asks>{icon("cross")}{reject}</button>\n</form>'
        )


def _title(section: Section) -> str:
    if section.is_rewrites:
        return f"{icon('rewrite')}{escape(gettext('Rewrites'))}"
    severity = section.severity
    return (
        f'{icon(sign(severity))}<span class="unseen">{escape(severity_word(severity))}{colon()}'
        f"</span>{_said(section.first.first.finding.title)}"
    )


def _place(section: Section) -> str:
    if section.is_rewrites:
        return escape(gettext("Images get their new addresses; nothing else is changed."))
    rule = section.first.first.finding.rule
    link = (
        f'<a class="mono" translate="no" href="{reverse("rule", args=[rule])}">{escape(rule)}</a>'
    )
    if not section.file:
        return link
    return f'{link} <span class="mono" translate="no">{address(section.file)}</span>'


def list_of(group: Group) -> SafeString:
    """The sections of a group in the list: one by one, or where one has many, how many."""
    rows = (
        row
        for section in group.sections
        for row in (
            section_row(section) if section.is_many else "",
            list_rows(section.listed, is_nested=section.is_many),
        )
    )
    return mark_safe("\n".join(filter(None, rows)))  # noqa: S308 - rows are drawn as HTML


def section_row(section: Section, *, is_fragment: bool = False) -> SafeString:
    """The row of a section of several findings; ``is_fragment``: as for ``SectionHeads``."""
    name, waiting, total = section.name, len(section.undecided), len(section.units)
    decided = "" if waiting else " is-decided"
    swapped = _SWAPPED if is_fragment else ""
    title = section.first.first.finding.title
    what = gettext("Image addresses") if section.is_rewrites else words(title)
    return mark_safe(  # noqa: S308 - every text is escaped
        f'<li class="of-section is-{tone(section.severity)}{decided}" id="{name}-row"{swapped}'
        f' data-goes-to="{name}">\n'
        f'<a href="#{name}"><span class="mark">{icon("circle" if waiting else "check")}</span>'
        f'<span class="what">{escape(what)}</span>\n'
        f'<span class="soft where">{escape(_counted(waiting, total))}{_file(section)}</span></a>\n'
        "</li>"
    )


def _counted(waiting: int, total: int) -> str:
    if not waiting:
        return gettext("%(total)s decided") % {"total": total}
    return gettext("%(n)s of %(total)s undecided") % {"n": waiting, "total": total}


def _file(section: Section) -> str:
    if not section.file or section.is_rewrites:
        return ""
    return f' · <span class="mono" translate="no">{escape(base_name(section.file))}</span>'


def _said(message: Message) -> str:
    return escape(words(message))
