"""Compares custom resources with the schema of their definition, which partners write.

Source: "Extend the Kubernetes API with CustomResourceDefinitions" of the Kubernetes documentation
(structural schemas, pruning, defaulting, nullable). The schemas are not trusted: nothing is ever
looked up by ``$ref``, they are limited in size and depth, and their patterns run in an engine that
takes linear time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import jsonschema_rs

from .faults import Fault, FaultKind
from .served import Kind
from .validators import encodable, faults_by, takes

MOST_NODES, MOST_DEPTH = 200_000, 100
_PRESERVES = "x-kubernetes-preserve-unknown-fields"
_INT_OR_STRING = "x-kubernetes-int-or-string"
_EMBEDDED = "x-kubernetes-embedded-resource"
_OF_EVERY_RESOURCE = ("apiVersion", "kind", "metadata")
_LIMITS = (
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "multipleOf",
)
_CHOICES = ("anyOf", "oneOf", "allOf")


class SchemaRefused(Exception):  # noqa: N818 - it says what becomes of the schema
    """The schema is too large, or nothing can be validated with it."""


@dataclass
class CustomSchemas:
    """The definitions of custom resources that one package brings."""

    schemas: dict[Kind, Mapping[str, Any] | None] = field(default_factory=dict)
    groups: set[tuple[str, str]] = field(default_factory=set)
    _validators: dict[Kind, jsonschema_rs.Draft202012Validator | None] = field(default_factory=dict)

    @classmethod
    def of(cls, definitions: Iterable[Any]) -> CustomSchemas:
        """Those of the parsed CustomResourceDefinitions among ``definitions``."""
        found = cls()
        for each in definitions:
            for kind, schema in schemas_in(each):
                found.schemas[kind] = schema
                found.groups.add((kind[0].partition("/")[0], kind[1]))
        return found

    def defines(self, kind: Kind) -> bool:
        """Whether the package defines this kind, in whatever version."""
        return (kind[0].partition("/")[0], kind[1]) in self.groups

    def can_validate(self, kind: Kind) -> bool:
        """Whether there is a schema for it that can be used."""
        return self._validator(kind) is not None

    def faults(self, data: dict[str, Any], kind: Kind) -> Iterator[Fault]:
        """What the definition does not take in ``data``; nothing where it has no schema."""
        validator = self._validator(kind)
        # Its status is written by the operator, and dropped when it comes with the resource.
        data = {key: value for key, value in data.items() if key != "status"}
        if validator is None or takes(validator, data):
            return
        for fault in faults_by(validator, encodable(data), kind[1]):
            is_field = fault.kind is FaultKind.UNKNOWN_FIELD
            yield replace(
                fault, kind=FaultKind.CUSTOM_FIELD if is_field else FaultKind.CUSTOM_RESOURCE
            )

    def _validator(self, kind: Kind) -> jsonschema_rs.Draft202012Validator | None:
        if kind not in self._validators:
            schema = self.schemas.get(kind)
            self._validators[kind] = _compiled(schema) if schema is not None else None
        return self._validators[kind]


def schemas_in(definition: Any) -> Iterator[tuple[Kind, Mapping[str, Any] | None]]:
    """The schema of each version of one parsed CustomResourceDefinition; None where it has none."""
    if not isinstance(definition, dict) or definition.get("kind") != "CustomResourceDefinition":
        return
    spec = _map(definition.get("spec"))
    group, kind = spec.get("group"), _map(spec.get("names")).get("kind")
    if not isinstance(group, str) or not isinstance(kind, str):
        return
    whole = _map(spec.get("validation")).get("openAPIV3Schema")
    versions = spec.get("versions")
    versions = versions if isinstance(versions, list) else [{"name": spec.get("version")}]
    for version in versions:
        name = _map(version).get("name")
        if isinstance(name, str):
            schema = _map(_map(version).get("schema")).get("openAPIV3Schema", whole)
            yield (f"{group}/{name}", kind), schema if isinstance(schema, dict) else None


def preserves_all(schema: Mapping[str, Any]) -> bool:
    """Whether the schema lets everything in at its top, or at its spec, and names no field."""
    spec = _map(_map(schema.get("properties")).get("spec"))
    return _names_nothing(schema, but=_OF_EVERY_RESOURCE) or (bool(spec) and _names_nothing(spec))


def _names_nothing(schema: Mapping[str, Any], but: tuple[str, ...] = ()) -> bool:
    named = _map(schema.get("properties")).keys() - set(but)
    return schema.get(_PRESERVES) is True and not named


def _compiled(schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator | None:
    try:
        whole = _Converter().resource(schema)
    except SchemaRefused:
        return None
    for patterns in (True, False):
        try:
            return jsonschema_rs.Draft202012Validator(
                whole if patterns else _without_patterns(whole),
                validate_formats=False,
                pattern_options=jsonschema_rs.RegexOptions(),
            )
        except (ValueError, jsonschema_rs.ValidationError):
            continue
    return None


@dataclass
class _Converter:
    """From a structural schema to one that a JSON Schema validator understands."""

    nodes: int = 0

    def resource(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema of a whole resource, whose metadata is not its own business."""
        own = dict(_map(schema.get("properties")))
        whole = self.schema({**schema, "properties": own, _EMBEDDED: True}, 0)
        required = [name for name in whole.get("required", ()) if name != "status"]
        properties = {**whole.get("properties", {}), "metadata": {}}
        return {**whole, "properties": properties, "required": required}

    def schema(self, schema: Any, depth: int, *, closes: bool = True) -> dict[str, Any]:
        """One schema. Inside of choices nothing closes an object: these only add conditions."""
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > MOST_DEPTH:
            raise SchemaRefused("the schema is too large")
        if not isinstance(schema, dict) or "$ref" in schema:
            raise SchemaRefused("the schema is no structural schema")
        found: dict[str, Any] = {key: schema[key] for key in _LIMITS if key in schema}
        self._type(schema, found)
        self._bounds(schema, found)
        if isinstance(schema.get("items"), dict):
            found["items"] = self.schema(schema["items"], depth + 1, closes=closes)
        self._properties(schema, found, depth, closes=closes)
        for key in _CHOICES:
            if isinstance(schema.get(key), list) and _INT_OR_STRING not in schema:
                found[key] = [self.schema(each, depth + 1, closes=False) for each in schema[key]]
        if isinstance(schema.get("not"), dict):
            found["not"] = self.schema(schema["not"], depth + 1, closes=False)
        return found

    @staticmethod
    def _type(schema: Mapping[str, Any], found: dict[str, Any]) -> None:
        """Null is taken everywhere: the API server drops it before it validates."""
        if schema.get(_INT_OR_STRING) is True:
            found["type"] = ["integer", "string", "null"]
        elif isinstance(schema.get("type"), str):
            found["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list):
            found["enum"] = [*schema["enum"], *([] if None in schema["enum"] else [None])]

    @staticmethod
    def _bounds(schema: Mapping[str, Any], found: dict[str, Any]) -> None:
        for key, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if schema.get(exclusive) is True and key in found:
                found[exclusive] = found.pop(key)

    def _properties(
        self, schema: Mapping[str, Any], found: dict[str, Any], depth: int, *, closes: bool
    ) -> None:
        own = schema.get("properties")
        if isinstance(own, dict):
            found["properties"] = {
                str(name): self.schema(each, depth + 1, closes=closes) for name, each in own.items()
            }
            if schema.get(_EMBEDDED) is True:
                found["properties"] |= {name: {} for name in _OF_EVERY_RESOURCE if name not in own}
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            found["additionalProperties"] = self.schema(more, depth + 1, closes=closes)
        elif isinstance(own, dict) and own and closes and schema.get(_PRESERVES) is not True:
            found["additionalProperties"] = more is True
        required = schema.get("required")
        if isinstance(required, list):
            defaulted = {name for name, each in _map(own).items() if "default" in _map(each)}
            found["required"] = [
                name for name in required if isinstance(name, str) and name not in defaulted
            ]


def _without_patterns(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_patterns(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_patterns(each) for name, each in value.items()}
        if key == "properties"
        else _without_patterns(value)
        for key, value in schema.items()
        if key != "pattern" or not isinstance(value, str)
    }


def _map(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
