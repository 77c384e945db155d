"""What a worker does while work goes on: it shows how far it is, and ends what nobody needs."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from reviews.actions import submitting
from reviews.jobs import watching
from reviews.jobs.analysis import ANALYSIS
from reviews.jobs.runner import Cancelled, begin
from reviews.jobs.watching import watch
from reviews.models import Revision, Submission
from tests import factories

pytestmark = pytest.mark.django_db


def _current(submission: Submission) -> Revision:
    assert submission.current is not None
    return submission.current


def test_a_stage_is_shown_when_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    now, shown = 0.0, list[str]()
    monkeypatch.setattr(watching, "monotonic", lambda: now)
    revision = _current(factories.submitted())
    lease = begin(ANALYSIS, revision.pk)
    assert lease is not None
    watch_on = watch(ANALYSIS, revision, lease, shown.append)

    for stage in ("unpack", "render"):
        watch_on.progress(stage)
        watch_on.look()
    now += 0.3
    watch_on.look()
    watch_on.look()

    assert shown == ["render"]


def test_the_work_on_a_withdrawn_one_is_ended_at_the_next_look(settings: Settings) -> None:
    submission = factories.submitted()
    revision = _current(submission)
    lease = begin(ANALYSIS, revision.pk)
    assert lease is not None
    watching = watch(ANALYSIS, revision, lease)
    submitting.withdraw(by=factories.petra(), submission=factories.again(submission))
    watching.look()
    settings.PORTAL_LEASE_SECONDS = 0

    with pytest.raises(Cancelled):
        watching.look()
