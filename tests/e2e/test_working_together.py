"""Two reviewers and a partner over three revisions, with the mails that they get.

All of it in one portal: what one person does, the others find on their pages and in their mail.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from reviews.demo_package import FILE_NAME, SERVICE, demo_package
from tests.e2e.conftest import Visit, Visitor, demo
from tests.e2e.test_keyboard import submit
from tests.reviews.running import RunningPortal
from tests.shipping import clean_package

LONG_AGO = "2026-01-05"
WORSE = ("image: busybox:1.36", "image: quay.io/harbourmaster/helper:2.0")
"""The partner's first correction: another image is hard-coded instead."""


pytestmark = pytest.mark.usefixtures("reviewers")


@pytest.fixture(scope="module")
def portal() -> Iterator[RunningPortal]:
    """A demo of their own: who is first in a queue, and which tags are free, others would change."""
    with demo() as running:
        yield running


@pytest.fixture(scope="module")
def reviewers(portal: RunningPortal) -> None:
    """Rita and Ralf, who review, and can be reached by mail."""
    for name in ("rita", "ralf"):
        portal.ask(f"factories.person('{name}', reviewer=True).pk")
        address = f"{name}@example.com"
        portal.ask(f"factories.User.objects.filter(username='{name}').update(email='{address}')")


def colleague(visit: Visit, name: str) -> Visitor:
    return visit().sign_in(name, f"the password of {name}")


def number_of(page: Page) -> str:
    return str(re.findall(r"/(?:submissions|review)/(\d+)/", page.url)[0])


def wait_since(portal: RunningPortal, number: str, day: str) -> None:
    """Let the package have waited for its reviewer since that day."""
    rows = f"Submission.objects.filter(pk={number})"
    assert portal.ask(f"{rows}.update(waiting_since='{day}T08:00:00Z')") == 1


def let_claim_expire(portal: RunningPortal, number: str) -> None:
    """As if its holder had done nothing for hours."""
    rows = f"Submission.objects.filter(pk={number})"
    assert portal.ask(f"{rows}.update(claimed_until='{LONG_AGO}T09:00:00Z')") == 1


def mail(portal: RunningPortal, subject: str) -> EmailMessage:
    """The last mail with that subject, as the demo prints it; waits for it."""
    portal.hear(f"Subject: [OSC Portal] {subject}")
    printed = re.findall(
        r"^Content-Type: text/plain.*?^-{79}$", portal.words, re.MULTILINE | re.DOTALL
    )
    wanted = [each for each in printed if f"Subject: [OSC Portal] {subject}" in each]
    return email.message_from_string(wanted[-1].rstrip("-"), policy=default)


def queue_section(page: Page, name: str) -> Locator:
    page.goto("/review/")
    return page.get_by_role("region", name=name)


def upload(page: Page, package: bytes) -> None:
    """From the list of what is to be done to the next revision, until it was looked at."""
    page.get_by_role("link", name="Upload a corrected package").click()
    file = FilePayload(name=FILE_NAME, mimeType="application/zip", buffer=package)
    page.locator("input[name=file]").set_input_files(files=[file])
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(re.compile(r"/submissions/\d+/$"))
    expect(page.locator("#state").get_by_text("in review")).to_be_visible()
    expect(page.locator(".stages .is-now")).to_have_count(0)


def confirm_and_return(page: Page, words: str) -> None:
    """Confirm the hard-coded image, and return the package with words."""
    literal = page.locator("[data-finding]", has=page.get_by_role("link", name="OSC-HELM-008"))
    literal.get_by_role("button", name="Confirm").click()
    expect(literal).to_contain_text("confirmed: to be fixed")
    page.get_by_label("Comment for the partner").fill(words)
    page.get_by_role("button", name="Return to partner").click()
    page.wait_for_url("**/submissions/*/")


def test_three_revisions_lead_to_a_release(visit: Visit, portal: RunningPortal) -> None:
    partner = visit().sign_in("partner")
    submit(partner, "5.0.0", demo_package())
    number = number_of(partner.page)
    wait_since(portal, number, LONG_AGO)
    first_returns_it(visit, number)
    partner_corrects_it(partner.page, portal)
    first_finds_it_again(visit, portal, number)

    partner.page.reload()
    expect(partner.page.get_by_text("This one as well, please.")).to_be_visible()
    upload(partner.page, clean_package())
    let_claim_expire(portal, number)
    second = colleague(visit, "ralf").page
    second_takes_over(second, number)
    partner_asks(partner.page, number)
    second_reads_and_approves(second)
    partner_hears_of_the_release(partner.page, portal)


def first_returns_it(visit: Visit, number: str) -> None:
    rita = colleague(visit, "rita").page
    row = queue_section(rita, "Unclaimed").locator("tr[data-row]").first
    expect(row).to_contain_text(f"{SERVICE} 5.0.0")
    row.get_by_role("button", name="Claim").click()
    rita.wait_for_url(f"**/review/{number}/")
    expect(rita.get_by_text("You have claimed it.")).to_be_visible()
    confirm_and_return(rita, "Let values.yaml decide busybox.")


