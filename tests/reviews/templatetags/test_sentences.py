from __future__ import annotations

import pytest
from django.utils.safestring import mark_safe

from reviews.pipeline.core.messages import Message, _, listed
from reviews.templatetags.sentences import sentence

DIGEST = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("message", "html"),
    [
        (_("Write <%(name)s>.", name="a&b"), 'Write &lt;<span translate="no">a&amp;b</span>&gt;.'),
        (
            _("%(what)s: %(names)s", what=_("One of %(n)s", n=2), names=listed(("x/y", "z"))),
            'One of 2: <span translate="no">x/<wbr>y</span>, <span translate="no">z</span>',
        ),
        (_("Line %(line)s\nis wrong.", line=3), "Line 3\nis wrong."),
        (_("%(name)s", name="a\ue000\ue001\u202e"), '<span translate="no">a\\u202e</span>'),
        ("by <hand>", '<span translate="no">by &lt;hand&gt;</span>'),
        (mark_safe("our own"), "our own"),
        ("", ""),
        (None, ""),
    ],
)
def test_names_in_a_message_are_set_apart(message: Message | str | None, html: str) -> None:
    assert sentence(message) == html


def test_a_digest_in_a_message_is_shortened() -> None:
    assert sentence(_("It is %(image)s.", image=f"busybox@sha256:{DIGEST}")) == (
        'It is <span translate="no">busybox<span class="digest" tabindex="0"'
        f' title="{DIGEST}">@sha256:0123456789ab<span class="rest">{DIGEST[12:]}</span></span>'
        "</span>."
    )


@pytest.mark.parametrize(
    ("name", "head", "rest"),
    [("one\ntwo", "one", "\ntwo"), ("x" * 201, "x" * 120, "x" * 81)],
)
def test_a_name_of_many_lines_is_folded(name: str, head: str, rest: str) -> None:
    assert sentence(_("Value %(value)s", value=name)) == (
        f'Value <span class="long" translate="no" tabindex="0">{head}'
        f'<span class="rest">{rest}</span></span>'
    )
