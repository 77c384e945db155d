"""Reasons and texts that administrators keep, in two languages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from reviews.actions import ActionDenied
from reviews.models import CannedText, DecisionReason, reason_choices, reason_words
from reviews.models.decision import Reason
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_reasons_of_before_are_there_in_both_languages() -> None:
    with translation.override("en"):
        english = reason_words()
    with translation.override("zh-hans"):
        chinese = reason_words()

    assert english == {each.value: str(each.label) for each in Reason}
    assert chinese["accepted-risk"] == "已知并接受"
    assert reason_choices() == tuple(english.items())


def test_a_new_reason_is_chosen_and_one_taken_off_the_list_is_not() -> None:
    submission = factories.in_review()
    unit = factories.unit_of(submission, "OSC-HELM-008")
    DecisionReason.objects.create(code="legacy", english="an old chart", chinese="旧模板包")
    DecisionReason.objects.filter(code="intended").update(is_active=False)

    changed = factories.decide(submission, "reject", unit, reason="legacy")
    for reason in ("intended", "invented"):
        with pytest.raises(ActionDenied, match=r"Choose one of the reasons\."):
            factories.decide(submission, "reject", unit, reason=reason)

    assert changed == 1
    assert reason_words()["intended"] == "the original is meant to be so"


def test_a_code_is_neither_changed_nor_deleted_once_decisions_may_have_it(client: Client) -> None:
    client.force_login(factories.ada())
    own = DecisionReason.objects.create(code="legacy", english="an old chart", chinese="旧模板包")
    built_in = DecisionReason.objects.get(code="other")

    page = client.get(reverse("admin:reviews_decisionreason_change", args=[built_in.pk]))
    answers = [
        client.post(
            reverse("admin:reviews_decisionreason_delete", args=[each.pk]), {"post": "yes"}
        ).status_code
        for each in (built_in, own)
    ]

    assert 'name="code"' not in page.content.decode()
    assert answers == [403, 302]


def test_texts_are_kept_by_administrators(client: Client) -> None:
    client.force_login(factories.ada())
    sent = {
        "use": "comment",
        "title_english": "Thanks",
        "title_chinese": "谢谢",
        "text_english": "Thank you.",
        "text_chinese": "谢谢您。",
        "is_active": "on",
        "order": "10",
    }

    answer = client.post(reverse("admin:reviews_cannedtext_add"), sent)

    assert answer.status_code == 302
    text = CannedText.objects.get()
    assert (text.text_in("zh-hans"), text.text_in("en"), text.text_in(None)) == (
        "谢谢您。",
        "Thank you.",
        "Thank you.",
    )
