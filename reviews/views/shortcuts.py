"""How pages answer: what one may not know of is not there, and objections become words."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.forms import Form
from django.http import Http404, HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from ..actions import ActionDenied
from ..forms import add_objection
from ..models import Revision, Submission
from ..queries.lists import find_revision, find_submission


class SignedInRequest(HttpRequest):
    """A request of somebody who is signed in, which the middleware sees to."""

    user: User


def submission_or_404(request: SignedInRequest, pk: int, *, names: bool = True) -> Submission:
    """A submission that the user may see, see ``find_submission``.

    Http404: there is none, or not for this user.
    """
    submission = find_submission(request.user, pk, names=names)
    if submission is None:
        raise Http404
    return submission


def revision_or_404(request: SignedInRequest, pk: int, number: int) -> Revision:
    """A revision that the user may see. Http404: there is none, or not for this user."""
    revision = find_revision(request.user, pk, number)
    if revision is None:
        raise Http404
    return revision


def return_address(request: HttpRequest) -> str:
    """The page of the portal that a form of the frame was on, as it says itself."""
    back = request.POST.get("next", "/")
    is_here = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if is_here else "/"


def add_denial(form: Form, denied: ActionDenied) -> None:
    """Show an objection in the form: at its field where it has one."""
    add_objection(form, denied.words, denied.field, gettext)
