"""What publishing asks for of the attachments of a package, and what of it is open.

The rules are those of the administrators as they are at the moment of asking: they are about the
approval, not about what was found in the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from .models import Attachment, AttachmentKind, AttachmentResult, AttachmentRule, Gate, Revision
from .pipeline.core.messages import Message, _
from .vulnerability_reports import Level

KIND_WORDS: Mapping[str, Message] = {
    AttachmentKind.VIRUS_SCAN: _("virus-scan report"),
    AttachmentKind.VERIFICATION: _("verification material"),
    AttachmentKind.VULNERABILITIES: _("vulnerability report"),
}
_LEVEL_WORDS: Mapping[Level, Message] = {
    Level.CRITICAL: _("critical: %(count)s"),
    Level.HIGH: _("high: %(count)s"),
    Level.MEDIUM: _("medium: %(count)s"),
    Level.LOW: _("low: %(count)s"),
    Level.UNKNOWN: _("unknown: %(count)s"),
}
_SHORT = 12


@dataclass(frozen=True)
class Requirement:
    """One kind of attachment: what is asked for (None: nothing), what is there, what is open."""

    kind: AttachmentKind
    rule: AttachmentRule | None
    attachments: Sequence[Attachment]
    points: Sequence[Message]

    @property
    def words(self) -> Message:
        """What it is."""
        return KIND_WORDS[self.kind]


def attachments_of(revision: Revision) -> list[Attachment]:
    """The attachments of a revision that were not removed, oldest first. One query."""
    found = Attachment.objects.filter(revision=revision, removed_at__isnull=True)
    kept = list(found.select_related("uploaded_by", "carried_from__revision").defer("details"))
    for each in kept:
        each.revision = revision
    return kept


def requirements_of(revision: Revision) -> tuple[Requirement, ...]:
    """All kinds of attachments to a revision. Two queries."""
    return _requirements(revision, _rules_of(revision))


def points_of(revision: Revision) -> tuple[Message, ...]:
    """What of the attachments still stands between a revision and its approval.

    One query where nothing is asked for, else two.
    """
    rules = _rules_of(revision)
    found = _requirements(revision, rules) if rules else ()
    return tuple(point for each in found for point in each.points)


def _rules_of(revision: Revision) -> Mapping[str, AttachmentRule]:
    rules = AttachmentRule.objects.filter(package_kind=revision.kind).order_by()
    return {each.kind: each for each in rules}


def _requirements(
    revision: Revision, rules: Mapping[str, AttachmentRule]
) -> tuple[Requirement, ...]:
    attachments = attachments_of(revision)
    return tuple(
        _requirement(kind, rules.get(kind), [each for each in attachments if each.kind == kind])
        for kind in AttachmentKind
    )


def objection_of_attachments(revision: Revision | None) -> Message | None:
    """Why attachments keep the package from being approved: the first of the points."""
    points = points_of(revision) if revision is not None else ()
    if len(points) < 2:
        return points[0] if points else None
    return _(
        "%(first)s And %(count)s more about attachments.", first=points[0], count=len(points) - 1
    )


def level_counts(counts: Mapping[str, int], *levels: Level) -> tuple[Message, ...]:
    """How many vulnerabilities there are of each of ``levels``, the most severe first."""
    wanted = levels or tuple(Level)
    return tuple(
        Message(_LEVEL_WORDS[level].template, {"count": counts[level]})
        for level in Level
        if level in wanted and counts.get(level)
    )


def _requirement(
    kind: AttachmentKind, rule: AttachmentRule | None, attachments: Sequence[Attachment]
) -> Requirement:
    if rule is None:
        return Requirement(kind, None, attachments, ())
    points: list[Message] = []
    if rule.is_required:
        points += _missing(kind, rule, attachments)
    points += _severe(rule, attachments)
    return Requirement(kind, rule, attachments, points)


def _missing(
    kind: AttachmentKind, rule: AttachmentRule, attachments: Sequence[Attachment]
) -> Iterable[Message]:
    """Why none of the attachments is what is asked for: what is wrong with the newest one.

    A VEX document beside a report says something of it, and is no report by itself.
    """
    objections = [objection_to(each, rule) for each in attachments if not each.is_only_vex]
    if None in objections:
        return
    if objections and objections[-1] is not None:
        yield objections[-1]
    else:
        yield _("Missing: %(kind)s, which publishing asks for.", kind=KIND_WORDS[kind])


def objection_to(attachment: Attachment, rule: AttachmentRule) -> Message | None:
    """Why an attachment is not what ``rule`` asks for, None where it is."""
    named: dict[str, str | Message] = {
        "file": attachment.file_name,
        "kind": KIND_WORDS[attachment.kind],
    }
    if attachment.is_of_another:
        return _(
            "%(file)s (%(kind)s) is of another package: SHA-256 %(named)s…, not %(sha256)s….",
            named=attachment.package_sha256[:_SHORT],
            sha256=attachment.revision.sha256[:_SHORT],
            **named,
        )
    if rule.needs_sha256 and not attachment.package_sha256:
        return _(
            "%(file)s (%(kind)s) does not name the package: attach it with its SHA-256.", **named
        )
    if attachment.result == AttachmentResult.FAILED:
        return _("%(file)s (%(kind)s) says that something was found.", **named)
    return _objection_to_age(attachment, rule, named)


def _objection_to_age(
    attachment: Attachment, rule: AttachmentRule, named: Mapping[str, str | Message]
) -> Message | None:
    if rule.most_days is None:
        return None
    if attachment.made_on is None:
        return _("%(file)s (%(kind)s) does not say when it was made.", **named)
    days = (timezone.localdate() - attachment.made_on).days
    if days <= rule.most_days:
        return None
    return _(
        "%(file)s (%(kind)s) is %(days)s days old, more than %(most)s: attach a newer one.",
        days=days,
        most=rule.most_days,
        **named,
    )


def _severe(rule: AttachmentRule, attachments: Sequence[Attachment]) -> Iterable[Message]:
    """The vulnerabilities that the gate does not let through, by report."""
    levels = levels_of_gate(rule.gate)
    for each in attachments:
        counts = level_counts(each.counts, *levels) if levels and not each.is_of_another else ()
        if counts:
            yield _(
                "%(file)s lists vulnerabilities that are to be fixed, or shown not to affect the"
                " product: %(counts)s.",
                file=each.file_name,
                counts=counts,
            )


def levels_of_gate(gate: str) -> tuple[Level, ...]:
    """The levels that a gate does not let through."""
    if gate == Gate.NONE:
        return ()
    return tuple(each for each in Level if each.rank <= Level(gate).rank)
