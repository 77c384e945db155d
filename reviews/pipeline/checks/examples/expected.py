"""What a check must report on an example: written out in full, never taken from its code."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.findings import Edit, Finding, Place
from ...core.messages import Message
from ...core.refusal import PackageRefused


@dataclass(frozen=True, slots=True)
class Expected:
    """One finding, or the refusal of the package, as plain text that a person can read.

    ``severity`` is that of the finding, or ``refused``. ``at`` is ``file:line:column`` as far as
    the finding has them; it is empty for the upload as a whole. ``message`` and ``help`` are
    English templates, with their parameters in a ``Message`` where they have any. They are not
    marked with ``_``, so that a changed template in the check is noticed.
    """

    rule: str
    severity: str
    at: str
    message: str | Message
    help: str | Message = ""
    image: str | None = None
    images: tuple[str, ...] = ()
    change_set: str | None = None
    edit: Edit | None = None


def expected(finding: Finding) -> Expected:
    """The expectation that ``finding`` fulfils."""
    return Expected(
        rule=finding.rule,
        severity=finding.severity.value,
        at=_written(finding.place),
        message=_plain(finding.message),
        help=_plain(finding.help),
        image=finding.image,
        images=finding.images,
        change_set=finding.change_set,
        edit=finding.edit,
    )


def expected_refusal(refused: PackageRefused) -> Expected:
    """The expectation that ``refused`` fulfils; a refusal has no line and no separate help."""
    return Expected(refused.code, "refused", refused.file or "", _plain(refused.words))


def _written(place: Place) -> str:
    parts = (place.file, place.line, place.column)
    return ":".join(str(part) for part in parts if part is not None)


def _plain(message: Message) -> str | Message:
    return message if message.parameters else message.template