def partner_corrects_it(page: Page, portal: RunningPortal) -> None:
    returned = mail(portal, f"{SERVICE} 5.0.0 was returned to you")
    text = returned.get_content()
    assert returned["To"] == "partner@example.com"
    assert "upload a corrected package" in text.splitlines()[0]
    assert "A reviewer wrote:\n\n    Let values.yaml decide busybox.\n" in text
    assert "rita" not in returned.as_string()
    off = re.findall(r"http://.*/off/.*", text)[0]
    assert returned["List-Unsubscribe"].strip() == f"<{off}>"

    page.goto(re.findall(r"http://[^/]*(/submissions/\d+/)\n", text)[0])
    todo = page.get_by_role("region", name="You must fix 1 finding")
    expect(todo).to_contain_text("A reviewer returned the package")
    expect(todo).to_contain_text("Let values.yaml decide busybox.")
    expect(todo.get_by_role("listitem")).to_contain_text("confirmed by the reviewer")
    upload(page, demo_package(WORSE))


def first_finds_it_again(visit: Visit, portal: RunningPortal, number: str) -> None:
    again = mail(portal, f"{SERVICE} 5.0.0 was resubmitted")
    assert again["To"] == "rita@example.com"
    rita = colleague(visit, "rita").page
    row = queue_section(rita, "Your turn").locator("tr[data-row]").first
    expect(row).to_contain_text(f"{SERVICE} 5.0.0")
    expect(row).to_contain_text("overdue")
    row.get_by_role("link", name=f"{SERVICE} 5.0.0").click()
    rita.wait_for_url(f"**/review/{number}/")
    expect(rita.get_by_text("Since rev 1, which you reviewed")).to_contain_text("2 new")
    literal = rita.locator("[data-finding]", has=rita.get_by_role("link", name="OSC-HELM-008"))
    expect(literal).to_contain_text("quay.io/harbourmaster/helper:2.0")
    expect(literal.get_by_text("new", exact=True)).to_be_visible()
    confirm_and_return(rita, "This one as well, please.")


def second_takes_over(page: Page, number: str) -> None:
    row = queue_section(page, "Unclaimed").locator("tr[data-row]").first
    expect(row).to_contain_text("back to rita")
    row.get_by_role("button", name="Claim").click()
    page.wait_for_url(f"**/review/{number}/")
    page.locator("#rewrites-head").get_by_role("button", name="Apply 5").click()
    expect(page.get_by_text("All findings are decided.")).to_be_visible()


def partner_asks(page: Page, number: str) -> None:
    page.goto(f"/submissions/{number}/conversation/")
    page.get_by_label("Comment").fill("Is the exporter shipped as you want it?")
    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_role("article")).to_contain_text("Is the exporter shipped")


def second_reads_and_approves(page: Page) -> None:
    page.reload()
    unread = page.get_by_role("region", name="1 message of the partner to read first")
    expect(unread).to_contain_text("Is the exporter shipped as you want it?")
    expect(page.get_by_role("button", name="Approve package")).to_be_disabled()
    unread.get_by_role("button", name="I have read it").click()
    expect(unread).to_have_count(0)
    page.get_by_role("button", name="Approve package").click()
    page.wait_for_url("**/submissions/*/")
    expect(page.get_by_text("was approved")).to_be_visible()


def partner_hears_of_the_release(page: Page, portal: RunningPortal) -> None:
    released = mail(portal, f"{SERVICE} 5.0.0 is released")
    assert released["To"] == "partner@example.com"
    assert mail(portal, f"{SERVICE} 5.0.0 is approved")["To"] == "partner@example.com"
    assert "ralf" not in released.as_string()
    page.goto(re.findall(r"http://[^/]*(/submissions/\d+/)\n", released.get_content())[0])
    expect(page.locator("#state")).to_have_text("released")


def test_an_overdue_package_is_found_first_and_an_expired_claim_taken_over(
    visit: Visit, portal: RunningPortal
) -> None:
    partner = visit().sign_in("partner")
    submit(partner, "5.1.0", clean_package())
    number = number_of(partner.page)
    wait_since(portal, number, "2026-01-02")
    rita, ralf = (colleague(visit, name).page for name in ("rita", "ralf"))

    rita.goto("/review/?overdue=on&state=in_review")
    rita.get_by_role("link", name=f"{SERVICE} 5.1.0").click()
    rita.get_by_role("button", name="Claim").click()
    expect(rita.get_by_text("You have claimed it.")).to_be_visible()
    ralf.goto(f"/review/{number}/")
    expect(ralf.get_by_role("button", name="Approve package")).to_be_disabled()
    expect(ralf.locator("#why-not")).to_contain_text("rita has claimed it")

    let_claim_expire(portal, number)
    row = queue_section(ralf, "Unclaimed").locator("tr[data-row]").first
    expect(row).to_contain_text(re.compile(f"{SERVICE} 5.1.0.*overdue", re.DOTALL))
    row.get_by_role("button", name="Claim").click()
    expect(ralf.get_by_text("You have claimed it.")).to_be_visible()
    rita.reload()
    expect(rita.locator("#why-not")).to_contain_text("ralf has claimed it")


@pytest.mark.parametrize(("width", "colours"), [(1400, "light"), (400, "dark")])
def test_the_pages_of_administrators_are_accessible(
    width: int, colours: Literal["light", "dark"], visit: Visit
) -> None:
    admin = visit(width=width, colours=colours).sign_in("admin")
    violations, too_wide = {}, []
    for address in (
        "/admin/",
        "/admin/policy/",
        "/admin/reviews/submission/",
        "/admin/reviews/submission/1/change/",
        "/admin/reviews/invitation/add/",
        "/log/",
        "/review/1/",
        "/review/1/assign/",
        "/submissions/1/conversation/",
        "/submissions/1/attachments/",
        "/notifications/",
        "/gallery/",
    ):
        admin.page.goto(address)
        violations[address] = admin.accessibility_violations()
        if admin.page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(address)

    assert violations == {address: [] for address in violations}
    assert too_wide == []
