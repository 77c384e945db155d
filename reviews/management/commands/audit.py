"""``manage.py audit``: whether advisories are known for what the portal consists of."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.management.advisories import SOURCE, NoSource, known_advisories
from reviews.management.components import locked_packages, purls, vendored_files


class Command(BaseCommand):
    help = (
        "Compare the locked packages, what they carry and what browsers load with known advisories."
        " Exit status 1: there are some; 2 with --required: no source of advisories was reachable."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        default = [settings.BASE_DIR / "requirements.lock"]
        parser.add_argument("locks", metavar="LOCK", nargs="*", type=Path, default=default)
        parser.add_argument("--source", default=SOURCE, help="another server with OSV's API")
        parser.add_argument(
            "--accept",
            metavar="ID",
            action="append",
            default=[],
            help="an advisory that was looked at and does not concern the portal",
        )
        parser.add_argument(
            "--required", action="store_true", help="fail where no source is reachable"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            packages = [each for lock in options["locks"] for each in locked_packages(lock)[0]]
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        asked = sorted(set(purls([*packages, *vendored_files(settings.BASE_DIR)])))
        try:
            found = known_advisories(asked, options["source"])
        except NoSource as error:
            self.stderr.write(
                f"NOT AUDITED: no advisory source is reachable: {error}."
                f" Nothing is known about {len(asked)} components."
            )
            sys.exit(2 if options["required"] else 0)
        self._report(found, len(asked), set(options["accept"]))

    def _report(self, found: dict[str, list[str]], asked: int, accepted: set[str]) -> None:
        concerning = {purl: sorted(set(ids) - accepted) for purl, ids in found.items()}
        for purl, ids in concerning.items():
            for each in ids:
                self.stdout.write(f"{purl}: {each}, https://osv.dev/vulnerability/{each}")
        if any(concerning.values()):
            sys.exit(1)
        self.stdout.write(f"audited: no advisory concerns any of {asked} components")
