"""Charts as OCI artifacts, as ``helm push`` makes them and ``helm install oci://`` reads them."""

from __future__ import annotations


def chart_reference(registry: str, organization: str, content: bytes) -> str:
    """Where a chart (tgz) is published: ``registry/organization/charts/name:version``.

    The name and version are those in its ``Chart.yaml``; a ``+`` becomes ``_``, as Helm has it.
    It is in a folder of its own because a chart is often called like its image. Raises
    ``Unsuitable`` for what is no chart, or has no valid name and version.
    """
    raise NotImplementedError
