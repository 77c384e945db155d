"""A service over all its versions: states, images, instance versions, upgrade paths, comparison."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from reviews.demo_package import demo_package
from reviews.models import Service, Submission
from reviews.pipeline.checks.examples.osc_packages import (
    OSC_CSD,
    OSC_METADATA,
    osc_package,
)
from reviews.queries.versions import (
    ServiceVersion,
    UpgradePath,
    find_service,
    upgrades_from,
    versions_of,
)
from reviews.views import package_files
from reviews.views.version_rows import VersionRow, VersionRows
from tests import factories

pytestmark = pytest.mark.django_db

TAGS = '- "1.0.0"\n      - "1.1.0"'


def instance_package(version: str, tags: str = TAGS) -> bytes:
    """A service package of an operator whose instances can be moved between ``tags``."""
    example = osc_package(
        csd=OSC_CSD.replace(TAGS, tags),
        metadata=OSC_METADATA.replace('version: "1.0.0"', f'version: "{version}"'),
    )
    inner = zipped({name.removeprefix("demo/"): text for name, text in example.files.items()})
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(f"demo/package/demo-operator-{version}.zip", inner)
    return outer.getvalue()


def zipped(files: Mapping[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"demo/{name}", text)
    return data.getvalue()


def released(version: str, tags: str = TAGS) -> Submission:
    submission = factories.in_review(instance_package(version, tags), version)
    factories.decided(submission)
    factories.approve(submission, confirmed=True)
    return factories.published(factories.proven(factories.again(submission)))


def service_of(submission: Submission) -> Service:
    return submission.service


def test_instances_can_be_upgraded_to_later_versions_that_know_one_of_their_tags() -> None:
    first = released("1.0.0")
    second = released("1.1.0", '- "1.1.0"\n      - "1.2.0"')
    third = released("1.2.0", '- "1.2.0"')
    versions = versions_of(factories.rita(), service_of(first))

    assert [each.submission.pk for each in versions] == [third.pk, second.pk, first.pk]
    assert [
        [
            (path.target.submission.version, path.left_behind)
            for path in upgrades_from(each, versions)
        ]
        for each in versions
    ] == [[], [("1.2.0", ("1.1.0",))], [("1.1.0", ("1.0.0",))]]


def test_a_version_that_is_not_released_is_no_upgrade() -> None:
    first = released("1.0.0")
    factories.in_review(instance_package("1.1.0"), "1.1.0")
    versions = versions_of(factories.rita(), service_of(first))

    assert [upgrades_from(each, versions) for each in versions] == [(), ()]


def test_a_service_is_shown_to_those_who_see_a_version_of_it() -> None:
    service = service_of(factories.in_review())

    assert find_service(factories.petra(), service.pk) == service
    assert find_service(factories.paul(), service.pk) is None


def test_the_page_of_a_service_lists_its_versions(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = factories.in_review()
    factories.in_review(demo_package(), "1.5.0")
    client.force_login(factories.petra())

    with django_assert_max_num_queries(20):
        answer = client.get(reverse("service", args=[first.service_id]))

    assert [row.version.submission.version for row in answer.context["rows"]] == ["1.5.0", "1.4.0"]
    page = answer.content.decode()
    assert "Compare two versions" in page
    newest = answer.context["rows"][0].version.submission.pk
    address = f"{reverse('compare-versions', args=[first.service_id])}?to={newest}"
    assert f'href="{address}"' in page
    assert client.get(address).context["before"].submission.version == "1.4.0"


def test_two_versions_are_compared_by_images_and_values(client: Client) -> None:
    first = factories.in_review()
    package = demo_package(("harbourmaster/web", "harbourmaster/website"))
    second = factories.in_review(package, "1.5.0")
    client.force_login(factories.petra())
    address = reverse("compare-versions", args=[first.service_id])

    answer = client.get(f"{address}?from={first.pk}&to={second.pk}")

    comparison = answer.context["comparison"]
    changed = {
        (each.before and each.before.original, each.after and each.after.original)
        for each in comparison.images
    }
    assert ("docker.io/harbourmaster/web:1.4.0", None) in changed
    assert (None, "docker.io/harbourmaster/website:1.4.0") in changed
    assert (comparison.values.drawn.added, comparison.values.drawn.removed) == (1, 1)
    assert "harbourmaster/<wbr>website" in answer.content.decode()
    assert client.get(f"{address}?from={first.pk}&to=0").status_code == 404


def test_packages_are_compared_for_few_visitors_at_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = factories.in_review()
    client.force_login(factories.petra())
    monkeypatch.setattr(package_files, "_PATIENCE", 0.01)
    for _each in range(2):
        package_files._AT_ONCE.acquire()
    try:
        pk = submission.pk
        address = reverse("compare-versions", args=[submission.service_id])
        busy = client.get(f"{address}?from={pk}&to={pk}")
    finally:
        package_files._AT_ONCE.release(2)

    assert (busy.status_code, busy.headers["Refresh"]) == (503, "3")
    assert "Other packages are being opened" in busy.content.decode()


def test_a_release_is_named_with_its_hash(client: Client) -> None:
    submission = factories.released()
    client.force_login(factories.petra())

    page = client.get(reverse("service", args=[submission.service_id])).content.decode()

    (row,) = versions_of(factories.petra(), submission.service)
    assert row.release is not None
    assert row.release.sha256[:12] in page


def test_versions_are_ordered_by_their_numbers_and_others_by_their_dates() -> None:
    names = ("1.10.0", "v1.9.1", "1.9.1", "1.10.0-rc.1", "nightly")
    for name in names:
        factories.submitted(version=name)
    versions = versions_of(factories.rita(), Submission.objects.latest("pk").service)
    found = {each.submission.version: each for each in versions}

    assert [found[name].place for name in names] == [2, 0, 0, 1, None]
    assert found["nightly"].follows(found["1.10.0"])
    assert not found["1.10.0"].follows(found["nightly"])


def test_names_of_versions_are_escaped_in_rows_drawn_by_hand() -> None:
    live, shown = "<b title='x'>&\u202e", "&lt;b title=&#x27;x&#x27;&gt;&amp;\\u202e"
    submission = Submission(pk=7, version=live, state="released", submitted_at=timezone.now())
    version = ServiceVersion(submission, release=None, place=None)
    row = VersionRow(version, (UpgradePath(version, (live,)),), before=version)

    html = VersionRows(Service(pk=3)).html([row])

    assert html.count(shown) == 3
    assert live not in html


def test_a_comparison_begins_with_the_newest_version(client: Client) -> None:
    first = factories.in_review()
    address = reverse("compare-versions", args=[first.service_id])
    client.force_login(factories.petra())
    assert client.get(address).status_code == 404
    factories.in_review(version="1.5.0")

    page = client.get(address).content.decode()

    assert "1.4.0 → 1.5.0" in page
