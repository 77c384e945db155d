"""The frame of a submission's page: head, verdict, stages and tabs, the same for every tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse

from .. import objections, permissions
from ..actions.viewing import remember, view
from ..models import Revision, Submission
from ..pipeline import ImageArchive, Report
from ..pipeline.core.messages import Message, _
from ..queries.comparison import Difference, since_last_look
from ..queries.conversation import Thread, threads_of, unread_by
from ..queries.lists import next_in_queue
from ..queries.publications import ReleaseState, release_state_of
from ..queries.review import Review, count_units, review_of
from ..states import SubmissionState, Turn
from ..storage import read_report
from ..visibility import Reader, reader_of
from .release_controls import administrators_controls
from .release_notice import release_notice
from .report_summary import report_summary
from .shortcuts import SignedInRequest, revision_or_404, submission_or_404
from .stages import is_moving, note, steps
from .state_notice import naming_notice, state_notice

_TABS: tuple[tuple[str, Message], ...] = (
    ("submission", _("Findings")),
    ("changes", _("Changes")),
    ("images", _("Images")),
    ("files", _("Files")),
    ("attachments", _("Attachments")),
    ("release", _("Release")),
    ("compare", _("Compare")),
    ("conversation", _("Conversation")),
    ("history", _("History")),
)
PAGES = (*(name for name, _words in _TABS), "review")
"""The names of the pages that show one submission."""


def progress_of(
    submission: Submission,
    revision: Revision,
    here: str,
    archives: Sequence[ImageArchive] | None = None,
) -> dict[str, Any]:
    """What ``submissions/_progress.html`` wants on the page that is called ``here``."""
    return _progress(submission, revision, here, archives, release_state_of(revision))


def _progress(
    submission: Submission,
    revision: Revision,
    here: str,
    archives: Sequence[ImageArchive] | None,
    release: ReleaseState | None,
) -> dict[str, Any]:
    return {
        "submission": submission,
        "revision": revision,
        "here": here,
        "steps": steps(submission, revision, archives, release),
        "note": note(submission, revision),
        "is_moving": submission.current_id == revision.pk and is_moving(submission),
    }


@dataclass(frozen=True, slots=True)
class Tab:
    """A sibling page. ``count`` is how much is on it, None where that says nothing.

    ``unread`` is how much of it the user has not read.
    """

    words: Message
    address: str
    count: int | None
    is_here: bool
    unread: int = 0


class SubmissionPage:
    """One tab of a submission, at the revision that ``?rev=`` asks for, else the current one.

    With a ``number`` it is that revision for good, whatever becomes the current one.
    Http404: there is no such submission or revision, or the user may not see it. That somebody
    looks at it is written in the log.
    """

    def __init__(
        self, request: SignedInRequest, pk: int, here: str, number: int | None = None
    ) -> None:
        self.request = request
        self.here = here
        self._number = number
        self.submission: Submission = submission_or_404(request, pk)
        self.revision: Revision = self._revision()
        view(by=request.user, submission=self.submission)
        remember(by=request.user, revision=self.revision)

    def _revision(self) -> Revision:
        asked = self.request.GET.get("rev", "") if self._number is None else str(self._number)
        current = self.submission.current
        if current is None:
            raise RuntimeError(f"submission {self.submission.pk} has no revision")
        if asked.isascii() and asked.isdigit() and len(asked) < 6:
            found = revision_or_404(self.request, self.submission.pk, int(asked))
            current = found if found.pk != current.pk else current
        current.submission = self.submission
        return current

    @property
    def is_current(self) -> bool:
        return self.submission.current_id == self.revision.pk

    @cached_property
    def reader(self) -> Reader:
        """What the user is shown of what was decided and said."""
        return reader_of(self.request.user, self.submission)

    @cached_property
    def report(self) -> Report | None:
        """What was found, None where the revision was not examined to the end."""
        return read_report(self.revision.report) if self.revision.report else None

    @cached_property
    def review(self) -> Review | None:
        """The same with all that was decided and said, for the pages that show it."""
        if not self.revision.report:
            return None
        return replace(self._found, new_units=self.since.new_units) if self.since else self._found

    @cached_property
    def _found(self) -> Review:
        return review_of(self.revision, self.reader, known=(self.request.user,))

    @cached_property
    def since(self) -> Difference | None:
        """What has changed since the revision that the reader has seen; of the findings alone."""
        if self.here != "submission" or not self.revision.report:
            return None
        rows = [each.row for each in self._found.findings]
        return since_last_look(self.request.user, self.revision, self.reader, rows)

    @cached_property
    def threads(self) -> Sequence[Thread]:
        """What was said about the submission, as far as the user is shown it."""
        return threads_of(self.request.user, self.reader, self.submission)

    @cached_property
    def unread(self) -> int:
        """How many comments the user has not read."""
        return unread_by(self.request.user, self.reader, self.submission).count()

    @cached_property
    def release(self) -> ReleaseState | None:
        """The release of the revision that was proven, None where there is none."""
        return release_state_of(self.revision)

    def address(self, name: str) -> str:
        """Where a tab of the revision that is shown lies."""
        address = reverse(name, args=[self.submission.pk])
        if self.is_current and self._number is None:
            return address
        if name == "submission":
            return self.permanent_address
        return f"{address}?rev={self.revision.number}"

    @property
    def permanent_address(self) -> str:
        """Where this revision is found, whatever becomes the current one."""
        return reverse("revision", args=[self.submission.pk, self.revision.number])

    @property
    def revise_for(self) -> int | None:
        """The id of the submission if the user is asked for a corrected package, else None."""
        user, submission = self.request.user, self.submission
        is_asked = self.is_current and submission.turn is Turn.PARTNER
        may = objections.to_revising(user, submission) is None
        return submission.pk if is_asked and may else None

    @property
    def release_address(self) -> str:
        """Where the tab of the release lies."""
        return self.address("release")

    def context(self, **more: Any) -> dict[str, Any]:
        """What ``submissions/submission.html`` wants, and ``more`` for the tab itself."""
        user, submission = self.request.user, self.submission
        report, release = self.report, self.release
        archives = report.archives if report else None
        is_member = submission.organisation_id in permissions.organisations_of(user)
        return {
            **_progress(submission, self.revision, self.here, archives, release),
            "page": self,
            "report": report,
            "verdict": report_summary(self.revision, report, release) if report else "",
            "notice": state_notice(submission, self.revision, is_member=is_member),
            "naming": naming_notice(submission, report) if report else None,
            "tabs": self._tabs(),
            "release": release.release if release and release.is_out else None,
            "release_state": release,
            "place": release_notice(self.revision, release),
            "controls": administrators_controls(user, submission, is_current=self.is_current),
            "is_member": is_member,
            "objection_to_revising": objections.to_revising(user, submission),
            "objection_to_withdrawing": objections.to_withdrawing(user, submission),
            "may_review": self.is_current
            and submission.state == SubmissionState.IN_REVIEW
            and permissions.objection_to_reviewing(user, submission) is None,
            "next": self._next(),
            **more,
        }

    def _next(self) -> Submission | None:
        """What a reviewer can take next, where this one is done with."""
        user, submission = self.request.user, self.submission
        is_done = submission.state != SubmissionState.IN_REVIEW
        return (
            next_in_queue(user, submission) if is_done and permissions.is_reviewer(user) else None
        )

    def _tabs(self) -> list[Tab]:
        attached = self.revision.attachments.filter(removed_at__isnull=True)
        counts = {"attachments": attached.count()}
        if self.report is not None:
            counts |= {
                "submission": self._units,
                "changes": len(self.report.rewrites),
                "images": len(self.report.images),
            }
        unread = {"conversation": self.unread}
        return [
            Tab(words, self.address(name), counts.get(name), name == self.here, unread.get(name, 0))
            for name, words in _TABS
            if self._has(name)
        ]

    @property
    def _units(self) -> int:
        """How many units the report has: without a query where the findings were read."""
        if "_found" in vars(self) and self.review is not None:
            return len(self.review.units)
        return count_units(self.revision, self.report) if self.report else 0

    def _has(self, name: str) -> bool:
        """Whether there is anything on the tab."""
        if name == "compare":
            return self.submission.current is not None and self.submission.current.number > 1
        return name != "release" or self.release is not None
