"""Compares a manifest with the API server's schema of its kind.

A validator is compiled once for each version and kind that occurs, and kept as long as the
process lives. It gets exactly the definitions that its kind refers to, so nothing is ever looked
up by address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

import jsonschema_rs

from ..core.messages import Message, Parameter, _, listed, one_of
from .faults import Fault, FaultKind, Pointer, generic, shown
from .served import Definitions, Kind, definitions, kinds

MOST_FAULTS = 20
"""Of one manifest; whoever has written so many mistakes finds the others by these."""

_PREFIX = "#/$defs/"
_SHOWN = 60
_BOUNDS = frozenset(
    {
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    }
)
# The schemas require these, the API server does without.
_NOT_REQUIRED = frozenset(
    {
        ("StatefulSet", ("spec",), "serviceName"),
        ("NetworkPolicy", ("spec",), "podSelector"),
        ("Role", (), "rules"),
        ("ClusterRole", (), "rules"),
        ("ClusterRoleBinding", (), "subjects"),
        ("RoleBinding", (), "subjects"),
        ("Endpoints", (), "subsets"),
        ("CustomResourceDefinition", ("status",), "conditions"),
        ("CustomResourceDefinition", ("status",), "storedVersions"),
        ("CustomResourceDefinition", ("status",), "acceptedNames"),
    }
)


def schema_faults(data: dict[str, Any], kind: Kind, minor: int) -> Iterator[Fault]:
    """What Kubernetes 1.``minor`` does not take in ``data``; nothing for a kind it does not serve.

    Raises SchemasMissing.
    """
    validator = _validator(kind, minor)
    if validator is None or takes(validator, data):
        return
    yield from faults_by(validator, encodable(data), kind[1])


def takes(validator: jsonschema_rs.Draft202012Validator, data: Any) -> bool:
    """Whether ``data`` is valid. Hardly any manifest has halves of surrogate pairs to replace."""
    try:
        return validator.is_valid(data)
    except UnicodeEncodeError:
        return validator.is_valid(encodable(data))


def faults_by(
    validator: jsonschema_rs.Draft202012Validator, data: Any, kind: str
) -> Iterator[Fault]:
    """The first faults of ``data`` that ``validator`` finds, in the order of their fields."""
    errors = islice(validator.iter_errors(data), MOST_FAULTS)
    found = [fault for error in errors for fault in _of_error(error, data, kind)]
    yield from sorted(found[:MOST_FAULTS], key=lambda fault: tuple(map(str, fault.pointer)))


def encodable(data: Any) -> Any:
    """``data`` with U+FFFD for halves of surrogate pairs, as the API server reads them."""
    if isinstance(data, str):
        return (
            data
            if data.isascii()
            else data.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
    if isinstance(data, dict):
        return {encodable(key): encodable(value) for key, value in data.items()}
    return [encodable(each) for each in data] if isinstance(data, list) else data


def _of_error(error: jsonschema_rs.ValidationError, data: Any, kind: str) -> Iterator[Fault]:
    """The faults that one error of a schema stands for."""
    pointer = tuple(error.instance_path)
    what = error.kind
    if isinstance(what, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        for name in what.unexpected:
            yield _unknown(pointer, str(name), kind)
    elif isinstance(what, jsonschema_rs.ValidationErrorKind.Required):
        name = str(what.property)
        if (kind, generic(pointer), name) not in _NOT_REQUIRED:
            yield _missing(pointer, name, kind)
    else:
        yield _wrong(pointer, error, _at(data, pointer), kind)


def _unknown(pointer: Pointer, name: str, kind: str) -> Fault:
    return Fault(
        FaultKind.UNKNOWN_FIELD,
        (*pointer, name),
        _(
            "%(kind)s has no field %(field)s",
            kind=kind,
            field=shown((*pointer, name)),
        ),
        _("Correct the name of the field, or move it to where it belongs; see “kubectl explain”."),
    )


def _missing(pointer: Pointer, name: str, kind: str) -> Fault:
    return Fault(
        FaultKind.WRONG_VALUE,
        pointer,
        _(
            "%(kind)s lacks %(field)s, which is required",
            kind=kind,
            field=shown((*pointer, name)),
        ),
        _("Write the field."),
        is_missing=True,
    )


def _wrong(pointer: Pointer, error: jsonschema_rs.ValidationError, value: Any, kind: str) -> Fault:
    # What a Secret holds is never shown.
    text: Message | str = "…" if kind == "Secret" else _value(value)
    words: dict[str, Parameter] = {"field": shown(pointer), "kind": kind, "value": text}
    wanted = _types(error)
    if wanted:
        message = _(
            "%(field)s of %(kind)s is %(value)s, which is no %(wanted)s",
            **words,
            wanted=one_of(wanted),
        )
    elif isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Enum):
        options = [_plain(each) for each in error.kind.options if each is not None]
        message = _(
            "%(field)s of %(kind)s is %(value)s, which is none of %(options)s",
            **words,
            options=listed(options),
        )
    elif error.kind.name in _BOUNDS:
        rule = f"{error.kind.name}: {_plain(error.kind.value)}"
        message = _beyond(words, value, rule)
    else:
        message = _("%(field)s of %(kind)s is %(value)s, which its schema does not take", **words)
    return Fault(FaultKind.WRONG_VALUE, pointer, message, _remedy(wanted, value))


def _beyond(words: dict[str, Parameter], value: Any, rule: str) -> Message:
    """A value, or a number of entries, that keeps not to ``rule``."""
    if isinstance(value, (dict, list)):
        place = {name: words[name] for name in ("field", "kind")}
        return _(
            "%(field)s of %(kind)s has entries: %(count)d, and its schema has %(rule)s",
            **place,
            count=len(value),
            rule=rule,
        )
    return _("%(field)s of %(kind)s is %(value)s, and its schema has %(rule)s", **words, rule=rule)


# A text that is another type where it stands without quotes.
_BARE = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?|true|false", re.IGNORECASE)


def _remedy(wanted: tuple[str, ...], value: Any) -> Message:
    if not wanted:
        return _("Write a value that the schema of the field takes.")
    if wanted == ("string",) and not isinstance(value, (dict, list)):
        return _("Put the value in quotes; in a template, pipe it through “quote”.")
    if isinstance(value, str) and _BARE.fullmatch(value):
        return _("Write the value without quotes; in a template, leave out “quote”.")
    return _("Write a value of the type that the field has.")


def _plain(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _types(error: jsonschema_rs.ValidationError) -> tuple[str, ...]:
    """The types that are taken, without null; () where the error is another."""
    types = getattr(error.kind, "types", None)
    if types is None and isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AnyOf):
        return ("string", "number")
    return tuple(str(each) for each in types or () if str(each) != "null")


def _value(value: Any) -> Message | str:
    if value is None:
        return "null"
    if isinstance(value, dict):
        return _("a map")
    if isinstance(value, list):
        return _("a list")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _at(data: Any, pointer: Pointer) -> Any:
    for part in pointer:
        data = data[part]
    return data


def load_schemas(minors: Iterable[int]) -> None:
    """Read the definitions of Kubernetes 1.``minor`` and compile the kinds of nearly every package.

    A process that forks others does so before, that each of them need not. Raises SchemasMissing.
    """
    for minor in minors:
        for kind in _USUAL:
            _validator(kind, minor)


_USUAL: tuple[Kind, ...] = (
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("batch/v1", "Job"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
)


@cache
def _validator(kind: Kind, minor: int) -> jsonschema_rs.Draft202012Validator | None:
    name = kinds(minor).get(kind)
    if name is None:
        return None
    schema = {"$ref": f"{_PREFIX}{name}", "$defs": _closure(name, definitions(minor))}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=False)


def _closure(name: str, every: Definitions) -> dict[str, Any]:
    """The definition and all that it refers to, directly or not."""
    found: dict[str, Any] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found[each] = every[each]
            waiting.extend(_references(every[each]))
    return found


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _references(each)
    elif isinstance(schema, dict):
        target = schema.get("$ref")
        if isinstance(target, str):
            yield target.removeprefix(_PREFIX)
        for each in schema.values():
            yield from _references(each)
