"""People choose their mails; a link in each ends those of its kind, without signing in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from reviews.mails.links import ALL, off_link, read_off
from reviews.models import Preference
from tests import factories

pytestmark = pytest.mark.django_db


def _path(user_id: int, kind: str) -> str:
    return off_link(user_id, kind).removeprefix("http://127.0.0.1:8000")


def test_each_role_chooses_among_its_own_kinds(client: Client) -> None:
    seen = {}
    for user in (factories.petra(), factories.rita(), factories.ada(), factories.person("noor")):
        client.force_login(user)
        form = client.get(reverse("notifications")).context["form"]
        seen[user.username] = [value for value, _label in form.fields["kinds"].choices]

    assert seen == {
        "petra": ["turn", "returned", "decided", "released", "message"],
        "rita": ["turn", "queue", "taken", "message"],
        "ada": ["failed", "message"],
        "noor": [],
    }


def test_what_is_chosen_is_kept_and_shown_again(client: Client) -> None:
    petra = factories.petra()
    client.force_login(petra)

    chosen_kinds = ["turn", "decided", "message"]
    client.post(reverse("notifications"), {"often": "daily", "kinds": chosen_kinds})

    chosen = Preference.objects.get(user=petra)
    assert (chosen.has_daily_mail, chosen.mails_off) == (True, ["released", "returned"])
    form = client.get(reverse("notifications")).context["form"]
    assert form.initial == {"often": "daily", "kinds": chosen_kinds}
    answer = client.post(reverse("notifications"), {"often": "hourly"})
    assert sorted(answer.context["form"].errors) == ["often"]


def test_the_link_asks_first_and_a_mail_program_posts_at_once() -> None:
    petra = factories.petra()
    client = Client(enforce_csrf_checks=True)  # nobody is signed in, and there is no token

    assert client.get(_path(petra.pk, "turn")).status_code == 200
    assert not Preference.objects.exists()
    answer = client.post(_path(petra.pk, "turn"), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert Preference.objects.get(user=petra).mails_off == ["turn"]


def test_the_link_of_a_daily_mail_ends_all_mails(client: Client) -> None:
    petra = factories.petra()

    client.post(_path(petra.pk, ALL))

    assert {"turn", "decided", "failed"} <= set(Preference.objects.get(user=petra).mails_off)


def test_a_link_that_is_not_ours_is_not_there(client: Client) -> None:
    good = _path(factories.petra().pk, "turn")

    assert client.post(good[:-3] + "x/").status_code == 404
    assert read_off("none") is None
    assert client.post(_path(999_999, "turn")).status_code == 200  # nobody learns whose there are
