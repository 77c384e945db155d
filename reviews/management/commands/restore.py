"""``manage.py restore DIR``: the portal of a backup, into an empty database and storage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from reviews.management.backup import BackupRefused, restore
from reviews.management.localized import LocalizedCommand


class Command(LocalizedCommand):
    help = _("Restore a backup into an empty database and storage; nothing is ever overwritten.")
    # The checks look into the database, whose folder may not be there yet.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            summary = restore(options["folder"])
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        words = gettext("restored: all records, %(files)s files, %(size)s bytes")
        self.stdout.write(words % {"files": summary.files, "size": summary.size})
