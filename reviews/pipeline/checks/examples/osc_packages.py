"""Packages in the OSC format for ``GOOD`` and ``BAD`` of a check: one of each type, in order."""

from __future__ import annotations

from collections.abc import Mapping

from .charts import Example, below, pod

OSC_METADATA = """\
name: demo-operator
version: "1.0.0"
appVersion: "1.0.0"
briefDescription: Runs demo clusters.
source: ISV
type: operator
architecture:
  - x86_64
categories:
  - Database
maintainers:
  - name: Demo Software
    email: care@demo-software.example
scenes:
  - CCE
"""
"""A metadata.yaml in order."""

OSC_LIFECYCLE = """\
install:
  strategy: deployment
  permissions:
    - serviceAccountName: demo-operator
      rules:
        - apiGroups: [""]
          resources: [configmaps]
          verbs: [get, list]
  deployments:
    - name: demo-operator
      spec:
        selector:
          matchLabels: {name: demo-operator}
        template:
          metadata:
            labels: {name: demo-operator}
          spec:
            serviceAccountName: demo-operator
            imagePullSecrets:
              - name: default-secret
            containers:
              - name: demo-operator
                image: swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo-operator:1.0.0
"""
"""A lifecycle.yaml in order."""

OSC_CRD = """\
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
                size:
                  type: integer
            status:
              type: object
              properties:
                phase:
                  type: string
"""
"""The CRD that OSC_CSD is for."""

OSC_CSD = """\
apiVersion: osc.io/v1beta1
kind: CustomServiceDefinition
metadata:
  name: demo-csd
spec:
  CRDRef:
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata:
      name: demos.demo.example
  displayName: Demo
  description: A demo cluster
  role: serviceEntity
  descriptors:
    spec:
      - displayName: Size
        description: How many members
        path: size
        x-descriptors:
          - urn:alm:descriptor:com.tectonic.ui:podCount
  versionDefinition:
    mode: url
    path: spec.image
    tags:
      - "1.0.0"
      - "1.1.0"
  defaultConfiguration: |-
    {"apiVersion": "demo.example/v1", "kind": "Demo",
     "metadata": {"name": "demo"},
     "spec": {"image": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo:1.0.0", "size": 3}}
"""
"""A csd file in order."""

OSC_README = "# 介绍\n# 功能\n# 版本列表\n# 服务架构\n# 快速上手\n# 许可证\n"

_HELM_CRD = (
    OSC_CRD.replace("demos.demo.example", "demos.helm.osc.huawei.com")
    .replace("group: demo.example", "group: helm.osc.huawei.com")
    .replace("                image:\n                  type: string\n", "")
)

OSC_HELM_CSD = """\
apiVersion: osc.io/v1beta1
kind: CustomServiceDefinition
metadata:
  name: demo-csd
spec:
  CRDRef:
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata:
      name: demos.helm.osc.huawei.com
  versionDefinition:
    mode: tag
    path: demo.imageVersion
    tags:
      - "1.0.0"
  defaultConfiguration: |-
    {"apiVersion": "helm.osc.huawei.com/v1", "kind": "Demo",
     "metadata": {"name": "demo"}, "spec": {"size": 3}}
"""
"""A csd file of Helm type in order."""

OSC_HELM_VALUES = """\
demo:
  image: swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo
  imageVersion: "1.0.0"
"""


OSC_HELM_METADATA = OSC_METADATA.replace("type: operator", "type: helm").replace(
    "demo-operator", "demo"
)
OSC_HELM_LIFECYCLE = "install:\n  strategy: deployment\n  deployments: []\n"
OSC_HELM_CHART = "apiVersion: v2\nname: demo\nversion: 1.0.0\n"


def osc_package(
    *,
    metadata: str = OSC_METADATA,
    lifecycle: str = OSC_LIFECYCLE,
    crd: str = OSC_CRD,
    csd: str = OSC_CSD,
    readme: str = OSC_README,
    more: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
    fixed: Mapping[str, str] | None = None,
) -> Example:
    """An OSC-format package of operator type in the folder ``demo``.

    ``more`` are further files, ``without`` those left out and ``fixed`` the changed ones, by
    their names in that folder.
    """
    files = {
        "metadata.yaml": metadata,
        "lifecycle.yaml": lifecycle,
        "manifests/demo_crd.yaml": crd,
        "manifests/demo_csd.yaml": csd,
        "README.md": readme,
        **(more or {}),
    }
    return _osc(files, without, fixed)


def osc_service_package(
    archives: Mapping[str, Mapping[str, str]], package: Example | None = None
) -> Example:
    """A service package with an OSC-format one (``osc_package`` unless given) and ``archives``.

    An archive is given by the files in it, by its name in ``images``.
    """
    files = below("demo/package/demo-operator-1.0.0.zip!/", (package or osc_package()).files)
    for name, content in archives.items():
        files |= below(f"demo/images/{name}!/", content)
    return Example(files)


def osc_chart_package(
    *,
    metadata: str = OSC_HELM_METADATA,
    lifecycle: str = OSC_HELM_LIFECYCLE,
    csd: str = OSC_HELM_CSD,
    chart: str = OSC_HELM_CHART,
    values: str = OSC_HELM_VALUES,
    more: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
    fixed: Mapping[str, str] | None = None,
) -> Example:
    """An OSC-format package of Helm type, with its chart in ``raw``; see ``osc_package``."""
    files = {
        "metadata.yaml": metadata,
        "lifecycle.yaml": lifecycle,
        "manifests/helmrelease_crd.yaml": _HELM_CRD,
        "manifests/helmrelease_csd.yaml": csd,
        "raw/Chart.yaml": chart,
        "raw/values.yaml": values,
        "raw/templates/pod.yaml": pod('"{{ .Values.demo.image }}:{{ .Values.demo.imageVersion }}"'),
        "README.md": OSC_README,
        **(more or {}),
    }
    return _osc(files, without, fixed)


def _osc(
    files: dict[str, str], without: tuple[str, ...], fixed: Mapping[str, str] | None
) -> Example:
    kept = {name: text for name, text in files.items() if name not in without}
    return Example(below("demo/", kept), below("demo/", fixed or {}))
