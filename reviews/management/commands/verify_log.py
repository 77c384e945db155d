"""``manage.py verify_log``: whether the log is what was sealed; exports the newest seal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from reviews.management.localized import LocalizedCommand
from reviews.models import Seal
from reviews.queries.seals import broken_seals

_COLUMNS = ("pk", "first", "last", "events", "sha256", "previous")


class Command(LocalizedCommand):
    help = _("Compare the log with its seals; exit status 1 where one does not fit.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--export", metavar="FILE", type=Path, help=gettext("write the newest seal into FILE")
        )
        parser.add_argument(
            "--against",
            metavar="FILE",
            type=Path,
            help=gettext("a seal that was exported must be there"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        broken = list(broken_seals())
        for each in broken:
            words = gettext("events %(first)s to %(last)s: %(reason)s")
            facts = {"first": each.first, "last": each.last, "reason": each.reason.text(gettext)}
            self.stdout.write(words % facts)
        is_there = options["against"] is None or self._has(options["against"])
        newest = Seal.objects.order_by("pk").last()
        if newest is None:
            self.stdout.write(gettext("nothing is sealed yet"))
        elif not broken:
            words = gettext("%(count)s seals fit, up to event %(last)s")
            self.stdout.write(words % {"count": Seal.objects.count(), "last": newest.last})
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
            words = gettext("%(file)s is no exported seal: %(error)s")
            raise CommandError(words % {"file": file, "error": error}) from error
        found = Seal.objects.filter(pk=given["pk"]).values(*_COLUMNS).first()
        if found == given:
            self.stdout.write(gettext("the seal in %(file)s is there") % {"file": file})
            return True
        words = gettext("the seal in %(file)s is not there, or is another one")
        self.stdout.write(words % {"file": file})
        return False

    def _export(self, file: Path, newest: Seal | None) -> None:
        if newest is None:
            raise CommandError(gettext("there is no seal to export: the sweep makes the first"))
        seal = {name: getattr(newest, name) for name in _COLUMNS} | {"at": newest.at.isoformat()}
        file.write_text(json.dumps(seal, indent=1) + "\n", encoding="utf-8")
        words = gettext("the newest seal is in %(file)s: keep it where the portal cannot write")
        self.stdout.write(words % {"file": file})
