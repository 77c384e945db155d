"""The pages of the rules."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django.fixtures import Settings

from reviews.pipeline.checks.contract import Check
from reviews.pipeline.checks.registry import CHECKS
from reviews.pipeline.checks.rule_pages import CHINESE, rule_page
from tests import factories

pytestmark = pytest.mark.django_db


def test_every_rule_is_listed(client: Client) -> None:
    page = client.get(reverse("rules")).content.decode()

    assert [each.ID for each in CHECKS if reverse("rule", args=[each.ID]) not in page] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.ID)
def test_every_rule_has_a_page(check: Check, client: Client) -> None:
    answer = client.get(reverse("rule", args=[check.ID]))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert escape(str(check.TITLE)) in page
    assert "<strong>What.</strong>" in page
    assert "**" not in html.unescape(page[page.index("<main") :].partition("<h2>")[0])


@pytest.fixture
def chinese(settings: Settings) -> Client:
    """The browser of somebody who reads Chinese."""
    settings.LANGUAGES = [("en", "English"), ("zh-hans", "中文")]
    return Client(headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"})


@pytest.mark.parametrize("check", CHECKS[::40], ids=lambda check: check.ID)
def test_a_chinese_reader_has_the_chinese_page(check: Check, chinese: Client) -> None:
    page = chinese.get(reverse("rule", args=[check.ID])).content.decode()

    assert f"<h1>{escape(rule_page(check, CHINESE).title)}</h1>" in page
    assert "<strong>检查内容</strong>" in page
    assert "<strong>What.</strong>" not in page
    assert "**" not in html.unescape(page[page.index("<main") :].partition("<h2>")[0])


def test_a_chinese_reader_has_a_list_of_chinese_titles(chinese: Client) -> None:
    page = chinese.get(reverse("rules")).content.decode()

    titles = [escape(rule_page(check, CHINESE).title) for check in CHECKS]
    assert [title for title in titles if f"<td>{title}<br>" not in page] == []


def test_the_example_shows_what_is_fixed(client: Client) -> None:
    page = client.get(reverse("rule", args=["OSC-ANN-001"])).content.decode()

    rows = re.findall(
        r'<tr class="(\w+)"><td class="line">(\d*)</td>.*?<td translate="no">(.*?)</td></tr>', page
    )
    assert [(kind, line, re.sub("<[^>]*>", "", text)) for kind, line, text in rows] == [
        ("context", "1", "apiVersion: v2"),
        ("context", "2", "name: demo"),
        ("context", "3", "version: 1.0.0"),
        ("added", "4", "annotations:"),
        ("added", "5", "  source: ISV"),
    ]


def test_the_example_of_a_wrong_name_shows_names_alone(client: Client) -> None:
    page = client.get(reverse("rule", args=["OSC-NAME-007"])).content.decode()

    rows = re.findall(r'<tr class="(\w+)">.*?<td translate="no">(.*?)</td></tr>', page)
    assert rows == [
        ("removed", "demo/package/demo operator-1.0.0.zip"),
        ("added", "demo/package/demo-operator-1.0.0.zip"),
    ]


@pytest.mark.parametrize("rule", ["OSC-HELM-008", "OSC-HELM-012"])
def test_both_sides_of_an_example_speak_of_the_same_image(rule: str, client: Client) -> None:
    page = client.get(reverse("rule", args=[rule])).content.decode()

    rows = re.findall(r'<tr class="(removed|added)">(.*?)</tr>', page)
    found = [
        (kind, image)
        for kind, row in rows
        for image in re.findall(r"quay\.io/team/[\w:.]*", re.sub("<[^>]*>", "", row))
    ]
    assert [kind for kind, _image in sorted(found)] == ["added", "removed"]
    assert len({image for _kind, image in found}) == 1


def test_a_rule_that_there_is_not_is_not_found(client: Client) -> None:
    assert client.get(reverse("rule", args=["OSC-NO-001"])).status_code == 404


def test_how_often_a_rule_finds_something_is_for_those_who_are_signed_in(client: Client) -> None:
    factories.in_review()
    address = reverse("rule", args=["OSC-HELM-008"])

    outside = client.get(address).content.decode()
    client.force_login(factories.paul())
    inside = client.get(address).content.decode()

    assert "found in" not in outside
    assert "found in 1 upload so far" in inside
