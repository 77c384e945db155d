"""Who may upload, and how much: asked before the first byte of the body is read."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TypeAlias

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIRequest
from django.urls import Resolver404, resolve

from .. import objections, quotas, storage
from ..actions.attached_files import most_bytes
from ..actions.attached_files import too_large as attachment_too_large
from ..models import Organisation, policy_for
from ..permissions import Somebody, visible_to
from ..pipeline.core.messages import Message, _
from ..received import Refusal
from .environ import Environ

_Check: TypeAlias = Callable[[Somebody, int, dict[str, int]], Refusal | None]
FORM_BYTES = 1024 * 1024
"""What a form has besides its files: the note, the names and the boundaries."""
_ATTACHED_WITH_PACKAGE = 3  # one of each kind


def is_upload(method: str, path: str) -> bool:
    """Whether a request brings a package, so that it is admitted first and then received."""
    return method == "POST" and _view_of(path) in _CHECKS


def admit(environ: Environ, length: int, arriving: int) -> Refusal | int:
    """Why the body of ``length`` bytes is not read, or where it is: the number of the user.

    ``arriving`` bytes of other uploads are still to come. Looks into the database: to be called in
    a thread.
    """
    request = WSGIRequest(environ)
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(key if key.isalnum() else None)
    user = get_user(request)
    if not isinstance(user, User):
        return Refusal(401, _("Sign in first."))
    match = resolve(request.path_info)
    check = _CHECKS[match.url_name or ""]
    return check(user, length, match.kwargs) or _of_disk(length + arriving) or user.pk


def _view_of(path: str) -> str:
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


def _of_new(user: Somebody, length: int, _arguments: dict[str, int]) -> Refusal | None:
    """For which organisation it is stands in the body: it must be possible for one of them."""
    theirs = Organisation.objects.filter(memberships__user=user.pk)
    refusals = [_of_organisation(each, length) for each in theirs]
    if not refusals:
        return Refusal(403, _("Only members of an organisation submit packages."))
    return None if None in refusals else refusals[0]


def _of_revision(user: Somebody, length: int, arguments: dict[str, int]) -> Refusal | None:
    submission = visible_to(user).filter(pk=arguments["pk"]).first()
    if submission is None:
        return Refusal(404, _("There is no such submission."))
    objection = objections.to_revising(user, submission)
    if objection is not None:
        return Refusal(403, objection)
    return _of_organisation(submission.organisation, length)


def _of_attachment(user: Somebody, length: int, arguments: dict[str, int]) -> Refusal | None:
    submission = visible_to(user).filter(pk=arguments["pk"]).first()
    if submission is None:
        return Refusal(404, _("There is no such submission."))
    objection = objections.to_attaching(user, submission)
    if objection is not None:
        return Refusal(403, objection)
    if length > most_bytes() + FORM_BYTES:
        return Refusal(413, attachment_too_large(most_bytes()))
    quota = quotas.objection_to_storing(submission.organisation, max(0, length - FORM_BYTES))
    return None if quota is None else Refusal(413, quota.words)


def _of_organisation(organisation: Organisation, length: int) -> Refusal | None:
    limit = policy_for(organisation).limits.upload_bytes
    beside = FORM_BYTES + _ATTACHED_WITH_PACKAGE * most_bytes()
    if length > limit + beside:
        return Refusal(413, too_large(limit))
    objection = quotas.objection_to_receiving(organisation, max(0, length - beside))
    if objection is None:
        return None
    return Refusal(429 if objection.retry_after else 413, objection.words, objection.retry_after)


def too_large(limit: int) -> Message:
    """The words of the pages for the same."""
    return _("The package is larger than %(limit)s bytes, the most that is taken.", limit=limit)


def _of_disk(length: int) -> Refusal | None:
    if length <= storage.free_bytes():
        return None
    return disk_is_full()


def disk_is_full() -> Refusal:
    """There is no space for the upload."""
    words = _(
        "The disk of the portal is full. Nothing was kept: try again when an administrator has"
        " made space."
    )
    return Refusal(507, words)


_CHECKS: dict[str, _Check] = {
    "new-submission": _of_new,
    "revise": _of_revision,
    "attach": _of_attachment,
}
"""The addresses that take files, by the name of their view."""
