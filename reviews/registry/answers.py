"""What a registry answered, and what it means: a fault that passes, or one that stays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ..pipeline.core.messages import Message, Parameter, _
from .errors import Denied, PublishError, TargetFull, Unsuitable

_LONGEST_SHOWN = 200
_LONGEST_WAIT = 120.0
_FULL = re.compile(r"no space left|quota|storage.{0,99}exceed|exceed.{0,99}storage", re.IGNORECASE)
_NO_SPACE = re.compile(r'"Err":\s*(28|122)\b')  # ENOSPC and EDQUOT, as Go puts them into JSON


class Passing(Exception):  # noqa: N818 - it is no error yet: what failed is tried again
    """What failed may succeed when it is tried again, in ``after`` seconds where that is given.

    It never leaves this folder of modules.
    """

    def __init__(self, words: Message, after: float | None = None) -> None:
        super().__init__(str(words))
        self.words = words
        self.after = after


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers by their names in small letters, and the beginning of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


Scrub = Callable[[str], str]
"""Takes secrets out of a text."""


def fault(answer: Answer, registry: str, scrub: Scrub) -> PublishError | Passing:
    """What an answer that nobody expected means."""
    said = scrub(said_in(answer.body))
    parameters: dict[str, Parameter] = {
        "registry": registry,
        "status": answer.status,
        "answer": said,
    }
    if answer.status == 507 or (
        answer.status in {400, 403, 412, 413, 500, 503} and _is_full(answer.body)
    ):
        return TargetFull(
            _(
                "The registry %(registry)s has no room left (%(status)d: %(answer)s). Free space"
                " there, or raise its quota; then try again.",
                **parameters,
            )
        )
    if answer.status in {401, 403}:
        return Denied(
            _(
                "The registry %(registry)s denies it (%(status)d: %(answer)s). Check the user and"
                " password of the target, and that this user may push there.",
                **parameters,
            )
        )
    if answer.status == 413:
        return Unsuitable(
            _(
                "The registry %(registry)s, or a proxy before it, takes nothing so large"
                " (%(status)d: %(answer)s). Raise its limit for the size of a request.",
                **parameters,
            )
        )
    words = _("The registry %(registry)s answered %(status)d: %(answer)s", **parameters)
    if answer.status == 429 or answer.status >= 500 or answer.status == 408:
        return Passing(words, retry_after(answer.headers))
    return Passing(words)


def said_in(body: bytes) -> str:
    """What an error says of itself, in the form of the distribution specification or as it is."""
    text = body.decode("utf-8", "replace")
    try:
        errors = json.loads(text)["errors"]
        text = "; ".join(f"{each['code']} {each.get('message', '')}".strip() for each in errors)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    shown = "".join(char if char.isprintable() else " " for char in text).strip()
    return shown[:_LONGEST_SHOWN] or "-"


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds for which a registry asks to wait, at most two minutes; None without a wish."""
    wish = headers.get("retry-after", "").strip()
    if wish.isascii() and wish.isdigit():
        return min(float(wish[:9]), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(wish)
    except (ValueError, TypeError, IndexError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(0.0, (at - (now or datetime.now(UTC))).total_seconds()), _LONGEST_WAIT)


def _is_full(body: bytes) -> bool:
    text = body.decode("utf-8", "replace")
    return bool(_FULL.search(text) or _NO_SPACE.search(text))
