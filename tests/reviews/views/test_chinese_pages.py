"""A Chinese reader sees no English sentence, on any page, whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import translation

from reviews import urls
from reviews.actions import conversing, reviewing
from reviews.demo_package import SERVICE, VERSION
from reviews.models import Submission
from reviews.pipeline.core.messages import _
from reviews.states import SubmissionState
from tests import factories
from tests.catalogue.english import NAMES, english_in, english_in_page, with_marked_names

pytestmark = pytest.mark.django_db

IN_BOTH_LANGUAGES = frozenset({"decisionreason"})
"""Records with a text in each language, side by side."""
OF_A_RECORD = ("change", "history", "delete")
OF_DJANGO = frozenset(
    [
        "Acme",
        "ada",
        "petra",
        "rita",
        "harbour",
        "reviewers",
        "Search",
        "True",
        "False",
        "LDAP",
        "Mac",
        "Command",
        "Control",
        "relationship",
        "relationships",
        "object",
        "acme",
    ]
)
"""What Django's own administration has in no other language, and names on its pages."""


@pytest.fixture(autouse=True)
def _names_are_marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with_marked_names(monkeypatch)
    # A request leaves its language behind.
    with translation.override("en"):
        yield


KINDS = ("decisions", "comments", "uploads", "visits")
GIVEN = {"rule": "OSC-HELM-008", "artifact": "mapping", "number": 1, "uidb64": "MQ", "token": "1-a"}
"""What stands in an address, by its name there; anything else is 1, and a page says that it is not
there."""


def _client(user: User | None) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    if user is not None:
        client.force_login(user)
    return client


def _story() -> tuple[Submission, Submission]:
    """A submission that is released, and one that a reviewer has worked on and the partner too."""
    released = factories.released()
    returned = factories.in_review(version="2.0.0")
    unit = factories.unit_of(returned, "OSC-HELM-008")
    factories.decide(returned, "reject", unit)
    conversing.comment(
        by=factories.rita(), submission=returned, revision=1, text="好", position=None
    )
    reviewing.return_to_partner(
        by=factories.rita(), submission=returned, revision=1, comment="请修复。"
    )
    return released, factories.examined(factories.revised(factories.again(returned)))


def _patterns(found: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for each in found:
        if isinstance(each, URLPattern):
            yield each
        else:
            yield from _patterns(each.url_patterns)


def _addresses(submission: Submission) -> Iterator[str]:
    """An address of each page of the portal, all of them of one submission."""
    for pattern in _patterns(urls.urlpatterns):
        if pattern.name == "logout":
            continue
        given = {name: GIVEN.get(name, 1) for name in pattern.pattern.converters}
        if "pk" in given:
            is_of_service = str(pattern.pattern).startswith("services/")
            given["pk"] = submission.service_id if is_of_service else submission.pk
        yield reverse(pattern.name, kwargs=given)


def _more_addresses(released: Submission, worked: Submission) -> Iterator[str]:
    """Pages that are different with a question, a list or an anchor in their address."""
    yield "/nowhere/"
    query = urlencode({"from": released.pk, "to": worked.pk})
    yield reverse("compare-versions", args=[released.service_id]) + f"?{query}"
    for kind in KINDS:
        yield reverse("history", args=[worked.pk]) + f"?kind={kind}"
    yield reverse("changes", args=[worked.pk]) + "?view=unified&unfold=all"
    yield reverse("images", args=[worked.pk]) + "?status=hardcoded"
    yield reverse("revision", args=[worked.pk, 1])
    yield reverse("submissions") + "?q=nothing+of+this+name"
    yield reverse("queue") + "?q=nothing+of+this+name"
    yield reverse("queue") + "?mine=on"
    yield reverse("piece", args=[worked.pk]) + "?at=f-0"
    file = f"{SERVICE}/package/{SERVICE}-helm-{VERSION}.tgz!/{SERVICE}/values.yaml"
    lines = {"file": file, "first": 1, "last": 9, "shift": 0, "from": 3, "to": 5, "suffix": ""}
    yield reverse("lines", args=[worked.pk]) + f"?{urlencode(lines)}"
    yield reverse("progress", args=[worked.pk]) + "?here=history&seen=findings"


def _records() -> Iterator[str]:
    """Pages of the administrators' site: of each kind of record, and of one of them."""
    yield reverse("admin:index")
    for model in admin.site._registry:
        if model._meta.model_name in IN_BOTH_LANGUAGES:
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        first = model._default_manager.order_by("pk").first()
        if first is not None:
            yield from (reverse(f"{name}_{page}", args=[first.pk]) for page in OF_A_RECORD)


def _english(user: User | None, addresses: Iterable[str]) -> dict[str, str]:
    """The English words that a user finds on these pages, with the first page of each."""
    client = _client(user)
    found: dict[str, str] = {}
    for address in addresses:
        page = client.get(address)
        if page.status_code == 405:
            page = client.post(address, follow=True)
        if page.streaming or not page["content-type"].startswith("text/html"):
            continue
        for word in english_in_page(page.content.decode(), NAMES | OF_DJANGO):
            found.setdefault(word, address)
    return found


def _in_every_state(submission: Submission) -> dict[str, str]:
    found: dict[str, str] = {}
    for state in SubmissionState:
        Submission.objects.filter(pk=submission.pk).update(state=state.value)
        pages = [reverse(name, args=[submission.pk]) for name in ("submission", "review")]
        found |= _english(factories.petra(), [pages[0]]) | _english(factories.rita(), pages)
    return found


def test_no_page_has_an_english_word() -> None:
    # One story for all of them: to make it costs as much as to read the pages.
    released, worked = _story()
    addresses = [*_addresses(worked), *_more_addresses(released, worked)]
    found = {
        **_english(None, _addresses(worked)),
        **_english(factories.petra(), [*addresses, reverse("release", args=[released.pk])]),
        **_english(factories.rita(), addresses),
        **_english(factories.ada(), [reverse("release", args=[released.pk]), *_records()]),
        **_in_every_state(released),
    }

    assert found == {}


def test_no_mail_has_an_english_word() -> None:
    petra = factories.petra()
    petra.email = "petra@example.com"
    petra.save()
    with translation.override("zh-hans"):
        _client(None).post(reverse("password_reset"), {"email": petra.email})

    (sent,) = mail.outbox
    assert list(english_in(f"{sent.subject} {sent.body}", NAMES | OF_DJANGO)) == []


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>中文 <b>Apply</b> it</p>", ["Apply", "it"]),
        ('<button title="Close">关闭</button>', ["Close"]),
        ('<p translate="no">Close <b>it</b></p>是', []),
        ("<p>使用 <code>helm lint</code>，见 registry.example.com/etcd:3.5</p>", []),
        ("<p>写为“type: application”</p>", []),
        ("<img alt='Close'>", ["Close"]),
    ],
)
def test_english_words_of_a_page_are_found(page: str, words: list[str]) -> None:
    assert english_in_page(page) == words


def test_a_name_that_fills_a_message_is_no_english_word() -> None:
    assert list(english_in(_("The file %(name)s", name="the file").text())) == ["The", "file"]
