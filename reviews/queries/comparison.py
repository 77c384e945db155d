"""Two revisions compared: findings that are gone, new or the same, and what became of decisions.

What is the same is what carries a decision over (``pipeline.same_units``): the content of a whole
unit. Where only rules, engine, policy or the name of an archive have changed, it is still the same
finding, but asked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from django.contrib.auth.models import User
from django.db.models import Max, QuerySet

from ..models import Decision, Event, FindingRow, LastLook, Revision, Submission
from ..pipeline import ReportedImage, decidables, images_of, repository_of, without_versions
from ..pipeline.core.findings import Severity
from ..pipeline.core.messages import Message, _
from ..states import FindingState
from ..storage import read_report
from ..visibility import Reader, decisions_for
from .review import Review, Unit

_Content: TypeAlias = tuple[str, ...]
_VERDICTS = ("return", "reject", "approve")
_REVIEWED = ("decide", *_VERDICTS)


@dataclass(frozen=True, slots=True)
class Difference:
    """How the findings of a revision differ from those of revision number ``earlier``.

    What is decided as a whole counts once. ``carried`` are the decisions that were kept,
    ``new_units`` the keys of what is new. ``is_reviewed`` says that who asks has decided something
    about the earlier revision.
    """

    earlier: int
    gone: int
    new: int
    same: int
    carried: int = 0
    new_units: frozenset[str] = frozenset()
    is_reviewed: bool = False


def since_last_look(
    user: User, revision: Revision, reader: Reader, rows: Sequence[FindingRow] | None = None
) -> Difference | None:
    """What has changed since the revision that the user has opened last.

    Who has opened none before reads about the one before. None: nothing earlier was examined.
    ``rows`` are the findings of ``revision`` where they were read already.
    """
    earlier = earlier_revision(user, revision)
    return None if earlier is None else difference(earlier, revision, reader, user, rows)


def earlier_revision(user: User, revision: Revision) -> Revision | None:
    """The examined revision that the user knows already; else the last one before ``revision``."""
    if revision.number == 1:
        return None
    earlier = (
        Revision.objects.filter(submission=revision.submission_id, number__lt=revision.number)
        .exclude(report="")
        .order_by("-number")
    )
    last = earlier.first()
    if last is None:
        return None
    look = LastLook.objects.filter(user=user, submission=revision.submission_id).first()
    number = _seen_before(look, revision)
    if number is None or number >= last.number:
        return last
    return earlier.filter(number__lte=number).first() or last


def _seen_before(look: LastLook | None, revision: Revision) -> int | None:
    if look is None:
        return None
    return look.number if look.number < revision.number else look.before


def difference(
    earlier: Revision,
    revision: Revision,
    reader: Reader,
    user: User | None = None,
    rows: Sequence[FindingRow] | None = None,
) -> Difference:
    """How the findings of two revisions differ, in numbers; ``rows`` as for ``since_last_look``."""
    then = Counter(_contents(earlier).values())
    now = _contents(revision, rows)
    left, new = Counter(then), []
    for unit, content in now.items():
        if left[content]:
            left[content] -= 1
        else:
            new.append(unit)
    return Difference(
        earlier=earlier.number,
        gone=left.total(),
        new=len(new),
        same=len(now) - len(new),
        carried=_carried(revision, reader),
        new_units=frozenset(new),
        is_reviewed=user is not None and user.pk in _reviewers_of(earlier),
    )


def _reviewers_of(revision: Revision) -> set[int | None]:
    """Who has decided something about it.

    Found by the revision alone: by the index of a user, all of their events would be read.
    """
    made = Event.objects.filter(revision=revision, verb__in=_REVIEWED).order_by()
    return set(made.values_list("by", flat=True).distinct())


def _carried(revision: Revision, reader: Reader) -> int:
    """How many units have a decision that was made on an earlier revision."""
    decisions = decisions_for(reader, Decision.objects.filter(finding__revision=revision))
    last = decisions.values("finding").annotate(last=Max("pk")).values("last")
    carried = decisions.filter(pk__in=last, carried_from__isnull=False)
    return carried.values("finding__unit").distinct().count()


def _contents(
    revision: Revision, known: Sequence[FindingRow] | None = None
) -> Mapping[str, _Content]:
    """The content of each unit of a revision, in the order of its report.

    ``known`` are its findings where they were read already.
    """
    rows: Iterable[tuple[int, str, str | None]]
    if known is None:
        rows = revision.findings.order_by("position").values_list("position", "unit", "content")
    else:
        rows = ((each.position, each.unit, each.content) for each in known)
    found: dict[str, list[str]] = {}
    derived: Mapping[int, str] | None = None
    for position, unit, content in rows:
        if content is None and derived is None:
            derived = _derived(revision.pk, revision.report)
        found.setdefault(unit, []).append(content or (derived or {}).get(position, ""))
    return {unit: tuple(sorted(contents)) for unit, contents in found.items()}


@lru_cache(maxsize=16)
def _derived(pk: int, report: str) -> Mapping[int, str]:
    """The contents of findings that were written before contents were; a report never changes."""
    policy = Revision.objects.get(pk=pk).held_to
    return {each.position: each.content for each in decidables(read_report(report), policy)}


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A unit that was decided on in the earlier revision, ``then``, and was asked again."""

    unit: Unit
    then: Unit
    cause: Message


