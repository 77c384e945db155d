"""Commands that speak the language of the terminal, if the portal is offered in it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

OPTION = "--language"
LANGUAGES = ("en", "zh-hans")
"""Whose catalogues are here, whether the pages are offered in them or not."""


def _of_argparse(text: str) -> str:
    """A text of argparse in the language of now; the blank at its end stays."""
    translate, words = translation.gettext, text.rstrip(" ")
    return translate(words) + text[len(words) :]


# argparse looks its texts up in a catalogue of the whole process, and has no other way in.
setattr(argparse, "_", _of_argparse)  # noqa: B010 - the module does not declare it
setattr(argparse, "ngettext", translation.ngettext)  # noqa: B010 - as above


def terminal_language(environ: Mapping[str, str]) -> str:
    """The offered language that the locale of ``environ`` names, else that of the settings."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    tag = locale.partition(".")[0].replace("_", "-")
    try:
        return translation.get_supported_language_variant(tag)
    except LookupError:
        return str(settings.LANGUAGE_CODE)


def chosen_language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """The language that ``arguments`` ask for, for the help about them, too."""
    for number, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == OPTION:
            asked = value if equals else "".join(arguments[number + 1 : number + 2])
            return asked if asked in LANGUAGES else str(settings.LANGUAGE_CODE)
    return terminal_language(environ)


def add_language(parser: CommandParser) -> None:
    """The option of commands whose output is asked for in a language."""
    parser.add_argument(
        OPTION,
        choices=LANGUAGES,
        default=translation.get_language() or settings.LANGUAGE_CODE,
        help=translation.gettext("of the words"),
    )


class LocalizedCommand(BaseCommand):
    """A command whose help and words are those of the terminal's language."""

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as Django does, in the language that was asked for."""
        with translation.override(chosen_language(argv, os.environ)):
            super().run_from_argv(argv)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser, with its help in the language of now."""
        translate = translation.gettext
        self.help = translate(self.help)
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        for action in parser._actions:  # noqa: SLF001 - Django translates none of its options
            action.help = translate(action.help) if action.help else action.help
        return parser
