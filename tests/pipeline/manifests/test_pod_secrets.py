"""Which pods pull images, and with which secrets."""

from __future__ import annotations

from typing import Any

import yaml

from reviews.pipeline.manifests.pod_secrets import Pod, pods_in, secret_names
from reviews.pipeline.manifests.workloads import Document


def pods(*texts: str) -> list[Pod]:
    documents = [Document("demo/templates/all.yaml", n, text) for n, text in enumerate(texts)]
    return list(pods_in((each, yaml.safe_load(each.text)) for each in documents))


def read(*texts: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.title, each.secrets) for each in pods(*texts)]


POD = """\
kind: Pod
metadata: {name: demo}
spec:
  containers: [{name: main, image: demo}]
"""
ACCOUNT = """\
kind: ServiceAccount
metadata: {name: default}
imagePullSecrets: [{name: default-secret}]
"""


def test_every_kind_that_makes_pods_is_read() -> None:
    spec = "{imagePullSecrets: [{name: a}], initContainers: [{image: demo}]}"

    assert read(
        POD,
        f"kind: Deployment\nmetadata: {{name: one}}\nspec: {{template: {{spec: {spec}}}}}\n",
        "kind: CronJob\nmetadata: {name: two}\n"
        f"spec: {{jobTemplate: {{spec: {{template: {{spec: {spec}}}}}}}}}\n",
        f"kind: PodTemplate\nmetadata: {{name: three}}\ntemplate: {{spec: {spec}}}\n",
        "kind: PyTorchJob\nmetadata: {name: four}\n"
        f"spec: {{replicas: {{Worker: {{template: {{spec: {spec}}}}}}}}}\n",
    ) == [
        ("Pod demo", ()),
        ("Deployment one", ("a",)),
        ("CronJob two", ("a",)),
        ("PodTemplate three", ("a",)),
        ("PyTorchJob four", ("a",)),
    ]


def test_what_pulls_nothing_is_no_pod() -> None:
    assert (
        read(
            "kind: Pod\nspec: {containers: []}\n",
            "kind: Deployment\nspec: {template: {spec: {containers: [{name: main}, text]}}}\n",
            "kind: Service\nspec: {containers: [{image: demo}]}\n",
            "[]",
            "kind: Pod\nspec: text\n",
            "kind: Pod\nmetadata: text\nspec: {containers: {image: demo}}\n",
        )
        == []
    )


def test_the_pods_of_a_list_are_reported_with_their_places() -> None:
    listed: dict[str, Any] = {"kind": "List", "items": [yaml.safe_load(POD), "text"]}
    (found,) = pods(yaml.safe_dump(listed))

    assert (found.title, found.key) == (
        "Pod demo",
        ("demo/templates/all.yaml", 0, ("items", 0, "spec")),
    )


def test_a_pod_without_secrets_pulls_with_those_of_its_service_account() -> None:
    assert read(ACCOUNT, POD) == [("Pod demo", ("default-secret",))]
    assert read(
        POD.replace("spec:\n", "spec:\n  serviceAccountName: other\n"),
        ACCOUNT,
        ACCOUNT.replace("name: default}", "name: other}").replace("default-secret", "mine"),
    ) == [("Pod demo", ("mine",))]


def test_a_service_account_of_another_namespace_gives_nothing() -> None:
    account = ACCOUNT.replace("name: default}", "name: default, namespace: other}")

    assert read(account, POD) == [("Pod demo", ())]


def test_secrets_of_the_pod_hide_those_of_its_service_account() -> None:
    assert read(ACCOUNT, POD + "  imagePullSecrets: [{name: mine}]\n") == [("Pod demo", ("mine",))]


def test_only_maps_with_a_name_name_a_secret() -> None:
    holder = {"imagePullSecrets": ["default-secret", {"name": ""}, {}, {"name": "a"}, None]}

    holders: list[Any] = [holder, {"imagePullSecrets": {"name": "a"}}, []]

    assert [secret_names(each) for each in holders] == [
        ("a",),
        (),
        (),
    ]