@dataclass(frozen=True, slots=True)
class ComparedFindings:
    """The units of two revisions. ``carried`` and ``asked_again`` are of the later one."""

    gone: tuple[Unit, ...]
    new: tuple[Unit, ...]
    same: tuple[Unit, ...]
    carried: tuple[Unit, ...]
    asked_again: tuple[AskedAgain, ...]


def compare_findings(before: Review, after: Review) -> ComparedFindings:
    """The findings of two reviews, and why decisions on the earlier one were asked again."""
    then, now = (
        _contents(each.revision, [one.row for one in each.findings]) for each in (before, after)
    )
    waiting: dict[_Content, list[Unit]] = {}
    for unit in before.units:
        waiting.setdefault(then[unit.key], []).append(unit)
    alike = {content for content, units in waiting.items() if len(units) > 1}
    pairs: list[tuple[Unit, Unit]] = []
    new: list[Unit] = []
    for unit in after.units:
        known = waiting.get(now[unit.key])
        if known:
            pairs.append((known.pop(0), unit))
        else:
            new.append(unit)
    gone = [unit for units in waiting.values() for unit in units]
    changed = list(_changed(gone, new))
    return ComparedFindings(
        gone=tuple(sorted(gone, key=_position)),
        new=tuple(new),
        same=tuple(unit for _old, unit in pairs),
        carried=tuple(unit for unit in after.units if unit.first.is_carried),
        asked_again=tuple(
            AskedAgain(unit, old, _cause(old, unit, before, after, is_alike=now[unit.key] in alike))
            for old, unit in [*pairs, *changed]
            if old.needs_decision and old.state is not FindingState.OPEN and not _is_kept(unit)
        ),
    )


def _is_kept(unit: Unit) -> bool:
    return any(
        each.decisions and any(one.carried_from_id for one in each.decisions)
        for each in unit.members
    )


def _changed(gone: Iterable[Unit], new: Iterable[Unit]) -> Iterator[tuple[Unit, Unit]]:
    """What is not the same, but of the same rule in the same file, and the only such there.

    First by the name of its image without the tag, then by the rule and the file alone.
    """
    old, young = list(gone), list(new)
    for key_of in (_by_image, _by_rule):
        before, after = _grouped(old, key_of), _grouped(young, key_of)
        for key, units in after.items():
            if len(units) == 1 and len(before.get(key, ())) == 1:
                yield before[key][0], units[0]
                old.remove(before[key][0])
                young.remove(units[0])


def _by_rule(unit: Unit) -> tuple[str, ...]:
    finding = unit.first.finding
    kind = "edit" if unit.has_edit else "finding"
    return finding.rule, kind, without_versions(finding.place.file or "")


