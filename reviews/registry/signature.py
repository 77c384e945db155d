"""Signatures that ``cosign verify --key`` takes, by a key of the platform.

Source: cosign's "Signature Specification": a payload in Red Hat's simple signing form, stored as
a layer under the tag ``sha256-….sig`` beside the image, its signature in an annotation.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from time import sleep
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ..pipeline import ImageReference
from ..pipeline.core.messages import Message, _
from .media_types import OCI_CONFIG, Descriptor, artifact_manifest
from .patience import Patience
from .places import Place, opened, place_of
from .records import Outcome, PublishedImage
from .store import Store, StoredManifest, digest_of
from .target import LayoutTarget, Target

PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json"
SIGNATURE = "dev.cosignproject.cosign/signature"
_THERE = frozenset({Outcome.PUSHED, Outcome.PRESENT})


def check_signing_key(pem: bytes) -> Message | None:
    """Why ``pem`` is no key to sign with (ECDSA P-256, private, unencrypted PEM); None if it is."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        key = None
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return None
    return _(
        "The signing key is no unencrypted private key of ECDSA P-256 in PEM. Make one with"
        " “openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256”."
    )


def sign(
    target: Target | LayoutTarget,
    published: Iterable[PublishedImage],
    pem: bytes,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    wait: Callable[[float], None] = sleep,
) -> tuple[str, ...]:
    """Sign what each reference names; the addresses of the signatures (``…:sha256-….sig``).

    Missing images and those not asked for are left out; a signature that is there already by
    this key stays, and those of others stay beside it. Raises like ``publish``; ValueError for
    what ``check_signing_key`` objects to.
    """
    objection = check_signing_key(pem)
    if objection is not None:
        raise ValueError(str(objection))
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(type(key).__name__)
    wanted = {each.reference: each.tag_digest for each in published if each.outcome in _THERE}
    with opened(target, Patience(wait=wait, should_stop=should_stop)) as store:
        signed = (_signed(store, reference, wanted[reference], key) for reference in wanted)
        return tuple(address for address in signed if address is not None)


def _signed(
    store: Store, reference: str, digest: str, key: ec.EllipticCurvePrivateKey
) -> str | None:
    place = place_of(store, reference)
    if place is None:
        return None
    parts = ImageReference.parse(reference)
    name = f"{parts.registry}/{parts.repository}" if parts.registry else parts.repository
    tag = f"{digest.replace(':', '-')}.sig"
    payload = _payload(name, digest)
    found = store.manifest(place.repository, tag)
    layers = _layers(found)
    if not any(_is_by(key, layer, payload) for layer in layers):
        _put(store, place, tag, payload, [*layers, _layer(payload, key)])
    return f"{name}:{tag}"


def _payload(name: str, digest: str) -> bytes:
    critical = {
        "identity": {"docker-reference": name},
        "image": {"docker-manifest-digest": digest},
        "type": "cosign container image signature",
    }
    return json.dumps({"critical": critical, "optional": None}, separators=(",", ":")).encode()


def _layer(payload: bytes, key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    # The same key and payload give the same signature, so that a second run changes nothing.
    signature = key.sign(payload, ec.ECDSA(SHA256(), deterministic_signing=True))
    described = Descriptor(PAYLOAD, digest_of(payload), len(payload))
    return {
        **described.plain(),
        "annotations": {SIGNATURE: base64.b64encode(signature).decode("ascii")},
    }


def _put(
    store: Store, place: Place, tag: str, payload: bytes, layers: list[dict[str, Any]]
) -> None:
    rootfs = {"type": "layers", "diff_ids": [str(layer.get("digest")) for layer in layers]}
    config = json.dumps(
        {"architecture": "", "os": "", "config": {}, "rootfs": rootfs}, separators=(",", ":")
    ).encode()
    for content in (payload, config):
        store.put_blob(place.repository, content)
    described = Descriptor(OCI_CONFIG, digest_of(config), len(config))
    store.put_manifest(place.repository, tag, artifact_manifest(described, layers))


def _layers(manifest: StoredManifest | None) -> list[dict[str, Any]]:
    if manifest is None:
        return []
    try:
        layers = json.loads(manifest.content).get("layers")
    except (ValueError, AttributeError, RecursionError):
        return []
    return [each for each in layers if isinstance(each, dict)] if isinstance(layers, list) else []


def _is_by(key: ec.EllipticCurvePrivateKey, layer: dict[str, Any], payload: bytes) -> bool:
    annotations = layer.get("annotations")
    if layer.get("digest") != digest_of(payload) or not isinstance(annotations, dict):
        return False
    try:
        signature = base64.b64decode(str(annotations.get(SIGNATURE)), validate=True)
        key.public_key().verify(signature, payload, ec.ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
