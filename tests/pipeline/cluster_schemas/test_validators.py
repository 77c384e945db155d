"""What the API server refuses in a manifest, by its schema and by its other rules."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.pipeline.cluster_schemas.faults import FaultKind
from reviews.pipeline.cluster_schemas.rules import rule_faults
from reviews.pipeline.cluster_schemas.validators import MOST_FAULTS, schema_faults

DEPLOYMENT = ("apps/v1", "Deployment")


def deployment(container: Any = None, **spec: Any) -> dict[str, Any]:
    labels = {"app": "demo"}
    container = {"name": "main", "image": "demo"} | (container or {})
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "demo"},
        "spec": {"selector": {"matchLabels": labels}, "template": template, **spec},
    }


def found(data: dict[str, Any], minor: int = 34) -> list[tuple[FaultKind, str]]:
    kind = (data["apiVersion"], data["kind"])
    return [(fault.kind, str(fault.message)) for fault in schema_faults(data, kind, minor)]


def ruled(data: dict[str, Any]) -> list[str]:
    return [str(fault.message) for fault in rule_faults(data, data["kind"])]


def test_what_a_cluster_takes_has_no_fault() -> None:
    data = deployment({"env": [{"name": "A", "value": "1"}], "resources": None}, replicas=1.0)
    data["metadata"]["creationTimestamp"] = None

    assert (found(data), ruled(data)) == ([], [])


def test_every_mistake_is_found_at_its_field() -> None:
    data = deployment({"resorces": {}, "env": [{"name": "A", "value": 1}]}, replicas="2")
    pointers = {fault.pointer for fault in schema_faults(data, DEPLOYMENT, 34)}

    container = ("spec", "template", "spec", "containers", 0)
    assert pointers == {
        (*container, "resorces"),
        (*container, "env", 0, "value"),
        ("spec", "replicas"),
    }


@pytest.mark.parametrize(
    "data",
    [
        {
            "kind": "NetworkPolicy",
            "spec": {"podSelector": {}, "ingress": [{"ports": [{"port": None}]}]},
        },
        {"kind": "NetworkPolicy", "spec": {"ingress": []}},
    ],
)
@pytest.mark.parametrize("minor", [25, 28, 34])
def test_what_schemas_refuse_and_no_api_server_is_no_fault(data: Any, minor: int) -> None:
    assert (
        found({"apiVersion": "networking.k8s.io/v1", "metadata": {"name": "a"}, **data}, minor)
        == []
    )


def test_a_whole_number_may_be_written_as_a_float() -> None:
    data = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "high"},
        "value": 1e6,
    }

    assert found(data) == []


def test_what_a_secret_holds_is_not_shown() -> None:
    data = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "demo"},
        "stringData": {"pin": 4711},
    }
    broken = {**data, "stringData": None, "data": {"pin": "4711!"}}

    assert found(data) == [
        (FaultKind.WRONG_VALUE, "stringData.pin of Secret is …, which is no string")
    ]
    assert ruled(broken) == ["data.pin of the Secret is not encoded as base64"]


def test_a_field_that_only_newer_versions_have_is_unknown_to_older_ones() -> None:
    data = deployment()
    data["spec"]["template"]["spec"]["hostUsers"] = True
    data["spec"]["template"]["spec"]["resources"] = {}

    message = "Deployment has no field spec.template.spec.resources"
    assert found(data, 28) == [(FaultKind.UNKNOWN_FIELD, message)]
    assert found(data, 34) == []


def test_of_one_manifest_only_so_many_mistakes_are_listed() -> None:
    variables = [{"name": f"A{number}", "value": number} for number in range(100)]

    assert len(found(deployment({"env": variables}))) == MOST_FAULTS


@pytest.mark.parametrize(
    ("kind", "name", "is_legal"),
    [
        ("ConfigMap", "a" * 253, True),
        ("ConfigMap", "a" * 254, False),
        ("ConfigMap", "a.b-c.1", True),
        ("ConfigMap", "a_b", False),
        ("Service", "a" * 63, True),
        ("Service", "a" * 64, False),
        ("Service", "1a", False),
        ("CronJob", "a" * 52, True),
        ("CronJob", "a" * 53, False),
        ("ClusterRole", "system:a:B_c", True),
        ("ClusterRole", "a/b", False),
        ("Namespace", "a.b", False),
    ],
)
def test_names_are_those_that_the_kind_may_have(kind: str, name: str, *, is_legal: bool) -> None:
    data = {"kind": kind, "metadata": {"name": name}}

    assert (ruled(data) == []) is is_legal


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"app": "x" * 63}, None),
        ({"example.com/app": "", "b": "A_b.c-1"}, None),
        ({"app": "x" * 64}, "the label metadata.labels.app has 64 characters, and 63 are allowed"),
        ({"app": "1.0+b"}, "“1.0+b” is no text that the label metadata.labels.app may have"),
        ({"app": "-a"}, "“-a” is no text that the label metadata.labels.app may have"),
        ({"a/b/c": "a"}, "“a/b/c” is no key of a label or annotation"),
        ({"a b": "a"}, "“a b” is no key of a label or annotation"),
    ],
)
def test_labels_are_legal(labels: dict[str, str], message: str | None) -> None:
    data = {"kind": "ConfigMap", "metadata": {"name": "a", "labels": labels}}

    assert ruled(data) == ([message] if message else [])


def test_annotations_hold_any_text_up_to_a_size() -> None:
    data = {"kind": "ConfigMap", "metadata": {"name": "a", "annotations": {"A.b/c": "{}" * 9}}}
    assert ruled(data) == []

    data["metadata"] = {"name": "a", "annotations": {"a": "x" * 262_144}}
    assert ruled(data) == ["the annotations have 262145 bytes, and 262144 are allowed"]


def test_a_resource_needs_a_name_or_a_beginning_of_one() -> None:
    assert ruled({"kind": "Job", "metadata": {"generateName": "a-"}}) == []
    assert ruled({"kind": "Job", "metadata": {}}) == ["Job has no name"]


def test_labels_of_pods_and_what_selects_them_are_looked_at() -> None:
    data = deployment()
    data["spec"]["template"]["metadata"]["labels"] = {"app": "other!"}
    data["spec"]["template"]["spec"]["nodeSelector"] = {"disk": "s s d"}

    assert ruled(data) == [
        "“other!” is no text that the label spec.template.metadata.labels.app may have",
        "“s s d” is no text that the label spec.template.spec.nodeSelector.disk may have",
        "the selector asks for app “demo”, and the pods have “other!”",
    ]


@pytest.mark.parametrize("data", [{}, {"metadata": 1}, {"metadata": {"labels": []}, "spec": []}])
def test_data_of_any_shape_is_looked_at(data: dict[str, Any]) -> None:
    names = [str(fault.message) for fault in rule_faults(data, "Deployment")]

    assert names in ([], ["Deployment has no name"])


def test_half_a_surrogate_pair_is_no_fault_and_hides_none() -> None:
    broken = "a\ud800b"
    good = deployment({"env": [{"name": "A", "value": broken}]})
    bad = deployment({"env": [{"name": broken, "wert": broken}]}, replicas="two")
    bad["metadata"]["annotations"] = {broken: broken}

    assert found(good) == []
    assert found(bad) == [
        (FaultKind.WRONG_VALUE, "spec.replicas of Deployment is “two”, which is no integer"),
        (
            FaultKind.UNKNOWN_FIELD,
            "Deployment has no field spec.template.spec.containers[].env[].wert",
        ),
    ]
