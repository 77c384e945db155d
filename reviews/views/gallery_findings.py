"""The components that show findings, in every state that they have, for the gallery."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ..pipeline import MAPPING_UNIT, ChangedLine, Choice, Remedy, RemedyLine
from ..pipeline.core.findings import DONE_ON_APPROVAL, Place, Severity
from ..pipeline.core.messages import _, listed
from ..queries.review import Unit
from ..states import FindingState
from . import gallery_samples as samples
from .gallery_samples import CHART, LONG_NAME, VALUES, Shown, card, finding, line, unit

_USUAL, _LONG, _NONE = _("usual"), _("long texts"), _("nothing")
_ROWS: tuple[ChangedLine, ...] = (
    line("context", 5, "web:"),
    line("removed", 6, "  image: ", "busybox:1.36", "  # built every night"),
    line("added", 6, "  image: ", samples.TARGET, "  # built every night"),
)
_LONG_ROWS = (
    line("removed", 1234, "          image: ", LONG_NAME),
    line("added", 1234, "          image: ", samples.TARGET),
    line("added", None, "…"),
)
_REMEDY = Remedy(
    CHART,
    (
        RemedyLine("context", 3, "maintainers:"),
        RemedyLine("removed", 4, "  - name: ''"),
        RemedyLine("added", 4, "  - name: Example Software"),
        RemedyLine("added", 5, "    email: care@example.com  # who answers"),
    ),
    (),
    (Choice("annotations.scenes", ("CCE", "CCI", "ModelArts")),),
    is_example=True,
)
_TITLE = _("An image is hard-coded in a template")
_MESSAGE = _("%(image)s is hard-coded in a template", image="busybox:1.36")
_HELP = _("Write a value of the type that the field has.")
_ERROR = finding(Severity.ERROR, _TITLE, _MESSAGE, _HELP)
_REWRITE = finding(
    Severity.INFO,
    _TITLE,
    _MESSAGE,
    DONE_ON_APPROVAL,
    edit=samples.edit("busybox:1.36", samples.TARGET),
)
_LONG_ERROR = finding(
    Severity.WARNING,
    _TITLE,
    _(
        "%(kind)s “%(name)s”: %(what)s.",
        kind="Deployment",
        name=LONG_NAME,
        what=_("%(names)s, … (%(count)s)", names=listed([LONG_NAME] * 3), count=42),
    ),
    _HELP,
    place=Place(f"a-very-long-folder-name/{CHART}", 1234, 5),
)


def _mapping(state: FindingState, *, is_empty: bool) -> Unit:
    """The proposed mapping as a unit; without its edit nothing of it is left."""
    made = unit(70 if is_empty else 71, [_REWRITE], state)
    members = [replace(each, finding=replace(each.finding, edit=None)) for each in made.members]
    return Unit(MAPPING_UNIT, members if is_empty else made.members)


def _cards() -> Sequence[Shown]:
    more = {"places": "/files/", "changes": "/changes/"}
    fixed = unit(20, [_REWRITE], FindingState.APPROVED)
    return (
        Shown(_USUAL, {"card": card(unit(10, [_ERROR]))} | more | {"remedies": (_REMEDY,)}),
        Shown(_("an edit is applied"), {"card": card(fixed, *_ROWS)} | more),
        Shown(
            _("confirmed, with comments"),
            {"card": card(unit(30, [_ERROR], FindingState.APPROVED, said=LONG_NAME))} | more,
        ),
        Shown(_("dismissed"), {"card": card(unit(40, [_ERROR], FindingState.REJECTED))}),
        Shown(_("several places"), {"card": card(unit(50, [_ERROR, _LONG_ERROR]))} | more),
        Shown(_LONG, {"card": card(unit(60, [_LONG_ERROR]), *_LONG_ROWS)} | more),
    )


def _rewrites() -> Sequence[Shown]:
    more = {"places": "/files/", "changes": "/changes/"}
    usual, long = unit(80, [_REWRITE]), unit(90, [_REWRITE], FindingState.REJECTED)
    return (
        Shown(_USUAL, {"card": card(usual, *_ROWS, original="busybox:1.36")} | more),
        Shown(_LONG, {"card": card(long, *_LONG_ROWS, original=LONG_NAME)} | more),
    )


def _small_diffs() -> Sequence[Shown]:
    return (
        Shown(_USUAL, {"rows": _ROWS, "file": VALUES}),
        Shown(_LONG, {"rows": _LONG_ROWS, "file": VALUES}),
        Shown(_("not in colours"), {"rows": _ROWS, "file": "NOTES.txt"}),
    )


def _remedies() -> Sequence[Shown]:
    return (
        Shown(_("words alone"), {"help": _HELP, "name": "gallery-words"}),
        Shown(
            _("text to paste"),
            {"help": _HELP, "remedies": (_REMEDY,), "name": "gallery-paste", "places": "/files/"},
        ),
        Shown(_NONE, {"help": None, "name": "gallery-none"}),
    )


def _acceptances() -> Sequence[Shown]:
    return (
        Shown(_USUAL, {"accepted": samples.acceptance("CVE-2026-1")}),
        Shown(
            _("as the partner sees it"), {"accepted": samples.acceptance("ok", hides_author=True)}
        ),
        Shown(_LONG, {"accepted": samples.acceptance(LONG_NAME)}),
    )


def _decision_badges() -> Sequence[Shown]:
    return [
        Shown(words, {"unit": unit(100, [each], state)})
        for words, each in ((_("with an edit"), _REWRITE), (_("without an edit"), _ERROR))
        for state in FindingState
    ]


def _decisions() -> Sequence[Shown]:
    decided = unit(110, [_ERROR], FindingState.REJECTED, said="ok")
    return (
        Shown(_("decided"), {"member": decided.first}),
        Shown(_("with comments"), {"member": unit(120, [_ERROR], said=LONG_NAME).first}),
        Shown(_NONE, {"member": unit(130, [_ERROR]).first}),
    )


def _mappings() -> Sequence[Shown]:
    return (
        Shown(_USUAL, {"unit": _mapping(FindingState.OPEN, is_empty=False)}),
        Shown(_NONE, {"unit": _mapping(FindingState.REJECTED, is_empty=True)}),
    )


FINDING_ENTRIES: Mapping[str, Callable[[], Sequence[Shown]]] = MappingProxyType(
    {
        "accepted": _acceptances,
        "decision_and_comments": _decisions,
        "decision_badge": _decision_badges,
        "finding_card": _cards,
        "mini_diff": _small_diffs,
        "remedy": _remedies,
        "rewrite": _rewrites,
        "whole_mapping": _mappings,
    }
)
"""The states of each component of findings, by the name of its template."""
