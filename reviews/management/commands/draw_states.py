"""``manage.py draw_states``: print ``docs/states.md`` as the tables of states have it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from reviews.management.localized import LocalizedCommand
from reviews.states import diagram


class Command(LocalizedCommand):
    help = _("Print the diagram of states: manage.py draw_states > docs/states.md")
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(diagram(), ending="")
