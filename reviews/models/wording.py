"""Words that administrators keep for reviewers: reasons of decisions, and texts to insert."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..read_once import read_once
from .decision import Reason


class DecisionReason(models.Model):
    """Why a finding is dismissed, or an edit not wanted; decisions keep the ``code`` for good.

    One that is not ``is_active`` is not offered any more, and still has its words.
    """

    code = models.CharField(
        _("code"),
        max_length=20,
        unique=True,
        validators=[
            RegexValidator(r"\A[a-z0-9][a-z0-9-]*\Z", _("Small letters, digits and - only."))
        ],
        help_text=_("Kept with each decision, so it is never changed."),
    )
    english = models.CharField(_("in English"), max_length=200)
    chinese = models.CharField(_("in Chinese"), max_length=200)
    is_active = models.BooleanField(_("is offered"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ("order", "code")

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """The reason in the language of whoever reads it."""
        return in_language(self.english, self.chinese, get_language())


def reason_words() -> dict[str, str]:
    """The words of every reason by its code, in the language of whoever reads it. One query."""
    return {each.code: each.words for each in _reasons()}


def reason_choices() -> tuple[tuple[str, str], ...]:
    """The codes and words of the reasons that are offered, in their order. One query."""
    return tuple((each.code, each.words) for each in _reasons() if each.is_active)


@read_once
def _reasons() -> Sequence[DecisionReason]:
    return tuple(DecisionReason.objects.all())


class TextUse(models.TextChoices):
    """Where a text can be inserted."""

    COMMENT = "comment", _("comment")
    RETURN = "return", _("return to the partner")
    REJECT = "reject", _("rejection")


class CannedText(models.Model):
    """A text that reviewers insert instead of typing it again."""

    use = models.CharField(_("for"), max_length=10, choices=TextUse.choices)
    title_english = models.CharField(_("title in English"), max_length=100)
    title_chinese = models.CharField(_("title in Chinese"), max_length=100)
    text_english = models.TextField(_("text in English"), max_length=2000)
    text_chinese = models.TextField(_("text in Chinese"), max_length=2000)
    is_active = models.BooleanField(_("is offered"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("text to insert")
        verbose_name_plural = _("texts to insert")
        ordering = ("use", "order", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the language of whoever chooses."""
        return in_language(self.title_english, self.title_chinese, get_language())

    def text_in(self, language: str | None) -> str:
        """The text in the language of whoever is to read it."""
        return in_language(self.text_english, self.text_chinese, language)


def in_language(english: str, chinese: str, language: str | None) -> str:
    """The one of two texts that is in ``language``, English where that is neither."""
    return chinese if (language or "").lower().startswith("zh") else english


BUILT_IN = frozenset(Reason.values)
"""The codes that the portal itself knows: they are not deleted."""
