"""The logo is a picture.

**What.** `logo` of `metadata.yaml` has `base64data`, which decodes, and `mediatype`, which is that
of a picture (`image/png`).

**Why.** What does not decode is shown as a broken picture in the catalogue.

**How to fix it.** Encode the picture's file with `base64 -w0` and paste the result; write its type
beside it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...yaml.source import place_of
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-FMT-008"
NAME = "logo"
TITLE = _("The logo is not a picture")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (
    osc_package(metadata=OSC_METADATA + "logo: {base64data: aGVsbG8=, mediatype: image/png}\n"),
)
BAD: tuple[Example, ...] = (
    osc_package(
        metadata=OSC_METADATA + "logo: {base64data: aGVsbG8, mediatype: image/png}\n"
    ).expecting(
        Expected(
            "OSC-FMT-008",
            "warning",
            "demo/metadata.yaml:16:20",
            message="logo.base64data is not valid base64.",
            help=(
                "Encode the picture with base64 and write its type, such as image/png, beside it."
            ),
        )
    ),
    osc_package(
        metadata=OSC_METADATA + "logo: {base64data: aGVsbG8=, mediatype: text/html}\n"
    ).expecting(
        Expected(
            "OSC-FMT-008",
            "warning",
            "demo/metadata.yaml:16:41",
            message=Message(
                "%(path)s says “%(found)s”, which is not of the form that is wanted.",
                {"path": "logo.mediatype", "found": "text/html"},
            ),
            help=(
                "Encode the picture with base64 and write its type, such as image/png, beside it."
            ),
        )
    ),
    osc_package(metadata=OSC_METADATA + "logo: {base64data: aGVsbG8=}\n").expecting(
        Expected(
            "OSC-FMT-008",
            "warning",
            "demo/metadata.yaml:16:7",
            message=Message("Missing: %(paths)s.", {"paths": ("logo.mediatype",)}),
            help=(
                "Encode the picture with base64 and write its type, such as image/png, beside it."
            ),
        )
    ),
)

_HELP = _("Encode the picture with base64 and write its type, such as image/png, beside it.")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A logo that is incomplete, of another type, or does not decode."""
    metadata = facts.osc.metadata if facts.osc is not None else None
    if facts.osc is None or metadata is None:
        return
    for each in facts.osc.violations_of(ID):
        yield Problem(each.message, _HELP, each.place)
    path = ("logo", "base64data")
    data = metadata.data_at(path)
    if isinstance(data, str) and not _decodes(data):
        yield Problem(_("logo.base64data is not valid base64."), _HELP, place_of(metadata, path))


def _decodes(text: str) -> bool:
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        return False
    return True
