"""A timeline is drawn by hand: names and words of people are escaped there, too."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from reviews.models import Event, Revision, Submission
from reviews.templatetags.timeline import timeline

pytestmark = pytest.mark.django_db


def test_names_and_words_are_escaped() -> None:
    submission = Submission(pk=7, title="<i>")
    event = Event(
        pk=1,
        by=User(username="<u>"),
        verb="comment",
        submission=submission,
        revision=Revision(number=2),
        detail={"comment": "<script>&"},
    )

    html = timeline([event], names_submissions=True)

    assert '<strong translate="no">&lt;u&gt;</strong>' in html
    assert '<a href="/submissions/7/" translate="no">&lt;i&gt;</a>' in html
    assert '<span class="small soft">rev 2</span>' in html
    assert '<div class="said lines" translate="no">&lt;script&gt;&amp;</div>' in html
