"""A report as SARIF 2.1.0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reviews.pipeline.checks.examples.charts import Example
from reviews.pipeline.checks.registry import CHECKS
from reviews.pipeline.checks.rule_pages import CHINESE, rule_page
from reviews.pipeline.core.findings import Edit, Place, Problem, Severity
from reviews.pipeline.core.messages import Message, _
from reviews.pipeline.report.model import Report
from reviews.pipeline.report.sarif import to_sarif

from ..reports import EMPTY, FULL, LITERAL, LOOSE, REGISTRY, VALUES

MESSAGE = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
    "additionalProperties": False,
}
ARTIFACT = {
    "type": "object",
    "required": ["uri"],
    # A relative reference whose first segment holds no colon, and nothing unescaped in it.
    "properties": {"uri": {"pattern": r"^[A-Za-z0-9._~!%-][A-Za-z0-9._~!%/-]*$"}},
    "additionalProperties": False,
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
WHOLE = {"type": "integer", "minimum": 0}
REPLACEMENT = {
    "type": "object",
    "required": ["deletedRegion", "insertedContent"],
    "properties": {
        "deletedRegion": {
            "type": "object",
            "required": ["byteOffset", "byteLength"],
            "properties": {"byteOffset": WHOLE, "byteLength": WHOLE},
            "additionalProperties": False,
        },
        "insertedContent": {"required": ["text"], "properties": {"text": {"type": "string"}}},
    },
    "additionalProperties": False,
}
FIX = {
    "type": "object",
    "required": ["artifactChanges"],
    "properties": {
        "description": MESSAGE,
        "artifactChanges": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["artifactLocation", "replacements"],
                "properties": {
                    "artifactLocation": ARTIFACT,
                    "replacements": {"type": "array", "minItems": 1, "items": REPLACEMENT},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": WHOLE,
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["physicalLocation"],
                "properties": {
                    "physicalLocation": {
                        "required": ["artifactLocation"],
                        "properties": {
                            "artifactLocation": ARTIFACT,
                            "region": {
                                "required": ["startLine"],
                                "properties": {
                                    "startLine": {"type": "integer", "minimum": 1},
                                    "startColumn": {"type": "integer", "minimum": 1},
                                },
                                "additionalProperties": False,
                            },
                        },
                        "additionalProperties": False,
                    }
                },
                "additionalProperties": False,
            },
        },
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "fixes": {"type": "array", "items": FIX},
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
RULE = {
    "type": "object",
    "required": ["id", "name", "shortDescription", "help", "defaultConfiguration"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
        "helpUri": {"type": "string", "pattern": "^https?://"},
        "defaultConfiguration": {"required": ["level"], "properties": {"level": LEVEL}},
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
RUN = {
    "type": "object",
    "required": ["tool", "columnKind", "results"],
    "properties": {
        "properties": {"type": "object"},
        "tool": {
            "required": ["driver"],
            "properties": {
                "driver": {
                    "required": ["name", "version", "rules"],
                    "properties": {"rules": {"type": "array", "items": RULE}},
                },
                "extensions": {"type": "array", "items": {"required": ["name"]}},
            },
            "additionalProperties": False,
        },
        "language": {"pattern": "^[a-z]{2}(-[A-Z][a-z]{3})?$"},
        "columnKind": {"const": "unicodeCodePoints"},
        "invocations": {"items": {"required": ["executionSuccessful"]}},
        "artifacts": {"type": "array", "items": {"properties": {"location": ARTIFACT}}},
        "results": {"type": "array", "items": RESULT},
    },
    "additionalProperties": False,
}
STRUCTURE = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": RUN},
    },
    "additionalProperties": False,
}


@dataclass
class Rule:
    """Checks that a template names no image itself.

    The platform rewrites values only.
    """

    ID: str = "OSC-HELM-008"
    NAME: str = "literal-image"
    TITLE: Message = field(default_factory=lambda: _("A template names an image itself"))
    SEVERITY: Severity = Severity.ERROR
    SOURCE: str | None = "https://example.com/guide"
    GOOD: tuple[Example, ...] = ()
    BAD: tuple[Example, ...] = ()

    def check(self, _facts: object, _policy: object, /) -> Iterator[Problem]:
        yield from ()


def run_of(report: Report) -> dict[str, Any]:
    run: dict[str, Any] = to_sarif(report, checks=(Rule(),))["runs"][0]
    return run


def results(*findings: Any) -> list[dict[str, Any]]:
    return list(run_of(replace(FULL, findings=findings))["results"])


def fingerprints(*findings: Any) -> list[str]:
    return [result["partialFingerprints"]["oscFinding/v1"] for result in results(*findings)]


@pytest.mark.parametrize("report", [FULL, EMPTY], ids=["full", "empty"])
def test_the_log_has_the_structure_the_standard_demands(report: Report) -> None:
    log = to_sarif(report, checks=(Rule(),))

    assert [e.json_path for e in Draft202012Validator(STRUCTURE).iter_errors(log)] == []


def test_each_result_points_at_its_rule() -> None:
    run = run_of(FULL)
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == ["OSC-HELM-008", "PORTAL-002", "OSC-NAME-006"]
    assert [result["ruleId"] for result in run["results"]] == [
        rules[result["ruleIndex"]]["id"] for result in run["results"]
    ]


def test_a_rule_brings_its_page() -> None:
    assert run_of(FULL)["tool"]["driver"]["rules"][0] == {
        "id": "OSC-HELM-008",
        "name": "literal-image",
        "shortDescription": {"text": "A template names an image itself"},
        "fullDescription": {"text": "Checks that a template names no image itself."},
        "help": {
            "text": "Checks that a template names no image itself.\n\nThe platform rewrites values only."
        },
        "helpUri": "https://example.com/guide",
        "defaultConfiguration": {"level": "error"},
        "properties": {"official": True},
    }


def test_a_rule_links_to_its_page_in_the_portal_where_there_is_one() -> None:
    rules = to_sarif(FULL, checks=(Rule(),), pages="https://portal.example.com/rules/")["runs"][0][
        "tool"
    ]["driver"]["rules"]

    assert rules[0]["helpUri"] == "https://portal.example.com/rules/OSC-HELM-008/"


def test_a_finding_is_a_result_with_its_fix() -> None:
    (result,) = results(REGISTRY)
    del result["partialFingerprints"]

    assert result == {
        "ruleId": "PORTAL-002",
        "ruleIndex": 1,
        "level": "warning",
        "message": {"text": "This registry must be swr.example.com."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": VALUES},
                    "region": {"startLine": 2, "startColumn": 13},
                }
            }
        ],
        "fixes": [
            {
                "description": {"text": "Approve the change."},
                "artifactChanges": [
                    {
                        "artifactLocation": {"uri": VALUES},
                        "replacements": [
                            {
                                "deletedRegion": {"byteOffset": 17, "byteLength": 9},
                                "insertedContent": {"text": "swr.example.com"},
                            }
                        ],
                    }
                ],
            }
        ],
        "properties": {
            "title": "An image is pulled from elsewhere",
            "help": "Approve the change.",
            "image": "docker.io/bitnami/demo:1.0",
            "change_set": "demo",
        },
    }


def test_a_finding_about_the_whole_upload_points_at_the_upload() -> None:
    (result,) = results(LOOSE)

    assert result["level"] == "note"
    assert result["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "demo-1.0.0.zip"}}}
    ]


def test_addresses_are_percent_encoded() -> None:
    file = "a:b/包 %/x?y#z\\\ud800.tgz!/values.yaml"
    (result,) = results(replace(LOOSE, place=Place(file, 1)))

    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%3Ab/%E5%8C%85%20%25/x%3Fy%23z%5C%5Cud800.tgz!/values.yaml"},
        "region": {"startLine": 1},
    }


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("image: {repository: x}", "image: {{repository: x}}"),
        ("{{ .Values.image }}", "{{{{ .Values.image }}}}"),
        ("see [here](https://evil.example.com)", r"see \[here\](https://evil.example.com)"),
        ("args[0] and (1)", "args[0] and (1)"),
    ],
)
def test_package_text_is_neither_placeholder_nor_link(text: str, written: str) -> None:
    (result,) = results(replace(LOOSE, message=_("%(text)s", text=text)))

    assert result["message"] == {"text": written}


def test_an_insertion_and_a_new_file_delete_nothing() -> None:
    insertion = replace(REGISTRY, edit=Edit(VALUES, 5, 5, "", "a: b\n"))
    new_file = replace(REGISTRY, edit=Edit("demo/images/mapping.yaml", 0, 0, None, "instance:\n"))
    changes = [
        result["fixes"][0]["artifactChanges"][0]["replacements"][0]
        for result in results(insertion, new_file)
    ]

    assert changes == [
        {
            "deletedRegion": {"byteOffset": 5, "byteLength": 0},
            "insertedContent": {"text": "a: b\n"},
        },
        {
            "deletedRegion": {"byteOffset": 0, "byteLength": 0},
            "insertedContent": {"text": "instance:\n"},
        },
    ]


def test_a_finding_is_recognised_though_it_moved() -> None:
    moved = replace(
        LITERAL,
        place=Place("demo/package/demo-1.0.1.tgz!/demo/templates/job.yaml", 99, 1),
        severity=Severity.INFO,
    )

    assert fingerprints(moved) == fingerprints(LITERAL)


def test_different_findings_are_distinguished() -> None:
    kinds = (
        LITERAL,
        replace(LITERAL, rule="OSC-HELM-009"),
        replace(LITERAL, place=Place("demo/templates/other.yaml", 12, 18)),
        replace(LITERAL, image="busybox:2"),
        replace(LITERAL, message=_("%(image)s", image="x")),
        replace(LITERAL, edit=Edit("f", 0, 1, "a", "b")),
        replace(LITERAL, edit=Edit("f", 0, 1, "a", "c")),
        LITERAL,
    )

    assert len(set(fingerprints(*kinds))) == len(kinds)


def test_rules_are_described_in_the_language_of_the_log() -> None:
    rule = to_sarif(EMPTY, language="zh-Hans")["runs"][0]["tool"]["driver"]["rules"][0]

    assert rule["id"] == CHECKS[0].ID
    assert rule["shortDescription"]["text"] == rule_page(CHECKS[0], CHINESE).title
    assert "**检查内容**：" in rule["help"]["text"]
