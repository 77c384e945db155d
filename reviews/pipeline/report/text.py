"""A report for people at a terminal: the verdict first, then what to do, then the proof."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ..core.findings import Edit, Finding, Place, Severity
from ..core.messages import Message, _
from ..core.refusal import PackageRefused
from ..facts.model import OtherChange
from ..package.layout import Kind
from ..tracing.model import ImageSource, ImageStatus, SourceRole
from .model import STAGES, ClusterResult, Report, ReportedImage
from .terminal import safe_text

DIFF_LINES = 8
"""Shown of one side of an edit: a long insertion is better read in the rewritten file."""

VALUE_LENGTH = 60
"""Shown of a rendered value, in characters: a changed ConfigMap can be a whole file."""

_COLOURS = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "-": "31",
    "+": "32",
    "verdict": "1",
}
_CHUNK = re.compile(r" +|[\u2e80-\uffef]|[^ \u2e80-\uffef]+")  # Chinese breaks between any two

_STATUSES = {
    ImageStatus.REDIRECTED: _("redirected and proven"),
    ImageStatus.HARDCODED: _("hard-coded"),
    ImageStatus.UNVERIFIED: _("not proven"),
    ImageStatus.UNCHANGED: _("unchanged"),
    ImageStatus.EXTERNAL: _("external on purpose"),
}
_ROLES = {
    SourceRole.REFERENCE: _("reference"),
    SourceRole.REGISTRY: _("registry"),
    SourceRole.REPOSITORY: _("repository"),
    SourceRole.TAG: _("tag"),
    SourceRole.DIGEST: _("digest"),
}
_SEVERITIES = {
    Severity.ERROR: _("error"),
    Severity.WARNING: _("warning"),
    Severity.INFO: _("info"),
}
_STAGE_WORDS = {
    "unpack": _("unpack"),
    "inspect": _("inspect"),
    "render": _("render"),
    "trace": _("trace"),
    "clusters": _("clusters"),
    "validate": _("validate"),
    "check": _("check"),
    "rewrite": _("rewrite"),
    "verify": _("verify"),
    "archives": _("archives"),
    "total": _("total"),
}


def to_text(
    report: Report,
    translate: Callable[[str], str] = str,
    *,
    width: int | None = None,
    colour: bool = False,
) -> str:
    """``report`` as lines of text in the language of ``translate``.

    Lines are folded at ``width`` columns, and not at all where it is None: what is piped into
    another program must not depend on a window. ``colour`` adds terminal colours.
    """
    page = _Page(translate, width, colour)
    page.say(verdict(report, translate), paint="verdict")
    page.say(_title(report))
    for group in _change_sets(report.findings):
        _write_findings(page, group)
    _write_images(page, report.images)
    _write_clusters(page, report)
    _write_doubts(page, report)
    _write_timings(page, report)
    return "\n".join(page.lines) + "\n"


def verdict(report: Report, translate: Callable[[str], str] = str) -> str:
    """The report in one line: what weighs how much, and what became of the images."""
    counts = tuple(
        _count(severity, report.count(severity)) for severity in Severity if report.count(severity)
    )
    statuses = [image.status for image in report.pulled]
    images = tuple(
        _("%(count)s %(status)s", count=statuses.count(status), status=word)
        for status, word in _STATUSES.items()
        if status in statuses
    )
    if report.completed:
        images = (*images, _("%(count)s completed at run time", count=len(report.completed)))
    if report.upgrades:
        images = (*images, _("%(count)s for upgrades of instances", count=len(report.upgrades)))
    total = _images_total(len(statuses))
    found = counts or _("nothing found")
    words = _("%(found)s; %(total)s", found=found, total=total)
    if images:
        words = _("%(found)s; %(total)s: %(images)s", found=found, total=total, images=images)
    return words.text(translate)


def refusal_line(refused: PackageRefused, translate: Callable[[str], str] = str) -> str:
    """Why nothing was examined, on one line; ``refused:`` and the code in every language."""
    words = safe_text(refused.words.text(translate))
    place = safe_text(refused.file) if refused.file else ""
    where = "" if place in words else f" ({place})"
    return f"refused: {refused.code}: {words}{where}"


@dataclass
class _Page:
    """Lines being written: everything that is said becomes safe, translated, folded."""

    translate: Callable[[str], str]
    width: int | None
    colour: bool
    lines: list[str] = field(default_factory=list)

    def say(
        self, words: Message | str, indent: int = 0, paint: str = "", hang: int | None = None
    ) -> None:
        """Add ``words``; what follows the first line is indented by ``hang``.

        Later lines of a text are barred, so that none of a package's can pose as ours.
        """
        first, *rest = self.words(words).split("\n")
        hang = indent if hang is None else hang
        self._add(safe_text(first), indent, hang, paint)
        for line in rest:
            self._add(f"| {safe_text(line)}".rstrip(), hang, hang, paint)

    def words(self, words: Message | str) -> str:
        return words if isinstance(words, str) else words.text(self.translate)

    def gap(self) -> None:
        self.lines.append("")

    def _add(self, line: str, indent: int, hang: int, paint: str) -> None:
        room = None if self.width is None else max(self.width - hang, 20)
        for folded in _fold(line, room):
            painted = f"\x1b[{_COLOURS[paint]}m{folded}\x1b[0m" if self.colour and paint else folded
            self.lines.append(" " * indent + painted)
            indent = hang


def _write_findings(page: _Page, group: list[Finding]) -> None:
    """One block: what is wrong, where, why, each change in two lines, and the remedy."""
    first = group[0]
    page.gap()
    rule = f"{page.words(_SEVERITIES[first.severity])} {first.rule} {first.name}"
    head = _("%(rule)s: %(title)s", rule=rule, title=first.title)
    page.say(head, paint=first.severity.value)
    said: set[str] = set()
    for finding in group:
        _write_place(page, finding, first)
        _say_once(page, finding.message, said)
        if finding.edit:
            _write_edit(page, finding.edit)
    for finding in group:
        _say_once(page, _("to fix: %(help)s", help=finding.help), said)


def _write_place(page: _Page, finding: Finding, first: Finding) -> None:
    place = _place(finding.place)
    if finding.rule != first.rule:
        rule = f"{page.words(_SEVERITIES[finding.severity])} {finding.rule} {finding.name}"
        page.say(f"{place} {rule}".lstrip(), indent=2)
    elif place:
        page.say(place, indent=2)


def _say_once(page: _Page, message: Message, said: set[str]) -> None:
    words = page.words(message)
    if words not in said:
        said.add(words)
        page.say(words, indent=2)


def _write_edit(page: _Page, edit: Edit) -> None:
    for sign, text in (("-", edit.before), ("+", edit.after)):
        lines = text.strip("\r\n").split("\n") if text else []
        for line in lines[:DIFF_LINES]:
            page.say(f"{sign} {line}".rstrip("\r"), indent=4, paint=sign, hang=6)
        if len(lines) > DIFF_LINES:
            more = _("... and %(count)s more lines", count=len(lines) - DIFF_LINES)
            page.say(more, indent=4, paint=sign)


def _write_images(page: _Page, images: tuple[ReportedImage, ...]) -> None:
    if not images:
        return
    words = [page.words(_status_of(image)) for image in images]
    column = max(map(_columns, words)) + 2
    page.gap()
    for image, word in zip(images, words, strict=True):
        status = word + " " * (column - _columns(word))
        arrow = f" -> {image.target}" if image.target not in (None, image.original) else ""
        page.say(f"{status}{image.original}{arrow}", indent=2, hang=column + 2)
        for source in image.sources:
            page.say(_source(source), indent=column + 2)
        if image.instance_tag is not None:
            page.say(_upgrade(image.instance_tag, image), indent=column + 2)
        elif image.shown_by:
            shown = _("shown by %(settings)s", settings=image.shown_by)
            page.say(shown, indent=column + 2)
        for architecture, archive in image.archives.items():
            page.say(f"{architecture}: {archive}", indent=column + 2)


def _upgrade(tag: str, image: ReportedImage) -> Message:
    if image.is_published:
        return _(
            "upgrade of an instance to %(tag)s, which an earlier release has published", tag=tag
        )
    return _("upgrade of an instance to %(tag)s", tag=tag)


def _status_of(image: ReportedImage) -> Message:
    if image.completed_at_runtime is not None:
        return _("completed at run time")
    return _STATUSES[image.status]


def _write_clusters(page: _Page, report: Report) -> None:
    """A line for each cluster version, and what could not be validated."""
    verification = report.verification
    if verification.clusters:
        page.gap()
    width = max((len(each.version) for each in verification.clusters), default=0)
    for each in verification.clusters:
        version = each.version + " " * (width - len(each.version))
        page.say(_cluster(each, version), indent=2, hang=width + 4)
    for kind in verification.without_schema:
        words = _(
            "not validated, for the package has no schema: %(kind)s of %(api)s (%(count)s)",
            kind=kind.kind,
            api=kind.api_version,
            count=kind.manifests,
        )
        page.say(words, indent=2, hang=4)


def _cluster(each: ClusterResult, version: str) -> Message:
    if not each.renders:
        return _("%(version)s  does not render there", version=version)
    return _(
        "%(version)s  images redirected and proven: %(redirected)s of %(images)s; manifests valid:"
        " %(valid)s of %(manifests)s, %(invalid)s refused, %(unknown)s not validated",
        version=version,
        redirected=each.images_redirected,
        images=each.images_total,
        valid=each.valid,
        manifests=each.manifests,
        invalid=each.invalid,
        unknown=each.not_validated,
    )


def _write_doubts(page: _Page, report: Report) -> None:
    """What rendering could not prove, and what else it changed."""
    doubts: list[Message] = []
    if not report.verification.rendered and report.package.kind is Kind.HELM:
        doubts.append(_("The package could not be rendered: nothing is proven by rendering."))
    doubts += [_other_change(change) for change in report.verification.other_changes]
    doubts += [
        _("not reached: %(what)s: %(why)s", what=item.what, why=item.why)
        for item in report.verification.unreached
    ]
    if doubts:
        page.gap()
    for doubt in doubts:
        page.say(doubt, indent=2, hang=4)


def _write_timings(page: _Page, report: Report) -> None:
    page.gap()
    stages = tuple(
        _(
            "%(stage)s %(seconds)s s",
            stage=_STAGE_WORDS[stage],
            seconds=f"{report.timings[stage]:.2f}",
        )
        for stage in STAGES
    )
    page.say(
        _(
            "%(stages)s; %(renders)s; %(engine)s; %(rules)s",
            stages=stages,
            renders=_("renders: %(count)s", count=report.verification.renders),
            engine=report.engine,
            rules=_("rules: %(version)s", version=report.rules),
        )
    )


def _title(report: Report) -> str:
    package = report.package
    names = " ".join(name for name in (package.service, package.version) if name)
    return f"{package.file}: {package.kind.value} {names}".rstrip()


def _change_sets(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that are decided together, together; each set in the place of its first one."""
    sets: dict[object, list[Finding]] = {}
    for index, finding in enumerate(findings):
        sets.setdefault(finding.change_set or index, []).append(finding)
    return list(sets.values())


