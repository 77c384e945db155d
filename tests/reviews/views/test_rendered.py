"""The rendered manifests before and after the edits, from what the analysis has stored."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from reviews import storage
from reviews.models import RenderedManifests, Submission
from reviews.pipeline.examination.rendered import _hashed, _named
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission() -> Submission:
    return factories.in_review()


def test_each_resource_is_stored_before_and_after(submission: Submission) -> None:
    kept = storage.read_rendered(RenderedManifests.objects.get(revision=submission.current).stored)

    assert [(each.kind, each.name) for each in kept.documents if not each.shown_by] == [
        ("StatefulSet", "database"),
        ("Deployment", "release-name-web"),
        ("Deployment", "release-name-worker"),
    ]
    assert [each.shown_by for each in kept.documents if each.shown_by] == [
        ("metrics.enabled=true",)
    ]
    web = next(each for each in kept.documents if each.name == "release-name-web")
    assert web.template.endswith("harbour/templates/web.yaml")
    assert "docker.io/harbourmaster/web:1.4.0" in web.before
    assert "swr.cn-east-3.myhuaweicloud.com/osc-opensource/web:1.4.0" in web.after


def test_the_page_shows_them_and_says_where_there_are_none(
    submission: Submission, client: Client
) -> None:
    client.force_login(factories.rita())
    address = reverse("rendered", args=[submission.pk])

    page = client.get(address).content.decode()
    changes = client.get(reverse("changes", args=[submission.pk])).content.decode()

    assert "render differently with all proposed edits" in page
    assert "Deployment release-name-web" in page
    assert f'href="{address}"' in changes
    RenderedManifests.objects.all().delete()
    assert "No rendered manifests" in client.get(address).content.decode()


def test_the_data_of_secrets_is_hashed() -> None:
    secret = (
        'apiVersion: v1\nkind: Secret\nmetadata:\n  labels:\n    name: not this\n  name: "keys"\n'
        "data:\n  a.b: c2VjcmV0\n  empty:\n  long: |\n    more\n    of it\ntype: Opaque\n"
    )

    hashed = _hashed(secret)

    assert _named(secret) == ("Secret", "keys")
    assert "c2VjcmV0" not in hashed
    assert "of it" not in hashed
    assert [line for line in hashed.splitlines() if "sha256" not in line] == [
        "apiVersion: v1",
        "kind: Secret",
        "metadata:",
        "  labels:",
        "    name: not this",
        '  name: "keys"',
        "data:",
        "  a.b:",
        "  empty:",
        "  long:",
        "type: Opaque",
    ]
    assert hashed.count("# sha256") == 2
