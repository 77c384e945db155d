"""A service package of our own, to look around with: small, and with something of everything.

Its chart has images that values decide in one piece and in parts, one behind a feature
switch, and one that is hard-coded in a template, which only the partner can fix. With
images it promises two architectures and ships all archives but one, and no mapping.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping

from .pipeline import image_archive

SERVICE = "harbour"
VERSION = "1.4.0"
FILE_NAME = f"{SERVICE}-{VERSION}.zip"

_CHART = """\
apiVersion: v2
name: harbour
description: A small web shop for berths, to look around with.
type: application
version: 1.4.0
appVersion: "1.4"
maintainers:
  - name: Harbour Software
    email: care@harbour-software.cn
annotations:
  categories: Application Runtime
  architecture: x86_64
  scenes: CCE
"""

_VALUES = """\
# Berths are booked here.
web:
  replicas: 2
  image:
    registry: docker.io
    repository: harbourmaster/web   # built every night
    tag: "1.4.0"
  resources:
    requests: {cpu: 50m, memory: 64Mi}

# Sends the confirmations.
worker:
  image: quay.io/harbourmaster/worker:1.4.0

database:
  image:
    registry: docker.io
    repository: library/postgres
    tag: '16.4'
  storage: 8Gi

# Shown only when it is switched on.
metrics:
  enabled: false
  image: ghcr.io/harbourmaster/exporter:0.9.2
"""

_WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: {{ .Values.web.replicas }}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      initContainers:
        - name: wait-for-database
          image: busybox:1.36
          command: [sh, -c, "until nc -z database 5432; do sleep 1; done"]
      containers:
        - name: web
          image: "{{ .Values.web.image.registry }}/{{ .Values.web.image.repository }}:\
{{ .Values.web.image.tag }}"
          resources: {{- toYaml .Values.web.resources | nindent 12 }}
        {{- if .Values.metrics.enabled }}
        - name: exporter
          image: {{ .Values.metrics.image }}
        {{- end }}
"""

_WORKER = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-worker
spec:
  selector:
    matchLabels: {app: worker}
  template:
    metadata:
      labels: {app: worker}
    spec:
      containers:
        - name: worker
          image: {{ .Values.worker.image | quote }}
"""

_DATABASE = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: database
spec:
  serviceName: database
  selector:
    matchLabels: {app: database}
  template:
    metadata:
      labels: {app: database}
    spec:
      containers:
        - name: postgres
          {{- with .Values.database.image }}
          image: "{{ .registry }}/{{ .repository }}:{{ .tag }}"
          {{- end }}
"""

_FILES = {
    "Chart.yaml": _CHART,
    "values.yaml": _VALUES,
    "templates/web.yaml": _WEB,
    "templates/worker.yaml": _WORKER,
    "templates/database.yaml": _DATABASE,
}


def demo_package(*replacing: tuple[str, str]) -> bytes:
    """The service package as a zip, every time with the same bytes.

    ``replacing`` are texts of the chart's files, each with what to write instead.
    """
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        chart = zipfile.ZipInfo(f"{SERVICE}/package/{SERVICE}-{VERSION}.tgz")
        chart.external_attr = 0o644 << 16
        archive.writestr(chart, _chart(replacing))
    return output.getvalue()


_IMAGES = {
    "web-1.4.0": "docker.io/harbourmaster/web:1.4.0",
    "worker-1.4.0": "quay.io/harbourmaster/worker:1.4.0",
    "exporter-0.9.2": "ghcr.io/harbourmaster/exporter:0.9.2",
    "postgres-16.4": "docker.io/library/postgres:16.4",
}
_FORGOTTEN = "postgres-16.4-aarch64.tar"


def demo_package_with_images() -> bytes:
    """The service package that promises two architectures, with its image archives but one."""
    chart_alone = demo_package(("architecture: x86_64", "architecture: x86_64,aarch64"))
    output = io.BytesIO(chart_alone)
    with zipfile.ZipFile(output, "a", zipfile.ZIP_DEFLATED) as package:
        for architecture, word in (("amd64", "x86_64"), ("arm64", "aarch64")):
            for name, image in _IMAGES.items():
                if (file := f"{name}-{word}.tar") != _FORGOTTEN:
                    member = zipfile.ZipInfo(f"{SERVICE}/images/{file}")
                    member.external_attr = 0o644 << 16
                    package.writestr(member, image_archive_as_tar(image, architecture))
    return output.getvalue()


def image_archive_as_tar(image: str, architecture: str = "amd64") -> bytes:
    """An archive of one image as ``docker save`` writes it, every time with the same bytes.

    ``architecture`` is in Go's words.
    """
    return _tar(image_archive(image, architecture))


def _chart(replacing: Iterable[tuple[str, str]]) -> bytes:
    files = {f"{SERVICE}/{name}": text for name, text in _FILES.items()}
    for old, new in replacing:
        files = {name: text.replace(old, new) for name, text in files.items()}
    return gzip.compress(_tar(files), mtime=0)


def _tar(files: Mapping[str, str]) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:
        for name, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            member.mode = 0o644
            archive.addfile(member, io.BytesIO(data))
    return output.getvalue()
