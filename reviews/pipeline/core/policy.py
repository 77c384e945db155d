"""What the portal allows and wants: plain frozen data, built from settings at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .address_parts import READINGS, AddressPiece, Reading
from .clusters import ClusterVersion, versions_of
from .findings import Severity

SANDBOX_LAYERS = (
    "network-namespace",
    "user-namespace",
    "unprivileged-user",
    "no-capabilities",
    "no-new-privileges",
    "landlock",
    "seccomp",
)
"""What may isolate the rendering process beyond its limits; each needs the kernel's leave."""
EXPECTED_LAYERS = ("no-new-privileges", "landlock", "seccomp")
"""Those that any kernel of these years gives to anybody: without one, there is a warning."""

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

CLUSTER_VERSIONS = (
    "v1.25.0-r0",
    "v1.27.0-r0",
    "v1.28.8-r0",
    "v1.29.0-r0",
    "v1.30.0-r0",
    "v1.31.4-r0",
    "v1.32.0-r0",
    "v1.33.0-r0",
    "v1.34.0-r0",
)
"""The minor versions that CCE sells; those with patches are as its pages show them."""

VERSIONS_BEFORE = ("v1.36",)
"""What packages were examined for before there was a choice."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where processing stops. Sizes in bytes, times in seconds."""

    upload_bytes: int = 20 * GIB
    members: int = 10_000
    ratio: int = 200
    chart_file_bytes: int = 5 * MIB
    chart_bytes: int = 100 * MIB
    deploy_bytes: int = 4 * MIB
    yaml_depth: int = 200
    yaml_nodes: int = 330_000  # the largest file of a real chart has 130,247
    render_seconds: float = 10.0
    render_memory_bytes: int = 512 * MIB  # the largest real charts take 190
    analysis_render_seconds: float = 30.0
    analysis_renders: int = 60
    cluster_renders: int = 40
    cluster_seconds: float = 20.0
    analysis_seconds: float = 600.0
    analysis_processor_seconds: float = 120.0
    analysis_memory_bytes: int = 1 * GIB
    findings_per_rule: int = 200
    layer_bytes: int = 10 * 10**9


@dataclass(frozen=True, slots=True)
class Policy:
    """The target registry and organisation, limits, severities and exceptions in force.

    ``severities`` overrides the severity of a rule by its id. ``external`` lists images
    (normal form, ``*`` as wildcard) that customers pull from elsewhere on purpose.
    ``mapping_readings`` are the ways to understand the keys of ``images/mapping.yaml``, the first
    of which is used to write one; a mapping that is right under any of them is accepted.
    ``cluster_versions`` are the versions of Kubernetes that the service is sold for, as
    ``ClusterVersion.parse`` reads them, ``api_versions`` the APIs that their clusters serve beyond
    Kubernetes' own: ``monitoring.coreos.com/v1``.
    """

    registry: str = "swr.cn-east-3.myhuaweicloud.com"
    organization: str = "osc-opensource"
    limits: Limits = field(default_factory=Limits)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    external: tuple[str, ...] = ()
    mapping_readings: tuple[Reading, ...] = READINGS
    require_images: bool = False
    cluster_versions: tuple[str, ...] = CLUSTER_VERSIONS
    api_versions: tuple[str, ...] = ()

    @property
    def clusters(self) -> tuple[ClusterVersion, ...]:
        """The cluster versions, newest first. ValueError: one of them cannot be read."""
        return versions_of(self.cluster_versions)

    def snapshot(self) -> dict[str, Any]:
        """The policy as JSON-ready data; ``Policy.restore`` takes it back."""
        return asdict(self)

    @classmethod
    def restore(cls, snapshot: Mapping[str, Any]) -> Policy:
        """The policy that ``snapshot`` was taken of.

        What an older one lacks is as it is now, but for the cluster versions: before there was a
        choice, the portal knew one alone.
        """
        readings = snapshot.get("mapping_readings", READINGS)
        return cls(
            registry=snapshot["registry"],
            organization=snapshot["organization"],
            limits=Limits(**snapshot["limits"]),
            severities={rule: Severity(value) for rule, value in snapshot["severities"].items()},
            external=tuple(snapshot["external"]),
            mapping_readings=tuple(
                {key: AddressPiece(piece) for key, piece in reading.items()} for reading in readings
            ),
            require_images=snapshot.get("require_images", False),
            cluster_versions=tuple(snapshot.get("cluster_versions", VERSIONS_BEFORE)),
            api_versions=tuple(snapshot.get("api_versions", ())),
        )
