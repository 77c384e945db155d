"""A report in one sentence: what will be pulled from where, and what is still to be fixed."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext, ngettext

from ..pipeline import ImageStatus, Report
from ..pipeline.core.policy import Policy


def report_summary(report: Report, policy: Policy) -> str:
    """The sentence, in the reader's language."""
    counts = Counter(image.status for image in report.pulled)
    total = len(report.pulled)
    completed = len(report.images) - total
    if not report.images:
        return gettext("No image was found in this package.")
    clusters = _clusters(report)
    if counts[ImageStatus.REDIRECTED] == total and not completed:
        return f"{_all(total, policy)}{clusters}"
    parts = [words for status in ImageStatus if (words := _part(status, counts[status], policy))]
    if completed:
        parts.append(_completed(completed))
    images = ngettext("%(count)s image", "%(count)s images", total) % {"count": total}
    words = gettext("%(images)s: %(parts)s.") % {"images": images, "parts": "; ".join(parts)}
    return f"{words}{clusters}"


def _clusters(report: Report) -> str:
    """On how many cluster versions the chart was rendered, and how many take it as it is."""
    rendered = [each for each in report.verification.clusters if each.renders]
    if not rendered:
        return ""
    valid = sum(not each.invalid for each in rendered)
    words = ngettext(
        "%(valid)s of %(count)s cluster version takes all manifests.",
        "%(valid)s of %(count)s cluster versions take all manifests.",
        len(rendered),
    )
    return " " + words % {"valid": valid, "count": len(rendered)}


def _all(count: int, policy: Policy) -> str:
    words = ngettext(
        "The one image will be pulled from %(target)s, proven by rendering.",
        "All %(count)s images will be pulled from %(target)s, proven by rendering.",
        count,
    )
    return words % {"count": count, "target": f"{policy.registry}/{policy.organization}"}


def _completed(count: int) -> str:
    words = ngettext(
        "%(count)s is completed at run time", "%(count)s are completed at run time", count
    )
    return words % {"count": count}


def _part(status: ImageStatus, count: int, policy: Policy) -> str:
    if not count:
        return ""
    target = f"{policy.registry}/{policy.organization}"
    match status:
        case ImageStatus.REDIRECTED:
            words = ngettext(
                "%(count)s will be pulled from %(target)s, proven by rendering",
                "%(count)s will be pulled from %(target)s, proven by rendering",
                count,
            )
        case ImageStatus.HARDCODED:
            words = ngettext(
                "%(count)s is hard-coded and must be fixed",
                "%(count)s are hard-coded and must be fixed",
                count,
            )
        case ImageStatus.UNVERIFIED:
            words = ngettext(
                "%(count)s was found but is not proven",
                "%(count)s were found but are not proven",
                count,
            )
        case ImageStatus.UNCHANGED:
            words = ngettext("%(count)s is there already", "%(count)s are there already", count)
        case ImageStatus.EXTERNAL:
            words = ngettext(
                "%(count)s is pulled from elsewhere on purpose",
                "%(count)s are pulled from elsewhere on purpose",
                count,
            )
    return words % {"count": count, "target": target}
