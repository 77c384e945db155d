"""Packages with ``images/mapping.yaml`` for ``GOOD`` and ``BAD`` of a check: one in order."""

from __future__ import annotations

from .charts import CHART, Example, below, pod
from .operators import operator_package

HOST = "swr.cn-east-3.myhuaweicloud.com"

MAPPING = """\
instance:
- image: etcd
  tag: "3"
  address:
    endpoint: image.registry
    repository: image.repository
    tag: image.tag
  package:
    x86_64: etcd.tar
"""
"""A mapping in order, for VALUES."""

OPERATOR_MAPPING = """\
operator:
- name: demo-operator
  container: demo-operator
  type: container
  image: demo-operator
  tag: "1.0.0"
  package: {x86_64: demo-operator.tar}
instances:
- image: demo
  tag: "1.0.0"
  address: {fullAddress: spec.image}
  package: {x86_64: demo.tar}
"""
"""A mapping for the operator in order, as far as the form is known."""

VALUES = f"""\
image:
  registry: {HOST}
  repository: osc-opensource/etcd
  tag: "3"
"""

PARTS = '"{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"'
"""The image that VALUES decide, as a template puts it together."""


def mapped_chart(mapping: str = MAPPING, values: str = VALUES, *images: str) -> Example:
    """A service package with one chart, whose pod has ``images``, and the text of a mapping."""
    chart = {
        "Chart.yaml": CHART,
        "values.yaml": values,
        "templates/pod.yaml": pod(*(images or (PARTS,))),
    }
    files = below("demo/package/demo-1.0.0.tgz!/demo/", chart)
    return Example(files | {"demo/images/mapping.yaml": mapping})


def with_address(address: str, *, image: str = "etcd", tag: str = '"3"') -> str:
    """A mapping of one entry with ``address``, a map in braces."""
    return (
        f"instance:\n- image: {image}\n  tag: {tag}\n  address: {address}\n"
        "  package: {x86_64: etcd.tar}\n"
    )


def changed(old: str, new: str) -> Example:
    """The package whose mapping is MAPPING with ``old`` replaced by ``new``."""
    return mapped_chart(MAPPING.replace(old, new))


def mapped_operator(mapping: str = OPERATOR_MAPPING) -> Example:
    """A service package with the operator in order, and the text of a mapping."""
    inside = operator_package(folder="demo/package/demo-operator-1.0.0.zip!/demo/")
    return Example({**inside.files, "demo/images/mapping.yaml": mapping})
