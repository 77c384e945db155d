from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from reviews.pipeline.core.findings import Severity
from reviews.pipeline.core.messages import Message, _
from reviews.pipeline.tracing.model import ImageStatus
from reviews.states import FindingState, SubmissionState
from reviews.templatetags import display
from reviews.templatetags.icons import ICONS


def _drawn(source: str, /, **context: object) -> str:
    return Template("{% load display %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("nginx:1.25", "nginx:1.25"),
        ('<b>"it\'s"</b>', "&lt;b&gt;&quot;it&#x27;s&quot;&lt;/b&gt;"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b", "a\\u202eb"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("云原生服务中心 é", "云原生服务中心 é"),
        (None, ""),
        (7, "7"),
    ],
)
def test_text_of_a_package_is_shown_as_it_is(text: object, drawn: str) -> None:
    assert _drawn("{{ text|shown }}", text=text) == drawn


def test_what_a_message_takes_from_a_package_is_made_harmless() -> None:
    message = _("The file %(file)s is bad.\nFix it.", file="<a>\N{RIGHT-TO-LEFT OVERRIDE}\nOurs:")

    assert _drawn("{{ message|words }}", message=message) == (
        "The file &lt;a&gt;\\u202e\nOurs: is bad.\nFix it."
    )


def test_a_message_speaks_the_readers_language() -> None:
    # Django's own catalogue has this one.
    with translation.override("de"):
        assert display.words(Message("Password")) == "Passwort"


@pytest.mark.parametrize(
    "states", [Severity, SubmissionState, FindingState, ImageStatus], ids=lambda each: each.__name__
)
def test_every_state_has_a_tone_and_a_sign(states: Iterable[str]) -> None:
    left_out = {FindingState.APPROVED, FindingState.REJECTED}  # shown by what they do instead
    for state in set(states) - left_out:
        assert display.tone(state) in {"error", "warning", "success", "info", "accent"}
        assert display.sign(state) in ICONS


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_no_text(name: str) -> None:
    drawn = _drawn("{% icon name %}", name=name)

    assert drawn.startswith('<svg class="icon" aria-hidden="true"')
    assert 'aria-hidden="true"' in drawn
    assert f'<use href="#i-{name}"/>' in drawn
    assert f'<symbol id="i-{name}" viewBox="0 0 16 16">{ICONS[name]}</symbol>' in display.icons()


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=3), "3\xa0minutes ago"),
        (timedelta(days=2, hours=5), "2\xa0days ago"),
    ],
)
def test_a_moment_is_shown_from_now_and_exactly_to_those_who_point(
    ago: timedelta, words: str
) -> None:
    at = timezone.now() - ago

    drawn = _drawn("{% moment at %}", at=at)

    assert drawn == (
        f'<time datetime="{at.isoformat()}" title="{at:%Y-%m-%d %H:%M:%S} UTC">{words}</time>'
    )


def test_no_moment_is_shown_by_nothing() -> None:
    assert _drawn("{% moment at %}", at=None) == ""


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("A `code` here.", "<p>A <code>code</code> here.</p>"),
        ("**What.** It *is* so.", "<p><strong>What.</strong> It <em>is</em> so.</p>"),
        ("One.\n\nTwo,\nstill two.", "<p>One.</p>\n<p>Two,\nstill two.</p>"),
        ("- a\n- b\n  b", "<ul><li>a</li><li>b\n  b</li></ul>"),
        ("Add:\n\n    a:\n      - b", "<p>Add:</p>\n<pre>a:\n  - b</pre>"),
        ("**说明**：用 `a`。", "<p><strong>说明</strong>：用 <code>a</code>。</p>"),
        ("`<b>` & `**`", "<p><code>&lt;b&gt;</code> &amp; <code>**</code></p>"),
    ],
)
def test_a_docstring_becomes_a_page(text: str, drawn: str) -> None:
    assert _drawn("{{ text|prose }}", text=text) == drawn


@pytest.mark.parametrize(
    ("address", "name"),
    [("a/b.tgz!/c/values.yaml", "values.yaml"), ("one", "one"), ("a/\x07b", "\\x07b")],
)
def test_the_name_of_a_file_is_the_end_of_its_address(address: str, name: str) -> None:
    assert display.base_name(address) == name


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("docker.io/bitnami/etcd:3.5", "docker.io/<wbr>bitnami/<wbr>etcd:<wbr>3.5"),
        ("a/<b>", "a/<wbr>&lt;b&gt;"),
        (
            f"etcd@sha256:{'0123456789abcdef' * 4}",
            (
                f'etcd<span class="digest" tabindex="0" title="{"0123456789abcdef" * 4}">'
                f'@sha256:0123456789ab<span class="rest">cdef{"0123456789abcdef" * 3}</span></span>'
            ),
        ),
    ],
)
def test_an_address_breaks_at_its_parts_and_its_digest_is_short(address: str, shown: str) -> None:
    assert display.address(address) == shown


def test_a_list_of_names_is_escaped_once() -> None:
    assert display.quoted_list(["a & b", "c"]) == '<span translate="no">a &amp; b, c</span>'
