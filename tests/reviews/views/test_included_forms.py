"""What is included with a context of its own still has the token, wherever it draws a form."""

from __future__ import annotations

import re
from pathlib import Path

_TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
_INCLUDE = re.compile(r'{% include "([^"]+)"([^%]*)%}')
_WITHOUT_FORMS = "controls=None"  # a finding that is only shown


def _with_forms(texts: dict[str, str]) -> set[str]:
    """The templates that draw a form to be sent, themselves or by what they include."""
    found = {name for name, text in texts.items() if "{% csrf_token %}" in text}
    while True:
        more = {
            name
            for name, text in texts.items()
            if any(included in found for included, _with in _INCLUDE.findall(text))
        }
        if more <= found:
            return found
        found |= more


def test_every_included_form_gets_its_token() -> None:
    paths = _TEMPLATES.rglob("*.html")
    texts = {str(path.relative_to(_TEMPLATES)): path.read_text("utf-8") for path in paths}
    with_forms = _with_forms(texts)
    without_token = [
        (name, included)
        for name, text in texts.items()
        for included, given in _INCLUDE.findall(text)
        if included in with_forms
        and " only" in given
        and not any(each in given for each in ("csrf_token=", _WITHOUT_FORMS))
    ]
    assert without_token == []
