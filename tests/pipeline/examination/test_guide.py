"""The packaging guide's own examples come out as the guide prints them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from reviews.pipeline.checks.examples.charts import Example
from reviews.pipeline.core.policy import Policy
from reviews.pipeline.examination.run import examine
from reviews.pipeline.report.model import Report

from ..checks.boxes import written

ETCD_CHART = """\
annotations:
  category: Database
apiVersion: v2
appVersion: 3.4.14
dependencies:
  - name: common
    repository: https://charts.bitnami.com/bitnami
    tags:
      - bitnami-common
    version: 1.x.x
description: a key value store
name: etcd
version: 6.7.0
"""
ETCD_VALUES = """\
image:
  registry: docker.io
  repository: bitnami/etcd
  tag: 3.4.14-debian-10-r44
  debug: false
volumePermissions:
  enabled: false
  image:
    registry: docker.io
    repository: bitnami/minideb
    tag: buster
    pullPolicy: Always
  resources:
    limits: {}
    #   cpu: 100m
    #   memory: 128Mi
    requests: {}
    #   cpu: 100m
    #   memory: 128Mi
"""
ETCD_REWRITTEN = """\
image:
  registry: swr.cn-east-3.myhuaweicloud.com
  repository: osc-opensource/etcd
  tag: 3.4.14-debian-10-r44
  debug: false
volumePermissions:
  enabled: false
  image:
    registry: swr.cn-east-3.myhuaweicloud.com
    repository: osc-opensource/minideb
    tag: buster
    pullPolicy: Always
  resources:
    limits: {}
    #   cpu: 100m
    #   memory: 128Mi
    requests: {}
    #   cpu: 100m
    #   memory: 128Mi
"""
STATEFULSET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}
spec:
  serviceName: {{ .Release.Name }}
  selector: {matchLabels: {app: etcd}}
  template:
    metadata: {labels: {app: etcd}}
    spec:
      {{- if .Values.volumePermissions.enabled }}
      initContainers:
        - name: volume-permissions
          image: {{ include "common.image" .Values.volumePermissions.image }}
          imagePullPolicy: {{ .Values.volumePermissions.image.pullPolicy | quote }}
      {{- end }}
      containers:
        - name: etcd
          image: {{ include "etcd.image" . }}
"""
ETCD_FILES = {
    "etcd/Chart.yaml": ETCD_CHART,
    "etcd/values.yaml": ETCD_VALUES,
    "etcd/templates/_helpers.tpl": (
        '{{- define "etcd.image" -}}{{ include "common.image" .Values.image }}{{- end -}}\n'
    ),
    "etcd/templates/statefulset.yaml": STATEFULSET,
    "etcd/README.md": "docker.io/bitnami/etcd is what this chart installs.\n",
    "etcd/charts/common/Chart.yaml": (
        "apiVersion: v2\nname: common\ntype: library\nversion: 1.4.1\n"
    ),
    "etcd/charts/common/templates/_images.tpl": (
        '{{- define "common.image" -}}\n'
        '{{ printf "%s/%s:%s" .registry .repository .tag }}\n'
        "{{- end -}}\n"
    ),
}
ETCD = Example(
    {
        **{f"etcd/package/etcd-helm-6.7.0.tgz!/{name}": text for name, text in ETCD_FILES.items()},
        "etcd/images/etcd-3.5.0-x86_64.tar": "stands for an image",
        "etcd/images/etcd-3.5.0-aarch64.tar": "stands for another",
    }
)
CLICKHOUSE_VALUES = """\
timezone: "Asia/Shanghai"
clusterDomain: "cluster.local"
# nodeSelector: {"beta.kubernetes.io/arch": "amd64"}

clickhouse:
  podManagementPolicy: "Parallel"
  updateStrategy: "RollingUpdate"
  # rollingUpdatePartition:
  path: "/var/lib/clickhouse"
  http_port: "8123"
  replicas: "3"
  image: "swr.cn-east-3.myhuaweicloud.com/osctest/clickhouse-server"
  imageVersion: "0.0.1"
  imagePullPolicy: "IfNotPresent"
  imageBusybox: "swr.cn-north-7.myhuaweicloud.com/osctest/busybox:1.26.2"
  #imagePullSecrets:
  livenessProbe:
    enabled: true
    initialDelaySeconds: "30"
"""
CLICKHOUSE_FILES = {
    "clickhouse/Chart.yaml": (
        "annotations:\n  source: ISV\napiVersion: v2\nname: clickhouse\nversion: 0.0.1\n"
    ),
    "clickhouse/values.yaml": CLICKHOUSE_VALUES,
    "clickhouse/templates/pod.yaml": (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: clickhouse\nspec:\n"
        "  initContainers:\n    - name: wait\n      image: {{ .Values.clickhouse.imageBusybox }}\n"
        "  containers:\n    - name: clickhouse\n"
        "      image: {{ .Values.clickhouse.image }}:{{ .Values.clickhouse.imageVersion }}\n"
    ),
}
CLICKHOUSE = Example(
    {
        f"clickhouse/package/clickhouse-0.0.1.zip!/{name}": text
        for name, text in CLICKHOUSE_FILES.items()
    }
)
SWR = "swr.cn-east-3.myhuaweicloud.com"


