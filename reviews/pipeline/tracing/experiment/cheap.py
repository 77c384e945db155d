"""A chart whose templates make no keys, for experiments that only look at images.

Making certificates and keys takes most of the time of the renders that have them, and no image
comes from them. In the copy that experiments render, the functions that make them give constants
instead. What is rendered as it is, and what proves a rewrite, is the chart itself.
"""

from __future__ import annotations

import re

from ...package.helm import Chart
from .expressions import actions_in

_PAIR = 'dict "Cert" "x" "Key" "y"'
_TEXT = "print"
_CONSTANTS = {
    "genCA": _PAIR,
    "genCAWithKey": _PAIR,
    "genSelfSignedCert": _PAIR,
    "genSelfSignedCertWithKey": _PAIR,
    "genSignedCert": _PAIR,
    "genSignedCertWithKey": _PAIR,
    "buildCustomCert": _PAIR,
    "genPrivateKey": _TEXT,
    "htpasswd": _TEXT,
    "bcrypt": _TEXT,
    "derivePassword": _TEXT,
}
# These give the same again for the same arguments: a constant would hide that they changed.
_SAME_AGAIN = ("buildCustomCert", "derivePassword")
_NAMES = "|".join(sorted(_CONSTANTS, key=len, reverse=True))
_CALL = re.compile(
    rf'(?P<kept>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?<![\w.$])(?P<name>{_NAMES})(?![\w.])', re.DOTALL
)


def makes_keys(root: Chart) -> bool:
    """Whether templates of the chart, or of a sub-chart, make certificates, keys or hashes."""
    return any(name in text for text in _texts(root) for name in _CONSTANTS)


def makes_only_random(root: Chart) -> bool:
    """Whether all that constants take the place of differs from render to render anyway."""
    return not any(name in text for text in _texts(root) for name in _SAME_AGAIN)


def _texts(root: Chart) -> list[str]:
    return [text for chart in root.walk() for _name, text in chart.templates()]


def without_keys(content: bytes) -> bytes:
    """A template with constants in place of generated keys; the same object where it has none."""
    if not any(name.encode() in content for name in _CONSTANTS):
        return content
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    parts, last = [], 0
    for start, end in actions_in(text):
        parts += [text[last:start], _CALL.sub(_constant, text[start:end])]
        last = end
    return "".join([*parts, text[last:]]).encode()


def _constant(call: re.Match[str]) -> str:
    return call["kept"] or _CONSTANTS[call["name"]]
