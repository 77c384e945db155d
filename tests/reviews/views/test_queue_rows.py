"""Rows of the queue are drawn by hand: what people and packages name is escaped there, too."""

from __future__ import annotations

from django.utils import timezone

from reviews.models import Organisation, Submission
from reviews.queries.groups import GroupCounts
from reviews.views.queue_rows import QueueRows

LIVE = "<b title='x'>&\u202e"
SHOWN = "&lt;b title=&#x27;x&#x27;&gt;&amp;\\u202e"


def _rows() -> QueueRows:
    return QueueRows(
        due={}, groups={7: GroupCounts(fix=2)}, unread={7: 1}, next_stages={}, own=(), token="t"
    )


def test_names_are_escaped_and_what_hides_is_written_out() -> None:
    row = Submission(
        pk=7,
        title=LIVE,
        kind="helm",
        state="in_review",
        waiting_since=timezone.now(),
        organisation=Organisation(pk=1, name=LIVE),
    )

    html = _rows().html([row], is_mixed=False)

    assert html.count(SHOWN) == 3
    assert LIVE not in html
    assert '<span class="is-error" title="for the partner to fix">' in html
    assert 'href="/submissions/7/conversation/"' in html
    assert 'action="/review/7/claim/"' in html
