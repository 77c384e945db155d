"""Beside the images: signatures by the platform's key, which anybody can verify."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings as portal_settings
from pytest_django import Settings

from tests import factories
from tests import publishing as shipped
from tests.publishing import publication_of

pytestmark = pytest.mark.django_db
SWR = "swr.cn-east-3.myhuaweicloud.com"
KEY = ec.generate_private_key(ec.SECP256R1())


def _keep_key(settings: Settings, folder: Path) -> Path:
    file = folder / "signing.pem"
    file.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    settings.PORTAL_PUBLISH_KEY = str(file)
    return file


def _signed(repository: str, digest: str) -> bytes:
    """The payload of the signature of what has ``digest``. InvalidSignature: it is another's."""
    root = Path(portal_settings.IMAGE_LAYOUT_DIR)
    address = f"oci:{root}:{repository}:{digest.replace(':', '-')}.sig"
    shown = subprocess.run(
        ["skopeo", "inspect", "--raw", address], capture_output=True, text=True, check=True
    )
    (layer,) = json.loads(shown.stdout)["layers"]
    payload: bytes = (root / "blobs" / "sha256" / layer["digest"].partition(":")[2]).read_bytes()
    signature = base64.b64decode(layer["annotations"]["dev.cosignproject.cosign/signature"])
    KEY.public_key().verify(signature, payload, ec.ECDSA(SHA256()))
    return payload


def test_everything_that_is_published_is_signed_by_the_platform(
    settings: Settings, tmp_path: Path
) -> None:
    _keep_key(settings, tmp_path)

    publication = publication_of(factories.published(shipped.proven()))

    tags = {(each.reference, each.tag_digest) for each in publication.images.exclude(digest="")}
    signed = set()
    for reference, digest in tags:
        repository, _colon, tag = reference.rpartition(":")
        said = json.loads(_signed(repository, digest))["critical"]
        place, found = said["identity"]["docker-reference"], said["image"]["docker-manifest-digest"]
        signed.add((f"{place}:{tag}", found))
    assert signed == tags
    assert {reference for reference, _digest in tags} == {
        *(f"{SWR}/osc-opensource/{name}" for name in shipped.NAMES),
        publication.chart,
    }


def test_without_its_key_nothing_is_published(settings: Settings, tmp_path: Path) -> None:
    file = _keep_key(settings, tmp_path)
    first, second = shipped.proven("1"), shipped.proven("2")
    file.write_text("no key")
    first = factories.published(first)
    file.unlink()
    second = factories.published(second)

    words = [str(publication_of(each).trouble_words) for each in (first, second)]
    assert [first.turn, second.turn] == ["administrator", "administrator"]
    assert words[0].startswith("The signing key is no unencrypted private key of ECDSA P-256")
    assert words[1] == f"The key that signs images, {file}, cannot be read."
