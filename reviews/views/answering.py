"""How pages answer: what one may not know of is not there, and objections become words."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.forms import Form
from django.http import Http404, HttpRequest
from django.utils.translation import gettext

from .. import queries
from ..actions import Objected
from ..forms import add_objection
from ..models import Revision, Submission


class SignedInRequest(HttpRequest):
    """A request of somebody who is signed in, which the middleware sees to."""

    user: User


def submission_or_404(request: SignedInRequest, pk: int) -> Submission:
    """A submission that the user may see. Http404: there is none, or not for this user."""
    submission = queries.find_submission(request.user, pk)
    if submission is None:
        raise Http404
    return submission


def revision_or_404(request: SignedInRequest, pk: int, number: int) -> Revision:
    """A revision that the user may see. Http404: there is none, or not for this user."""
    revision = queries.find_revision(request.user, pk, number)
    if revision is None:
        raise Http404
    return revision


def put_into(form: Form, objected: Objected) -> None:
    """Show an objection in the form: at its field where it has one."""
    add_objection(form, objected.words, objected.field, gettext)
