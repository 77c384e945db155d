"""The partner's forms: submit, upload a corrected package, withdraw."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import objections
from ..actions import ActionDenied, QuotaExceeded, submitting
from ..attachment_forms import AttachmentsForm
from ..demo_package import FILE_NAME, SERVICE, VERSION, demo_package_with_images
from ..forms import PackageForm, SubmissionForm
from ..models import Service, Submission, policy_for
from ..queries.review import review_of
from ..visibility import reader_of
from .attachments import attach_with_package
from .finding_cards import cards, sections
from .received import content_of
from .shortcuts import SignedInRequest, add_denial, submission_or_404
from .todo import Todo, todo_of


class WithdrawalForm(forms.Form):
    """Why something is taken back, if one wants to say."""

    comment = forms.CharField(
        label="", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Submit a package for a new version of a service."""
    user = cast("SignedInRequest", request).user
    form = SubmissionForm(
        user, request.POST or None, request.FILES or None, initial=_asked(request)
    )
    attachments = AttachmentsForm(request.POST or None, request.FILES or None)
    refused: ActionDenied | None = None
    if request.method == "POST" and form.is_valid() & attachments.is_valid():
        given = form.cleaned_data
        try:
            submission = submitting.submit(
                by=user,
                organisation=given["organisation"],
                service=given["service"],
                version=given["version"],
                file_name=given["file"].name,
                content=content_of(given["file"]),
                note=given["note"],
            )
        except ActionDenied as denied:
            add_denial(form, denied)
            refused = denied
        else:
            if submission.current is not None:
                attach_with_package(request, submission.current, attachments)
            return _arrived(request, submission)
    context = {
        "form": form,
        "attachments": attachments,
        "services": Service.objects.filter(organisation__memberships__user=user),
        "limit": max(
            (policy_for(each).limits.upload_bytes for each in user.organisations.all()), default=0
        ),
    }
    return _drawn(request, "submissions/new.html", context, refused)


@require_POST
def demo(request: HttpRequest) -> HttpResponse:
    """Submit the portal's own package, for partners who first want to see what becomes of one.

    It is a submission like any other, of the first of the partner's organisations.
    """
    user = cast("SignedInRequest", request).user
    organisation = user.organisations.order_by("name").first()
    if organisation is None:
        messages.error(request, _("Only members of an organisation submit packages."))
        return redirect("submissions")
    try:
        submission = submitting.submit(
            by=user,
            organisation=organisation,
            service=SERVICE,
            version=VERSION,
            file_name=FILE_NAME,
            content=[demo_package_with_images()],
            note=_("The demo package. It can be withdrawn at any time."),
        )
    except ActionDenied as denied:
        messages.error(request, denied.words.text(_))
        return redirect("submissions")
    return _arrived(request, submission)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name][:100] for name in ("service", "version") if name in request.GET}


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a corrected package for the same version."""
    asked = cast("SignedInRequest", request)
    submission = submission_or_404(asked, pk)
    form = PackageForm(request.POST or None, request.FILES or None)
    attachments = AttachmentsForm(request.POST or None, request.FILES or None)
    refused: ActionDenied | None = None
    if request.method == "POST" and form.is_valid() & attachments.is_valid():
        given = form.cleaned_data
        try:
            revision = submitting.revise(
                by=asked.user,
                submission=submission,
                file_name=given["file"].name,
                content=content_of(given["file"]),
                note=given["note"],
            )
        except ActionDenied as denied:
            add_denial(form, denied)
            refused = denied
        else:
            attach_with_package(request, revision, attachments)
            return _arrived(request, submission)
    context = {
        "form": form,
        "attachments": attachments,
        "submission": submission,
        "objection": objections.to_revising(asked.user, submission),
        "todo": _todo(asked.user, submission),
        "limit": policy_for(submission.organisation).limits.upload_bytes,
    }
    return _drawn(request, "submissions/revise.html", context, refused)


def _todo(user: User, submission: Submission) -> Todo | None:
    """What the next revision has to fix, None where the current one was not examined."""
    revision = submission.current
    if revision is None or not revision.report:
        return None
    reader = reader_of(user, submission)
    found = sections(cards(review_of(revision, reader)))
    return todo_of(submission, found, reader, is_current=True)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a submission back, after a second look at what that means."""
    asked = cast("SignedInRequest", request)
    submission = submission_or_404(asked, pk)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            submitting.withdraw(
                by=asked.user, submission=submission, comment=form.cleaned_data["comment"]
            )
        except ActionDenied as denied:
            add_denial(form, denied)
        else:
            messages.success(request, _("The submission was withdrawn."))
            return redirect("submission", submission.pk)
    context = {
        "form": form,
        "submission": submission,
        "objection": objections.to_withdrawing(asked.user, submission),
    }
    return render(request, "submissions/withdraw.html", context, status=_status(request))


def _arrived(request: HttpRequest, submission: Submission) -> HttpResponse:
    """On to the submission; a script that uploaded gets its address."""
    messages.success(request, _("The package has arrived and is being examined."))
    address = reverse("submission", args=[submission.pk])
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return JsonResponse({"address": address}, status=201)
    return redirect(address)


def _status(request: HttpRequest) -> int:
    """Of a form that is drawn: 422 where it has just been refused."""
    return 422 if request.method == "POST" else 200


def _drawn(
    request: HttpRequest, template: str, context: dict[str, object], refused: ActionDenied | None
) -> HttpResponse:
    """The form once more; 429 where one only has to wait."""
    response = render(request, template, context, status=_status(request))
    if isinstance(refused, QuotaExceeded) and refused.retry_after:
        response.status_code = 429
        response["Retry-After"] = str(refused.retry_after)
    return response
