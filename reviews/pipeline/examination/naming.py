"""What a package calls itself, read from its files without rendering anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..core.policy import Limits
from ..facts.read import open_package, read_facts


@dataclass(frozen=True, slots=True)
class PackageName:
    """The service and the version, None where the package does not say."""

    service: str | None
    version: str | None


def package_name(path: Path, limits: Limits) -> PackageName:
    """What the package at ``path`` calls itself. Raises PackageRefused like ``examine``."""
    identity = read_facts(open_package(path, limits), limits, file=path.name).identity
    return PackageName(
        identity.name.text if identity.name is not None else None,
        identity.version.text if identity.version is not None else None,
    )
