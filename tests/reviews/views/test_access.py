"""Who may open which address: every one of them, in every role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, reverse

from reviews import urls
from reviews.mails.links import off_link
from reviews.models import Submission
from tests import factories

pytestmark = pytest.mark.django_db

EVERYBODY = {"nobody": 200, "stranger": 200, "partner": 200, "reviewer": 200, "admin": 200}
SIGNED_IN = EVERYBODY | {"nobody": 302}
THOSE_WHO_SEE_IT = SIGNED_IN | {"stranger": 404}
REVIEWERS = {"nobody": 302, "stranger": 404, "partner": 404, "reviewer": 200, "admin": 404}
ADMINISTRATORS = REVIEWERS | {"reviewer": 404, "admin": 200}
ASKED_FOR_NOTHING = {"nobody": 302} | dict.fromkeys(
    ["stranger", "partner", "reviewer", "admin"], 404
)
SENT_ON = dict.fromkeys(EVERYBODY, 302)
NOT_SO = {"nobody": 302, "stranger": 404, "partner": 422, "reviewer": 422, "admin": 422}

# What a GET answers, and for addresses that only take a POST, what an empty one does.
GET = {
    "home": SENT_ON,
    "help": EVERYBODY,
    "login": SENT_ON | {"nobody": 200},
    "password_change": SIGNED_IN,
    "password_change_done": SIGNED_IN,
    "password_reset": EVERYBODY,
    "password_reset_done": EVERYBODY,
    "password_reset_confirm": EVERYBODY,
    "password_reset_complete": EVERYBODY,
    "rules": EVERYBODY,
    "rule": EVERYBODY,
    "log": SIGNED_IN,
    "export-log": SIGNED_IN,
    "portal-log": ADMINISTRATORS,
    "gallery": SIGNED_IN,  # the demo shows it to everybody
    "notifications": SIGNED_IN,
    "mail-off": EVERYBODY,
    "accept-invitation": dict.fromkeys(EVERYBODY, 410),
    "submissions": SIGNED_IN,
    "new-submission": SIGNED_IN,
    "service": THOSE_WHO_SEE_IT,
    "compare-versions": THOSE_WHO_SEE_IT,
    "submission": THOSE_WHO_SEE_IT,
    "changes": THOSE_WHO_SEE_IT,
    "images": THOSE_WHO_SEE_IT,
    "files": THOSE_WHO_SEE_IT,
    # Nothing is released yet, so one is sent on to the submission.
    "release": SENT_ON | {"stranger": 404},
    "history": THOSE_WHO_SEE_IT,
    "conversation": THOSE_WHO_SEE_IT,
    "accept": {"nobody": 302, "stranger": 404, "partner": 404, "reviewer": 404, "admin": 200},
    "revision": THOSE_WHO_SEE_IT,
    "printed-report": THOSE_WHO_SEE_IT,
    "lines": ASKED_FOR_NOTHING,
    "progress": THOSE_WHO_SEE_IT | {"partner": 286, "reviewer": 286, "admin": 286},
    "revise": THOSE_WHO_SEE_IT,
    "withdraw": THOSE_WHO_SEE_IT,
    "download": THOSE_WHO_SEE_IT,
    "queue": REVIEWERS,
    "review": REVIEWERS | {"admin": 200},
    "piece": ASKED_FOR_NOTHING,
    "assign": REVIEWERS | {"admin": 200},
    "rendered": THOSE_WHO_SEE_IT,
    "compare": THOSE_WHO_SEE_IT,
    "attachments": THOSE_WHO_SEE_IT,
    "download-attachment": ASKED_FOR_NOTHING,
    "detach": ASKED_FOR_NOTHING,
}
POST = {
    "theme": SENT_ON,
    "language": SENT_ON,
    "logout": SENT_ON,
    "comment": NOT_SO,
    "read-comments": SENT_ON | {"stranger": 404},
    "demo-package": SENT_ON,
    # The page of the submission says that only administrators do this.
    "suspend": SENT_ON | {"stranger": 404},
    "resume": SENT_ON | {"stranger": 404},
    "reconsider": SENT_ON | {"stranger": 404},
    "publish-again": SENT_ON | {"stranger": 404},
    "ask-registry": SENT_ON | {"stranger": 404},
    "attach": NOT_SO,
    "there": REVIEWERS | {"reviewer": 204, "admin": 204},
    "save-view": REVIEWERS | {"reviewer": 302},
    "rename-view": REVIEWERS | {"reviewer": 302},
    "delete-view": REVIEWERS | {"reviewer": 302},
}
ROLES: dict[str, Callable[[], User | None]] = {
    "nobody": lambda: None,
    "stranger": factories.paul,
    "partner": factories.petra,
    "reviewer": factories.rita,
    "admin": factories.ada,
}
DECIDING = {
    "claim",
    "unclaim",
    "decide",
    "ask",
    "review-comment",
    "insert-text",
    "return",
    "reject",
    "approve",
}
"""Tested where reviewing is."""


def _address(name: str, submission: Submission) -> str:
    given: dict[str, list[str | int]] = {
        "rule": ["OSC-HELM-008"],
        "password_reset_confirm": ["MQ", "none"],
        "download": [submission.pk, 1, "original"],
        "revision": [submission.pk, 1],
        "accept": [submission.pk, 1],
        "printed-report": [submission.pk, 1],
        "service": [submission.service_id],
        "compare-versions": [submission.service_id],
        "export-log": ["csv"],
        "mail-off": [off_link(1, "turn").rpartition("off/")[2].rstrip("/")],
        "accept-invitation": ["none"],
        "download-attachment": [submission.pk, 1],
        "detach": [submission.pk, 1],
        "rename-view": [1],
        "delete-view": [1],
    }
    own = {"home", "theme", "language", "help", "login", "logout", "rules", "log", "queue"}
    own |= {"notifications", "portal-log", "save-view", "gallery"}
    plain = name in own or name.startswith("password_") or name.endswith("submissions")
    plain = plain or name in {"new-submission", "demo-package"}
    query = f"?from={submission.pk}&to={submission.pk}" if name == "compare-versions" else ""
    return reverse(name, args=given.get(name, [] if plain else [submission.pk])) + query


@pytest.mark.parametrize("role", ROLES)
def test_each_address_opens_to_those_whom_it_concerns(role: str, client: Client) -> None:
    submission = factories.in_review()
    user = ROLES[role]()

    seen = {}
    for table, ask in ((GET, client.get), (POST, client.post)):
        for name in table:
            client.logout()
            if user is not None:
                client.force_login(user)
            answer = ask(_address(name, submission))
            answer.close()
            seen[name] = answer.status_code

    assert seen == {name: row[role] for name, row in (GET | POST).items()}


def test_no_address_is_left_out() -> None:
    named = {each.name for each in urls.urlpatterns if isinstance(each, URLPattern)}

    assert named == GET.keys() | POST.keys() | DECIDING


def test_nobody_is_sent_to_sign_in_and_then_back(client: Client) -> None:
    submission = factories.submitted()
    address = reverse("images", args=[submission.pk])

    asked = client.get(address)
    factories.petra()
    answer = client.post(
        asked.headers["Location"], {"username": "petra", "password": "the password of petra"}
    )

    assert (asked.status_code, answer.status_code) == (302, 302)
    assert answer.headers["Location"] == address


def test_what_one_may_not_see_is_answered_like_what_is_not_there(client: Client) -> None:
    submission = factories.submitted()
    client.force_login(factories.paul())

    hidden = client.get(reverse("submission", args=[submission.pk]))
    missing = client.get(reverse("submission", args=[submission.pk + 1]))

    assert hidden.status_code == missing.status_code == 404
    assert _alike(hidden.content) == _alike(missing.content)
    assert b"Page not found" in hidden.content


def _alike(page: bytes) -> bytes:
    """The page without its secrets and its own address, which differ every time."""
    return b"".join(line for line in page.splitlines() if b"csrfmiddlewaretoken" not in line)


@pytest.mark.parametrize(("artifact", "status"), [("proposed", 200), ("released", 404), ("x", 404)])
def test_of_a_package_in_review_there_is_what_there_is(
    artifact: str, status: int, client: Client
) -> None:
    submission = factories.in_review()
    client.force_login(factories.petra())

    answer = client.get(reverse("download", args=[submission.pk, 1, artifact]))
    answer.close()

    assert answer.status_code == status


@pytest.mark.parametrize("name", ["revise", "withdraw"])
@pytest.mark.parametrize("role", ["reviewer", "admin"])
def test_only_members_do_what_partners_do(role: str, name: str, client: Client) -> None:
    submission = factories.in_review()
    user = ROLES[role]()
    assert user is not None
    client.force_login(user)

    answer = client.post(reverse(name, args=[submission.pk]), {"comment": "not mine"})

    assert answer.status_code == 422
    assert b"It belongs to another organisation." in answer.content
    assert factories.again(submission).state == "in_review"
