"""What a YAML scalar means to Helm, and how a template prints it.

Helm reads values with sigs.k8s.io/yaml on top of go-yaml v2: YAML 1.1 booleans, octal
and underscored numbers, but dates and sexagesimals stay strings. PyYAML's own resolver
differs in dozens of spellings, so the rules are written out here and compared with the
engine by the tests.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from decimal import Decimal

YamlValue = str | int | float | bool | None

TAG_PREFIX = "tag:yaml.org,2002:"

_WORDS: dict[str, YamlValue] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES"), True),
    **dict.fromkeys(("true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO"), False),
    **dict.fromkeys(("false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<binary>[01]+)"
    r"|0[oO]?(?P<octal>[0-7]+)|(?P<decimal>0|[1-9][0-9]*))"
)
_BASES = {"hex": 16, "binary": 2, "octal": 8, "decimal": 10}
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_FRACTION = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")


class WrongTagError(ValueError):
    """An explicit tag (``!!int``) that the text below it cannot satisfy; Helm refuses it too."""


def typed(text: str, tag: str | None, plain: bool) -> YamlValue:
    """The value of a scalar as Helm types it.

    ``text`` is the scalar after unquoting, ``tag`` its explicit tag in long form or None,
    ``plain`` says whether it was written without quotes. Raises WrongTagError.
    """
    if tag is None:
        return resolve(text) if plain else text
    kind = tag.removeprefix(TAG_PREFIX)
    if kind == tag or kind not in _CONVERSIONS:
        return text
    return _CONVERSIONS[kind](text)


def resolve(text: str) -> YamlValue:
    """The value of an unquoted, untagged scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] == ".":
        return _finite(text.replace("_", ""), text) if _FRACTION.fullmatch(text) else text
    if text[0] not in "+-0123456789":
        return text
    digits = text.replace("_", "")
    integer = _integer(digits)
    if integer is not None:
        return integer
    return _finite(digits, text) if _FLOAT.fullmatch(digits) else text


def _integer(digits: str) -> int | None:
    # Python refuses to convert very long numbers; 64 bits never need so many digits.
    match = _INTEGER.fullmatch(digits) if len(digits) < 100 else None
    if match is None:
        return None
    name = match.lastgroup or "decimal"
    value = int(match[name], _BASES[name]) * (-1 if match["sign"] == "-" else 1)
    most = 2**63 if match["sign"] else 2**64
    return value if -(2**63) <= value < most else None


def _finite(digits: str, text: str) -> float | str:
    """The number, or ``text`` itself where it is too large for a float64."""
    number = float(digits)
    return text if math.isinf(number) else number


def _as_integer(text: str) -> YamlValue:
    value = resolve(text)
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongTagError(text)
    return value


def _as_float(text: str) -> YamlValue:
    value = resolve(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongTagError(text)
    return float(value)


def _as_bool(text: str) -> YamlValue:
    value = resolve(text)
    if not isinstance(value, bool):
        raise WrongTagError(text)
    return value


def _as_null(text: str) -> YamlValue:
    if resolve(text) is not None:
        raise WrongTagError(text)
    return None


def _as_binary(text: str) -> YamlValue:
    try:
        decoded = base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)
    except binascii.Error as error:
        raise WrongTagError(text) from error
    return decoded.decode("utf-8", "replace")


_CONVERSIONS = {
    "int": _as_integer,
    "float": _as_float,
    "bool": _as_bool,
    "null": _as_null,
    "binary": _as_binary,
}


def key_text(value: YamlValue) -> str | None:
    """The JSON key that Helm makes of a typed key (``yes:`` is ``"true"``); None for null."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return helm_text(value)


def helm_text(value: YamlValue) -> str:
    """What a template prints for ``{{ value }}``.

    Every number is a float64 to Helm, so a whole number of a million or more comes out
    with an exponent and a trailing zero is lost. Null prints nothing.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _float_text(float(value))


def _float_text(number: float) -> str:
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else ("+Inf" if number > 0 else "-Inf")
    if number == 0:
        return "-0" if math.copysign(1, number) < 0 else "0"
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - finite, so never one of the letters
    written = "".join(map(str, digits))
    power = len(written) + exponent - 1
    minus = "-" if sign else ""
    # Go's %v of a float64: the shortest digits that read back, with an exponent outside 1e-4..1e6.
    if power < -4 or power >= 6:
        fraction = f".{written[1:]}" if len(written) > 1 else ""
        return f"{minus}{written[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"
    if power < 0:
        return f"{minus}0.{'0' * (-power - 1)}{written}"
    whole = written[: power + 1].ljust(power + 1, "0")
    rest = written[power + 1 :]
    return f"{minus}{whole}{'.' + rest if rest else ''}"
