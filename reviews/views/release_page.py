"""The release: where its images are, what was found there, and what administrators decide."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from .. import permissions
from ..actions import ActionDenied, publishing
from ..actions.retrying import retry
from ..models import Place, PublishedImage, Submission
from ..pipeline.core.messages import Message, _
from ..queries.publications import ReleaseState
from .shortcuts import SignedInRequest, submission_or_404
from .stages import in_bytes
from .submission_page import SubmissionPage

_DIGITS = 19  # of a digest, with its "sha256:"


@dataclass(frozen=True, slots=True)
class Cell:
    """What there is of one address for one architecture; ``image`` is None for nothing at all."""

    architecture: str
    image: PublishedImage | None

    @property
    def size(self) -> str:
        return in_bytes(self.image.size) if self.image and self.image.size else ""

    @property
    def digest(self) -> str:
        """The first digits of the digest."""
        return self.image.digest[:_DIGITS] if self.image else ""


@dataclass(frozen=True, slots=True)
class Row:
    """An address with a cell for each column."""

    reference: str
    tag_digest: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines to be copied into a shell. ``name`` is their anchor."""

    name: str
    words: Message
    lines: Sequence[str]


@dataclass(frozen=True)
class ReleaseTable:
    """What the page of a release shows of its publication.

    ``sees_store`` says whether the reader may see where the local image store is.
    """

    state: ReleaseState
    chart: str = ""
    sees_store: bool = False

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The architectures."""
        return tuple(
            dict.fromkeys(each.architecture for row in self.state.rows for each in row.images)
        )

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple(
            Row(
                row.reference,
                row.tag_digest,
                [
                    Cell(name, next((i for i in row.images if i.architecture == name), None))
                    for name in self.columns
                ],
            )
            for row in self.state.rows
        )

    @cached_property
    def charts(self) -> Sequence[PublishedImage]:
        return [each for each in self.state.images if not each.architecture]

    @property
    def lines(self) -> tuple[Lines, ...]:
        """The lines that copy, pull and install, as far as they work where the images are."""
        publication = self.state.publication
        if publication is None or publication.finished_at is None:
            return ()
        if publication.place == Place.LAYOUT:
            return self._copying() if self.sees_store else ()
        if publication.place == Place.REGISTRY:
            return (*self._pulling(), *self._installing())
        return ()

    def _copying(self) -> tuple[Lines, ...]:
        root = shlex.quote(str(Path(settings.IMAGE_LAYOUT_DIR)))
        lines = [
            f"skopeo copy --all --format v2s2 oci:{root}:{row.reference} docker://{row.reference}"
            for row in self.state.stored
        ]
        return (Lines("copy", _("Copy the images into the registry"), lines),) if lines else ()

    def _pulling(self) -> tuple[Lines, ...]:
        lines = [f"docker pull {row.reference}" for row in self.state.stored]
        return (Lines("pull", _("Pull the images"), lines),) if lines else ()

    def _installing(self) -> tuple[Lines, ...]:
        publication = self.state.publication
        if publication is None or not publication.chart:
            return ()
        reference, _colon, version = publication.chart.rpartition(":")
        name = reference.rpartition("/")[2]
        # Helm reads the + of a version that a tag cannot have.
        version = version.replace("_", "+")
        plain = " --plain-http" if publication.address.startswith("http://") else ""
        line = f"helm install {name} oci://{reference} --version {version}{plain}"
        return (Lines("install", _("Install the chart"), [line]),)


def table_of(page: SubmissionPage) -> ReleaseTable | None:
    """What the page shows; None where the revision was never released."""
    if page.release is None:
        return None
    user = page.request.user
    sees = permissions.is_reviewer(user) or permissions.is_administrator(user)
    return ReleaseTable(page.release, sees_store=sees)


@require_safe
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Each address and architecture: what is there, under which digest, and how to get it."""
    page = SubmissionPage(cast("SignedInRequest", request), pk, "release")
    if page.release is None:
        return redirect("submission", pk)
    context = page.context(table=table_of(page), has_chart=page.revision.kind == "helm")
    return render(request, "submissions/release.html", context)


@require_POST
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Warn of a released version."""
    return _decide(request, pk, publishing.suspend, _("%(title)s is suspended."))


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """End the warning."""
    return _decide(request, pk, publishing.resume, _("%(title)s is no longer suspended."))


@require_POST
def reconsider(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it back into review."""
    return _decide(request, pk, publishing.reconsider, _("%(title)s is in review again."))


@require_POST
def publish_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it published once more."""
    submission, asked = _submission(request, pk)
    try:
        retry(by=asked.user, submission=submission)
    except ActionDenied as denied:
        messages.error(request, denied.words.text(gettext))
    else:
        words = gettext("%(title)s is tried again.") % {"title": submission.title}
        messages.success(request, words)
    return redirect("submission", pk)


def _decide(request: HttpRequest, pk: int, action: Any, done: Message) -> HttpResponse:
    submission, asked = _submission(request, pk)
    try:
        action(by=asked.user, submission=submission, comment=request.POST.get("comment", ""))
    except ActionDenied as denied:
        messages.error(request, denied.words.text(gettext))
    else:
        words = Message(done.template, {"title": submission.title})
        messages.success(request, words.text(gettext))
    return redirect("submission", pk)


def _submission(request: HttpRequest, pk: int) -> tuple[Submission, SignedInRequest]:
    asked = cast("SignedInRequest", request)
    return submission_or_404(asked, pk), asked