@pytest.fixture
def journey(tmp_path: Path) -> Journey:
    return Journey(tmp_path)


class Journey:
    """One example examined with the portal's own defaults, and what was written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, example: Example) -> Report:
        self.before = written(example, self.folder)
        self.after = self.folder / "proposed.zip"
        examination = examine(self.before, Policy())
        examination.write(self.after)
        return examination.report


def members(data: bytes) -> dict[str, bytes]:
    """Every file of a zip or tgz, in stored order."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        found = {member.name: archive.extractfile(member) for member in archive}
        return {name: stream.read() for name, stream in found.items() if stream is not None}


def statuses(report: Report) -> dict[str, tuple[str, str | None, tuple[str, ...]]]:
    return {
        image.original: (image.status.value, image.target, image.shown_by)
        for image in report.images
    }


def edited(report: Report) -> list[tuple[str, str, str | None]]:
    """Rule, severity and file of the findings that propose an edit."""
    kept = tuple(finding for finding in report.findings if finding.edit is not None)
    return rules(replace(report, findings=kept))


def rules(report: Report) -> list[tuple[str, str, str | None]]:
    return [(each.rule, each.severity.value, each.place.file) for each in report.findings]


def test_etcd_comes_out_as_printed(journey: Journey) -> None:
    journey.of(ETCD)

    before, after = members(journey.before.read_bytes()), members(journey.after.read_bytes())
    packed = "etcd/package/etcd-helm-6.7.0.tgz"
    chart = members(after[packed])
    assert list(after) == list(before)
    assert {name for name in after if after[name] != before[name]} == {packed}
    assert chart == members(before[packed]) | {
        "etcd/values.yaml": ETCD_REWRITTEN.encode(),
        "etcd/Chart.yaml": ETCD_CHART.replace(
            "annotations:\n", "annotations:\n  source: ISV\n"
        ).encode(),
    }


def test_both_images_of_etcd_are_redirected_and_proven(journey: Journey) -> None:
    report = journey.of(ETCD)

    assert statuses(report) == {
        "docker.io/bitnami/etcd:3.4.14-debian-10-r44": (
            "redirected",
            f"{SWR}/osc-opensource/etcd:3.4.14-debian-10-r44",
            (),
        ),
        "docker.io/bitnami/minideb:buster": (
            "redirected",
            f"{SWR}/osc-opensource/minideb:buster",
            ("volumePermissions.enabled=true",),
        ),
    }
    assert report.verification == replace(
        report.verification, rendered=True, images_redirected=2, other_changes=(), unreached=()
    )


def test_the_findings_of_etcd_are_the_mark_and_four_addresses(journey: Journey) -> None:
    report = journey.of(ETCD)

    chart = "etcd/package/etcd-helm-6.7.0.tgz!/etcd"
    assert edited(report) == [
        ("OSC-ANN-001", "error", f"{chart}/Chart.yaml"),
        *[("PORTAL-002", "info", f"{chart}/values.yaml")] * 4,
    ]


def test_the_guides_category_is_reported_as_the_wrong_word(journey: Journey) -> None:
    words = [str(f.message) for f in journey.of(ETCD).findings if f.rule == "OSC-ANN-005"]

    assert words == [
        (
            "Chart.yaml has the annotation “category”, which the catalogue does not read;"
            " it reads “categories”."
        )
    ]


def test_etcd_proposed_is_found_in_order(journey: Journey) -> None:
    journey.of(ETCD)

    again = examine(journey.after, Policy()).report

    assert (edited(again), again.rewrites) == ([], ())
    assert {image.status.value for image in again.images} == {"unchanged"}


def test_clickhouse_moves_to_the_platforms_organisation(journey: Journey) -> None:
    report = journey.of(CLICKHOUSE)

    packed = "clickhouse/package/clickhouse-0.0.1.zip"
    chart = members(members(journey.after.read_bytes())[packed])
    rewritten = CLICKHOUSE_VALUES.replace(
        f'"{SWR}/osctest/clickhouse-server"', f'"{SWR}/osc-opensource/clickhouse-server"'
    ).replace(
        '"swr.cn-north-7.myhuaweicloud.com/osctest/busybox:1.26.2"',
        f'"{SWR}/osc-opensource/busybox:1.26.2"',
    )
    assert {name: content.decode() for name, content in chart.items()} == CLICKHOUSE_FILES | {
        "clickhouse/values.yaml": rewritten
    }
    assert ("OSC-PKG-012", "warning", packed) in rules(report)
    assert edited(report) == [
        *[("PORTAL-002", "info", f"{packed}!/clickhouse/values.yaml")] * 2,
    ]
