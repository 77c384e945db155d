"""What administrators read of stages that nobody can approve."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from reviews.models import ReviewStage
from tests import factories

pytestmark = pytest.mark.django_db

_SAVED = "packages will wait at the stage"
_WARNING = "packages wait there, and nobody can approve them."


def _save(client: Client, group: Group, **more: object) -> str:
    form = {
        "position": 1,
        "name": "Security",
        "chinese_name": "安全",
        "group": group.pk,
        "is_active": "on",
    } | more
    address = "/admin/reviews/reviewstage/add/"
    answer = client.post(address, {k: v for k, v in form.items() if v}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_stage_without_reviewers_is_named_when_it_is_saved(client: Client) -> None:
    client.force_login(factories.ada())
    group = Group.objects.create(name="security")
    group.user_set.add(factories.paul())

    empty = _save(client, group)
    ReviewStage.objects.all().delete()
    unused = _save(client, group, is_active="")
    ReviewStage.objects.all().delete()
    factories.rita().groups.add(group)
    staffed = _save(client, group)

    assert _SAVED in empty
    assert _SAVED not in unused
    assert _SAVED not in staffed


def test_the_operations_page_warns_of_stages_without_reviewers(client: Client) -> None:
    client.force_login(factories.ada())
    for position, name in enumerate(["Technical", "Security"], 1):
        group = Group.objects.create(name=name.lower())
        ReviewStage.objects.create(position=position, name=name, chinese_name=name, group=group)
    factories.rita().groups.add(Group.objects.get(name="technical"))

    page = client.get("/admin/").content.decode()
    factories.rita().groups.add(Group.objects.get(name="security"))
    staffed = client.get("/admin/").content.decode()

    assert "Security: packages wait there" in page.replace("</span>", "").replace("“", "").replace(
        "”", ""
    )
    assert "Technical" not in page[page.index('id="health"') : page.index(_WARNING)]
    assert _WARNING not in staffed
