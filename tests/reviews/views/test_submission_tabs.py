"""The page of a submission: what it says in every state, and each of its tabs."""

from __future__ import annotations

import html
import io
import re
import zipfile
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from reviews.actions import conversing
from reviews.demo_package import demo_package
from reviews.models import Event, Release, Submission
from reviews.models.run import MOST_ATTEMPTS
from reviews.views import finding_cards, package_files
from tests import factories
from tests.reviews.spoken import spoken

pytestmark = pytest.mark.django_db


@pytest.fixture
def petra(client: Client) -> Client:
    client.force_login(factories.petra())
    return client


def _page(client: Client, name: str, submission: Submission, query: str = "") -> str:
    answer = client.get(reverse(name, args=[submission.pk]) + query)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode().replace("<wbr>", ""))


def _plain(page: str) -> str:
    """The page's words, without its marks."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


def test_while_it_waits_the_page_says_so_and_asks_again(petra: Client) -> None:
    submission = factories.submitted()

    page = _page(petra, "submission", submission)

    assert "You are number 1 in the queue." in page
    progress = f"{reverse('progress', args=[submission.pk])}?here=submission"
    assert f'hx-get="{progress}" hx-trigger="every 2s"' in page
    assert "The package is being processed" in page


def test_those_who_wait_longer_come_first(petra: Client) -> None:
    factories.submitted(version="1.0.0")
    second = factories.submitted(version="2.0.0")

    assert "You are number 2 in the queue." in _page(petra, "submission", second)


def test_the_stages_alone_end_with_the_word_to_ask_no_more(petra: Client) -> None:
    submission = factories.submitted()
    address = reverse("progress", args=[submission.pk])

    waiting = petra.get(address)
    factories.examined(submission)
    done = petra.get(address)

    assert (waiting.status_code, done.status_code) == (200, 286)
    assert "HX-Refresh" not in waiting.headers
    assert done.headers["HX-Refresh"] == "true"
    assert waiting.content.decode().count('class="is-now"') == 1
    assert done.content.decode().count('class="is-done"') == 6


def test_the_verdict_shows_the_images_first(petra: Client) -> None:
    page = _plain(_page(petra, "submission", factories.in_review()))

    assert (
        "5 images: 4 addresses lead to swr.cn-east-3.myhuaweicloud.com/osc-opensource (proven by"
        " rendering, on 9 cluster versions); 0 of 4 images are shipped: pulling fails unless they are in the registry"
        " already; 1 is hard-coded and must be fixed."
    ) in page


def test_findings_say_what_where_why_and_how_to_fix_it(petra: Client) -> None:
    submission = factories.in_review()

    page = _page(petra, "submission", submission)

    where = "harbour/package/harbour-1.4.0.tgz!/harbour/templates/web.yaml"
    assert "The template hard-codes busybox:1.36." in spoken(page)
    assert f'?file={quote(where)}#L15">{where}:15</a>' in page
    assert f'href="{reverse("rule", args=["OSC-HELM-008"])}"' in page
    assert "image: {{ .Values.waitForDatabase.image.repository }}" in page


def test_what_the_partner_must_fix_comes_first_and_rewrites_stand_together(petra: Client) -> None:
    page = _page(petra, "submission", factories.in_review())

    assert re.findall(r'<h2 id="group-(\w+)"', page) == ["fix", "applied", "noted"]
    rewrites = page[page.index('id="group-applied"') : page.index('id="group-noted"')]
    assert re.findall(r'<strong class="mono" translate="no">([^<]*)</strong>', rewrites) == [
        f"swr.cn-east-3.myhuaweicloud.com/osc-opensource/{image}"
        for image in ("web:1.4.0", "worker:1.4.0", "postgres:16.4", "exporter:0.9.2")
    ]


def test_a_rewrite_shows_the_line_before_and_after(petra: Client) -> None:
    page = _page(petra, "submission", factories.in_review())

    rows = re.findall(r'<tr class="(removed|added)"><td class="line">(\d*)</td>(.*?)</tr>', page)
    found = [
        (kind, line, re.sub(r"<[^>]*>", "", text)[1:].removeprefix(kind))
        for kind, line, text in rows
        if line in {"5", "6"}
    ]
    assert found == [
        ("removed", "5", "    registry: docker.io"),
        ("added", "5", "    registry: swr.cn-east-3.myhuaweicloud.com"),
        ("removed", "6", "    repository: harbourmaster/web   # built every night"),
        ("added", "6", "    repository: osc-opensource/web   # built every night"),
    ]


def test_a_refused_package_says_why_and_how_to_go_on(petra: Client) -> None:
    submission = factories.refused()

    page = _page(petra, "submission", submission)

    assert "The content is neither zip, tgz nor tar." in page
    assert f'href="{reverse("rule", args=["OSC-PKG-001"])}"' in page
    assert "Upload a corrected package" in page
    assert "is-stopped" in page


def test_a_returned_package_shows_the_reviewers_words(petra: Client) -> None:
    submission = factories.returned()

    assert re.search(
        r"A reviewer returned the package on [-0-9]+ [:0-9]+: Fix it.",
        _plain(_page(petra, "submission", submission)),
    )
    on_other_tabs = _plain(_page(petra, "history", submission))
    assert "The reviewer returned the package to be fixed Fix it." in on_other_tabs


def test_a_rejected_package_shows_the_reviewers_words(petra: Client) -> None:
    page = _plain(_page(petra, "submission", factories.rejected()))

    assert "The package was rejected Not for us." in page


def test_an_approved_package_waits_for_its_release(petra: Client) -> None:
    page = _page(petra, "submission", factories.approved())

    assert "The release is being made from the original and the approved edits" in page
    assert "every 2s" in page


def test_what_cannot_be_done_now_is_grey_and_says_why(petra: Client) -> None:
    page = _page(petra, "submission", factories.approved())

    grey = re.findall(r'role="link" aria-disabled="true" title="([^"]*)"', page)
    assert grey == ["Its state is “approved”."] * 2
    assert 'aria-disabled="true"' not in _page(
        petra, "submission", factories.in_review(version="2")
    )


def test_a_release_that_failed_for_good_is_no_longer_waited_for(petra: Client) -> None:
    submission = factories.approved()
    Release.objects.update(attempts=MOST_ATTEMPTS)

    page = _page(petra, "submission", submission)

    assert "An internal error, not a fault of the package." in page
    assert "every 2s" not in page


def test_a_released_package_is_there_with_its_hash(petra: Client) -> None:
    submission = factories.released()
    assert submission.current is not None
    release = submission.current.releases.get()

    page = _page(petra, "submission", submission)
    answer = petra.get(reverse("download", args=[submission.pk, 1, "released"]))

    assert f"sha256 {release.sha256}" in page
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert answer.headers["Content-Disposition"] == 'attachment; filename="harbour-1.4.0.zip"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_original_comes_back_as_it_was_and_the_log_shows_it(petra: Client) -> None:
    submission = factories.submitted()

    answer = petra.get(reverse("download", args=[submission.pk, 1, "original"]))

    assert b"".join(answer.streaming_content) == demo_package()  # type: ignore[attr-defined]
    answer.close()
    found = Event.objects.get(submission=submission, verb="download")
    assert (str(found.by), found.detail["artifact"]) == ("petra", "original")


def test_images_show_who_decides_them_and_who_pulls_them(petra: Client) -> None:
    page = _plain(_page(petra, "images", factories.in_review()))

    assert "hard-coded busybox:1.36 → becomes" in page
    assert "web.yaml:15 whole address" in page
    assert "Deployment release-name-web / wait-for-database" in page
    assert "metrics.enabled=true" in page


def test_images_are_narrowed_by_their_status(petra: Client) -> None:
    submission = factories.in_review()

    page = _page(petra, "images", submission, "?status=hardcoded")

    table = page[page.index('<table class="table-cards images">') :]
    assert "busybox:1.36" in table
    assert "postgres" not in table
    assert "all 5 proven 4 hard-coded 1" in _plain(page)


def test_the_bar_of_images_is_full_in_every_language(petra: Client) -> None:
    page = _page(petra, "images", factories.in_review())

    bars = re.findall(r'<rect class="is-(\w+)" x="([\d.]+)" width="([\d.]+)"', page)
    assert bars == [("success", "0.0", "80.0"), ("error", "80.0", "20.0")]


def test_the_files_of_a_package_are_listed_and_read(petra: Client) -> None:
    submission = factories.in_review()
    address = "harbour/package/harbour-1.4.0.tgz!/harbour/values.yaml"

    listed = _page(petra, "files", submission)
    read = _page(petra, "files", submission, f"?file={address}")

    assert f'href="?file={quote(address)}"' in listed
    assert (
        '<td class="line">5</td><td translate="no">    <span class="yk">registry</span>: docker.io</td></tr>'
        in read
    )


def test_a_file_that_is_not_there_is_not_found(petra: Client) -> None:
    submission = factories.in_review()

    answer = petra.get(reverse("files", args=[submission.pk]) + "?file=../etc/passwd")

    assert answer.status_code == 404


def test_of_a_package_that_cannot_be_read_no_files_are_listed(petra: Client) -> None:
    assert "The files cannot be listed" in _page(petra, "files", factories.refused())


def test_text_of_a_package_can_neither_pose_as_ours_nor_run(petra: Client) -> None:
    hostile = "# <script>alert(1)</script> \N{RIGHT-TO-LEFT OVERRIDE}gpj.exe \x1b[31m"
    submission = factories.in_review(demo_package(("# Berths are booked here.", hostile)))
    address = "harbour/package/harbour-1.4.0.tgz!/harbour/values.yaml"

    answer = petra.get(reverse("files", args=[submission.pk]) + f"?file={address}")

    page = answer.content.decode()
    assert "<script>alert" not in page
    assert (
        '# &lt;script&gt;alert(1)&lt;/script&gt; <span class="hidden-sign">\\u202e</span>gpj.exe'
        ' <span class="hidden-sign">\\x1b</span>[31m'
    ) in page


def test_binary_files_are_not_shown(petra: Client) -> None:
    output = io.BytesIO(demo_package())
    with zipfile.ZipFile(output, "a") as archive:
        archive.writestr("harbour/extends/picture.png", b"\x89PNG\0\0")
    submission = factories.in_review(output.getvalue())

    page = _page(petra, "files", submission, "?file=harbour/extends/picture.png")

    assert "This is not a text file, so it is not shown." in page


def test_the_history_shows_what_happened_and_what_was_said(petra: Client) -> None:
    page = _plain(_page(petra, "history", factories.returned()))

    assert "petra submitted harbour-1.4.0.zip" in page
    assert "The portal began to examine revision 1" in page
    assert "A reviewer returned it to be fixed" in page
    assert "Fix it." in page


def test_the_history_is_narrowed_by_kind(petra: Client) -> None:
    page = _plain(_page(petra, "history", factories.returned(), "?kind=uploads"))

    assert "petra submitted harbour-1.4.0.zip" in page
    assert "returned it" not in page


def test_a_comment_reaches_the_other_side(petra: Client) -> None:
    submission = factories.in_review()

    petra.post(
        reverse("comment", args=[submission.pk]), {"text": "When will you look?", "revision": 1}
    )

    petra.force_login(factories.rita())
    assert "petra commented rev 1 · just now When will you look?" in _plain(
        _page(petra, "history", submission)
    )


def test_an_empty_comment_is_asked_for_again(petra: Client) -> None:
    submission = factories.in_review()

    answer = petra.post(reverse("comment", args=[submission.pk]), {"text": " ", "revision": 1})

    assert answer.status_code == 422
    assert "Write a comment first." in answer.content.decode()


def test_a_comment_on_an_earlier_revision_is_asked_for_again_with_its_text(petra: Client) -> None:
    submission = factories.in_review()
    factories.examined(factories.revised(submission))

    answer = petra.post(
        reverse("comment", args=[submission.pk]), {"text": "On <b>one</b>.", "revision": 1}
    )
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "Revision 2 was uploaded meanwhile: look at that one." in page
    assert "On &lt;b&gt;one&lt;/b&gt;.</textarea>" in page
    assert 'name="revision" value="2"' in page


def test_a_comment_on_a_finding_stands_at_the_finding(petra: Client) -> None:
    submission = factories.in_review()
    conversing.comment(
        by=factories.rita(), submission=submission, revision=1, text="Look here.", position=0
    )

    petra.force_login(factories.rita())
    page = _plain(_page(petra, "submission", submission))

    assert "rita just now Reply Look here." in page


def test_decisions_stand_at_the_findings_with_their_reasons(petra: Client) -> None:
    submission = factories.in_review()
    unit = factories.unit_of(submission, "OSC-HELM-008")
    factories.decide(submission, "reject", unit, comment="We know it.")

    petra.force_login(factories.rita())
    page = _plain(_page(petra, "submission", submission))

    assert "dismissed" in page
    assert "rita : known and accepted We know it." in page


def test_an_earlier_revision_stays_as_it_was(petra: Client) -> None:
    submission = factories.examined(
        factories.revised(factories.returned(), demo_package(factories.FIXED))
    )

    then = _page(petra, "submission", submission, "?rev=1")
    now = _page(petra, "submission", submission)

    assert "This is an earlier revision, kept as it was." in then
    assert "The template hard-codes busybox:1.36." in spoken(then)
    assert f'href="{reverse("images", args=[submission.pk])}?rev=1"' in then
    assert "The template hard-codes busybox:1.36." not in spoken(now)
    assert "Since rev 1:" in now


@pytest.mark.parametrize("number", ["7", "99999"])
def test_a_revision_that_there_is_not_is_not_found(number: str, petra: Client) -> None:
    submission = factories.submitted()

    answer = petra.get(reverse("submission", args=[submission.pk]) + f"?rev={number}")

    assert answer.status_code == 404


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "1234567890"])
def test_nonsense_asks_for_the_current_revision(number: str, petra: Client) -> None:
    submission = factories.submitted()

    answer = petra.get(reverse("submission", args=[submission.pk]) + f"?rev={number}")

    assert answer.status_code == 200


def test_reviewers_are_led_to_the_review_and_partners_are_not(petra: Client) -> None:
    submission = factories.in_review()
    review = f'href="{reverse("review", args=[submission.pk])}"'

    assert review not in _page(petra, "submission", submission)
    petra.force_login(factories.rita())
    assert review in _page(petra, "submission", submission)
    petra.force_login(factories.robin())
    assert review not in _page(petra, "submission", submission)


def test_that_somebody_looked_is_logged_once_a_visit(petra: Client) -> None:
    submission = factories.in_review()

    for _each in range(3):
        _page(petra, "submission", submission)

    assert Event.objects.filter(submission=submission, verb="view").count() == 1


def test_packages_are_opened_for_few_visitors_at_once(
    petra: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = factories.submitted()
    monkeypatch.setattr(package_files, "_PATIENCE", 0.01)
    for _each in range(2):
        package_files._AT_ONCE.acquire()
    try:
        busy = petra.get(reverse("files", args=[submission.pk]))
    finally:
        package_files._AT_ONCE.release(2)
    free = petra.get(reverse("files", args=[submission.pk]))

    assert (busy.status_code, busy.headers["Refresh"], busy.headers["Retry-After"]) == (
        503,
        "3",
        "3",
    )
    assert "Other packages are being opened" in busy.content.decode()
    assert (free.status_code, "Refresh" in free.headers) == (200, False)


def test_images_end_with_what_each_cluster_version_takes(petra: Client) -> None:
    page = _plain(_page(petra, "images", factories.in_review()))

    _images, _heading, table = page.partition("Cluster versions")
    rows = [" ".join(row.split()) for row in table.partition(" v1.25.0-r0 ")[0].split(" v1.")[1:]]
    assert [row.partition(" ")[0] for row in rows] == [
        "34.0-r0",
        "33.0-r0",
        "32.0-r0",
        "31.4-r0",
        "30.0-r0",
        "29.0-r0",
        "28.8-r0",
        "27.0-r0",
    ]
    assert {row.partition(" ")[2] for row in rows} == {"4 of 5 3 of 3 0 0"}


def test_a_revision_has_an_address_for_good(petra: Client) -> None:
    submission = factories.in_review()
    address = reverse("revision", args=[submission.pk, 1])
    before = petra.get(address)

    factories.examined(factories.revised(submission, demo_package(factories.FIXED)))
    after = petra.get(address)

    shown = ["OSC-HELM-008" in answer.content.decode() for answer in (before, after)]
    assert (before.status_code, after.status_code, shown) == (200, 200, [True, True])
    assert f'href="{address}"' in _page(petra, "history", submission)
    assert petra.get(reverse("revision", args=[submission.pk, 3])).status_code == 404


def test_the_report_is_printed_on_one_page(petra: Client) -> None:
    submission = factories.in_review()

    answer = petra.get(reverse("printed-report", args=[submission.pk, 1]))

    page = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert re.findall(r'<h2 id="([-\w]+)"', page) == [
        "group-fix",
        "group-applied",
        "group-noted",
        "images",
    ]
    assert petra.get(reverse("printed-report", args=[submission.pk, 2])).status_code == 404


def test_what_to_do_is_listed_with_links_and_the_text_to_paste(petra: Client) -> None:
    submission = factories.in_review()
    assert submission.current is not None
    position = submission.current.findings.get(rule="OSC-HELM-008").position

    page = _page(petra, "submission", submission)

    assert "You must fix 1 finding" in _plain(page).replace("  ", " ")
    assert f'data-copies-added="paste-{position}-2"' in page
    assert f'<a href="#u-{position}">An image is hard-coded in a template</a>' in page
    added = re.findall(r'<span class="row added">.*?<code>(.*?)\n</code>', page, re.DOTALL)
    assert [spoken(each) for each in added] == [
        "waitForDatabase:",
        "  image:",
        "    repository: busybox",
        '    tag: "1.36"',
        (
            "          image: {{ .Values.waitForDatabase.image.repository }}:"
            "{{ .Values.waitForDatabase.image.tag }}"
        ),
    ]


def test_a_file_that_calls_itself_otherwise_is_noticed(petra: Client) -> None:
    words = "The file calls itself harbour 1.4.0, and it was submitted as harbour 2.0.0."

    assert words in spoken(_page(petra, "submission", factories.in_review(version="2.0.0")))
    assert "calls itself" not in _page(petra, "submission", factories.in_review())


def test_of_many_findings_the_first_are_drawn_until_one_asks_for_more(
    petra: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = factories.in_review()
    whole = re.findall(r'id="(u-[0-9]+)"', _page(petra, "submission", submission))
    monkeypatch.setattr(finding_cards, "DRAWN", 1)
    first = _page(petra, "submission", submission)
    drawn = re.findall(r'id="(u-[0-9]+)"', first)
    more = re.findall(r'href="([^"#]*)[^"]*" data-more', first)
    last = next(each for each in reversed(whole) if each not in drawn)

    there = _page(petra, "submission", submission, f"?at={last}")
    asked = {
        each
        for query in more
        for each in re.findall(r'id="(u-[0-9]+)"', _page(petra, "submission", submission, query))
    }

    assert 0 < len(drawn) < len(whole)
    assert [f'<li><a href="{to}#{whole[0]}">' in first for to in ("", f"?at={whole[0]}")] == [
        True,
        False,
    ]
    monkeypatch.setattr(finding_cards, "DRAWN", 0)
    assert f'<li><a href="?at={whole[0]}#{whole[0]}">' in _page(petra, "submission", submission)
    assert f'id="{last}"' in there
    assert asked == set(whole)
