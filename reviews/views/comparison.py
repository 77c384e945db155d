"""Two examined packages side by side: revisions of a submission, or versions of a service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Revision
from ..pipeline.core.messages import Message, _
from ..queries.comparison import (
    ComparedFindings,
    compare_findings,
    earlier_revision,
    examined_revisions,
    may_see_decisions,
)
from ..queries.review import Review, review_of
from ..queries.versions import ImageChange, changed_images
from ..visibility import Reader
from .changes import is_side_by_side, remembering
from .compared_files import (
    FileChanges,
    FileDiff,
    changed_files,
    diff_of_file,
    diff_of_values,
)
from .package_files import Busy, asked_again
from .shortcuts import SignedInRequest
from .submission_page import SubmissionPage

MOST_UNITS = 200
"""How many findings of a kind are listed; their number is always given in full."""


@dataclass(frozen=True)
class Side:
    """One of two packages, and what it is called beside the other."""

    revision: Revision
    name: str | Message
    reader: Reader

    @cached_property
    def review(self) -> Review:
        return review_of(self.revision, self.reader)

    @property
    def findings_at(self) -> str:
        """Where its findings are shown for good."""
        return reverse("revision", args=[self.revision.submission_id, self.revision.number])

    @property
    def files_at(self) -> str:
        """Where its files are shown; ``&file=`` and an address are added."""
        address = reverse("files", args=[self.revision.submission_id])
        return f"{address}?rev={self.revision.number}"


@dataclass(frozen=True)
class Comparison:
    """What two packages have in common, and what not.

    ``files`` is None where an upload was removed; ``chosen`` is the file that was asked for. With
    ``with_decisions``, the decisions that were carried over are shown, too.
    """

    before: Side
    after: Side
    findings: ComparedFindings
    images: Sequence[ImageChange]
    files: FileChanges | None
    values: FileDiff
    chosen: FileDiff | None
    with_decisions: bool
    most: int = MOST_UNITS


def compared(
    request: HttpRequest, before: Side, after: Side, *, with_decisions: bool
) -> Comparison:
    """Both packages compared. Busy: others open packages now."""
    side_by_side = is_side_by_side(request)
    old, new = before.revision, after.revision
    files = changed_files(old, new)
    return Comparison(
        before=before,
        after=after,
        findings=compare_findings(before.review, after.review),
        images=changed_images(before.review.report, after.review.report),
        files=files,
        values=diff_of_values(old, new, side_by_side=side_by_side),
        chosen=_chosen(request.GET.get("file", ""), files, old, new, side_by_side=side_by_side),
        with_decisions=with_decisions,
    )


def _chosen(
    address: str, files: FileChanges | None, old: Revision, new: Revision, *, side_by_side: bool
) -> FileDiff | None:
    """The file that was asked for, where it differs."""
    for each in files.shown if files is not None else ():
        if each.address == address and each.can_be_read:
            return diff_of_file(old, new, each, side_by_side=side_by_side)
    return None


@require_safe
def revisions(request: HttpRequest, pk: int) -> HttpResponse:
    """What has changed between two revisions of a submission.

    Without ``from``, since the one that the reader has opened last; without ``to``, up to the
    newest one that was examined. Http404: there are no such revisions.
    """
    page = SubmissionPage(cast("SignedInRequest", request), pk, "compare")
    user, found = page.request.user, examined_revisions(page.submission)
    after = _revision(request, "to", found) or next(iter(found), None)
    before = _revision(request, "from", found)
    if before is None and after is not None:
        before = earlier_revision(user, after)
    context: dict[str, Any] = {"revisions": found, "side_by_side": is_side_by_side(request)}
    if after is None or before is None or before.number >= after.number:
        return render(request, "submissions/compare.html", page.context(**context))
    before.submission = after.submission = page.submission
    sides = [Side(each, _name(each), page.reader) for each in (before, after)]
    context |= {"before": before, "after": after}
    try:
        with_decisions = may_see_decisions(page.reader, after)
        context["comparison"] = compared(request, *sides, with_decisions=with_decisions)
    except Busy:
        busy = page.context(is_busy=True, **context)
        return asked_again(render(request, "submissions/compare.html", busy, status=503))
    return remembering(
        request, render(request, "submissions/compare.html", page.context(**context))
    )


def _revision(request: HttpRequest, name: str, found: Iterable[Revision]) -> Revision | None:
    """The revision that is asked for, None where none is. Http404: there is no such."""
    asked = request.GET.get(name, "")
    if not asked:
        return None
    for each in found:
        if str(each.number) == asked:
            return each
    raise Http404


def _name(revision: Revision) -> Message:
    return _("rev %(number)s", number=revision.number)
