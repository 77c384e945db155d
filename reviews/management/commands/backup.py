"""``manage.py backup DIR``: the records and every file that they name, while the portal works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.management.backup import BackupRefused, back_up


class Command(BaseCommand):
    help = "Write a backup of records and files into a new folder; the portal may go on working."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            summary = back_up(options["folder"])
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"saved: all records, {summary.files} files, {summary.size} bytes")
