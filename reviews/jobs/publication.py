"""Publishing a release: its images go where their addresses point, and are found there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .. import registry
from ..actions.publishing import log_stop
from ..actions.transitions import transition, update_fields
from ..models import Place, Publication, Submission
from ..models.tally import count
from ..pipeline.core.messages import Message, _
from ..preconditions import publication_of
from ..publish_targets import Destination, destination_for
from ..queue import JobName
from ..registry import PublishPlan
from ..states import SubmissionState
from .lease import Lease
from .patience import Stalled, patience
from .publication_plan import plan_of
from .publication_records import StoredBlobs, settle_images, write_image
from .publication_results import keep_documents, sign_images
from .runner import Cancelled, Job, run

_EVERY = 1.0  # seconds between two updates of the progress


def publish(publication_id: int) -> None:
    """Publish a release: what is found where it should be is released.

    After the last crash, or where trying again would not help, it is put before administrators.
    """
    run(PUBLICATION, publication_id)


def _is_needed(publication: Publication, submission: Submission) -> bool:
    if submission.state != SubmissionState.PUBLISHING:
        return False
    newest = publication_of(submission)
    return newest is not None and newest.pk == publication.pk


def _work(publication: Publication, lease: Lease) -> None:
    revision = publication.release.revision
    destination = destination_for(revision.submission.organisation)
    objection = destination.objection_for(revision.held_to.registry)
    if objection is not None:
        _stop(publication, lease, objection)
        return
    try:
        with patience(settings.PORTAL_PUBLISH_PATIENCE) as moved:
            _publish(publication, destination, _Watch(publication, lease, moved))
    except registry.Stopped as stopped:
        raise Cancelled from stopped
    except registry.PublishError as error:
        if error.may_pass:
            lease.renew(trouble=error.words.dump())
            raise
        _stop(publication, lease, error.words, is_conflict=isinstance(error, registry.TagConflict))
    except Stalled:
        lease.renew(trouble=_STALLED.dump())
        raise


_STALLED = _("Nothing has moved for a while, so it was ended and is tried again.")


def _publish(publication: Publication, destination: Destination, watch: _Watch) -> None:
    plan = plan_of(publication.release, destination)
    lease = watch.lease
    lease.renew(place=destination.place, target=destination.row, address=destination.address)
    if destination.place is Place.NOWHERE:
        images: Iterable[registry.PublishedImage] = [_not_asked(each) for each in plan.images]
    else:
        images = _push(publication, plan, destination, watch)
    missing = settle_images(publication, images)
    objection = _objection_to_missing(publication, missing)
    if objection is not None and destination.place is not Place.NOWHERE:
        _stop(publication, lease, objection)
        return
    _finish(publication, lease, destination)


def _push(
    publication: Publication, plan: PublishPlan, destination: Destination, watch: _Watch
) -> Iterable[registry.PublishedImage]:
    """Put there what is not there yet, then ask for all of it again."""
    known = StoredBlobs(watch.lease)
    with destination.opened() as target:
        for image in registry.publish(plan, target, known, watch.moved_to, watch.should_stop):
            write_image(publication, image)
        watch.reads_back()
        found = registry.read_back(target, plan.images, plan.charts, should_stop=watch.is_alive)
        sign_images(destination, target, found)
    return found


def _not_asked(planned: registry.PlannedImage) -> registry.PublishedImage:
    return registry.PublishedImage(
        planned.reference, planned.architecture, registry.Outcome.NOT_ASKED
    )


def _objection_to_missing(publication: Publication, missing: Iterable[str]) -> Message | None:
    references = tuple(dict.fromkeys(missing))
    if not references or not publication.release.revision.held_to.require_images:
        return None
    return _(
        "These images are neither shipped nor in the registry, and the portal requires them:"
        " %(images)s. Put them there, then try again.",
        images=references,
    )


class _Watch:
    """Writes down how far it is, and notices when nobody needs it any more."""

    def __init__(self, publication: Publication, lease: Lease, moved: Callable[[], None]) -> None:
        self.lease = lease
        self._publication = publication
        self._moved = moved
        self._done, self._total = publication.bytes_done, publication.bytes_total
        self._next = self._asked = monotonic()
        self._is_over = False

    def moved_to(self, done: int, total: int, step: Message) -> None:
        """``done`` of ``total`` bytes are there; what was written down never shrinks."""
        self._moved()
        self._done, self._total = max(self._done, done), max(self._total, total)
        if monotonic() >= self._next or done == total:
            self._next = monotonic() + _EVERY
            self._write(bytes_done=self._done, bytes_total=self._total, step=step.dump())

    def reads_back(self) -> None:
        """All is there, and is asked for once more."""
        self._moved()
        self._write(bytes_done=self._total, bytes_total=self._total, step=_READS_BACK.dump())

    def should_stop(self) -> bool:
        """Whether nobody needs the work any more; the records are asked now and then."""
        if monotonic() >= self._asked and not self._is_over:
            self._asked = monotonic() + _EVERY
            submission = self._publication.release.revision.submission
            self._is_over = not Submission.objects.filter(
                pk=submission.pk, state=SubmissionState.PUBLISHING.value
            ).exists()
        return self._is_over

    def is_alive(self) -> bool:
        """As ``should_stop``; that it is asked shows that something moves."""
        self._moved()
        return self.should_stop()

    def _write(self, **changes: object) -> None:
        if not self.lease.renew(**changes):
            raise Cancelled


_READS_BACK = _("reading back what is there")


def _finish(publication: Publication, lease: Lease, destination: Destination) -> None:
    read_at = timezone.now()
    documents = keep_documents(publication, destination, read_at)
    images = publication.images.exclude(architecture="")
    with transaction.atomic():
        submission = _locked(publication)
        finished = lease.finish(
            published_at=read_at,
            read_at=read_at if destination.place is not Place.NOWHERE else None,
            trouble=None,
            step=None,
            failure="",
            **documents,
        )
        if not finished or submission.state != SubmissionState.PUBLISHING:
            return
        detail = {
            "place": destination.place.value,
            "target": destination.row.pk if destination.row else None,
            "address": destination.registry,
            "images": images.values("reference").distinct().count(),
            "missing": images.filter(outcome="missing").values("reference").distinct().count(),
        }
        revision = publication.release.revision
        transition(submission, "release", by=None, revision=revision, detail=detail)
    count("osc_portal_bytes_total", publication.bytes_total, deed="published")


def _stop(
    publication: Publication, lease: Lease, words: Message, *, is_conflict: bool = False
) -> None:
    """Put it before the administrators: trying again by itself would not help."""
    with transaction.atomic():
        submission = _locked(publication)
        stopped = lease.abandon(trouble=words.dump(), is_conflict=is_conflict, step=None)
        if stopped:
            _hand_over(publication, submission)


def pass_on(publication: Publication) -> None:
    """Its attempts are used up: an administrator decides."""
    with transaction.atomic():
        submission = _locked(publication)
        publication.refresh_from_db()
        if publication.is_stopped:
            _hand_over(publication, submission)


def _hand_over(publication: Publication, submission: Submission) -> None:
    is_due = submission.state == SubmissionState.PUBLISHING and not submission.needs_administrator
    if is_due:
        publication.refresh_from_db()
        words = publication.trouble_words or _CRASHED
        update_fields(submission, needs_administrator=True)
        log_stop(submission, publication.release.revision, words.dump())


_CRASHED = _("An internal error of the portal, several times over.")


def _locked(publication: Publication) -> Submission:
    submission = publication.release.revision.submission
    return Submission.objects.select_for_update().get(pk=submission.pk)


PUBLICATION = Job(
    name=JobName.PUBLISH,
    model=Publication,
    path="release__revision__submission",
    submission_of=lambda publication: publication.release.revision.submission,
    is_needed=_is_needed,
    work=_work,
    give_up=pass_on,
)
