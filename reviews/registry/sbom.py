"""The bill of materials of a release, in CycloneDX.

Source: CycloneDX 1.6; the package-url types ``oci`` and ``helm``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from ..pipeline import ARCHITECTURE_BY_GOARCH, ImageReference
from .records import Outcome, PublishedImage

_GO_WORDS = {word: go for go, word in ARCHITECTURE_BY_GOARCH.items()}


def bill_of_materials(
    *,
    service: str,
    version: str,
    sha256: str,
    released_at: datetime,
    images: Iterable[PublishedImage],
) -> bytes:
    """CycloneDX 1.6 in JSON: the package, its images by digest, its charts.

    The same in, the same out. ``sha256`` is that of the released package, ``released_at`` has a
    time zone. An image without a digest is listed by its name alone.
    """
    package = Component(
        name=service,
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref="package",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)],
    )
    bom = Bom(
        serial_number=uuid5(NAMESPACE_URL, f"sha256:{sha256}"),
        metadata=BomMetaData(component=package, timestamp=released_at),
        components=map(_component, images),
    )
    bom.register_dependency(package, sorted(bom.components, key=lambda each: str(each.bom_ref)))
    return (JsonV1Dot6(bom).output_as_string(indent=2) + "\n").encode()


def _component(image: PublishedImage) -> Component:
    parts = ImageReference.parse(image.reference)
    return Component(
        name=f"{parts.registry}/{parts.repository}" if parts.registry else parts.repository,
        version=parts.tag or parts.digest,
        type=ComponentType.CONTAINER if image.architecture else ComponentType.APPLICATION,
        bom_ref=f"{image.reference}#{image.architecture}".rstrip("#"),
        purl=_purl(image, parts),
        hashes=_hashes(image),
        properties=list(_properties(image)),
    )


def _purl(image: PublishedImage, parts: ImageReference) -> PackageURL:
    url = f"{parts.registry}/{parts.repository}"
    if not image.architecture:
        return PackageURL(
            "helm",
            None,
            parts.name,
            parts.tag,
            {"repository_url": f"oci://{url.rpartition('/')[0]}"},
        )
    qualifiers = {"repository_url": url, "arch": _GO_WORDS.get(image.architecture, "")}
    if parts.tag:
        qualifiers["tag"] = parts.tag
    return PackageURL("oci", None, parts.name, image.digest or None, qualifiers)


def _hashes(image: PublishedImage) -> list[HashType]:
    if not image.digest.startswith("sha256:"):
        return []
    return [HashType(alg=HashAlgorithm.SHA_256, content=image.digest.partition(":")[2])]


def _properties(image: PublishedImage) -> Iterable[Property]:
    if image.architecture:
        yield Property(name="osc-portal:architecture", value=image.architecture)
    yield Property(name="osc-portal:outcome", value=image.outcome.value)
    if image.outcome in {Outcome.PUSHED, Outcome.PRESENT}:
        yield Property(name="osc-portal:tag-digest", value=image.tag_digest)
        yield Property(name="osc-portal:size", value=str(image.size))
