"""Looking at a submission: findings, images, files, history, and how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from .. import preconditions
from ..actions import ActionDenied, downloads
from ..attachment_points import points_of
from ..models import Event
from ..permissions import is_administrator
from ..pipeline import ImageStatus, ReportedImage
from ..pipeline.core.messages import Message, _
from ..queries.acceptances import accepted_units
from ..queries.comparison import may_see_decisions
from ..queries.log import events_of
from ..queries.revisions import revisions_of
from ..templatetags.diff_rows import coloured_lines
from .finding_cards import Section, cards, sections
from .image_archives import ArchiveTable
from .look_up import answer_of
from .package_files import SHOWN_BYTES, Busy, ShownFile, asked_again, files_of
from .shortcuts import SignedInRequest, revision_or_404
from .submission_page import PAGES, SubmissionPage, progress_of
from .todo import todo_of

_STOP_POLLING = 286  # htmx's own status: take this answer and ask no more
_DRAWN_ANEW = ("submission", "images", "release")  # pages whose content is what the workers find


@require_safe
def findings(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """What the partner has to do, then the findings by that; of revision ``number`` for good."""
    page = SubmissionPage(cast("SignedInRequest", request), pk, "submission", number)
    context = _findings_context(page)
    drawn = [
        (section, section if _is_asked(request, section) else section.beginning)
        for section in cast("Sequence[Section]", context["sections"])
    ]
    anchors = {card.anchor for _whole, section in drawn for card in section.drawn}
    more = {"drawn_sections": drawn, "drawn_anchors": anchors}
    return render(request, "submissions/findings.html", context | more)


def _is_asked(request: HttpRequest, section: Section) -> bool:
    """Whether all of a section is asked for, or a place in it that is not at its beginning."""
    anchor = request.GET.get("at", "")
    return request.GET.get("all") == section.group or (
        section.holds(anchor) and not section.beginning.holds(anchor)
    )


@require_safe
def printed(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The report of a revision on one page, to be printed. Http404: it has none."""
    page = SubmissionPage(cast("SignedInRequest", request), pk, "submission", number)
    if page.report is None:
        raise Http404
    return render(request, "submissions/printed.html", _findings_context(page))


def _findings_context(page: SubmissionPage) -> dict[str, object]:
    found = sections(cards(page.review)) if page.review else ()
    return page.context(
        sections=found,
        todo=todo_of(page.submission, found, page.reader, is_current=page.is_current)
        if page.review
        else None,
        revise_for=page.revise_for,
        since=page.since,
        with_decisions=may_see_decisions(page.reader, page.revision) if page.since else False,
        attachment_points=_attachment_points(page),
        places=page.address("files"),
        changes=page.address("changes"),
        talk_at=reverse("conversation", args=[page.submission.pk]) if page.is_current else "",
        acceptances=accepted_units(page.review, page.reader)
        if page.review and page.is_current
        else None,
        accepts_for=page.submission.pk if is_administrator(page.request.user) else None,
    )


def _attachment_points(page: SubmissionPage) -> tuple[Message, ...]:
    """What of attachments is open, for as long as somebody may attach something."""
    is_open = page.is_current and preconditions.objection_of_attaching(page.submission) is None
    return points_of(page.revision) if is_open and page.report else ()


@dataclass(frozen=True, slots=True)
class Share:
    """How many images have a status, and where its part of the bar begins (in hundredths)."""

    status: ImageStatus
    count: int
    start: float
    width: float


@require_safe
def images(request: HttpRequest, pk: int) -> HttpResponse:
    """Each image: where it comes from, where it goes, which lines decide it, who pulls it."""
    page = SubmissionPage(cast("SignedInRequest", request), pk, "images")
    found: Sequence[ReportedImage] = page.report.images if page.report else ()
    wanted = request.GET.get("status", "")
    context = page.context(
        images=[image for image in found if wanted in {"", image.status.value}],
        shares=_shares(page.report.pulled if page.report else ()),
        wanted=wanted,
        places=page.address("files"),
        table=ArchiveTable(page.report) if page.report else None,
        answer=answer_of(page.request.user, page.revision, page.report) if page.report else None,
    )
    return render(request, "submissions/images.html", context)


def _shares(found: Sequence[ReportedImage]) -> list[Share]:
    counts = Counter(image.status for image in found)
    shares: list[Share] = []
    start = 0.0
    for status in ImageStatus:
        if counts[status]:
            width = 100 * counts[status] / len(found)
            shares.append(Share(status, counts[status], round(start, 3), round(width, 3)))
            start += width
    return shares


