"""What a page reads at most once is read anew for every page, and wherever something is done."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse

from reviews.read_once import read_once, reading
from reviews.views.reading import ReadingMiddleware


class Source:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.read = read_once(self._read)

    def _read(self, number: int) -> int:
        self.asked.append(number)
        if number < 0:
            raise ValueError(number)
        return number * 2


def test_it_is_read_once_for_the_same_parameters() -> None:
    source = Source()
    with reading():
        assert [source.read(1), source.read(2), source.read(1)] == [2, 4, 2]
    assert source.asked == [1, 2]


def test_the_next_page_reads_anew_and_so_does_who_reads_none() -> None:
    source = Source()
    for _page in range(2):
        with reading():
            source.read(1)
    source.read(1)
    source.read(1)
    assert source.asked == [1, 1, 1, 1]


def test_a_failure_is_not_kept() -> None:
    source = Source()
    with reading():
        for _time in range(2):
            with pytest.raises(ValueError, match="-1"):
                source.read(-1)
    assert source.asked == [-1, -1]


@pytest.mark.parametrize(("method", "times"), [("GET", 1), ("HEAD", 1), ("POST", 2), ("PUT", 2)])
def test_only_a_page_that_is_read_keeps_what_it_read(method: str, times: int) -> None:
    source = Source()

    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{source.read(1)} {source.read(1)}")

    request = HttpRequest()
    request.method = method

    assert ReadingMiddleware(answer)(request).content == b"2 2"  # type: ignore[attr-defined]
    assert len(source.asked) == times
