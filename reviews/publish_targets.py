"""Where a release of an organisation is published: as administrators and settings have it now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from .models import Organisation, Place, RegistryTarget
from .models.policy import registry_of
from .pipeline.core.messages import Message, _
from .registry import (
    Compression,
    Dialect,
    LayoutTarget,
    Target,
    check_signing_key,
    objection_to,
)
from .storage import draft

_MIB = 1024 * 1024
_LAYOUT, _NOWHERE = "layout", "no"


@dataclass(frozen=True, slots=True)
class Destination:
    """One place: ``target`` is None where releases are published nowhere.

    ``row`` is the administrators' record, None where the settings alone say it. ``ca`` are
    certificates as PEM, "" for those of the system. ``objection`` says why it cannot be used.
    """

    place: Place
    target: Target | LayoutTarget | None = None
    row: RegistryTarget | None = None
    ca: str = ""
    objection: Message | None = None

    @property
    def address(self) -> str:
        """Of a registry as it is written, "" for the others."""
        return self.target.address if isinstance(self.target, Target) else ""

    @property
    def registry(self) -> str:
        """``host[:port]`` of a registry, "" for the others."""
        return self.target.registry if isinstance(self.target, Target) else ""

    @property
    def is_network(self) -> bool:
        return self.place is Place.REGISTRY

    def objection_for(self, registry: str) -> Message | None:
        """Why what leads to ``registry`` (``host[:port]``) is not published here."""
        if self.objection is not None:
            return self.objection
        if self.is_network and self.registry != registry:
            return _(
                "The addresses lead to %(registry)s, but releases are published to %(address)s: an"
                " administrator has to make both the same.",
                registry=registry,
                address=self.registry,
            )
        return self._objection_of_key()

    @property
    def key(self) -> bytes | None:
        """The private key that signs what is published here; None where nothing is signed."""
        if self.target is None or not self.target.push_charts or not settings.PORTAL_PUBLISH_KEY:
            return None
        return Path(settings.PORTAL_PUBLISH_KEY).read_bytes()

    def _objection_of_key(self) -> Message | None:
        try:
            key = self.key
        except OSError:
            return _(
                "The key that signs images, %(file)s, cannot be read.",
                file=settings.PORTAL_PUBLISH_KEY,
            )
        return None if key is None else check_signing_key(key)

    @contextmanager
    def opened(self) -> Iterator[Target | LayoutTarget]:
        """The target, with its certificates in a file for as long as it is used."""
        if self.target is None:
            raise RuntimeError("releases are published nowhere")
        if not isinstance(self.target, Target) or not self.ca:
            yield self.target
            return
        with draft(".pem") as file:
            file.write_text(self.ca, encoding="utf-8")
            yield replace(self.target, ca_file=file)


def destination_for(organisation: Organisation) -> Destination:
    """Where releases of ``organisation`` are published now: its own target, else the portal's."""
    rows = {
        row.organisation_id: row
        for row in RegistryTarget.objects.filter(organisation=organisation)
        | RegistryTarget.objects.filter(organisation=None)
    }
    row = rows.get(organisation.pk) or rows.get(None)
    return of_settings() if row is None else of_row(row)


def destination_of_portal() -> Destination:
    """Where releases of organisations without a target of their own are published."""
    row = RegistryTarget.objects.filter(organisation=None).first()
    return of_settings() if row is None else of_row(row)


def of_row(row: RegistryTarget) -> Destination:
    """The place that a record describes; its secret is in the settings if it is the portal's."""
    is_portals = row.organisation_id is None
    user = settings.PORTAL_PUBLISH_USER if is_portals else row.user
    password = settings.PORTAL_PUBLISH_PASSWORD if is_portals else row.password
    target = Target(
        address=row.address,
        dialect=Dialect(row.dialect),
        compression=Compression(row.compression),
        user=user,
        password=password or "",
        name_pattern=row.name_pattern,
        layer_limit=row.layer_limit * _MIB,
        push_charts=row.push_charts,
    )
    objection = _SEALED if password is None else objection_to(target)
    return Destination(Place.REGISTRY, target, row, row.ca, objection)


_SEALED = _(
    "The password was sealed with another secret key of the portal: an administrator has to type it"
    " again."
)


def of_settings() -> Destination:
    """The place that the settings name."""
    named = settings.PORTAL_PUBLISH_TARGET
    if named == _NOWHERE:
        return Destination(Place.NOWHERE)
    if named == _LAYOUT:
        return Destination(Place.LAYOUT, LayoutTarget(Path(settings.IMAGE_LAYOUT_DIR)))
    target = Target(
        address=named,
        dialect=Dialect(settings.PORTAL_PUBLISH_DIALECT),
        compression=Compression(settings.PORTAL_PUBLISH_COMPRESSION),
        user=settings.PORTAL_PUBLISH_USER,
        password=settings.PORTAL_PUBLISH_PASSWORD,
        ca_file=Path(settings.PORTAL_PUBLISH_CA) if settings.PORTAL_PUBLISH_CA else None,
        push_charts=settings.PORTAL_PUBLISH_CHARTS,
    )
    return Destination(Place.REGISTRY, target, objection=objection_to(target))


def different_target(organisation: Organisation | None) -> Message | None:
    """Why releases of an organisation (None: of the portal) cannot be published as it is set."""
    if organisation is not None:
        return destination_for(organisation).objection_for(registry_of(organisation))
    return destination_of_portal().objection_for(registry_of(None))
