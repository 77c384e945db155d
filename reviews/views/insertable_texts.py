"""Texts that administrators keep, to be inserted into what a reviewer writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from ..models import CannedText, Preference, Revision, TextUse


@dataclass(frozen=True, slots=True)
class Insertable:
    """A text that can be inserted: its id, where, its title, and its words for the reader."""

    pk: int
    use: str
    title: str
    text: str


def insertable(revision: Revision, *uses: TextUse) -> Sequence[Insertable]:
    """The texts for ``uses``, in the language of whoever uploaded ``revision``. Two queries."""
    found = CannedText.objects.filter(use__in=uses, is_active=True)
    language = _language_of(revision.uploaded_by_id) if found else None
    return [Insertable(each.pk, each.use, each.title, each.text_in(language)) for each in found]


def _language_of(user: int) -> str | None:
    chosen = Preference.objects.filter(user=user).first()
    return (chosen and chosen.language) or get_language()


def with_text(typed: str, chosen: str, texts: Sequence[Insertable]) -> str:
    """What was typed, and below it the text whose id is ``chosen``; as it was without one."""
    text = next((each.text for each in texts if str(each.pk) == chosen), "")
    return "\n\n".join(part for part in (typed.strip(), text) if part)
