"""Tiny charts of our own for the bench's tests."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping

CHART = "apiVersion: v2\nname: demo\nversion: 1.0.0\n"
VALUES = "image:\n  registry: docker.io # here\n  repository: acme/web\n  tag: '1.0'\n"
POD = """apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-web
spec:
  initContainers:
    - name: wait
      image: busybox:1.36
  containers:
    - name: {{ .Release.Name }}-app
      image: "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
"""


def tgz(files: Mapping[str, str | bytes], mode: int = 0o644) -> bytes:
    """A gzip-compressed tar of ``files``."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), mode
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def chart(values: str = VALUES, pod: str = POD) -> bytes:
    """A chart with one pod."""
    return tgz(
        {"demo/Chart.yaml": CHART, "demo/values.yaml": values, "demo/templates/pod.yaml": pod}
    )