def _count(severity: Severity, count: int) -> Message:
    match severity:
        case Severity.ERROR:
            return _("1 error") if count == 1 else _("%(count)s errors", count=count)
        case Severity.WARNING:
            return _("1 warning") if count == 1 else _("%(count)s warnings", count=count)
        case Severity.INFO:
            return _("%(count)s for information", count=count)


def _images_total(count: int) -> Message:
    return _("1 image") if count == 1 else _("%(count)s images", count=count)


def _place(place: Place) -> str:
    """``file:line:column``, as editors take it."""
    numbers = [str(number) for number in (place.line, place.column) if number is not None]
    return ":".join([place.file, *numbers]) if place.file else ""


def _source(source: ImageSource) -> Message:
    place = _place(Place(source.file, source.line, source.column))
    place = f"{place} {source.path or ''}".rstrip()
    return _("%(role)s: %(place)s", role=_ROLES[source.role], place=place)


def _other_change(change: OtherChange) -> Message:
    where = f"{change.template} {change.kind} {change.name} {change.path}"
    before, after = _value(change.before), _value(change.after)
    if change.cause is None:
        return _(
            "%(where)s: %(before)s becomes %(after)s, and nothing explains it",
            where=where,
            before=before,
            after=after,
        )
    return _(
        "%(where)s: %(before)s becomes %(after)s, which follows from %(cause)s",
        where=where,
        before=before,
        after=after,
        cause=change.cause,
    )


def _value(text: str | None) -> str:
    if text is None:
        return "-"
    return text if len(text) <= VALUE_LENGTH else text[: VALUE_LENGTH - 3] + "..."


def _fold(line: str, width: int | None) -> Iterator[str]:
    """``line`` in pieces of at most ``width`` columns; a word or address is never broken."""
    folded, used = "", 0
    for chunk in _CHUNK.findall(line):
        columns = _columns(chunk)
        if width is not None and used + columns > width and folded.strip():
            yield folded.rstrip()
            folded, used = "", 0
            if chunk.isspace():
                continue
        folded, used = folded + chunk, used + columns
    yield folded.rstrip()


def _columns(text: str) -> int:
    """How many columns a terminal gives ``text``: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
