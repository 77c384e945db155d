"""What partners do: submit a package, upload a new revision, withdraw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from threading import BoundedSemaphore
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from .. import objections, permissions, quotas, storage
from ..models import Event, Organisation, Revision, Service, Submission, policy_for
from ..models.organisation import note_uploader
from ..models.run import not_leased
from ..models.submission import searched_words
from ..models.tally import count
from ..pipeline import package_name
from ..pipeline.core.lookalikes import mixed_word, plain_form
from ..pipeline.core.messages import _
from ..pipeline.core.refusal import PackageRefused
from ..queue import JobName, enqueue
from ..states import CLOSED
from .attaching import carry_attachments
from .errors import ActionDenied, QuotaExceeded, require
from .transitions import transition

_NAME = re.compile(r"[^\W_](?:[\w .-]{0,98}[^\W_])?")  # letters of any script
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,99}")
_NOTHING_FOUND_YET = {"kind": "", "errors": 0, "warnings": 0, "infos": 0}
_ONE_AT_A_TIME = BoundedSemaphore(1)  # each reading of a package takes its memory
_PATIENCE = 5.0  # seconds
_SUFFIXES = (".tar.gz", ".tgz", ".zip")


def submit(
    *,
    by: User,
    organisation: Organisation,
    service: str,
    version: str,
    file_name: str,
    content: Iterable[bytes] | storage.Draft,
    note: str = "",
) -> Submission:
    """Receive the package of one version of a service, and have it examined.

    ``content`` are pieces of the uploaded file, or a draft with all of it. The service is made
    when its name is new. An empty ``service`` or ``version`` is read from the file.
    ActionDenied: the user may not, a field is wrong (``field`` names it), or this version is
    here already. Nothing of a refused upload is kept.
    """
    require(permissions.objection_to_submitting(by, organisation))
    service, version = service.strip(), version.strip()
    if service and version:
        _require_names(organisation, service, version)
    try:
        with _kept(organisation, content, file_name) as stored:
            if not (service and version):
                service, version = _completed(organisation, stored, service, version)
                _require_names(organisation, service, version)
            upload = (file_name, stored, note)
            submission = _create(by, organisation, service, version, upload)
    except IntegrityError as twice:
        require_new_version(organisation, service, version)
        raise RuntimeError("the submission could not be written") from twice
    return submission


def revise(
    *,
    by: User,
    submission: Submission,
    file_name: str,
    content: Iterable[bytes] | storage.Draft,
    note: str = "",
) -> Revision:
    """Receive a corrected package for the same version, and have it examined.

    ActionDenied: the user may not, the state does not allow it, or the file is too large.
    """
    require(objections.to_revising(by, submission))
    with _kept(submission.organisation, content, file_name) as stored, transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        require(objections.to_revising(by, submission))
        revision = _add_revision(submission, by, file_name, stored, note)
        transition(
            submission,
            "revise",
            by=by,
            revision=revision,
            detail=_upload(revision),
            current=revision,
            claimed_by=None,
            claimed_until=None,
            reviewer_id=submission.claimed_by_id or submission.reviewer_id,
            search=_search_of(submission, note=note),
            **_NOTHING_FOUND_YET,
        )
        enqueue(JobName.ANALYSE, revision.pk)
    return revision


def withdraw(*, by: User, submission: Submission, comment: str = "") -> None:
    """Take a submission back before it is decided. ActionDenied: one may not, or it is late."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        require(objections.to_withdrawing(by, submission))
        # A worker that examines it now stops soon, and is counted until then.
        submission.revisions.filter(not_leased(), finished_at__isnull=True).update(
            finished_at=timezone.now(), lease_until=None, stage=""
        )
        detail = {"comment": comment} if comment else {}
        transition(
            submission, "withdraw", by=by, detail=detail, claimed_by=None, claimed_until=None
        )


def _create(
    by: User,
    organisation: Organisation,
    service: str,
    version: str,
    upload: tuple[str, storage.Stored, str],
) -> Submission:
    """The submission with its first revision; ``upload`` is file name, content and note."""
    with transaction.atomic():
        owner, _made = Service.objects.get_or_create(organisation=organisation, name=service)
        submission = Submission.objects.create(
            service=owner,
            organisation=organisation,
            version=version,
            title=f"{service} {version}",
            submitted_by=by,
        )
        submission.search = _search_of(submission, note=upload[2])
        submission.save(update_fields=["search"])
        revision = _add_revision(submission, by, *upload)
        Submission.objects.filter(pk=submission.pk).update(current=revision)
        submission.current = revision
        _log(submission, revision, by, "submit")
        enqueue(JobName.ANALYSE, revision.pk)
    return submission


def _search_of(submission: Submission, note: str) -> str:
    """What a search reads of a submission; ``note`` is that of its newest revision."""
    person = submission.submitted_by.get_username()
    return searched_words(f"{submission.title} {submission.organisation.name} {person} {note}")


def _require_names(organisation: Organisation, service: str, version: str) -> None:
    _check_names(service, version)
    require_new_version(organisation, service, version)


