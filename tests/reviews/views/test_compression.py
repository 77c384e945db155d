"""Pages are sent compressed, and nothing else is."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db
ZIPPED = {"Accept-Encoding": "gzip"}


def test_a_page_is_compressed_for_whoever_takes_it(client: Client) -> None:
    packed = client.get(reverse("help"), headers=ZIPPED)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert b"<html" in gzip.decompress(packed.content)
    assert "Content-Encoding" not in client.get(reverse("help")).headers


def test_two_answers_are_never_of_one_length_for_long(client: Client) -> None:
    lengths = {len(client.get(reverse("help"), headers=ZIPPED).content) for _turn in range(8)}
    assert len(lengths) > 1


def test_a_download_is_sent_as_it_is(client: Client) -> None:
    submission = factories.submitted()
    client.force_login(factories.petra())
    answer = client.get(reverse("download", args=[submission.pk, 1, "original"]), headers=ZIPPED)
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.getvalue())
