from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.utils import translation

from reviews.models import Event
from reviews.states import SUBMISSION_VERBS
from reviews.templatetags import event_words
from reviews.templatetags.icons import ICONS

OTHERS = {
    "submit",
    "claim",
    "unclaim",
    "approve_stage",
    "assign",
    "decide",
    "carry",
    "inspect",
    "stop",
    "unsettle",
    "comment",
    "view",
    "download",
    "purge",
    "attach",
    "detach",
    "note",
    "accept",
    "end_acceptance",
    "use_acceptance",
}


def test_every_verb_has_words_and_a_sign() -> None:
    verbs = SUBMISSION_VERBS.keys() | OTHERS

    assert event_words._SENTENCES.keys() | {"decide"} == verbs
    assert event_words._SIGNS.keys() == verbs
    assert {sign for sign, _tone in event_words._SIGNS.values()} <= ICONS.keys()


REASONS = {
    "accepted-risk": "known and accepted",
    "other": "another reason, given in the comment",
}


@pytest.mark.parametrize(
    ("verb", "detail", "words"),
    [
        ("submit", {"file": "a\N{RIGHT-TO-LEFT OVERRIDE}.zip"}, "submitted a\\u202e.zip"),
        (
            "finish",
            {"errors": 1, "warnings": 0, "infos": 3, "images": 2},
            "examined it: 1 error, 0 warnings, 2 images",
        ),
        (
            "decide",
            {"decision": "reject", "rule": "PORTAL-002", "positions": [3, 4]},
            "rejected PORTAL-002 (2 findings)",
        ),
        (
            "decide",
            {"decision": "undo", "rule": "PORTAL-002", "positions": [3]},
            "took back the decision on PORTAL-002 (1 finding)",
        ),
        ("download", {"artifact": "proposed"}, "downloaded the proposed package"),
        ("download", {"artifact": "mapping"}, "downloaded the proposed mapping"),
        (
            "inspect",
            {"archives": 14, "findings": 1},
            "read the image archives (14): 1 finding",
        ),
        (
            "release",
            {"place": "registry", "address": "swr.example.com", "images": 2, "missing": 0},
            "released it: its images were read back from swr.example.com",
        ),
        ("release", {"place": "layout"}, "released it: its images are in the local image store"),
        ("release", {"sha256": "0a", "size": 1}, "released it, proven once more"),
        ("view", {}, "looked at it"),
    ],
)
def test_what_happened_is_shown(verb: str, detail: dict[str, object], words: str) -> None:
    assert event_words.event_sentence(Event(verb=verb, detail=detail)) == words


@pytest.mark.parametrize(
    ("verb", "detail", "words"),
    [
        ("return", {"comment": "Fix it."}, "Fix it."),
        ("decide", {"reason": "accepted-risk", "comment": ""}, "known and accepted\n"),
        (
            "decide",
            {"reason": "other", "comment": "So."},
            "another reason, given in the comment\nSo.",
        ),
        ("view", {}, ""),
        ("stop", {"template": "%(n)s is down.", "parameters": {"n": "x"}}, "x is down."),
        (
            "approve",
            {"comment": "Fine.", "confirmed": [{"template": "It is so.", "parameters": {}}]},
            "Fine.\nConfirmed: It is so.",
        ),
        ("reopen", {"template": "%(n)s is gone.", "parameters": {"n": "x"}}, "x is gone."),
    ],
)
def test_what_was_said_with_it_is_shown(verb: str, detail: dict[str, object], words: str) -> None:
    assert event_words.event_comment(Event(verb=verb, detail=detail), REASONS) == words.rstrip("\n")


@pytest.mark.parametrize(
    ("decision", "has_edit", "sentence"),
    [
        ("approve", True, "decided to apply OSC-X-001 (2 edits)"),
        ("approve", False, "confirmed OSC-X-001: it must be fixed"),
        ("reject", True, "kept the original where OSC-X-001 proposes an edit"),
        ("reject", False, "dismissed OSC-X-001"),
        ("undo", False, "took back the decision on OSC-X-001"),
    ],
)
def test_a_decision_is_named_for_what_it_does(decision: str, has_edit: bool, sentence: str) -> None:
    detail = {"decision": decision, "has_edit": has_edit, "rule": "OSC-X-001", "positions": [1, 2]}

    assert event_words.event_sentence(Event(verb="decide", detail=detail)) == sentence


@pytest.mark.parametrize(
    ("verb", "detail", "words"),
    [
        ("claim", {}, "took it for review"),
        ("claim", {"from": "rita"}, "took it over from rita"),
        ("assign", {"person": "ralf"}, "took it for review"),
        ("assign", {"person": "ralf", "from": "rita"}, "took it over from rita"),
        ("assign", {"person": "tina"}, "assigned it to tina"),
        ("assign", {"person": "tina", "from": "rita"}, "assigned it to tina instead of rita"),
        ("unclaim", {"from": "rita"}, "took it from rita and gave it back to the queue"),
    ],
)
def test_who_has_it_and_from_whom(verb: str, detail: dict[str, str], words: str) -> None:
    event = Event(verb=verb, by=User(username="ralf"), detail=detail)
    assert event_words.event_sentence(event) == words


def test_a_stage_is_named_in_the_language_of_the_reader() -> None:
    names = {"stage": "Technical", "chinese_stage": "技术审核", "group": "technical"}
    before = Event(verb="approve_stage", detail={"stage": "Technical", "group": "technical"})
    event = Event(verb="approve_stage", detail=names)
    assert event_words.event_sentence(event) == "approved the stage “Technical”"
    with translation.override("zh-hans"):
        said = event_words.event_sentence(event), event_words.event_sentence(before)
    assert ("技术审核" in said[0], "Technical" in said[1]) == (True, True)
