"""A service: all its versions, their upgrade paths, and two of them compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..models import Revision, Service
from ..queries.versions import (
    ServiceVersion,
    find_service,
    upgrades_from,
    version_before,
    versions_of,
)
from ..visibility import reader_of
from .changes import is_side_by_side, remembering
from .comparison import Side, compared
from .package_files import Busy, asked_again
from .shortcuts import SignedInRequest
from .version_rows import VersionRow, VersionRows


@require_safe
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions of a service, newest first."""
    found, versions = _of(cast("SignedInRequest", request), pk)
    examined = [each for each in versions if each.is_examined]
    rows = [
        VersionRow(each, upgrades_from(each, versions), version_before(each, versions))
        for each in versions
    ]
    context = {
        "service": found,
        "rows": rows,
        "drawn": VersionRows(found).html(rows),
        "examined": examined,
        "can_compare": len(examined) > 1,
    }
    return render(request, "services/page.html", context)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions: findings, images, instance versions, files and values.

    Without ``to``, the newest one; without ``from``, the version before that. Http404: one is not
    there.
    """
    found, versions = _of(cast("SignedInRequest", request), pk)
    after = _chosen(request, versions, "to") if "to" in request.GET else _newest(versions)
    before = (
        _chosen(request, versions, "from") if "from" in request.GET else _before(after, versions)
    )
    if before.report is None or after.report is None:
        raise Http404
    context = {
        "service": found,
        "before": before,
        "after": after,
        "examined": [each for each in versions if each.is_examined],
        "side_by_side": is_side_by_side(request),
    }
    user = cast("SignedInRequest", request).user
    sides = [
        Side(_revision(each), each.submission.version, reader_of(user, each.submission))
        for each in (before, after)
    ]
    try:
        comparison = compared(request, *sides, with_decisions=False)
    except Busy:
        context["is_busy"] = True
        return asked_again(render(request, "services/compare.html", context, status=503))
    context |= {
        "comparison": comparison,
        "new_tags": [tag for tag in after.tags if tag not in before.tags],
        "gone_tags": [tag for tag in before.tags if tag not in after.tags],
    }
    return remembering(request, render(request, "services/compare.html", context))


def _of(request: SignedInRequest, pk: int) -> tuple[Service, Sequence[ServiceVersion]]:
    """The service and its versions. Http404: there is none, or not for this user."""
    found = find_service(request.user, pk)
    if found is None:
        raise Http404
    return found, versions_of(request.user, found)


def _revision(version: ServiceVersion) -> Revision:
    """The revision whose report is compared. Http404: there is none."""
    current = version.submission.current
    if current is None:
        raise Http404
    current.submission = version.submission
    return current


def _chosen(request: HttpRequest, versions: Sequence[ServiceVersion], name: str) -> ServiceVersion:
    asked = request.GET.get(name, "")
    for each in versions:
        if str(each.submission.pk) == asked:
            return each
    raise Http404


def _newest(versions: Sequence[ServiceVersion]) -> ServiceVersion:
    """The newest version that was examined. Http404: none was."""
    for each in versions:
        if each.report is not None:
            return each
    raise Http404


def _before(version: ServiceVersion, versions: Sequence[ServiceVersion]) -> ServiceVersion:
    """The version before ``version``. Http404: it is the first one."""
    found = version_before(version, versions)
    if found is None:
        raise Http404
    return found