def _by_image(unit: Unit) -> tuple[str, ...]:
    image = unit.first.finding.image
    return (*_by_rule(unit), repository_of(image) if image else "", unit.key if not image else "")


def _grouped(
    units: Iterable[Unit], key_of: Callable[[Unit], tuple[str, ...]]
) -> dict[tuple[str, ...], list[Unit]]:
    found: dict[tuple[str, ...], list[Unit]] = {}
    for unit in units:
        found.setdefault(key_of(unit), []).append(unit)
    return found


def _cause(then: Unit, now: Unit, before: Review, after: Review, *, is_alike: bool) -> Message:
    """Why the decision on ``then`` was not carried over to ``now``."""
    if now.is_mapping:
        return _("The text of the mapping follows from the other decisions.")
    if then.severity is Severity.ERROR and then.state is FindingState.REJECTED:
        return _("A dismissed error is asked again for each revision.")
    return (
        _cause_outside(before, after)
        or _cause_in(then, now)
        or _cause_in_images(before, then, after, now)
        or (
            _("Several findings look just like this one.")
            if is_alike
            else _("What the decision rested on has changed.")
        )
    )


def _cause_outside(before: Review, after: Review) -> Message | None:
    """What has changed for all findings alike."""
    if before.report.rules != after.report.rules:
        return _(
            "The rules have changed from %(before)s to %(after)s.",
            before=before.report.rules,
            after=after.report.rules,
        )
    if before.report.engine != after.report.engine:
        return _(
            "The engine has changed from %(before)s to %(after)s.",
            before=before.report.engine,
            after=after.report.engine,
        )
    if before.revision.policy != after.revision.policy:
        return _("The policy of the portal has changed.")
    return None


def _cause_in(then: Unit, now: Unit) -> Message | None:
    """What of the finding itself has changed."""
    old, new = then.first.finding, now.first.finding
    if len(then.members) != len(now.members):
        return _(
            "It has %(after)s findings now instead of %(before)s.",
            before=len(then.members),
            after=len(now.members),
        )
    if _edited(then) != _edited(now):
        return _("The proposed edit is another one.")
    if old.image and new.image and old.image != new.image:
        return _(
            "Its image is %(after)s now instead of %(before)s.",
            before=old.image,
            after=new.image,
        )
    if old.message != new.message:
        return _("It finds something else there.")
    if old.place.file != new.place.file:
        return _("The file has another name.")
    if (old.place.line, old.place.column) != (new.place.line, new.place.column):
        return _(
            "It is in line %(after)s now instead of line %(before)s.",
            before=old.place.line or "–",
            after=new.place.line or "–",
        )
    return None


def _cause_in_images(before: Review, then: Unit, after: Review, now: Unit) -> Message | None:
    """Whether what is known of its images has changed: which they are, who uses them."""
    old, new = (
        sorted(
            _known(each) for member in unit.members for each in images_of(of.report, member.finding)
        )
        for of, unit in ((before, then), (after, now))
    )
    if [each[:3] for each in old] != [each[:3] for each in new]:
        return _("It concerns other images, or these have another address or status.")
    return _("Other resources use its image now.") if old != new else None


def _known(image: ReportedImage) -> tuple[str, str, str, list[str]]:
    users = sorted(f"{use.template} {use.kind} {use.name} {use.container}" for use in image.used_by)
    return image.original, image.target or "", image.status.value, users


def _edited(unit: Unit) -> list[tuple[str | None, str]]:
    """What its edits replace, wherever that stands."""
    return [(edit.before, edit.after) for edit in unit.edits]


def _position(unit: Unit) -> int:
    return unit.first.row.position


def examined_revisions(submission: Submission) -> QuerySet[Revision]:
    """The revisions that can be compared, newest first."""
    return submission.revisions.exclude(report="").order_by("-number")


def may_see_decisions(reader: Reader, revision: Revision) -> bool:
    """Whether any decisions on a revision are shown to the reader.

    To a partner they are once a verdict was given: before that they are the reviewer's drafts.
    """
    return not reader.is_partner or revision.events_shown > 0
