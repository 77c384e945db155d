"""The bench of pages: what it measures on, and how it is printed."""

from __future__ import annotations

import gzip
import io
import zipfile

from django.http import HttpResponse

from tests.bench.flood import IMAGES, LINES, LITERALS, fixed, flooded_chart, parts, values
from tests.bench.pages import Goal, packed, reference, taken


def test_the_generated_chart_has_as_much_as_it_says() -> None:
    assert values().count("\n") == LINES
    assert parts().count("image:") == IMAGES
    assert sum(fixed(each).count("image:") for each in range(8)) == LITERALS
    names = zipfile.ZipFile(io.BytesIO(packed("flood", flooded_chart()))).namelist()
    assert names == ["service/package/flood.tgz"]


def test_a_page_is_measured_as_it_is_sent() -> None:
    answer = HttpResponse(gzip.compress(b"x" * 1000, mtime=0), headers={"Content-Encoding": "gzip"})
    found = taken("page", lambda: answer, lambda ask: len(ask().content), Goal(30, 10))
    assert (found.size, found.sent, found.queries) == (1000, len(answer.content), found.sent)
    assert found.row().startswith("| page | ")
    assert found.row().endswith(f" | 30 | 1 | 10 | 0 | {found.sent} |")
    assert reference() > 0
