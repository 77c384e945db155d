"""``manage.py health``: the health facts, for the health checks of processes without an address."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from reviews.management.localized import LocalizedCommand
from reviews.queries.health import health_facts


class Command(LocalizedCommand):
    help = _("Print the health facts; exit status 1 where one of them is not as it should be.")
    # The checks look into the database, which may be what does not answer.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--only", metavar="FACT,...", default="", help=gettext("only these facts")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        facts = {fact.name: fact.problem for fact in health_facts()}
        asked = [name for name in options["only"].split(",") if name] or list(facts)
        unknown = [name for name in asked if name not in facts]
        if unknown:
            words = gettext("there is no %(unknown)s: write %(facts)s")
            raise CommandError(words % {"unknown": ", ".join(unknown), "facts": ", ".join(facts)})
        for name in asked:
            problem = facts[name]
            state = gettext("ok") if problem is None else problem.text(gettext)
            self.stdout.write(f"{name}: {state}")
        if any(facts[name] is not None for name in asked):
            sys.exit(1)
