"""The schemas of the OSC format: every constraint belongs to a rule and has its words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reviews.pipeline.checks.registry import CHECKS
from reviews.pipeline.core.policy import Limits
from reviews.pipeline.package.osc_schema import SCHEMAS, violations_in
from reviews.pipeline.yaml.source import YamlSource

NAMES = sorted(file.name.removesuffix(".schema.json") for file in SCHEMAS.iterdir())
SPOKEN = {
    "required",
    "type",
    "enum",
    "const",
    "pattern",
    "maxLength",
    "minLength",
    "minItems",
    "minimum",
    "maximum",
    "additionalProperties",
}
STRUCTURE = {"$schema", "$comment", "title", "x-rule", "properties", "items", "allOf"}
STRUCTURE |= {"if", "then", "minProperties"}


def loaded(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return schema


def subschemas(schema: dict[str, Any], rule: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Every schema inside, with the rule that it is below."""
    rule = schema.get("x-rule", rule)
    yield schema, rule
    below = [*schema.get("properties", {}).values(), *schema.get("allOf", [])]
    below += [schema[key] for key in ("items", "then") if key in schema]
    for each in below:
        yield from subschemas(each, rule)


def reported(name: str, text: str) -> list[tuple[str, str, int | None, str]]:
    source = YamlSource.parse(text.encode(), "f.yaml", Limits())
    return [
        (each.rule, each.keyword, each.place.line, str(each.message))
        for each in violations_in(source, name)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(loaded(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_constraint_belongs_to_a_rule_that_is_there(name: str) -> None:
    rules = {check.ID for check in CHECKS}
    homeless = {
        rule
        for schema, rule in subschemas(loaded(name))
        if schema.keys() & SPOKEN and rule not in rules
    }

    assert homeless == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_keyword_has_its_words(name: str) -> None:
    used = {key for schema, _rule in subschemas(loaded(name)) for key in schema}

    assert used - SPOKEN - STRUCTURE == set()


def test_the_schemas_are_these() -> None:
    assert NAMES == ["csd", "lifecycle", "log_config", "metadata", "monitor_config"]


def test_what_is_missing_of_one_map_is_reported_once() -> None:
    text = "apiVersion: osc.io/v1beta1\nkind: CustomServiceDefinition\nmetadata: {name: a}\nspec:\n  CRDRef: {kind: CustomResourceDefinition}\n"

    assert reported("csd", text) == [
        (
            "OSC-FMT-010",
            "required",
            5,
            "Missing: spec.CRDRef.apiVersion, spec.CRDRef.metadata.",
        )
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("name: ''", "name is empty."),
        ("name: A", "name says “A”, which is not of the form that is wanted."),
        ("name: 3", "name is written without quotes, and YAML reads 3, no text."),
        ("name: on", "name is written without quotes, and YAML reads true, no text."),
        ("name: [a]", "name must be a text."),
        ("version: 1.10", "version is written without quotes, and YAML reads 1.1, no text."),
        ("type: x", "type says “x”; allowed are: helm, operator."),
        ("type: [helm]", "type says “…”; allowed are: helm, operator."),
        ("scenes: CCE", "scenes must be a list."),
        ("logo: png", "logo must be a map of names and values."),
        ("appVersion: " + "a" * 64, "appVersion is 64 characters long; at most 63 are allowed."),
        ("deployScenes: {AWS: }", "deployScenes has “AWS”; known are: CCE, UCS."),
        ("deployScenes: {CCE: [a]}", "deployScenes.CCE[0] says “a”; allowed are: self."),
    ],
)
def test_each_breach_has_its_words(line: str, words: str) -> None:
    key = line.partition(":")[0]
    rest = {"name": "name: aa\n", "version": "version: '1'\n"}
    text = "".join(other for name, other in rest.items() if name != key) + line + "\n"

    assert words in [message for _rule, _keyword, _line, message in reported("metadata", text)]


def test_an_exporters_port_is_in_range() -> None:
    text = "spec: {monitorConfigItems: [{labelSelector: {}, prometheus: {exporterPort: 0}}]}\n"

    assert reported("monitor_config", text) == [
        (
            "OSC-FMT-028",
            "minimum",
            1,
            "spec.monitorConfigItems[0].prometheus.exporterPort says 0, which is out of range.",
        )
    ]


def test_what_an_alias_feeds_is_reported_where_the_alias_is() -> None:
    text = "anchor: &a 3\nname: *a\nversion: '1'\n"

    assert [(line, rule) for rule, _keyword, line, _words in reported("metadata", text)] == [
        (2, "OSC-NAME-011")
    ]


def test_a_thousand_wrong_entries_stand_for_a_million() -> None:
    tags = "\n".join(f"    - {number}" for number in range(3_000))
    text = "name: aa\nversion: '1'\nindustries:\n" + tags.replace("    ", "")

    assert len(reported("metadata", text)) == 1_000
