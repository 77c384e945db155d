"""Asking the registry, before the approval, what is there of the addresses of a revision.

Also what would stop the publication: the local image store is asked for that alone.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from .. import registry, storage
from ..models import LookUp, RegistryLookup, Revision, Submission
from ..pipeline import moved_images, needed_addresses, promised_architectures
from ..publish_targets import Destination, destination_for
from ..queue import JobName
from ..states import SubmissionState
from .lease import Lease
from .patience import patience
from .runner import Job, run


def look_up(look_up_id: int) -> None:
    """Ask for each address that leads to the registry. What cannot be asked is noted as such."""
    run(LOOK_UP, look_up_id)


def _is_needed(asked: LookUp, submission: Submission) -> bool:
    return (
        submission.state == SubmissionState.IN_REVIEW and submission.current_id == asked.revision_id
    )


def _work(asked: LookUp, lease: Lease) -> None:
    revision = asked.revision
    destination = destination_for(revision.submission.organisation)
    if destination.target is None or destination.objection_for(revision.held_to.registry):
        lease.finish(failure="")
        return
    try:
        with patience(settings.PORTAL_PUBLISH_PATIENCE):
            found, obstacles = _ask(revision, destination)
    except registry.PublishError as error:
        lease.finish(trouble=error.words.dump(), failure="")
        return
    with transaction.atomic():
        if lease.finish(
            address=destination.address,
            trouble=None,
            obstacles=[
                {"reference": each.reference, "words": each.words.dump()} for each in obstacles
            ],
            failure="",
        ):
            RegistryLookup.objects.filter(revision=revision).delete()
            RegistryLookup.objects.bulk_create(
                RegistryLookup(
                    revision=revision,
                    reference=each.reference,
                    found=each.is_found,
                    architectures=list(each.architectures),
                )
                for each in found
            )


def _ask(
    revision: Revision, destination: Destination
) -> tuple[tuple[registry.FoundImage, ...], tuple[registry.Obstacle, ...]]:
    """What is there, and what would stop the publication. Raises PublishError."""
    report = storage.read_report(revision.report)
    references = [each.reference for each in needed_addresses(report)]
    with destination.opened() as target:
        found = registry.look_up(target, references) if destination.is_network else ()
        images = registry.planned_images(
            report,
            moved_images(report),
            revision.held_to.registry,
            promised_architectures(report),
        )
        return found, registry.foresee(target, images, report.archives or ())


LOOK_UP = Job(
    name=JobName.LOOK_UP,
    model=LookUp,
    path="revision__submission",
    submission_of=lambda asked: asked.revision.submission,
    is_needed=_is_needed,
    work=_work,
)
