"""A report in one sentence: where addresses lead, what is shipped, and what is still to be fixed.

The sentence is the number of images, followed by the clauses of the table below that apply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from ..models import Place, Revision
from ..pipeline import ImageStatus, Report, needed_addresses
from ..pipeline.core.messages import Message, Parameter, _
from ..queries.publications import ReleaseState, found_there, release_state_of
from ..states import PUT_OUT


@dataclass(frozen=True)
class Known:
    """What the clauses speak of.

    ``found`` are addresses that the registry had when it was asked, None where it was not.
    ``released`` is None as long as the package is not released.
    """

    revision: Revision
    report: Report
    found: frozenset[str] | None = None
    released: ReleaseState | None = None

    def count(self, status: ImageStatus) -> int:
        """How many images have this status."""
        return sum(image.status is status for image in self.report.pulled)

    @property
    def registry(self) -> str:
        return self.revision.held_to.registry

    @property
    def target(self) -> str:
        policy = self.revision.held_to
        return f"{policy.registry}/{policy.organization}"


@dataclass(frozen=True, slots=True)
class ProofStep:
    """A line of the reviewer's checklist: what its colour means, its icon, and its words."""

    tone: str
    sign: str
    words: Message


def report_summary(revision: Revision, report: Report, release: ReleaseState | None = None) -> str:
    """The sentence about an examined revision, in the reader's language.

    ``release`` is what is known of its release already.
    """
    if not report.images:
        return gettext("No image was found in this package.")
    is_released = revision.submission.status in PUT_OUT
    known = Known(
        revision,
        report,
        found=None if is_released else found_there(revision),
        released=(release or release_state_of(revision)) if is_released else None,
    )
    total = len(report.pulled)
    images = ngettext("%(count)s image", "%(count)s images", total) % {"count": total}
    clauses = [words for clause in _CLAUSES if (words := clause(known))]
    return gettext("%(images)s: %(parts)s.") % {
        "images": images,
        "parts": gettext("; ").join(clauses),
    }


def proof_step(report: Report) -> ProofStep:
    """How many images lead to their target and how that is proven, ticked only where all do."""
    found = [image.status for image in report.pulled]
    done = found.count(ImageStatus.REDIRECTED)
    total = done + found.count(ImageStatus.HARDCODED) + found.count(ImageStatus.UNVERIFIED)
    if not total:
        return ProofStep("success", "success", _("No image to redirect"))
    proven_by = report.verification.proven_by
    tone = "success" if done == total and proven_by is not None else "warning"
    counts: dict[str, Parameter] = {"done": done, "total": total}
    words = {
        None: _("%(done)s of %(total)s images redirected, nothing proven", **counts),
        "rendering": _("%(done)s of %(total)s images proven by rendering", **counts),
        "parsing": _("%(done)s of %(total)s images proven by parsing", **counts),
    }
    return ProofStep(tone, tone, words[proven_by and proven_by.value])


def _led(known: Known) -> str:
    """11 addresses lead to the target (proven by rendering)."""
    count = known.count(ImageStatus.REDIRECTED)
    if not count:
        return ""
    words = ngettext(
        "%(count)s address leads to %(target)s (%(proof)s)",
        "%(count)s addresses lead to %(target)s (%(proof)s)",
        count,
    )
    proven_by = known.report.verification.proven_by
    proof = {
        None: gettext("not proven"),
        "rendering": _proven_by_rendering(known),
        "parsing": gettext("proven by parsing"),
    }[proven_by and proven_by.value]
    return words % {"count": count, "target": known.target, "proof": proof}


def _proven_by_rendering(known: Known) -> str:
    versions = sum(each.renders > 0 for each in known.report.verification.clusters)
    if not versions:
        return gettext("proven by rendering")
    words = ngettext(
        "proven by rendering, on %(count)s cluster version",
        "proven by rendering, on %(count)s cluster versions",
        versions,
    )
    return words % {"count": versions}


def _refused(known: Known) -> str:
    """On how many cluster versions the API server would refuse a manifest."""
    clusters = [each for each in known.report.verification.clusters if each.renders]
    invalid = sum(each.invalid > 0 for each in clusters)
    if not invalid:
        return ""
    words = ngettext(
        "%(invalid)s of %(count)s cluster version refuses a manifest",
        "%(invalid)s of %(count)s cluster versions refuse a manifest",
        len(clusters),
    )
    return words % {"invalid": invalid, "count": len(clusters)}


