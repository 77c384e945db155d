"""``manage.py verify_log``: whether the log is what was sealed; exports the newest seal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.models import Seal
from reviews.queries.seals import broken_seals

_COLUMNS = ("pk", "first", "last", "events", "sha256", "previous")


class Command(BaseCommand):
    help = "Compare the log with its seals; exit status 1 where one does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--export", metavar="FILE", type=Path, help="write the newest seal into FILE"
        )
        parser.add_argument(
            "--against", metavar="FILE", type=Path, help="a seal that was exported must be there"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        broken = list(broken_seals())
        for each in broken:
            self.stdout.write(f"events {each.first} to {each.last}: {each.reason}")
        is_there = options["against"] is None or self._has(options["against"])
        newest = Seal.objects.order_by("pk").last()
        if newest is None:
            self.stdout.write("nothing is sealed yet")
        elif not broken:
            self.stdout.write(f"{Seal.objects.count()} seals fit, up to event {newest.last}")
        if broken or not is_there:
            sys.exit(1)
        if options["export"] is not None:
            self._export(options["export"], newest)

    def _has(self, file: Path) -> bool:
        """Whether the exported seal is among the seals, unaltered."""
        try:
            exported = json.loads(file.read_text(encoding="utf-8"))
            given = {name: exported[name] for name in _COLUMNS}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{file} is no exported seal: {error}") from error
        found = Seal.objects.filter(pk=given["pk"]).values(*_COLUMNS).first()
        if found == given:
            self.stdout.write(f"the seal in {file} is there")
            return True
        self.stdout.write(f"the seal in {file} is not there, or is another one")
        return False

    def _export(self, file: Path, newest: Seal | None) -> None:
        if newest is None:
            raise CommandError("there is no seal to export: the sweep makes the first")
        seal = {name: getattr(newest, name) for name in _COLUMNS} | {"at": newest.at.isoformat()}
        file.write_text(json.dumps(seal, indent=1) + "\n", encoding="utf-8")
        self.stdout.write(f"the newest seal is in {file}: keep it where the portal cannot write")
