"""What lies beside a release: the lock file, the bill of materials, the signatures."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cyclonedx
import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from referencing import Registry, Resource

from reviews.registry import (
    LayoutTarget,
    Outcome,
    PublishedImage,
    bill_of_materials,
    check_signing_key,
    images_lock,
    sign,
)

from .docker_registry import DockerRegistry
from .images import Images, run, skopeo
from .publications import Publication, plan_of, target_of

ETCD = PublishedImage(
    "swr.example.com/osc/etcd:3.5",
    "x86_64",
    Outcome.PUSHED,
    f"sha256:{'1' * 64}",
    f"sha256:{'9' * 64}",
    1000,
)
IMAGES = (
    ETCD,
    replace(ETCD, architecture="aarch64", digest=f"sha256:{'2' * 64}", outcome=Outcome.PRESENT),
    PublishedImage("swr.example.com/osc/missing:1", "x86_64", Outcome.MISSING),
    PublishedImage("quay.io/elsewhere/thing:1", "x86_64", Outcome.NOT_ASKED),
    PublishedImage(
        "swr.example.com/osc/charts/demo:1.0.0",
        "",
        Outcome.PUSHED,
        f"sha256:{'3' * 64}",
        f"sha256:{'3' * 64}",
        500,
    ),
)
AT = datetime(2026, 1, 2, 14, 3, tzinfo=UTC)


def test_the_lock_file_has_every_address_with_its_digests() -> None:
    lock = images_lock(
        service="demo",
        version="1.0.0",
        sha256="a" * 64,
        place="swr.example.com",
        read_at=AT,
        images=IMAGES,
    )

    assert json.loads(lock) == {
        "schema": "osc-portal/images-lock/1",
        "package": {"service": "demo", "version": "1.0.0", "sha256": "a" * 64},
        "place": "swr.example.com",
        "read_at": "2026-01-02T14:03:00+00:00",
        "images": [
            {
                "reference": "swr.example.com/osc/etcd:3.5",
                "digest": f"sha256:{'9' * 64}",
                "architectures": [
                    {
                        "architecture": "aarch64",
                        "outcome": "present",
                        "digest": f"sha256:{'2' * 64}",
                        "size": 1000,
                    },
                    {
                        "architecture": "x86_64",
                        "outcome": "pushed",
                        "digest": f"sha256:{'1' * 64}",
                        "size": 1000,
                    },
                ],
            },
            {
                "reference": "swr.example.com/osc/missing:1",
                "digest": None,
                "architectures": [
                    {"architecture": "x86_64", "outcome": "missing", "digest": None, "size": 0}
                ],
            },
            {
                "reference": "quay.io/elsewhere/thing:1",
                "digest": None,
                "architectures": [
                    {"architecture": "x86_64", "outcome": "not asked", "digest": None, "size": 0}
                ],
            },
        ],
        "charts": [
            {
                "reference": "swr.example.com/osc/charts/demo:1.0.0",
                "outcome": "pushed",
                "digest": f"sha256:{'3' * 64}",
                "size": 500,
            }
        ],
    }


def bill() -> bytes:
    return bill_of_materials(
        service="demo", version="1.0.0", sha256="a" * 64, released_at=AT, images=IMAGES
    )


def test_the_bill_of_materials_lists_package_images_and_charts() -> None:
    fields: dict[str, Any] = json.loads(bill())

    assert (fields["bomFormat"], fields["specVersion"]) == ("CycloneDX", "1.6")
    assert fields["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]
    assert fields["metadata"]["timestamp"] == "2026-01-02T14:03:00+00:00"
    digest = f"sha256:{'1' * 64}"
    repository = "swr.example.com/osc/etcd"
    assert {each["bom-ref"]: each.get("purl") for each in fields["components"]} == {
        "swr.example.com/osc/etcd:3.5#x86_64": (
            f"pkg:oci/etcd@{digest}?arch=amd64&repository_url={repository}&tag=3.5"
        ),
        "swr.example.com/osc/etcd:3.5#aarch64": (
            f"pkg:oci/etcd@sha256:{'2' * 64}?arch=arm64&repository_url={repository}&tag=3.5"
        ),
        "swr.example.com/osc/missing:1#x86_64": (
            "pkg:oci/missing?arch=amd64&repository_url=swr.example.com/osc/missing&tag=1"
        ),
        "quay.io/elsewhere/thing:1#x86_64": (
            "pkg:oci/thing?arch=amd64&repository_url=quay.io/elsewhere/thing&tag=1"
        ),
        "swr.example.com/osc/charts/demo:1.0.0": (
            "pkg:helm/demo@1.0.0?repository_url=oci://swr.example.com/osc/charts"
        ),
    }


def test_the_same_release_has_the_same_bill() -> None:
    assert bill() == bill()


def test_the_bill_follows_the_schema_of_cyclonedx() -> None:
    folder = Path(cyclonedx.__file__).parent / "schema" / "_res"
    schemas = {
        name: json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text())
        for name in ("bom-1.6", "spdx", "jsf-0.82")
    }
    resources = [(each["$id"], Resource.from_contents(each)) for each in schemas.values()]
    validator = jsonschema.Draft7Validator(
        schemas["bom-1.6"], registry=Registry().with_resources(resources)
    )

    assert [error.message for error in validator.iter_errors(json.loads(bill()))] == []


def pem(key: Any, encryption: KeySerializationEncryption | None = None) -> bytes:
    form = encryption or NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, form)  # type: ignore[no-any-return]


KEY = ec.generate_private_key(ec.SECP256R1())


def test_only_an_open_key_of_p256_signs() -> None:
    assert check_signing_key(pem(KEY)) is None
    for other in (
        b"",
        b"no key",
        pem(KEY, BestAvailableEncryption(b"x")),
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(rsa.generate_private_key(65537, 2048)),
        KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ):
        assert "no unencrypted private key" in str(check_signing_key(other))
        with pytest.raises(ValueError, match="signing key"):
            sign(LayoutTarget(Path("nowhere")), (), other)


def signature_layers(address: str, *options: str) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = json.loads(skopeo("inspect", "--raw", *options, address))[
        "layers"
    ]
    return layers


def test_what_the_tag_names_is_signed_as_cosign_does_it(
    tmp_path: Path, registry: DockerRegistry, images: Images
) -> None:
    plan = plan_of(tmp_path, registry.registry, images)
    target = target_of(registry)
    published = Publication().run(plan, target)

    (address,) = sign(target, published, pem(KEY))

    digest = published[0].tag_digest
    repository = f"{registry.registry}/osc/web"
    assert address == f"{repository}:{digest.replace(':', '-')}.sig"
    (layer,) = signature_layers(f"docker://{address}", "--tls-verify=false")
    payload = registry.blob_file(layer["digest"]).read_bytes()
    assert json.loads(payload)["critical"] == {
        "identity": {"docker-reference": repository},
        "image": {"docker-manifest-digest": digest},
        "type": "cosign container image signature",
    }
    assert layer["mediaType"] == "application/vnd.dev.cosign.simplesigning.v1+json"
    signature = base64.b64decode(layer["annotations"]["dev.cosignproject.cosign/signature"])
    files = {"payload": payload, "signature": signature}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public.pem").write_bytes(public)
    verified = run(
        *("openssl", "dgst", "-sha256", "-verify", tmp_path / "public.pem"),
        *("-signature", tmp_path / "signature", tmp_path / "payload"),
    )
    assert verified == "Verified OK\n"


def test_a_signature_stays_and_another_key_signs_beside_it(tmp_path: Path, images: Images) -> None:
    target = LayoutTarget(tmp_path / "layout")
    published = Publication().run(plan_of(tmp_path, "swr.example.com", images), target)
    (address,) = sign(target, published, pem(KEY))
    first = signature_layers(f"oci:{target.root}:{address}")

    sign(target, published, pem(KEY))
    again = signature_layers(f"oci:{target.root}:{address}")
    sign(target, published, pem(ec.generate_private_key(ec.SECP256R1())))
    both = signature_layers(f"oci:{target.root}:{address}")

    assert again == first
    assert both[:1] == first
    assert len(both) == 2
    KEY.public_key().verify(
        base64.b64decode(first[0]["annotations"]["dev.cosignproject.cosign/signature"]),
        (target.root / "blobs" / "sha256" / first[0]["digest"][7:]).read_bytes(),
        ec.ECDSA(SHA256()),
    )
