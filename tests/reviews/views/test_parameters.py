"""A NUL is in no text: it is refused wherever it comes, and never reaches the database."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    ["/submissions/?q=%00", "/submissions/?%00=q", "/rules/%00/", "/submissions/?q=a%00b&sort=x"],
)
def test_in_an_address(path: str, client: Client) -> None:
    client.force_login(factories.petra())

    assert client.get(path).status_code == 400


@pytest.mark.parametrize(
    "form", [{"username": "\0", "password": "x"}, {"username": "x", "\0": "x"}]
)
def test_in_a_form(form: dict[str, str], client: Client) -> None:
    assert client.post("/sign-in/", form).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"), [('{"a": "\\u0000"}', 400), ('{"a": "\\\\u0000"}', 302), ("{}", 302)]
)
def test_in_json(body: str, status: int, client: Client) -> None:
    answer = client.post("/submissions/demo/", body, content_type="application/json")

    assert answer.status_code == status


def test_in_a_cookie(client: Client) -> None:
    answer = client.get("/submissions/", headers={"cookie": 'sessionid="\\000aaaaaaaaaa"'})

    assert answer.status_code == 400
