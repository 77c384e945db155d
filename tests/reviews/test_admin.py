"""The administrators' site: everything is seen, and what happened is never altered."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews import storage
from reviews.demo_package import demo_package
from reviews.jobs.sweep import sweep
from reviews.models import (
    CalendarDay,
    Inspection,
    Membership,
    Organisation,
    OutgoingMail,
    PortalPolicy,
    SeverityOverride,
    Submission,
    policy_for,
)
from reviews.models.heartbeat import report_alive
from reviews.pipeline.core.findings import Severity
from tests import factories

pytestmark = pytest.mark.django_db

SHOWN = sorted(model._meta.model_name or "" for model in admin.site._registry)
HAPPENED = ("submission", "revision", "inspection", "release", "event", "decision", "service")


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(factories.ada())
    return client


def _failed() -> Submission:
    submission = factories.submitted()
    assert submission.current is not None
    path = storage.local_path(submission.current.original)
    path.chmod(0o640)
    path.write_bytes(b"damaged")
    for _attempt in range(3):
        factories.examined(submission)
    path.write_bytes(demo_package())
    return factories.again(submission)


def _act(client: Client, submission: Submission, action: str) -> str:
    answer = client.post(
        reverse("admin:reviews_submission_changelist"),
        {"action": action, "_selected_action": [submission.pk]},
        follow=True,
    )
    return " ".join(str(message) for message in answer.context["messages"])


def test_nobody_else_gets_in(client: Client) -> None:
    for who in (factories.petra(), factories.rita()):
        client.force_login(who)
        answer = client.get(reverse("admin:index"))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("admin:login"))


def test_the_first_page_shows_how_the_pipeline_is(ada: Client) -> None:
    _failed()

    page = ada.get(reverse("admin:index"))

    assert page.context["counts"] == [("failed", "failed, internal error", 1)]
    assert "harbour 1.4.0" in page.content.decode()


@pytest.mark.parametrize("name", SHOWN)
def test_every_list_and_every_record_can_be_looked_at(ada: Client, name: str) -> None:
    factories.released()
    PortalPolicy.objects.create(pk=1)
    SeverityOverride.objects.create(rule="OSC-HELM-008", severity="warning")
    label = "auth" if name in {"user", "group"} else "reviews"
    model = apps.get_model(label, name)
    record = model._default_manager.first()

    pages = [ada.get(reverse(f"admin:{label}_{name}_changelist"), {"q": "a"})]
    if record is not None:
        pages.append(ada.get(reverse(f"admin:{label}_{name}_change", args=[record.pk])))

    assert {page.status_code for page in pages} == {200}


@pytest.mark.parametrize("name", HAPPENED)
def test_what_happened_is_neither_written_nor_altered_nor_deleted(ada: Client, name: str) -> None:
    revision = factories.released().current
    assert revision is not None
    Inspection.objects.create(revision=revision)
    model = apps.get_model("reviews", name)
    record = model._default_manager.first()
    assert record is not None

    answers = [
        ada.post(reverse(f"admin:reviews_{name}_add")),
        ada.post(reverse(f"admin:reviews_{name}_change", args=[record.pk]), {"state": "received"}),
        ada.post(reverse(f"admin:reviews_{name}_delete", args=[record.pk]), {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_failed_work_is_tried_again(ada: Client) -> None:
    submission = _failed()

    words = _act(ada, submission, "retry")

    assert words == "harbour 1.4.0 is tried again."
    assert factories.again(submission).state == "received"
    assert factories.examined(submission).state == "in_review"


def test_the_admin_refuses_with_the_same_words_as_the_pages(ada: Client) -> None:
    submission = factories.submitted()

    assert _act(ada, submission, "retry") == "harbour 1.4.0: Its state is “received”."
    assert _act(ada, submission, "unclaim") == "harbour 1.4.0: You have not claimed it."


def test_an_administrator_ends_a_claim(ada: Client) -> None:
    submission = factories.decided(factories.in_review())

    assert _act(ada, submission, "unclaim") == "harbour 1.4.0 is unclaimed."
    assert factories.again(submission).claimed_by is None


def test_the_policy_is_one_row(ada: Client) -> None:
    address = reverse("admin:reviews_portalpolicy_add")
    form = {"registry": "swr.example.com", "namespace": "", "external": "", "running_limit": "3"}
    form["review_days"] = "3"

    assert ada.post(address, form).status_code == 302
    assert ada.post(address, form).status_code == 403

    assert PortalPolicy.objects.get().registry == "swr.example.com"
    assert policy_for(factories.organisation()).registry == "swr.example.com"


def test_a_target_that_could_hold_no_image_is_not_taken(ada: Client) -> None:
    form = {"registry": "no host", "namespace": "Upper", "external": "", "running_limit": "0"}
    form["review_days"] = "3"

    page = ada.post(reverse("admin:reviews_portalpolicy_add"), form)

    assert sorted(page.context["adminform"].form.errors) == [
        "namespace",
        "registry",
        "running_limit",
    ]


@pytest.mark.parametrize("name", ["portalpolicy", "organisation"])
def test_cluster_versions_that_are_not_known_are_not_taken(ada: Client, name: str) -> None:
    form = {
        "name": "Acme Two",
        "running_limit": "2",
        "review_days": "3",
        "cluster_versions": "1.31\n1.24\n",
        "api_versions": "a.b/v1\nmonitoring\n",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }

    page = ada.post(reverse(f"admin:reviews_{name}_add"), form)

    assert dict(page.context["adminform"].form.errors) == {
        "cluster_versions": ["'1.24' is not known here: give a version from v1.25 to v1.37"],
        "api_versions": [
            (
                "'monitoring' is no API version: write GROUP/VERSION or GROUP/VERSION/KIND, such as"
                " monitoring.coreos.com/v1"
            )
        ],
    }


def test_a_severity_is_overridden_for_a_rule_there_is(ada: Client) -> None:
    address = reverse("admin:reviews_severityoverride_add")

    assert ada.post(address, {"rule": "OSC-NONE-1", "severity": "info"}).status_code == 200
    ada.post(address, {"rule": "OSC-HELM-008", "severity": "warning", "reason": "Trial."})

    policy = policy_for(factories.organisation())
    assert policy.severities == {"OSC-HELM-008": Severity.WARNING}
    submission = factories.in_review()
    assert (submission.errors, submission.warnings) == (1, 2)


def test_a_user_is_given_an_organisation(ada: Client) -> None:
    page = ada.get(reverse("admin:auth_user_change", args=[factories.petra().pk]))

    assert Membership.objects.filter(user=factories.petra()).count() == 1
    assert "memberships-0-organisation" in page.content.decode()


def test_a_release_that_was_given_up_is_among_the_failed(ada: Client) -> None:
    submission = factories.approved()
    assert submission.current is not None
    release = submission.current.releases.get()
    type(release).objects.filter(pk=release.pk).update(attempts=3)

    page = ada.get(reverse("admin:index"))
    assert [each.pk for each in page.context["health"].failed] == [submission.pk]
    assert _act(ada, submission, "retry") == "harbour 1.4.0 is tried again."
    sweep()
    page = ada.get(reverse("admin:index"))
    assert list(page.context["health"].failed) == []


@pytest.fixture
def stella(client: Client) -> Client:
    """One of the staff who cares for user accounts, and sees the list of submissions."""
    user = factories.person("stella")
    user.is_staff = True
    user.save()
    wanted = ("view_user", "change_user", "view_submission")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    client.force_login(user)
    return client


def test_staff_with_other_tasks_see_nothing_of_packages(stella: Client) -> None:
    submission = _failed()

    first = stella.get(reverse("admin:index"))

    assert first.status_code == 200
    assert "harbour" not in first.content.decode()
    assert stella.get(reverse("submission", args=[submission.pk])).status_code == 404
    assert "harbour" not in stella.get(reverse("submissions")).content.decode()
    assert "harbour" not in stella.get(reverse("log")).content.decode()


def test_whoever_only_looks_at_submissions_changes_none(stella: Client) -> None:
    submission = _failed()

    assert _act(stella, submission, "retry") == "No action selected."
    assert factories.again(submission).state == "failed"


def test_the_permission_to_change_submissions_makes_an_administrator(client: Client) -> None:
    submission = _failed()
    user = factories.person("stefan")
    user.is_staff = True
    user.save()
    wanted = ("view_submission", "change_submission")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    client.force_login(user)

    assert _act(client, submission, "retry") == "harbour 1.4.0 is tried again."


def test_failed_work_is_tried_again_from_the_page_of_the_submission(ada: Client) -> None:
    submission = _failed()
    page = ada.get(reverse("submission", args=[submission.pk])).content.decode()
    assert ("Try again" in page, "Publish again" in page) == (True, False)
    assert ("A new attempt keeps the place" in page, "You need not" in page) == (True, False)

    after = ada.post(reverse("publish-again", args=[submission.pk]), follow=True)

    assert "harbour 1.4.0 is tried again." in after.content.decode()
    assert factories.again(submission).state == "received"


def test_the_sandbox_of_each_worker_is_shown(ada: Client) -> None:
    report_alive("packages@here", ["analyses"], ["landlock"])

    page = ada.get(reverse("admin:index"))

    (shown,) = page.context["sandboxes"]
    assert shown[:2] == ("packages@here", "landlock")
    assert "seccomp" in shown[2]


def test_the_first_page_asks_as_much_however_much_has_failed(
    ada: Client, django_assert_num_queries: Any
) -> None:
    _failed()
    ada.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as few:
        ada.get(reverse("admin:index"))
    for version in ("2", "3"):
        factories.submitted(b"none", version=version)
    Submission.objects.update(state="failed")

    with django_assert_num_queries(len(few)):
        page = ada.get(reverse("admin:index"))

    assert len(page.context["failures"]) == 3


def test_a_mail_that_was_given_up_is_sent_again(ada: Client) -> None:
    petra = factories.petra()
    petra.email = "petra@example.com"
    petra.save()
    factories.refused()
    OutgoingMail.objects.update(is_hopeless=True, attempts=10, failure="550 no such user")
    mail = OutgoingMail.objects.get()

    page = ada.get(reverse("admin:index")).content.decode()
    ada.post(reverse("admin:retry-mail", args=[mail.pk]))
    twice = ada.post(reverse("admin:retry-mail", args=[mail.pk]), follow=True)

    assert "550 no such user" in page
    mail.refresh_from_db()
    assert (mail.is_hopeless, mail.attempts) == (False, 0)
    assert [str(each) for each in twice.context["messages"]][-1].endswith("It is not given up.")


def test_records_and_pages_of_the_portal_lead_to_each_other(ada: Client) -> None:
    submission = factories.in_review()
    record = reverse("admin:reviews_submission_change", args=[submission.pk])
    page = reverse("submission", args=[submission.pk])

    assert f'href="{page}"' in ada.get(record).content.decode()
    assert f'href="{record}"' in ada.get(page).content.decode()


def test_an_administrator_looks_at_a_review_and_changes_nothing(ada: Client) -> None:
    submission = factories.in_review()

    page = ada.get(reverse("review", args=[submission.pk])).content.decode()
    ada.post(reverse("claim", args=[submission.pk]))

    assert "You look at this review as an administrator." in page
    assert factories.again(submission).claimed_by is None


def test_permissions_are_named_in_the_language_of_the_reader(ada: Client) -> None:
    ada.cookies["language"] = "zh-hans"

    page = ada.get(reverse("admin:auth_user_change", args=[factories.petra().pk]))

    assert "送审记录：修改" in page.content.decode()


def test_what_was_saved_is_linked_and_what_people_wrote_is_harmless(ada: Client) -> None:
    form = {"name": "<b>Initech</b>", "running_limit": "2"} | {
        f"{rows}-{name}_FORMS": "0"
        for rows in ("memberships", "policies")
        for name in ("TOTAL", "INITIAL")
    }
    page = ada.post(reverse("admin:reviews_organisation_add"), form, follow=True).content.decode()

    made = Organisation.objects.get(name="<b>Initech</b>")
    address = reverse("admin:reviews_organisation_change", args=[made.pk])
    assert f'“<a href="{address}">&lt;b&gt;Initech&lt;/b&gt;</a>” was added' in page


def test_scripts_have_their_words_in_chinese(ada: Client) -> None:
    address = reverse("admin:jsi18n")
    assert '"Choose all %s": "Choose all %s"' in ada.get(address).content.decode()
    ada.cookies["language"] = "zh-hans"

    words = json.loads(
        ada.get(address).content.decode().partition("newcatalog = ")[2].partition(";\n")[0]
    )

    assert [each for each, said in words.items() if each == said and " " in each] == []
    assert words["Choose all %s"] == "选择全部%s"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_dates_are_written_as_on_all_other_pages(ada: Client, language: str) -> None:
    submission = factories.submitted()
    CalendarDay.objects.create(day=date(2026, 10, 1), name="National Day")
    at = datetime(2026, 3, 9, 14, 5, 7, tzinfo=UTC)
    Submission.objects.update(submitted_at=at)
    ada.cookies["language"] = language

    record = ada.get(reverse("admin:reviews_submission_change", args=[submission.pk]))
    days = ada.get(reverse("admin:reviews_calendarday_changelist"))
    day = ada.get(reverse("admin:reviews_calendarday_change", args=[CalendarDay.objects.get().pk]))

    assert ">2026-03-09 14:05<" in record.content.decode()
    assert ">2026-10-01<" in days.content.decode()
    assert 'value="2026-10-01"' in day.content.decode()