@require_safe
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """What was uploaded: its facts, its files, and one of them as text."""
    page = SubmissionPage(cast("SignedInRequest", request), pk, "files")
    address = request.GET.get("file", "")
    try:
        found = files_of(page.revision, address)
    except Busy:
        return asked_again(
            render(request, "submissions/files.html", page.context(is_busy=True), status=503)
        )
    chosen = found.chosen
    # A finding may speak of a file that should be there.
    missing = address if address and chosen is None else ""
    context = page.context(
        files=found.listed,
        chosen=chosen,
        missing=missing,
        lines=_text_lines(chosen) if chosen else None,
        is_cut=chosen is not None and chosen.size > SHOWN_BYTES,
    )
    return render(request, "submissions/files.html", context, status=404 if missing else 200)


def _text_lines(file: ShownFile) -> list[SafeString] | None:
    """The file as lines of HTML, None where it is no text."""
    if b"\0" in file.content:
        return None
    text = file.content.decode("utf-8", "replace").removeprefix("\N{BYTE ORDER MARK}")
    lines = [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")]
    return coloured_lines(file.address, lines)


_KINDS: dict[str, tuple[Message, tuple[str, ...]]] = {
    "decisions": (
        _("Decisions"),
        (
            *("decide", "carry", "approve", "reject", "return", "publish", "release", "stop"),
            *("reconsider", "suspend", "resume", "accept", "end_acceptance", "use_acceptance"),
        ),
    ),
    "comments": (_("Comments"), ("comment", "note", "return", "reject")),
    "uploads": (
        _("Uploads and downloads"),
        ("submit", "revise", "attach", "detach", "download", "purge"),
    ),
    "visits": (_("Visits"), ("view", "claim", "unclaim", "assign")),
}


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened, what was said, and every revision."""
    page = SubmissionPage(cast("SignedInRequest", request), pk, "history")
    return render(request, "submissions/history.html", _history_context(page))


def _history_context(page: SubmissionPage) -> dict[str, object]:
    kind = page.request.GET.get("kind", "")
    return page.context(
        events=_of_kind(events_of(page.reader, page.submission), kind),
        kinds=[(name, words) for name, (words, _verbs) in _KINDS.items()],
        kind=kind,
        revisions=revisions_of(page.submission),
    )


def _of_kind(events: QuerySet[Event], kind: str) -> QuerySet[Event]:
    if kind in _KINDS:
        return events.filter(verb__in=_KINDS[kind][1])
    return events.exclude(verb="view")  # every visit at once would bury what was done


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The stages alone, asked for again and again while the examination runs.

    ``here`` is the page that asks. When there is more to see than it shows, it is drawn anew;
    one on which people read or write shows a link instead. ``seen`` says that it shows findings.
    """
    asked = request.GET.get("here", "")
    here = asked if asked in PAGES else "submission"
    page = SubmissionPage(cast("SignedInRequest", request), pk, here)
    archives = page.report.archives if page.report else None
    context = progress_of(page.submission, page.revision, here, archives)
    is_done = not context["is_moving"]
    is_quiet = is_done and "seen" in request.GET and here not in _DRAWN_ANEW
    more = {
        "is_fragment": True,
        "is_news": is_quiet,
        "objection": preconditions.objection_of_archives(page.submission),
    }
    response = render(request, "submissions/_progress.html", context | more)
    if is_done:
        response.status_code = _STOP_POLLING
    if not is_quiet and (is_done or (page.revision.report and "seen" not in request.GET)):
        response.status_code = _STOP_POLLING
        response["HX-Refresh"] = "true"
    return response


@require_safe
def download(
    request: HttpRequest, pk: int, number: int, artifact: str
) -> FileResponse | StreamingHttpResponse:
    """A package of a revision, or the mapping proposed for it, as an attachment."""
    asked = cast("SignedInRequest", request)
    revision = revision_or_404(asked, pk, number)
    try:
        found = downloads.download(
            by=asked.user,
            revision=revision,
            artifact=downloads.Artifact(artifact),
            rules_at=request.build_absolute_uri(reverse("rules")),
        )
    except (ValueError, ActionDenied) as none:
        raise Http404 from none
    response = _attached(found)
    response["Cache-Control"] = "private, no-store"
    return response


def _attached(found: downloads.Download) -> FileResponse | StreamingHttpResponse:
    if found.path is not None:
        return FileResponse(
            found.path.open("rb"),
            as_attachment=True,
            filename=found.file_name,
            content_type=found.content_type,
        )
    disposition = content_disposition_header(as_attachment=True, filename=found.file_name)
    headers = {"Content-Length": str(found.size), "Content-Disposition": disposition or ""}
    return StreamingHttpResponse(found.made or (), content_type=found.content_type, headers=headers)
