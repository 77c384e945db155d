"""The frame of every page: headers, colours, and what is offered to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db

HOUSE = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((HOUSE / "templates").rglob("*.html"))


def test_a_page_may_load_nothing_from_elsewhere_and_nothing_inline(client: Client) -> None:
    answer = client.get(reverse("help"))

    policy = dict(
        part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.name))
def test_no_template_has_inline_scripts_or_styles_or_other_hosts(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|hx-on", text) == []
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]*", text) == []


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        (factories.paul, ["Submissions", "New submission", "Log"]),
        (factories.rita, ["Submissions", "Queue", "My reviews", "Log"]),
        (factories.robin, ["Submissions", "New submission", "Queue", "My reviews", "Log"]),
        (factories.ada, ["Submissions", "Log", "Admin"]),
    ],
)
def test_the_ways_that_are_offered_are_those_one_may_go(
    who: Callable[[], User], offered: list[str], client: Client
) -> None:
    client.force_login(who())

    page = client.get(reverse("submissions")).content.decode()

    navigation = re.search(r'<nav aria-label="Portal">(.*?)</nav>', page, re.DOTALL)
    assert navigation is not None
    assert re.findall(r"<a [^>]*>([^<]+)</a>", navigation[1]) == offered


@pytest.mark.parametrize(
    ("who", "page"),
    [(factories.paul, "submissions"), (factories.rita, "queue"), (factories.robin, "submissions")],
)
def test_the_first_page_is_that_of_ones_daily_work(
    who: Callable[[], User], page: str, client: Client
) -> None:
    client.force_login(who())

    assert client.get("/").headers["Location"] == reverse(page)


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_chosen_colours_are_kept(chosen: str, client: Client) -> None:
    answer = client.post(reverse("theme"), {"theme": chosen, "next": "/help/"})

    assert answer.headers["Location"] == "/help/"
    assert f'data-theme="{chosen}"' in client.get("/help/").content.decode()
    client.post(reverse("theme"), {"theme": ""})
    assert "data-theme=" not in client.get("/help/").content.decode()


@pytest.mark.parametrize("value", ['dark" onload="x', "purple"])
def test_colours_that_there_are_not_are_not_taken(value: str, client: Client) -> None:
    client.cookies["theme"] = value

    assert "data-theme=" not in client.get("/help/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:x"])
def test_a_choice_of_colours_leads_nowhere_else(elsewhere: str, client: Client) -> None:
    answer = client.post(reverse("theme"), {"theme": "dark", "next": elsewhere})

    assert answer.headers["Location"] == "/"


def test_a_form_without_its_token_is_refused_in_words() -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post(reverse("theme"), {"theme": "dark"})

    assert answer.status_code == 403
    assert "The form has expired" in answer.content.decode()


@pytest.mark.parametrize("page", ["400.html", "500.html", "507.html"])
def test_the_pages_for_faults_need_nothing_that_could_fail(page: str) -> None:
    text = (HOUSE / "templates" / page).read_text(encoding="utf-8")

    assert set(re.findall(r"{%\s*(\w+)", text)) <= {
        *("load", "static", "get_current_language", "translate"),
        *("if", "endif", "blocktranslate", "endblocktranslate"),
    }
    assert set(re.findall(r"{{(.*?)}}", text)) <= {" request_id ", " language "}
