"""Charts as OCI artifacts, as ``helm push`` makes them and ``helm install oci://`` reads them.

Source: Helm's documentation, "Use OCI-based registries".
"""

from __future__ import annotations

import io
import json
import tarfile
import zlib
from typing import Any

import yaml

from ..pipeline import ImageReference, NotAReference
from ..pipeline.core.messages import _
from .conflicts import content_conflict
from .errors import Unsuitable
from .media_types import Descriptor, artifact_manifest
from .plan import PlannedChart
from .store import StoredManifest, digest_of

CHART_CONFIG = "application/vnd.cncf.helm.config.v1+json"
CHART_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
_MOST_METADATA = 1 << 20
_TEXTS = ("apiVersion", "name", "version", "appVersion", "kubeVersion", "description", "type")


def chart_reference(registry: str, organization: str, content: bytes) -> str:
    """Where a chart (tgz) is published: ``registry/organization/charts/name:version``.

    The name and version are those in its ``Chart.yaml``; a ``+`` becomes ``_``, as Helm has it.
    It is in a folder of its own because a chart is often called like its image. Raises
    ``Unsuitable`` for what is no chart, or has no valid name and version.
    """
    metadata = _metadata(content)
    tag = metadata.get("version", "").replace("+", "_")
    reference = f"{registry}/{organization}/charts/{metadata.get('name', '')}:{tag}"
    try:
        ImageReference.parse(reference)
    except NotAReference as wrong:
        raise Unsuitable(wrong.words) from None
    return reference


def chart_config(content: bytes) -> bytes:
    """The configuration of the artifact: the texts of ``Chart.yaml`` in JSON."""
    return json.dumps(_metadata(content), ensure_ascii=False, separators=(",", ":")).encode()


def chart_manifest(chart: PlannedChart, config: bytes) -> StoredManifest:
    """The artifact's manifest: the same chart has the same one."""
    metadata = json.loads(config)
    layer = Descriptor(CHART_LAYER, digest_of(chart.content), len(chart.content))
    annotations = {
        "org.opencontainers.image.title": metadata.get("name", ""),
        "org.opencontainers.image.version": metadata.get("version", ""),
    }
    return artifact_manifest(
        Descriptor(CHART_CONFIG, digest_of(config), len(config)),
        [layer.plain()],
        annotations=annotations,
    )


def check_chart(chart: PlannedChart, found: StoredManifest) -> None:
    """Raises ``TagConflict`` where ``found`` is not the artifact of ``chart``."""
    expected = digest_of(chart.content)
    layers = _layers(found)
    if [each.get("digest") for each in layers] != [expected]:
        raise content_conflict(chart.reference, found.digest, expected)


def _layers(manifest: StoredManifest) -> list[dict[str, Any]]:
    try:
        layers = json.loads(manifest.content).get("layers")
    except (ValueError, AttributeError, RecursionError):
        return []
    return [each for each in layers if isinstance(each, dict)] if isinstance(layers, list) else []


def _metadata(content: bytes) -> dict[str, str]:
    """The texts of ``Chart.yaml``, numbers as they are written."""
    fields = _chart_yaml(content)
    return {key: fields[key] for key in _TEXTS if isinstance(fields.get(key), str)}


def _chart_yaml(content: bytes) -> dict[str, Any]:
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r|gz") as tar:
            for member in tar:
                if member.isfile() and member.name.removeprefix("./").endswith("/Chart.yaml"):
                    return _read(tar, member)
    except (tarfile.TarError, OSError, EOFError, zlib.error, yaml.YAMLError, ValueError):
        pass
    raise Unsuitable(
        _("The chart of the package cannot be published: it has no readable Chart.yaml.")
    )


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    file = tar.extractfile(member)
    if file is None or member.size > _MOST_METADATA:
        raise ValueError(member.name)
    fields = yaml.load(file.read(), Loader=yaml.BaseLoader)  # noqa: S506 - makes texts, lists and maps only
    if not isinstance(fields, dict):
        raise ValueError(member.name)  # noqa: TRY004 - it is the content that is wrong
    return fields
