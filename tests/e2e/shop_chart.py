"""A chart of the size and shape that partners send: long values, comments, a sub-chart.

Its images are decided in the ways that charts know: in parts, in one piece, behind a switch, by
a sub-chart's own values; and one is spelled out in a template, until the partner mends it.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator

SERVICE = "market"
VERSION = "3.2.1"
FILE_NAME = f"{SERVICE}-{VERSION}.zip"
VALUES = f"{SERVICE}/package/{SERVICE}-{VERSION}.tgz!/{SERVICE}/values.yaml"

IMAGES = {
    "web": ("docker.io", "marketplace/web", "3.2.1"),
    "search": ("quay.io", "marketplace/search", "3.2.1"),
    "orders": ("ghcr.io", "marketplace/orders", "3.2.0"),
    "mailer": ("docker.io", "marketplace/mailer", "1.9.4"),
}
EXPORTER = "quay.io/marketplace/exporter:0.9.2"
CACHE = ("docker.io", "library/valkey", "8.1")
HARD_CODED = "busybox:1.36"

_CHART = f"""\
apiVersion: v2
name: {SERVICE}
version: {VERSION}
appVersion: {VERSION}
description: A shop of many stalls.
maintainers:
  - name: Petra Partner
    email: petra@market.example
annotations:
  categories: Database
  architecture: x86_64
  scenes: CCE
dependencies:
  - name: cache
    version: 1.0.0
"""
_HEAD = """\
# Values of the market, a shop of many stalls.
# Every component has its own section; what is empty takes the default of the platform.

nameOverride: ""
fullnameOverride: ""

"""
_SECTION = """\
## ---------------------------------------------------------------------------
## {title}
## ---------------------------------------------------------------------------
{name}:
  enabled: true
  # How many of it run at the same time.
  replicas: 2
  image:
    registry: {registry}
    repository: {repository}   # built every night
    tag: "{tag}"
    pullPolicy: IfNotPresent
  resources:
    requests: {{cpu: 100m, memory: 128Mi}}
    limits: {{cpu: "1", memory: 512Mi}}
  service:
    type: ClusterIP
    port: 8080
    annotations: {{}}
  extraEnv: []
"""
_SETTING = """\
    ## @param {name}.settings.option{number} What the {name} does when the {number}th thing happens
    ## ref: https://docs.example.com/{name}/options#{number}
    ##
    option{number}:
      value: "{value}"
      retries: {retries}
"""
_DEPLOYMENT = """\
{{{{- if .Values.{name}.enabled }}}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{{{ .Release.Name }}}}-{name}
spec:
  replicas: {{{{ .Values.{name}.replicas }}}}
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
        - name: {name}
          image: {{{{ include "market.image" .Values.{name}.image }}}}
          imagePullPolicy: {{{{ .Values.{name}.image.pullPolicy }}}}
          resources: {{{{- toYaml .Values.{name}.resources | nindent 12 }}}}
{{{{- end }}}}
"""
_HELPERS = """\
{{- define "market.image" -}}
{{ .registry }}/{{ .repository }}:{{ .tag }}
{{- end -}}
"""
_MIGRATION = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migration
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: IMAGE
          command: [sh, -c, "echo migrating"]
"""
_EXPORTER = """\
{{- if .Values.metrics.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-exporter
spec:
  selector:
    matchLabels: {app: exporter}
  template:
    metadata:
      labels: {app: exporter}
    spec:
      containers:
        - name: exporter
          image: {{ .Values.metrics.image }}
{{- end }}
"""
_CACHE_TEMPLATE = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-cache
spec:
  serviceName: cache
  selector:
    matchLabels: {app: cache}
  template:
    metadata:
      labels: {app: cache}
    spec:
      containers:
        - name: cache
          image: "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
"""


def values(*, mended: bool = False) -> str:
    """The chart's ``values.yaml``; a ``mended`` one decides the migration's image, too."""
    return "".join(_values(mended=mended))


def _values(*, mended: bool) -> Iterator[str]:
    yield _HEAD
    for name, (registry, repository, tag) in IMAGES.items():
        yield _SECTION.format(
            name=name, title=name.upper(), registry=registry, repository=repository, tag=tag
        )
        yield "  settings:\n"
        for number in range(1, 57):
            yield _SETTING.format(
                name=name, number=number, value=f"{name}-{number * 7}", retries=number % 5
            )
        yield "\n"
    yield f"# Shown only when it is switched on.\nmetrics:\n  enabled: false\n  image: {EXPORTER}\n\n"
    if mended:
        yield 'migration:\n  image:\n    registry: docker.io\n    repository: library/busybox\n    tag: "1.36"\n\n'
    yield "# The sub-chart; see charts/cache/values.yaml.\ncache:\n  persistence: true\n"


def package(*, mended: bool = False) -> bytes:
    """The service package as a zip, as it comes first, or ``mended``."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(f"{SERVICE}/package/{SERVICE}-{VERSION}.tgz")
        member.external_attr = 0o644 << 16
        archive.writestr(member, _tgz(_files(mended=mended)))
    return output.getvalue()


def _files(*, mended: bool) -> dict[str, str]:
    image = '{{ include "market.image" .Values.migration.image }}' if mended else HARD_CODED
    registry, repository, tag = CACHE
    return {
        "Chart.yaml": _CHART,
        "values.yaml": values(mended=mended),
        "templates/_helpers.tpl": _HELPERS,
        "templates/migration.yaml": _MIGRATION.replace("IMAGE", image),
        "templates/exporter.yaml": _EXPORTER,
        **{f"templates/{name}.yaml": _DEPLOYMENT.format(name=name) for name in IMAGES},
        "charts/cache/Chart.yaml": "apiVersion: v2\nname: cache\nversion: 1.0.0\n",
        "charts/cache/values.yaml": (
            f"image:\n  registry: {registry}\n  repository: {repository}\n"
            f'  tag: "{tag}"\npersistence: false\n'
        ),
        "charts/cache/templates/cache.yaml": _CACHE_TEMPLATE,
    }


def _tgz(files: dict[str, str]) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:
        for name, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(f"{SERVICE}/{name}")
            member.size, member.mode = len(data), 0o644
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(output.getvalue(), mtime=0)


def values_in(released: bytes) -> str:
    """The ``values.yaml`` of a package."""
    with zipfile.ZipFile(io.BytesIO(released)) as archive:
        (chart,) = [name for name in archive.namelist() if name.endswith(".tgz")]
        packed = io.BytesIO(archive.read(chart))
    with tarfile.open(fileobj=packed) as inside:
        member = inside.extractfile(f"{SERVICE}/values.yaml")
        assert member is not None
        return member.read().decode()
