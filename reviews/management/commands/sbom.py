"""``manage.py sbom``: the bill of materials of the portal itself (CycloneDX 1.6, JSON)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from reviews.management.components import bill_of_materials


class Command(BaseCommand):
    help = "Print what the portal consists of, from its lock: CycloneDX 1.6 in JSON."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(bill_of_materials(settings.BASE_DIR).decode(), ending="")
