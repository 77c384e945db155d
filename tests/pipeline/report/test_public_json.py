"""The public JSON of a report, and the schema that describes it."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reviews.pipeline import report as report_package
from reviews.pipeline.package.layout import Kind
from reviews.pipeline.report.model import Report, ReportedImage
from reviews.pipeline.report.public_json import json_text, to_json
from reviews.pipeline.tracing.model import ImageStatus, SourceRole

from ..reports import CHART, EMPTY, FULL, JOB, VALUES

SCHEMA = json.loads(Path(report_package.__file__).with_name("schema.json").read_text("utf-8"))


def mistakes(data: Any) -> list[str]:
    return [error.json_path for error in Draft202012Validator(SCHEMA).iter_errors(data)]


def without_meta(schema: Any) -> list[dict[str, Any]]:
    """Every schema inside ``schema`` that describes an object."""
    found = [schema] if isinstance(schema, dict) and schema.get("type") == "object" else []
    children = schema.values() if isinstance(schema, dict) else schema
    if isinstance(schema, dict | list):
        found += [each for child in children for each in without_meta(child)]
    return found


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_leaves_no_object_open_and_no_key_optional() -> None:
    objects = [each for each in without_meta(SCHEMA) if "properties" in each]

    assert [each["additionalProperties"] for each in objects] == [False] * len(objects)
    assert [set(each["required"]) for each in objects] == [
        set(each["properties"]) for each in objects
    ]


def test_the_schema_knows_the_same_words_as_the_report() -> None:
    definitions = SCHEMA["$defs"]

    assert definitions["package"]["properties"]["kind"]["enum"] == list(Kind)
    assert definitions["image"]["properties"]["status"]["enum"] == list(ImageStatus)
    assert definitions["source"]["properties"]["role"]["enum"] == list(SourceRole)


def test_a_prefix_that_is_completed_at_run_time_keeps_to_the_schema() -> None:
    pieces = {"registry": "quay.io/team", "tag": "1.2"}
    image = ReportedImage("quay.io/team", None, ImageStatus.UNVERIFIED, completed_at_runtime=pieces)
    report = replace(FULL, images=(*FULL.images, image))

    written = json.loads(json_text(to_json(report)))

    assert mistakes(written) == []
    assert written["images"][-1]["completed_at_runtime"] == pieces
    assert report.pulled == FULL.images
    assert report.completed == (image,)


def test_the_image_of_an_upgrade_keeps_to_the_schema_and_is_not_counted() -> None:
    image = ReportedImage("demo:2", "swr.example.com/osc/demo:2", ImageStatus.REDIRECTED)
    image = replace(image, instance_tag="2", is_published=True)
    report = replace(FULL, images=(*FULL.images, image))

    written = json.loads(json_text(to_json(report)))

    assert mistakes(written) == []
    assert (written["images"][-1]["instance_tag"], written["images"][-1]["is_published"]) == (
        "2",
        True,
    )
    assert (report.pulled, report.needed, report.upgrades) == (
        FULL.images,
        report.images,
        (image,),
    )


@pytest.mark.parametrize("report", [FULL, EMPTY], ids=["full", "empty"])
def test_a_report_keeps_to_the_schema(report: Report) -> None:
    assert mistakes(json.loads(json_text(to_json(report)))) == []


@pytest.mark.parametrize(
    ("where", "value", "mistake"),
    [
        (("schema",), "osc-portal/report/1", "$.schema"),
        (("extra",), 1, "$"),
        (("package", "sha256"), "XYZ", "$.package.sha256"),
        (("package", "kind"), "rpm", "$.package.kind"),
        (("images", 0, "status"), "fine", "$.images[0].status"),
        (("images", 0, "sources", 0, "line"), 0, "$.images[0].sources[0].line"),
        (("findings", 0, "severity"), "fatal", "$.findings[0].severity"),
        (("findings", 0, "rule"), "my rule", "$.findings[0].rule"),
        (("findings", 1, "edit", "start"), -1, "$.findings[1].edit"),
        (("timings", "total"), "long", "$.timings.total"),
    ],
)
def test_the_schema_finds_what_is_wrong(
    where: tuple[str | int, ...], value: object, mistake: str
) -> None:
    data = copy.deepcopy(to_json(FULL))
    inner: Any = data
    for step in where[:-1]:
        inner = inner[step]
    inner[where[-1]] = value

    assert mistakes(data) == [mistake]


DEMO = {
    "originals": ["docker.io/bitnami/demo:1.0"],
    "image": "demo",
    "tag": "1.0",
    "address": {
        "endpoint": "image.registry",
        "repository": "image.repository",
        "tag": "image.tag",
    },
    "change_sets": ["demo"],
    "is_ambiguous": True,
}


def test_the_whole_report_is_reported() -> None:
    assert to_json(FULL) == {
        "schema": "osc-portal/report/2",
        "engine": "helm v4.2.3",
        "rules": "1",
        "package": {
            "file": "demo-1.0.0.zip",
            "sha256": "0f" * 32,
            "kind": "helm",
            "service": "demo",
            "version": "1.0.0",
            "charts": [{"name": "demo", "version": "1.0.0", "path": CHART}],
            "instance_versions": [],
        },
        "images": [
            {
                "original": "docker.io/bitnami/demo:1.0",
                "target": "swr.example.com/osc/demo:1.0",
                "status": "redirected",
                "sources": [
                    {
                        "file": VALUES,
                        "path": "image.registry",
                        "line": 2,
                        "column": 13,
                        "role": "registry",
                    },
                    {
                        "file": VALUES,
                        "path": "image.repository",
                        "line": 3,
                        "column": 15,
                        "role": "repository",
                    },
                ],
                "used_by": [
                    {
                        "template": f"{CHART}/templates/web.yaml",
                        "kind": "Deployment",
                        "name": "demo",
                        "container": "web",
                    }
                ],
                "shown_by": ["web.enabled=true"],
                "archives": {"x86_64": "demo-1.0-x86_64.tar"},
                "supplies": [
                    {
                        "architecture": "x86_64",
                        "state": "shipped",
                        "archive": "demo-1.0-x86_64.tar",
                        "is_declared": True,
                        "is_likely": False,
                    },
                    {
                        "architecture": "aarch64",
                        "state": "missing",
                        "archive": None,
                        "is_declared": False,
                        "is_likely": False,
                    },
                ],
                "completed_at_runtime": None,
                "instance_tag": None,
                "is_published": False,
                "clusters": [],
            },
            {
                "original": "busybox:1",
                "target": "swr.example.com/osc/busybox:1",
                "status": "hardcoded",
                "sources": [
                    {"file": JOB, "path": None, "line": 12, "column": 18, "role": "reference"}
                ],
                "used_by": [{"template": JOB, "kind": "Job", "name": "init", "container": "init"}],
                "shown_by": [],
                "archives": {},
                "supplies": [],
                "completed_at_runtime": None,
                "instance_tag": None,
                "is_published": False,
                "clusters": [],
            },
        ],
        "findings": [
            {
                "rule": "OSC-HELM-008",
                "name": "literal-image",
                "severity": "error",
                "title": "A template names an image itself",
                "message": "busybox:1 stands in the template, where no value reaches it.",
                "help": "Move the image to values.yaml.",
                "file": JOB,
                "line": 12,
                "column": 18,
                "image": "busybox:1",
                "change_set": None,
                "edit": None,
            },
            {
                "rule": "PORTAL-002",
                "name": "redirect-image",
                "severity": "warning",
                "title": "An image is pulled from elsewhere",
                "message": "This registry must be swr.example.com.",
                "help": "Approve the change.",
                "file": VALUES,
                "line": 2,
                "column": 13,
                "image": "docker.io/bitnami/demo:1.0",
                "change_set": "demo",
                "edit": {
                    "file": VALUES,
                    "start": 17,
                    "end": 26,
                    "before": "docker.io",
                    "after": "swr.example.com",
                },
            },
            {
                "rule": "PORTAL-002",
                "name": "redirect-image",
                "severity": "warning",
                "title": "An image is pulled from elsewhere",
                "message": "This repository must be osc/demo.",
                "help": "Approve the change.",
                "file": VALUES,
                "line": 3,
                "column": 15,
                "image": "docker.io/bitnami/demo:1.0",
                "change_set": "demo",
                "edit": {
                    "file": VALUES,
                    "start": 41,
                    "end": 53,
                    "before": "bitnami/demo",
                    "after": "osc/demo",
                },
            },
            {
                "rule": "OSC-NAME-006",
                "name": "outer-file-name",
                "severity": "info",
                "title": "The file has another name",
                "message": "100% of such files are called otherwise.",
                "help": "Rename it.",
                "file": None,
                "line": None,
                "column": None,
                "image": None,
                "change_set": None,
                "edit": None,
            },
        ],
        "rewrites": [
            {
                "file": VALUES,
                "diff": f"--- a/{VALUES}\n+++ b/{VALUES}\n",
                "around": [{"line": 1, "text": "image:"}],
            }
        ],
        "remedies": [
            {
                "file": VALUES,
                "findings": [0, 2],
                "lines": [
                    {"kind": "context", "line": 1, "text": "image:"},
                    {"kind": "added", "line": 2, "text": "  tag: lts"},
                ],
                "choices": [{"path": "image.tag", "words": ["lts", "edge"]}],
                "is_example": True,
            }
        ],
        "verification": {
            "rendered": True,
            "renders": 7,
            "images_total": 2,
            "images_redirected": 1,
            "proven_by": "rendering",
            "clusters": [
                {
                    "version": "v1.28.8-r0",
                    "renders": True,
                    "images_total": 2,
                    "images_redirected": 1,
                    "manifests": 4,
                    "valid": 2,
                    "invalid": 1,
                    "not_validated": 1,
                },
                {
                    "version": "v1.25.0-r0",
                    "renders": False,
                    "images_total": 0,
                    "images_redirected": 0,
                    "manifests": 0,
                    "valid": 0,
                    "invalid": 0,
                    "not_validated": 0,
                },
            ],
            "without_schema": [
                {
                    "api_version": "monitoring.coreos.com/v1",
                    "kind": "ServiceMonitor",
                    "manifests": 1,
                }
            ],
            "other_changes": [
                {
                    "template": "t/web.yaml",
                    "kind": "Deployment",
                    "name": "demo",
                    "path": "a.checksum",
                    "before": "1",
                    "after": "2",
                    "cause": "image.registry",
                }
            ],
            "unreached": [{"what": "metrics", "why": "It needs a cluster."}],
        },
        "archives": [
            {
                "name": "demo-1.0-x86_64.tar",
                "address": "demo/images/demo-1.0-x86_64.tar",
                "size": 10240,
                "sha256": "0a" * 32,
                "form": "docker-archive",
                "compression": None,
                "images": [
                    {
                        "references": ["bitnami/demo:1.0"],
                        "os": "linux",
                        "architecture": "amd64",
                        "variant": "",
                        "config": "sha256:" + "0b" * 32,
                        "manifest": None,
                        "layers": [{"digest": "sha256:" + "0c" * 32, "size": 2048}],
                    }
                ],
                "has_index": False,
                "flaw": None,
                "words": None,
            },
            {
                "name": "torn.tar",
                "address": "demo/images/torn.tar",
                "size": 5,
                "sha256": "0d" * 32,
                "form": None,
                "compression": "gzip",
                "images": [],
                "has_index": False,
                "flaw": "cut-off",
                "words": "It ends after 5 bytes.",
            },
        ],
        "mapping": {
            "wanted": [{**DEMO, "package": {}}],
            "proposed": {
                "file": "demo/images/mapping.yaml",
                "is_new": True,
                "entries": [{**DEMO, "package": {"x86_64": "demo-1.0-x86_64.tar"}}],
                "start": 0,
                "indent": 0,
                "replaced": "",
                "head": "instance:\n",
                "tail": "\n",
                "newline": "\n",
            },
        },
        "timings": {
            "unpack": 0.25,
            "inspect": 0.25,
            "render": 0.25,
            "trace": 0.25,
            "clusters": 0.25,
            "validate": 0.25,
            "check": 0.25,
            "rewrite": 0.25,
            "verify": 0.25,
            "archives": 0.25,
            "total": 0.25,
        },
    }


def test_words_come_in_the_language_that_is_asked_for() -> None:
    chinese = {
        "%(image)s stands in the template, where no value reaches it.": "模板里写死了 %(image)s。",
        "Move the image to values.yaml.": "请移到 values.yaml。",
    }
    reported = to_json(FULL, lambda template: chinese.get(template, template))["findings"][0]

    assert (reported["message"], reported["help"], reported["title"], reported["name"]) == (
        "模板里写死了 busybox:1。",
        "请移到 values.yaml。",
        "A template names an image itself",
        "literal-image",
    )


def test_json_is_utf_8_and_shows_chinese_as_chinese() -> None:
    assert json_text({"a": "镜像"}) == '{\n  "a": "镜像"\n}\n'.encode()


def test_json_holds_nothing_that_a_terminal_would_act_on() -> None:
    hostile = "\x1b[2J\x9b2J\x7f\u202e\u2066\u2028\u2029\ufeff\ud800\U000e0041\nnext"
    written = json_text([hostile])

    assert written == (
        b'[\n  "\\u001b[2J\\u009b2J\\u007f\\u202e\\u2066\\u2028\\u2029\\ufeff\\ud800'
        b'\\udb40\\udc41\\nnext"\n]\n'
    )
    assert json.loads(written) == [hostile]


def test_a_number_that_json_does_not_know_is_our_error() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_text(to_json(replace(FULL, timings={**FULL.timings, "total": float("nan")})))