def _completed(
    organisation: Organisation, stored: storage.Stored, service: str, version: str
) -> tuple[str, str]:
    """Service and version, read from the file where they were not given."""
    if not _ONE_AT_A_TIME.acquire(timeout=_PATIENCE):
        raise ActionDenied(
            _("Other packages are being read now: give the service and the version."), "service"
        )
    try:
        found = package_name(storage.local_path(stored.name), policy_for(organisation).limits)
    except PackageRefused as refused:
        raise ActionDenied(
            _(
                "Give the service and the version: they cannot be read from the file. %(words)s",
                words=refused.words,
            ),
            "version" if service else "service",
        ) from refused
    finally:
        _ONE_AT_A_TIME.release()
    service, version = service or found.service or "", version or found.version or ""
    if not service:
        raise ActionDenied(_("Give the service: the file does not name it."), "service")
    if not version:
        raise ActionDenied(_("Give the version: the file does not name it."), "version")
    return service, version


def require_new_version(organisation: Organisation, service: str, version: str) -> None:
    """ActionDenied: this version of the service is submitted already, and not closed."""
    taken = Submission.objects.filter(
        organisation=organisation, service__name=service, version=version
    ).exclude(state__in=CLOSED)
    if taken.exists():
        raise ActionDenied(
            _(
                "%(service)s %(version)s was submitted already: upload a new revision there.",
                service=service,
                version=version,
            ),
            "version",
        )


def _check_names(service: str, version: str) -> None:
    if not _NAME.fullmatch(service):
        words = _(
            "Give the service a name of at most 100 letters, digits, spaces and . _ - that begins"
            " and ends with a letter or digit."
        )
        raise ActionDenied(words, "service")
    plain = plain_form(service)
    if plain != service:
        words = _("Write the service with letters of usual width: %(plain)s.", plain=plain)
        raise ActionDenied(words, "service")
    word = mixed_word(service)
    if word is not None:
        words = _(
            "“%(word)s” has letters of several scripts that look alike: type it anew.", word=word
        )
        raise ActionDenied(words, "service")
    if not _VERSION.fullmatch(version):
        words = _("Give a version such as 6.7.0, of at most 100 letters, digits and . + _ - signs.")
        raise ActionDenied(words, "version")


@contextmanager
def _kept(
    organisation: Organisation, content: Iterable[bytes] | storage.Draft, file_name: str
) -> Iterator[storage.Stored]:
    """The content, stored; where the block fails, nothing of it is kept."""
    stored = _keep(organisation, content, file_name)
    try:
        yield stored
    except BaseException:
        if not Revision.objects.filter(original=stored.name).exists():
            storage.remove(stored.name, stored_until=stored.stored_at)
        raise


def _keep(
    organisation: Organisation, content: Iterable[bytes] | storage.Draft, file_name: str
) -> storage.Stored:
    _require_quota(organisation, content)
    limit = policy_for(organisation).limits.upload_bytes
    suffix = next((each for each in _SUFFIXES if file_name.lower().endswith(each)), "")
    try:
        stored = _stored(content, suffix, limit)
    except storage.TooLarge as large:
        words = _(
            "The package is larger than %(limit)s bytes, the most that is taken.", limit=large.limit
        )
        raise ActionDenied(words, "file") from large
    if not stored.size:
        raise ActionDenied(_("The file is empty: choose the service package."), "file")
    count("osc_portal_bytes_total", stored.size, deed="uploaded")
    return stored


def _stored(content: Iterable[bytes] | storage.Draft, suffix: str, limit: int) -> storage.Stored:
    """The content in the store; a draft is moved there. TooLarge: it is."""
    if not isinstance(content, storage.Draft):
        return storage.keep(content, "originals", suffix=suffix, limit=limit)
    if content.size > limit:
        raise storage.TooLarge(limit)
    return storage.keep_file(content.path, "originals", sha256=content.sha256, suffix=suffix)


def _require_quota(organisation: Organisation, content: Iterable[bytes] | storage.Draft) -> None:
    size = content.size if isinstance(content, storage.Draft) else 0
    objection = quotas.objection_to_receiving(organisation, size)
    if objection is not None:
        raise QuotaExceeded(objection.words, objection.retry_after)


def _add_revision(
    submission: Submission, by: User, file_name: str, stored: storage.Stored, note: str
) -> Revision:
    last = submission.revisions.order_by("number").last()
    revision = Revision.objects.create(
        submission=submission,
        number=last.number + 1 if last else 1,
        uploaded_by=by,
        note=note.strip()[:2000],
        file_name=_base_name(file_name),
        sha256=stored.sha256,
        size=stored.size,
        original=stored.name,
        policy=policy_for(submission.organisation).snapshot(),
    )
    note_uploader(submission.organisation, by)
    if last is not None:
        carry_attachments(last, revision, by)
    return revision


def _base_name(file_name: str) -> str:
    """The last part of what a browser sent, without signs that are not for show."""
    base = PurePosixPath(file_name.replace("\\", "/")).name
    shown = "".join(sign for sign in base if sign.isprintable()).strip()
    return shown[-200:] or "package.zip"


def _upload(revision: Revision) -> dict[str, Any]:
    return {"file": revision.file_name, "sha256": revision.sha256, "size": revision.size}


def _log(submission: Submission, revision: Revision, by: User, verb: str) -> None:
    Event.objects.create(
        by=by,
        verb=verb,
        submission=submission,
        revision=revision,
        to_state=submission.state,
        detail=_upload(revision),
    )
