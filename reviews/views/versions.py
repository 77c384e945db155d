"""A service: all its versions, their upgrade paths, and two of them compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..models import Revision, Service
from ..queries.versions import (
    ServiceVersion,
    UpgradePath,
    changed_images,
    find_service,
    upgrades_from,
    versions_of,
)
from .line_rows import small_diff
from .package_files import Busy, asked_again, root_values
from .shortcuts import SignedInRequest

_MOST_LINES = 2000


@dataclass(frozen=True)
class VersionRow:
    """A version, and the versions to which its instances can be upgraded."""

    version: ServiceVersion
    upgrades: tuple[UpgradePath, ...]


@require_safe
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions of a service, newest first."""
    found, versions = _of(cast("SignedInRequest", request), pk)
    examined = [each for each in versions if each.report is not None]
    context = {
        "service": found,
        "rows": [VersionRow(each, upgrades_from(each, versions)) for each in versions],
        "examined": examined,
        "can_compare": len(examined) > 1,
    }
    return render(request, "services/page.html", context)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions: images, instance versions and values. Http404: one of them is not there."""
    found, versions = _of(cast("SignedInRequest", request), pk)
    before = _chosen(request, versions, "from")
    after = _chosen(request, versions, "to")
    old, new = before.report, after.report
    if old is None or new is None:
        raise Http404
    try:
        mine, theirs = (root_values(_revision(each)) for each in (before, after))
    except Busy:
        context = {"service": found, "before": before, "after": after, "is_busy": True}
        return asked_again(render(request, "services/compare.html", context, status=503))
    diff = None
    if mine is not None and theirs is not None:
        diff = small_diff(mine.content, theirs.content, _MOST_LINES)
    context = {
        "service": found,
        "before": before,
        "after": after,
        "images": changed_images(old, new),
        "hunks": diff.hunks if diff is not None else None,
        "left_out": diff.left_out if diff is not None else 0,
        "files": (mine, theirs),
        "examined": [each for each in versions if each.report is not None],
        "new_tags": [tag for tag in after.tags if tag not in before.tags],
        "gone_tags": [tag for tag in before.tags if tag not in after.tags],
    }
    return render(request, "services/compare.html", context)


def _of(request: SignedInRequest, pk: int) -> tuple[Service, Sequence[ServiceVersion]]:
    """The service and its versions. Http404: there is none, or not for this user."""
    found = find_service(request.user, pk)
    if found is None:
        raise Http404
    return found, versions_of(request.user, found)


def _revision(version: ServiceVersion) -> Revision:
    """The revision whose report is compared. Http404: there is none."""
    if version.submission.current is None:
        raise Http404
    return version.submission.current


def _chosen(request: HttpRequest, versions: Sequence[ServiceVersion], name: str) -> ServiceVersion:
    asked = request.GET.get(name, "")
    for each in versions:
        if str(each.submission.pk) == asked:
            return each
    raise Http404
