"""``manage.py backup DIR``: the records and every file that they name, while the portal works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from reviews.management.backup import BackupRefused, back_up
from reviews.management.localized import LocalizedCommand


class Command(LocalizedCommand):
    help = _("Write a backup of records and files into a new folder; the portal may go on working.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            summary = back_up(options["folder"])
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        words = gettext("saved: all records, %(files)s files, %(size)s bytes")
        self.stdout.write(words % {"files": summary.files, "size": summary.size})
