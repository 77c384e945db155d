#!/usr/bin/env python3
"""Runs the portal's commands, ``check_package`` among them.

A wrong environment ends with status 2 and one line: 1 is the word of a command
that did its work and found something.
"""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osc_portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        print(f"manage.py: {wrong}", file=sys.stderr)  # noqa: T201 - this is a command's door
        sys.exit(2)
