"""Image archives for ``GOOD`` and ``BAD`` of a check: as ``docker save`` writes them, in text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from .charts import CHART, Example, below, pod

OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
ETCD = f"{OURS}/etcd:3"
"""An image that is where it belongs, so that an example has no other edits."""

ETCD_MAPPING = """\
instance:
- image: etcd
  tag: "3"
  address:
    fullAddress: image
  package:
    x86_64: etcd-3-x86_64.tar
"""
"""The mapping of a package that needs ETCD and has it in one archive."""


def image_archive(reference: str, architecture: str = "amd64") -> dict[str, str]:
    """The files of a tar that holds one image of one layer, by their names in it.

    ``architecture`` is in Go's words. All digests are right; the layer is a line of text, which
    no container would start from but every reader of archives takes for what it is.
    Put it below a name that ends in ``.tar!/`` with ``below``.
    Source: the Docker image specification v1.2, "Combined Image JSON + Filesystem Changeset".
    """
    layer = f"the files of {reference} for {architecture}\n"
    config = _json(
        {
            "architecture": architecture,
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{_sha256(layer)}"]},
        }
    )
    config_name, layer_name = f"{_sha256(config)}.json", f"{_sha256(layer)}/layer.tar"
    listed = {"Config": config_name, "RepoTags": [reference], "Layers": [layer_name]}
    return {config_name: config, layer_name: layer, "manifest.json": _json([listed])}


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def index_archive(reference: str) -> dict[str, str]:
    """The files of a tar that holds one image for amd64 and arm64, in an OCI image layout.

    Source: the OCI image specification, "Image Layout".
    """
    blobs: dict[str, str] = {}

    def described(text: str, kind: str, **more: object) -> dict[str, object]:
        blobs[f"blobs/sha256/{_sha256(text)}"] = text
        digest, size = f"sha256:{_sha256(text)}", len(text.encode())
        media_type = f"application/vnd.oci.image.{kind}"
        return {"mediaType": media_type, "digest": digest, "size": size, **more}

    manifests = []
    for architecture in ("amd64", "arm64"):
        layer = f"the files of {reference} for {architecture}\n"
        platform = {"architecture": architecture, "os": "linux"}
        root = {"type": "layers", "diff_ids": [f"sha256:{_sha256(layer)}"]}
        manifest = {
            "schemaVersion": 2,
            "config": described(_json({**platform, "rootfs": root}), "config.v1+json"),
            "layers": [described(layer, "layer.v1.tar")],
        }
        manifests.append(described(_json(manifest), "manifest.v1+json", platform=platform))
    index = _json({"schemaVersion": 2, "manifests": manifests})
    name = {"org.opencontainers.image.ref.name": reference}
    top = {"schemaVersion": 2, "manifests": [described(index, "index.v1+json", annotations=name)]}
    return {"oci-layout": _json({"imageLayoutVersion": "1.0.0"}), "index.json": _json(top), **blobs}


def etcd(architecture: str = "amd64") -> dict[str, str]:
    """The archive of ETCD for one architecture, in Go's words."""
    return image_archive("quay.io/coreos/etcd:3", architecture)


def shipping_chart(
    archives: Mapping[str, Mapping[str, str] | str],
    mapping: str | None = ETCD_MAPPING,
    *,
    images: tuple[str, ...] = (ETCD,),
    architecture: str = "x86_64",
    fixed: str | None = None,
) -> Example:
    """A service package with a chart that needs ``images``, and ``archives`` by their names.

    An archive is given by its files, or as the text that it is. The values are called ``image``,
    ``image2`` and so on. ``fixed`` is what the mapping becomes.
    """
    names = ["image", *(f"image{number}" for number in range(2, len(images) + 1))][: len(images)]
    values = "".join(f"{key}: {image}\n" for key, image in zip(names, images, strict=True))
    chart = {
        "Chart.yaml": CHART.replace("architecture: x86_64", f"architecture: {architecture}"),
        "values.yaml": values or "{}\n",
        "templates/pod.yaml": pod(*(f"{{{{ .Values.{name} }}}}" for name in names)),
    }
    files = below("demo/package/demo-1.0.0.tgz!/demo/", chart)
    for name, content in archives.items():
        address = f"demo/images/{name}"
        files |= {address: content} if isinstance(content, str) else below(f"{address}!/", content)
    if mapping is not None:
        files["demo/images/mapping.yaml"] = mapping
    return Example(files, {} if fixed is None else {"demo/images/mapping.yaml": fixed})
