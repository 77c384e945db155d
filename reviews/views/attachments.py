"""The tab of attachments: what is asked for, what is there, and what may be done."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import objections
from ..actions import ActionDenied, StaleState, attaching
from ..actions.attached_files import AttachedFile, most_bytes
from ..actions.attachment_facts import Declared
from ..attachment_forms import AttachmentForm, AttachmentsForm
from ..attachment_points import requirements_of
from ..models import Attachment, Revision, Submission
from .received import content_of
from .shortcuts import SignedInRequest, add_denial, submission_or_404
from .submission_page import SubmissionPage


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The attachments of a revision, and a form for another one."""
    shown = SubmissionPage(cast("SignedInRequest", request), pk, "attachments")
    kind = request.GET.get("kind", "")
    form = AttachmentForm(initial={"revision": shown.revision.number, "kind": kind})
    return render(request, "attachments/page.html", _context(shown, form))


def _context(shown: SubmissionPage, form: AttachmentForm) -> dict[str, Any]:
    user, submission = shown.request.user, shown.submission
    requirements = requirements_of(shown.revision)
    for requirement in requirements:
        for each in requirement.attachments:
            each.hides_author = shown.reader.hides(each.uploaded_by_id)
    mine = {
        each.pk
        for requirement in requirements
        for each in requirement.attachments
        if shown.is_current and objections.to_detaching(user, submission, each) is None
    }
    return shown.context(
        requirements=requirements,
        earlier=_not_carried(shown),
        removable=mine,
        form=form,
        objection_to_attaching=objections.to_attaching(user, submission),
        most_bytes=most_bytes(),
        most_number=attaching.most_attachments(),
    )


def _not_carried(shown: SubmissionPage) -> list[Attachment]:
    """What was attached to the revision before, and is asked again: it is of another package."""
    found = Attachment.objects.filter(
        revision__submission=shown.submission,
        revision__number=shown.revision.number - 1,
        removed_at__isnull=True,
    )
    carried = Attachment.objects.filter(revision=shown.revision, carried_from__isnull=False)
    left = found.exclude(pk__in=carried.values("carried_from"))
    return list(left.select_related("revision").defer("details"))


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a file to the current revision."""
    asked = cast("SignedInRequest", request)
    submission = submission_or_404(asked, pk)
    form, status = AttachmentForm(request.POST, request.FILES), 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = attaching.attach(
                by=asked.user,
                submission=submission,
                revision=given["revision"],
                kind=given["kind"],
                file=AttachedFile(given["file"].name, content_of(given["file"])),
                declared=Declared(
                    given["tool"], given["made_on"], given["result"], given["package_sha256"]
                ),
            )
        except StaleState as stale:
            add_denial(form, stale)
            status = 409
        except ActionDenied as denied:
            add_denial(form, denied)
        else:
            messages.success(request, _("%(file)s is attached.") % {"file": made.file_name})
            return redirect("attachments", pk)
    shown = SubmissionPage(asked, pk, "attachments")
    return render(request, "attachments/page.html", _context(shown, form), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def detach(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """Remove an attachment, after a second look at what that means. Http404: it is not there."""
    asked = cast("SignedInRequest", request)
    submission = submission_or_404(asked, pk)
    if request.method != "POST":
        return _asked_to_detach(asked, submission, attachment)
    try:
        attaching.detach(by=asked.user, submission=submission, attachment=attachment)
    except ActionDenied as denied:
        messages.error(request, denied.words.text(_))
    else:
        messages.success(
            request, _("The attachment was removed. That it was there stays recorded.")
        )
    return redirect("attachments", pk)


def _asked_to_detach(
    request: SignedInRequest, submission: Submission, attachment: int
) -> HttpResponse:
    found = get_object_or_404(
        Attachment.objects.defer("details"),
        pk=attachment,
        revision=submission.current_id,
        removed_at__isnull=True,
    )
    context = {
        "submission": submission,
        "attachment": found,
        "objection": objections.to_detaching(request.user, submission, found),
    }
    return render(request, "attachments/remove.html", context)


@require_safe
def download(request: HttpRequest, pk: int, attachment: int) -> FileResponse:
    """The file itself, never shown by the portal. Http404: there is none for this user."""
    asked = cast("SignedInRequest", request)
    submission = submission_or_404(asked, pk)
    found = (
        Attachment.objects.filter(pk=attachment, revision__submission=submission)
        .select_related("revision__submission")
        .defer("details")
        .first()
    )
    if found is None:
        raise Http404
    try:
        file = attaching.download_attachment(by=asked.user, attachment=found)
    except ActionDenied as denied:
        raise Http404 from denied
    if file.path is None:
        raise Http404
    response = FileResponse(
        file.path.open("rb"),
        as_attachment=True,
        filename=file.file_name,
        content_type=file.content_type,
    )
    response["Cache-Control"] = "private, no-store"
    return response


def attach_with_package(request: HttpRequest, revision: Revision, form: AttachmentsForm) -> None:
    """Attach what came together with a package; what cannot be is said, and the package stays.

    It is of that package: it came with it.
    """
    for each in form.kinds:
        file = form.cleaned_data.get(each.file.name)
        if not file:
            continue
        given = {
            name: form.cleaned_data.get(f"{each.kind}-{name}")
            for name in ("tool", "made_on", "result")
        }
        try:
            attaching.attach(
                by=cast("SignedInRequest", request).user,
                submission=revision.submission,
                revision=revision.number,
                kind=each.kind,
                file=AttachedFile(file.name, content_of(file)),
                declared=Declared(
                    given["tool"] or "", given["made_on"], given["result"] or "", revision.sha256
                ),
            )
        except ActionDenied as denied:
            words = _("%(file)s was not attached: %(words)s Attach it on the tab of attachments.")
            messages.error(request, words % {"file": file.name, "words": denied.words.text(_)})