def _unchanged(known: Known) -> str:
    count = known.count(ImageStatus.UNCHANGED)
    words = ngettext(
        "%(count)s was addressed there already", "%(count)s were addressed there already", count
    )
    return words % {"count": count} if count else ""


def _shipped(known: Known) -> str:
    """11 of 11 are shipped; or how many are, and what follows from that."""
    addresses = [each for each in needed_addresses(known.report) if not each.is_upgrade]
    if not addresses or not known.report.is_complete or known.released is not None:
        return ""
    missing = [each.reference for each in addresses if not each.is_shipped]
    counts = {"shipped": len(addresses) - len(missing), "total": len(addresses)}
    if not missing:
        return gettext("%(shipped)s of %(total)s are shipped") % counts
    if known.found is None:
        return (
            gettext(
                "%(shipped)s of %(total)s images are shipped: pulling fails unless they are in the"
                " registry already"
            )
            % counts
        )
    there = len(known.found.intersection(missing))
    return gettext(
        "%(shipped)s of %(total)s images are shipped: pulling fails unless they are in the registry"
        " already (%(found)s of %(missing)s found there)"
    ) % {**counts, "found": there, "missing": len(missing)}


def _hard_coded(known: Known) -> str:
    count = known.count(ImageStatus.HARDCODED)
    if known.released is not None:  # the reviewer has dismissed it
        words = ngettext("%(count)s is hard-coded", "%(count)s are hard-coded", count)
    else:
        words = ngettext(
            "%(count)s is hard-coded and must be fixed",
            "%(count)s are hard-coded and must be fixed",
            count,
        )
    return words % {"count": count} if count else ""


def _unverified(known: Known) -> str:
    count = known.count(ImageStatus.UNVERIFIED)
    words = ngettext("%(count)s could not be verified", "%(count)s could not be verified", count)
    return words % {"count": count} if count else ""


def _completed(known: Known) -> str:
    count = len(known.report.completed)
    words = ngettext(
        "%(count)s is completed at run time", "%(count)s are completed at run time", count
    )
    return words % {"count": count} if count else ""


def _external(known: Known) -> str:
    count = known.count(ImageStatus.EXTERNAL)
    words = ngettext(
        "%(count)s is pulled from elsewhere on purpose",
        "%(count)s are pulled from elsewhere on purpose",
        count,
    )
    return words % {"count": count} if count else ""


def _published(known: Known) -> str:
    return "" if known.released is None else place_of(known.released, known.registry)


def place_of(state: ReleaseState, registry: str) -> str:
    """Where the images of a release really are: what was read, and from where."""
    publication = state.publication
    if publication is None:
        return gettext("released before the portal published images: where they are is not known")
    if publication.place == Place.NOWHERE:
        return gettext("published nowhere: this portal stores no images")
    if not state.stored:
        return gettext(
            "no image was shipped, and none was found: pulling fails unless they are there"
        )
    if publication.place == Place.LAYOUT:
        return gettext("in the local image store, still to be copied to %(registry)s") % {
            "registry": registry
        }
    return _read_back(state, registry)


def _read_back(state: ReleaseState, registry: str) -> str:
    publication = state.publication
    if publication is None or publication.read_at is None:
        return ""
    at = timezone.localtime(publication.read_at)
    is_today = at.date() == timezone.localdate()
    facts = {
        "registry": registry,
        "time": date_format(at, "H:i" if is_today else "Y-m-d H:i"),
        "images": _images(len(state.stored)),
        "architectures": _architectures(len(state.architectures)),
        "missing": state.missing,
    }
    if state.missing:
        words = gettext(
            "pushed to %(registry)s and read back at %(time)s: %(images)s, %(architectures)s;"
            " %(missing)s missing"
        )
    elif state.is_pushed:
        words = gettext(
            "pushed to %(registry)s and read back at %(time)s: %(images)s, %(architectures)s"
        )
    else:
        words = gettext(
            "found in %(registry)s and read back at %(time)s: %(images)s, %(architectures)s"
        )
    return words % facts


def _images(count: int) -> str:
    return ngettext("%(count)s image", "%(count)s images", count) % {"count": count}


def _architectures(count: int) -> str:
    words = ngettext("%(count)s architecture", "%(count)s architectures", count)
    return words % {"count": count}


_CLAUSES: tuple[Callable[[Known], str], ...] = (
    _led,
    _unchanged,
    _shipped,
    _hard_coded,
    _unverified,
    _completed,
    _external,
    _refused,
    _published,
)
"""Each gives its words, or "" where it does not apply."""
