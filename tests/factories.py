"""People with fixed names, and submissions that walked the real road into their state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib.auth.models import Group, User

from reviews.actions import approving, reviewing, submitting
from reviews.actions.publishing import suspend
from reviews.approval import findings_version
from reviews.demo_package import FILE_NAME, SERVICE, VERSION, demo_package
from reviews.jobs.analysis import ANALYSIS
from reviews.jobs.image_archives import IMAGE_ARCHIVES
from reviews.jobs.publication import publish
from reviews.jobs.release import make
from reviews.jobs.runner import run
from reviews.models import (
    Inspection,
    Membership,
    Organisation,
    Publication,
    Release,
    Submission,
)
from reviews.permissions import REVIEWERS
from reviews.queries.review import review_of
from reviews.states import FindingState
from reviews.visibility import INSIDER

HARD_CODED = "image: busybox:1.36"
FIXED = (HARD_CODED, "image: {{ .Values.worker.image }}")


def organisation(name: str = "Acme") -> Organisation:
    return Organisation.objects.get_or_create(name=name)[0]


def person(name: str, *, member_of: str = "", reviewer: bool = False, staff: bool = False) -> User:
    user, made = User.objects.get_or_create(
        username=name, defaults={"is_staff": staff, "is_superuser": staff}
    )
    if made:
        user.set_password(f"the password of {name}")
        user.save()
    if member_of:
        Membership.objects.get_or_create(user=user, organisation=organisation(member_of))
    if reviewer:
        user.groups.add(Group.objects.get(name=REVIEWERS))
    return user


def petra() -> User:
    """A partner at Acme, who submits everything here."""
    return person("petra", member_of="Acme")


def paul() -> User:
    """A partner at Globex, whom Acme's packages do not concern."""
    return person("paul", member_of="Globex")


def rita() -> User:
    """A reviewer."""
    return person("rita", reviewer=True)


def ralf() -> User:
    """Another reviewer."""
    return person("ralf", reviewer=True)


def robin() -> User:
    """A reviewer who also belongs to Acme."""
    return person("robin", member_of="Acme", reviewer=True)


def ada() -> User:
    """The administrator."""
    return person("ada", staff=True)


def submitted(package: bytes | None = None, version: str = VERSION) -> Submission:
    """Received, waiting for a worker."""
    return submitting.submit(
        by=petra(),
        organisation=organisation(),
        service=SERVICE,
        version=version,
        file_name=FILE_NAME,
        content=[demo_package() if package is None else package],
    )


def examined(submission: Submission) -> Submission:
    """What a worker makes of it, whoever's turn it is."""
    assert submission.current is not None
    run(replace(ANALYSIS, in_turns=False), submission.current.pk)
    return again(submission)


def inspected(submission: Submission) -> Submission:
    """What the worker of image archives makes of it."""
    inspection = Inspection.objects.get(revision=submission.current)
    run(replace(IMAGE_ARCHIVES, in_turns=False), inspection.pk)
    return again(submission)


def in_review(package: bytes | None = None, version: str = VERSION) -> Submission:
    return examined(submitted(package, version))


def refused() -> Submission:
    return in_review(b"no archive at all")


def decided(submission: Submission, verb: str = "approve", by: User | None = None) -> Submission:
    """Everything that needs a decision has one: ``verb`` for edits, the rest dismissed."""
    assert submission.current is not None
    for unit in sorted(
        review_of(submission.current, INSIDER).units, key=lambda unit: unit.is_mapping
    ):
        if unit.needs_decision and unit.state is FindingState.OPEN:
            word = verb if unit.has_edit else "reject"
            is_unshipped = unit.first.row.rule == "OSC-PKG-008"
            reason = "in-registry" if is_unshipped else "accepted-risk"
            decide(submission, word, unit.key, by=by, reason=reason)
    return again(submission)


def decide(
    submission: Submission,
    verb: str,
    *units: str,
    by: User | None = None,
    reason: str = "accepted-risk",
    comment: str = "",
    acceptance: int | None = None,
) -> int:
    """Rita decides, unless another does."""
    assert submission.current is not None
    return reviewing.decide(
        by=by or rita(),
        submission=submission,
        revision=submission.current.number,
        units=units,
        verb=verb,
        reason=reason if verb == "reject" else "",
        comment=comment,
        acceptance=acceptance,
    )


def approve(submission: Submission, by: User | None = None, *, confirmed: bool = False) -> Release:
    """Rita approves what she sees now, unless another does."""
    assert submission.current is not None
    return approving.approve(
        by=by or rita(),
        submission=submission,
        revision=submission.current.number,
        findings_seen=findings_version(submission.current),
        confirmed=confirmed,
    )


def approved() -> Submission:
    submission = decided(in_review())
    approve(submission)
    return again(submission)


def publishing() -> Submission:
    """Proven and stored, waiting for the worker that publishes."""
    return proven(approved())


def proven(submission: Submission) -> Submission:
    """What the worker that makes releases makes of it."""
    make(Release.objects.filter(revision=submission.current).latest("pk").pk)
    return again(submission)


def published(submission: Submission) -> Submission:
    """What the worker that publishes makes of it."""
    publish(Publication.objects.filter(release__revision=submission.current).latest("pk").pk)
    return again(submission)


def released() -> Submission:
    return published(publishing())


def suspended() -> Submission:
    submission = released()
    suspend(by=ada(), submission=submission, comment="It deletes data.")
    return again(submission)


def returned() -> Submission:
    submission = in_review()
    reviewing.return_to_partner(by=rita(), submission=submission, revision=1, comment="Fix it.")
    return again(submission)


def rejected() -> Submission:
    submission = in_review()
    reviewing.reject(by=rita(), submission=submission, revision=1, comment="Not for us.")
    return again(submission)


def withdrawn() -> Submission:
    submission = submitted()
    submitting.withdraw(by=petra(), submission=submission)
    return again(submission)


def revised(submission: Submission, package: bytes | None = None) -> Submission:
    """A new revision from Petra, not examined yet."""
    submitting.revise(
        by=petra(),
        submission=submission,
        file_name=FILE_NAME,
        content=[demo_package() if package is None else package],
    )
    return again(submission)


def unit_of(submission: Submission, rule: str) -> str:
    """The key of the first unit with a finding of this rule."""
    assert submission.current is not None
    found = submission.current.findings.filter(rule=rule).order_by("position").first()
    assert found is not None, rule
    return found.unit


def enqueued_for(callbacks: list[Callable[[], Any]]) -> list[int]:
    """The ids whose jobs are queued when the transaction is written."""
    return [call.args[1] for call in callbacks if isinstance(call, partial)]


def again(submission: Submission) -> Submission:
    """The submission as it is now."""
    return Submission.objects.select_related("current", "organisation").get(pk=submission.pk)
