"""Operators for ``GOOD`` and ``BAD`` of a check: one in order, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from .charts import Example, below

OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"

LIST = """\
packageName: demo-operator
channels:
- name: stable
  currentCSV: demo-operator.v1.0.0
defaultChannel: stable
"""
"""A list of packages in order."""

CSV = f"""\
apiVersion: operators.coreos.com/v1alpha1
kind: ClusterServiceVersion
metadata:
  annotations:
    source: ISV
    alm-examples: |-
      [
        {{
          "apiVersion": "demo.example/v1",
          "kind": "Demo",
          "metadata": {{"name": "demo"}},
          "spec": {{"image": "{OURS}/demo:1.0.0"}}
        }}
      ]
    architecture: x86_64
    categories: Database
    description: Runs demo clusters.
    scenes: CCE
  name: demo-operator.v1.0.0
  namespace: placeholder
spec:
  displayName: Demo
  version: 1.0.0
  maintainers:
  - name: Demo Software
    email: care@demo-software.example
  provider:
    name: Demo Software
    email: care@demo-software.example
  customresourcedefinitions:
    owned:
    - name: demos.demo.example
      version: v1
      kind: Demo
  installModes:
  - type: OwnNamespace
    supported: true
  - type: SingleNamespace
    supported: true
  - type: MultiNamespace
    supported: false
  - type: AllNamespaces
    supported: true
  install:
    strategy: deployment
    spec:
      deployments:
      - name: demo-operator
        spec:
          selector:
            matchLabels: {{name: demo-operator}}
          template:
            metadata:
              labels: {{name: demo-operator}}
            spec:
              serviceAccountName: demo-operator
              imagePullSecrets:
              - name: default-secret
              containers:
              - name: demo-operator
                image: {OURS}/demo-operator:1.0.0
"""
"""A ClusterServiceVersion in order, whose images are at their targets already."""

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: demos.demo.example
spec:
  group: demo.example
  names:
    kind: Demo
    plural: demos
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              image:
                type: string
"""
"""The CRD that CSV owns."""

CSV_FILE = "1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml"
CRD_FILE = "1.0.0/demos.demo.example.crd.yaml"
LIST_FILE = "demo-operator.package.yaml"
_NAMES = {"csv": CSV_FILE, "crd": CRD_FILE, "packages": LIST_FILE}


def operator_package(
    *,
    without: tuple[str, ...] = (),
    more: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    folder: str = "demo/",
    csv: str = CSV,
    crd: str = CRD,
    packages: str = LIST,
) -> Example:
    """An operator in the folder ``demo``, laid out by packages and versions.

    ``csv``, ``crd`` and ``packages`` replace the texts of these files, ``more`` adds others;
    ``without`` leaves files out, ``fixed`` are the changed ones. These go by the same short
    names, else by their names in the folder.
    """
    files = {
        "packages": packages,
        "csv": csv,
        "crd": crd,
        **(more or {}),
    }
    kept = {name: text for name, text in files.items() if name not in without}
    return Example(below(folder, _in_full(kept)), below(folder, _in_full(fixed or {})))


def _in_full(files: Mapping[str, str]) -> dict[str, str]:
    return {_NAMES.get(name, name): text for name, text in files.items()}
