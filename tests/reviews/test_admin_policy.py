"""The effective policy in one form, and what other severities would change."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from reviews.models import Finding, PortalEvent, PortalPolicy, SeverityOverride
from reviews.pipeline.core.findings import Severity
from reviews.queries.severity_preview import Shift, preview_of
from tests import factories

pytestmark = pytest.mark.django_db

RULE = "OSC-HELM-008"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(factories.ada())
    return client


def _form(page: object, **changes: str) -> dict[str, str]:
    """What a browser would send of the form as it is shown."""
    fields = page.context["form"]  # type: ignore[attr-defined] # Django's test client sets it
    shown = {each.name: each.value() for each in fields}
    plain = {name: str(value) for name, value in shown.items() if value not in {None, False}}
    return plain | changes


def test_it_is_kept_as_a_whole_and_in_the_log(ada: Client) -> None:
    address = reverse("admin:policy")
    changes = {"registry": "swr.example.com", f"severity-{RULE}": "warning"}
    sent = _form(ada.get(address), **changes, **{f"reason-{RULE}": "Trial."})

    assert ada.post(address, sent).status_code == 302

    assert PortalPolicy.objects.get().registry == "swr.example.com"
    override = SeverityOverride.objects.get()
    assert (override.rule, override.severity, override.reason) == (RULE, "warning", "Trial.")
    ada.post(address, _form(ada.get(address)))  # back to the rule's own
    assert [each.detail["changed"] for each in PortalEvent.objects.order_by("pk")] == [
        ["registry", f"{RULE} = warning"],
        [f"{RULE} = –"],
    ]


def test_a_preview_keeps_nothing(ada: Client) -> None:
    factories.in_review()
    address = reverse("admin:policy")
    sent = _form(ada.get(address), preview="", **{f"severity-{RULE}": "info"})

    page = ada.post(address, sent)

    preview = page.context["preview"]
    assert preview.packages == 1
    assert preview.shifts == [Shift(RULE, Severity.ERROR, Severity.INFO, 1)]
    assert not SeverityOverride.objects.exists()
    assert not PortalEvent.objects.exists()
    assert '<option value="info" selected>' in page.content.decode()  # what was chosen is kept


def test_what_could_be_approved_or_no_more_is_counted() -> None:
    submission = factories.decided(factories.in_review())  # the error is dismissed
    rejected = factories.decide(submission, "undo", factories.unit_of(submission, RULE))
    assert rejected == 1

    errors = Finding.objects.filter(severity="error").values_list("rule", flat=True)
    freed = preview_of({}, dict.fromkeys(errors, Severity.INFO))
    blocked = preview_of({RULE: Severity.INFO}, {})

    assert [each.submission for each in freed.approvable] == [submission]
    assert [each.submission for each in blocked.blocked] == [submission]
    assert [each.submission for each in freed.without_errors] == [submission]
    assert (freed.changed, preview_of({}, {}).changed) == (errors.count(), 0)


def test_a_wrong_value_says_so_and_keeps_what_was_typed(ada: Client) -> None:
    sent = _form(ada.get(reverse("admin:policy")), registry="no host")

    page = ada.post(reverse("admin:policy"), sent)

    assert list(page.context["form"].errors) == ["registry"]
    assert not PortalPolicy.objects.exists()


def test_it_is_for_administrators_with_the_permission(client: Client) -> None:
    stefan = factories.person("stefan")
    stefan.is_staff = True
    stefan.save()
    stefan.user_permissions.set(Permission.objects.filter(codename="change_submission"))
    client.force_login(stefan)

    assert client.get(reverse("admin:policy")).status_code == 403
