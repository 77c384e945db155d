"""What reviewers see of the stages of a review: on the review page and in the queue."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from reviews.approval import findings_version
from reviews.models import ReviewStage
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_button_and_the_queue_name_the_stage_until_it_is_approved(client: Client) -> None:
    for number, (name, chinese) in enumerate([("Technical", "技术"), ("Business", "商务")], 1):
        group = Group.objects.create(name=name.lower())
        ReviewStage.objects.create(position=number, name=name, chinese_name=chinese, group=group)
        factories.rita().groups.add(group)
    submission = factories.decided(factories.in_review())
    revision = submission.current
    assert revision is not None
    client.force_login(factories.rita())
    seen = {"revision": revision.number, "findings_seen": findings_version(revision)}

    review = client.get(f"/review/{submission.pk}/").content.decode()
    queue = client.get("/review/").content.decode()
    answer = client.post(f"/review/{submission.pk}/approve/", seen, follow=True).content.decode()

    client.force_login(factories.ralf())
    other = client.get("/review/").content.decode()

    assert "Nothing waits for a stage that your groups approve." in other
    client.force_login(factories.rita())
    assert "Approve stage" in review
    assert "next: <span" in queue
    assert "The next one waits for its reviewers." in answer
    after = client.get(f"/review/{submission.pk}/").content.decode()
    assert "Approve package" in after
    assert "You approved an earlier stage, so another reviewer approves" in after
