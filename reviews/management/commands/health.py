"""``manage.py health``: the health facts, for the health checks of processes without an address."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.queries.health import health_facts


class Command(BaseCommand):
    help = "Print the health facts; exit status 1 where one of them is not as it should be."
    # The checks look into the database, which may be what does not answer.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", metavar="FACT,...", default="", help="only these facts")

    def handle(self, *_args: Any, **options: Any) -> None:
        facts = {fact.name: fact.problem for fact in health_facts()}
        asked = [name for name in options["only"].split(",") if name] or list(facts)
        unknown = [name for name in asked if name not in facts]
        if unknown:
            raise CommandError(f"there is no {', '.join(unknown)}: write {', '.join(facts)}")
        for name in asked:
            self.stdout.write(f"{name}: {facts[name] or 'ok'}")
        if any(facts[name] is not None for name in asked):
            sys.exit(1)
