"""Custom resources and their definitions, which partners write and nobody trusts."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.pipeline.cluster_schemas.custom import MOST_DEPTH, CustomSchemas, preserves_all

KIND = ("example.com/v1", "Demo")


def definition(spec: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"spec": spec}}
    return {
        "kind": "CustomResourceDefinition",
        "spec": {
            "group": "example.com",
            "names": {"kind": "Demo"},
            "versions": [{"name": "v1", "schema": {"openAPIV3Schema": schema}}],
        },
    }


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def found(schema: dict[str, Any], spec: Any) -> list[str]:
    data = {"apiVersion": KIND[0], "kind": KIND[1], "metadata": {"name": "a"}, "spec": spec}
    return [
        str(fault.message) for fault in CustomSchemas.of([definition(schema)]).faults(data, KIND)
    ]


def test_what_does_not_fit_is_found() -> None:
    schema = fields(size={"type": "integer"}, names={"type": "array", "items": {"type": "string"}})

    assert found(schema, {"size": 3, "names": ["a"]}) == []
    assert found(schema, {"size": "3", "nams": []}) == [
        "Demo has no field spec.nams",
        "spec.size of Demo is “3”, which is no integer",
    ]


def test_too_many_entries_are_counted() -> None:
    """A sample that shows all providers of a store at once, of which one may be chosen."""
    schema = fields(provider={"type": "object", "maxProperties": 1} | fields(a={}, b={}))

    assert found(schema, {"provider": {"a": {}, "b": {}}}) == [
        "spec.provider of Demo has entries: 2, and its schema has maxProperties: 1"
    ]


@pytest.mark.parametrize(
    ("schema", "spec"),
    [
        (fields(a={"type": "string"}), {"a": None}),
        ({**fields(a={"type": "string", "default": "b"}), "required": ["a"]}, {}),
        (fields(a={"x-kubernetes-int-or-string": True}), {"a": "50%"}),
        ({**fields(a={}), "x-kubernetes-preserve-unknown-fields": True}, {"b": 1}),
        (
            fields(a={"type": "object", "additionalProperties": {"type": "string"}}),
            {"a": {"b": "c"}},
        ),
        (
            fields(a={"type": "object", "x-kubernetes-embedded-resource": True}),
            {"a": {"kind": "B"}},
        ),
        (fields(a={"type": "integer", "minimum": 1, "exclusiveMinimum": True}), {"a": 2}),
        ({**fields(a={}, b={}), "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": 1}),
        (fields(a={"type": "string", "pattern": "(?=lookahead)"}), {"a": "b"}),
    ],
)
def test_what_an_api_server_takes_has_no_fault(schema: dict[str, Any], spec: Any) -> None:
    assert found(schema, spec) == []


def test_a_pattern_takes_no_time() -> None:
    schema = fields(a={"type": "string", "pattern": "^(a+)+$"})

    assert found(schema, {"a": "a" * 5_000 + "!"}) != []


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "http://127.0.0.1:9/schema.json"},
        fields(a={"$ref": "#/spec"}),
        fields(a={"items": 1, "type": []}),
    ],
)
def test_a_schema_that_is_no_structural_one_validates_nothing(schema: dict[str, Any]) -> None:
    schemas = CustomSchemas.of([definition(schema)])

    assert found(schema, {"a": 1}) == []
    assert schemas.defines(KIND)


def test_a_schema_that_is_too_deep_validates_nothing() -> None:
    deep: dict[str, Any] = {"type": "string"}
    for _level in range(MOST_DEPTH + 1):
        deep = fields(a=deep)
    schemas = CustomSchemas.of([definition(deep)])

    assert (schemas.defines(KIND), schemas.can_validate(KIND)) == (True, False)


@pytest.mark.parametrize(
    "data", [None, 1, {"kind": "CustomResourceDefinition", "spec": {"versions": 1}}]
)
def test_definitions_of_any_shape_are_read(data: Any) -> None:
    assert CustomSchemas.of([data]).schemas == {}


def test_a_schema_that_names_no_field_lets_everything_in() -> None:
    opened = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}

    assert [
        preserves_all(schema)
        for schema in (
            opened,
            {"properties": {"metadata": {}, "spec": opened}},
            {"properties": {"spec": {**opened, "properties": {"a": {}}}}},
            {"properties": {"spec": {"properties": {"a": opened}}}},
        )
    ] == [True, True, False, False]
