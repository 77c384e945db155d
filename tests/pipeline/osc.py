"""OSC-format packages of our own, taken through the whole journey."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reviews.pipeline.checks.examples.charts import Example
from reviews.pipeline.checks.examples.osc_packages import osc_chart_package
from reviews.pipeline.core.policy import Policy
from reviews.pipeline.examination.run import Examination
from reviews.pipeline.report.model import Report

from .checks.boxes import examined

POLICY = Policy(registry="swr.example.com", organization="osc")

SPLIT_VALUES = """\
demo:
  registry: docker.io
  image: bitnami/demo
  imageVersion: "1.0.0"
"""
SPLIT_POD = """\
apiVersion: v1
kind: Pod
metadata: {name: demo}
spec:
  containers:
    - name: demo
      image: "{{ .Values.demo.registry }}/{{ .Values.demo.image }}:{{ .Values.demo.imageVersion }}"
"""


@dataclass(frozen=True)
class Outcome:
    """What became of one package: the examination and every file of the rewritten zip."""

    examination: Examination
    before: Mapping[str, str]
    after: Mapping[str, bytes]

    @property
    def report(self) -> Report:
        return self.examination.report

    @property
    def images(self) -> dict[str, tuple[str, str | None]]:
        """Each original image with its status and target."""
        return {image.original: (image.status.value, image.target) for image in self.report.pulled}

    @property
    def changed(self) -> dict[str, str]:
        """The files that differ, as they are afterwards."""
        texts = {name: content.decode("utf-8", "replace") for name, content in self.after.items()}
        return {name: text for name, text in texts.items() if self.before.get(name) != text}

    def reported(self, rule: str) -> list[str]:
        """What a rule says, in the order of the report."""
        return [str(each.message) for each in self.report.findings if each.rule == rule]


def taken(example: Example, folder: Path, policy: Policy = POLICY) -> Outcome:
    """Examine ``example``, write it rewritten, read it back."""
    examination = examined(example, folder, policy)
    target = folder / "rewritten.zip"
    examination.write(target)
    return Outcome(examination, example.files, unzipped(target.read_bytes()))


def unzipped(data: bytes) -> dict[str, bytes]:
    """Every file of a zip by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def chart_with_sample(spec: str, values: str = SPLIT_VALUES, pod: str = SPLIT_POD) -> Example:
    """A package of Helm type whose sample instance has this ``spec``, written as JSON."""
    package = osc_chart_package(values=values, more={"raw/templates/pod.yaml": pod})
    files = {name: text.replace('{"size": 3}', spec) for name, text in package.files.items()}
    return replace(package, files=files)
