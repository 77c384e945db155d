"""The versions of a service as rows of a table.

Drawn by hand instead of by a template, because a page has up to fifty of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ..models import Service
from ..pipeline import safe_text
from ..queries.versions import ServiceVersion, UpgradePath
from ..templatetags.display import moment, quoted, quoted_list
from ..templatetags.submission_badges import state_badge

_NOTHING = '<span class="soft">—</span>'


@dataclass(frozen=True)
class VersionRow:
    """A version, the versions to which its instances can be upgraded, and the one before it."""

    version: ServiceVersion
    upgrades: tuple[UpgradePath, ...]
    before: ServiceVersion | None


@dataclass(frozen=True)
class VersionRows:
    """What the rows of ``service`` have in common."""

    service: Service

    def html(self, rows: Iterable[VersionRow]) -> SafeString:
        """The rows as the inside of a table."""
        return mark_safe("\n".join(map(self._row, rows)))  # noqa: S308 - every text is escaped

    def _row(self, row: VersionRow) -> str:
        version, submission = row.version, row.version.submission
        images, tags, upgrades = self._labels
        number = submission.current.images_total if submission.current is not None else 0
        return (
            f"<tr><td>{_title(version)}{_release(version)}{self._comparison(row)}</td>"
            f"<td>{state_badge(submission)}</td>"
            f'<td data-label="{images}">{number if version.is_examined else _NOTHING}</td>'
            f'<td data-label="{tags}">{_tags(version)}</td>'
            f'<td data-label="{upgrades}">{"".join(map(_upgrade, row.upgrades)) or _NOTHING}</td>'
            f'<td class="nowrap soft">{moment(submission.submitted_at)}</td></tr>'
        )

    @cached_property
    def _labels(self) -> tuple[str, str, str]:
        """What the columns are called."""
        names = gettext("Images"), gettext("Instance versions")
        images, tags, upgrades = map(escape, (*names, gettext("Instances can be upgraded to")))
        return images, tags, upgrades

    def _comparison(self, row: VersionRow) -> str:
        if row.before is None or not row.version.is_examined:
            return ""
        at = f"{self._compared_at}?to={row.version.submission.pk}"
        earlier = {"version": quoted(row.before.submission.version)}
        said = gettext("Compare with %(version)s") % earlier
        return f'<div class="small"><a href="{at}">{said}</a></div>'

    @cached_property
    def _compared_at(self) -> str:
        return reverse("compare-versions", args=[self.service.pk])


def _title(version: ServiceVersion) -> str:
    submission = version.submission
    number = {"number": submission.current.number if submission.current else ""}
    said = escape(gettext("rev %(number)s") % number)
    return f'{_link("submission", version)} <span class="small soft nowrap">{said}</span>'


def _link(page: str, version: ServiceVersion) -> str:
    at, name = reverse(page, args=[version.submission.pk]), version.submission.version
    return f'<a href="{at}" translate="no">{_shown(name)}</a>'


def _release(version: ServiceVersion) -> str:
    if version.release is None:
        return ""
    at, digest = reverse("release", args=[version.submission.pk]), version.release.sha256[:12]
    said = f'<a href="{at}">{escape(gettext("Release"))}</a>'
    return f'<div class="small">{said} <span class="mono soft" translate="no">{digest}</span></div>'


def _tags(version: ServiceVersion) -> str:
    drawn = (
        f'<span class="mono small nowrap" translate="no">{_shown(each)}</span>'
        for each in version.tags
    )
    return escape(gettext(", ")).join(drawn) or _NOTHING


def _upgrade(path: UpgradePath) -> str:
    left = ""
    if path.left_behind:
        said = gettext("not from %(tags)s") % {"tags": quoted_list(path.left_behind)}
        left = f' <span class="small soft">{said}</span>'
    return f"<div>{_link('submission', path.target)}{left}</div>"


def _shown(text: str) -> str:
    return escape(safe_text(text))
