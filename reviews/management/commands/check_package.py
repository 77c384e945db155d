"""``manage.py check_package``: the whole examination on the command line, with no database.

The report goes to standard output in one go, everything else to standard error, both in UTF-8
whatever the locale says. Status 0: nothing at or above ``--fail-on``; 1: such findings;
2: refused, missing file or wrong call; 3: our own crash; 130: interrupted.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import stat
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from reviews.management.localized import LocalizedCommand, add_language, chosen_language
from reviews.pipeline import (
    CHECKS,
    Report,
    YamlBroken,
    YamlSource,
    examine,
    json_text,
    refusal_line,
    safe_text,
    sandbox_layers,
    to_json,
    to_sarif,
    to_text,
)
from reviews.pipeline.core.clusters import ClusterVersion, UnknownCluster, parse_api
from reviews.pipeline.core.findings import Severity
from reviews.pipeline.core.policy import Policy
from reviews.pipeline.core.refusal import PackageRefused

REFUSED = 2
CRASHED = 3
INTERRUPTED = 130  # what a shell reports of a program that SIGINT ended

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:]+\])(?::(?P<port>[0-9]{{1,5}}))?")
_ORGANIZATION = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")

logger = logging.getLogger(__name__)


class Command(LocalizedCommand):
    help = _("Examine a service package: which image is pulled from where, and what must be fixed.")
    requires_system_checks = ()
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        epilog = gettext(
            "Status: 0 nothing at or above --fail-on, 1 such findings, 2 refused, missing file or"
            " wrong call, 3 an error of this program."
        )
        parser = super().create_parser(
            prog_name, subcommand, epilog=epilog, allow_abbrev=False, **kwargs
        )
        # A wrong call then raises CommandError, of which one line is printed and no usage.
        parser.called_from_command_line = False
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("path", metavar="PATH", type=Path, help=gettext("service package, chart or operator"))
        add(
            "--format",
            choices=["text", "json", "sarif"],
            default="text",
            help=gettext("of the report"),
        )
        add(
            "--output",
            metavar="FILE",
            type=Path,
            help=gettext("write the package with all edits there"),
        )
        add(
            "--registry",
            metavar="HOST",
            default=settings.PORTAL_REGISTRY,
            help=gettext("target registry"),
        )
        add(
            "--organization",
            metavar="ORG",
            default=settings.PORTAL_ORGANIZATION,
            help=gettext("organisation in the target registry"),
        )
        add(
            "--values",
            metavar="FILE",
            type=Path,
            action="append",
            default=[],
            help=gettext("more values under which to render; may be given again"),
        )
        add(
            "--fail-on",
            choices=["error", "warning", "never"],
            default="error",
            help=gettext("the least severity that makes the status 1"),
        )
        add(
            "--severity",
            metavar="RULE=SEVERITY",
            action="append",
            default=[],
            help=gettext("judge a rule otherwise, OSC-HELM-008=warning; may be given again"),
        )
        add(
            "--kube-version",
            metavar="V",
            action="append",
            default=[],
            help=gettext(
                "a version of Kubernetes to examine for, 1.28 or v1.28.3-r0; may be given again"
            ),
        )
        add(
            "--api-version",
            metavar="API",
            action="append",
            default=[],
            help=gettext(
                "an API that clusters serve, GROUP/VERSION or GROUP/VERSION/KIND;"
                " may be given again"
            ),
        )
        add_language(parser)

    def run_from_argv(self, argv: list[str]) -> None:
        """Run, say what must be said in one line, and leave with the status of the module's page.

        A crash is reported as an internal error, with its traceback in the log.
        """
        with translation.override(chosen_language(argv, os.environ)):
            self._run(argv)

    def _run(self, argv: list[str]) -> None:
        try:
            self.execute(**self._options(argv))
        except CommandError as stop:
            self._complain(str(stop))
            sys.exit(REFUSED)
        except KeyboardInterrupt:
            self._complain(gettext("interrupted"))
            sys.exit(INTERRUPTED)
        except Exception as crash:  # noqa: BLE001 - the last door: nothing is above to catch it
            words = gettext(
                "check_package: an error of this program, not of the package: %(crash)s"
            )
            self._complain(words % {"crash": f"{crash!r:.200}"})
            logger.critical("%s", "\n".join(_traceback(crash)))
            sys.exit(CRASHED)

    def _options(self, argv: list[str]) -> dict[str, Any]:
        try:
            return vars(self.create_parser(argv[0], argv[1]).parse_args(argv[2:]))
        except CommandError as error:
            raise _wrong(str(error).removeprefix("Error: ")) from error

    def handle(self, *_args: Any, **options: Any) -> None:
        """Examine, write the rewritten package, print the report.

        CommandError holds the one line that says why there is no report; SystemExit(1) says that
        there are findings at or above ``--fail-on``.
        """
        path: Path = options["path"]
        output: Path | None = options["output"]
        _check_path(path)
        _check_sandbox()
        policy = replace(
            _policy(options["registry"], options["organization"], _severities(options["severity"])),
            cluster_versions=_read_each("--kube-version", ClusterVersion.parse, options)
            or settings.PORTAL_KUBE_VERSIONS,
            api_versions=_read_each("--api-version", parse_api, options)
            or settings.PORTAL_API_VERSIONS,
        )
        values = [_read_values(file, policy) for file in options["values"]]
        if output:
            try:
                _check_output(output, (path, *options["values"]))
            except OSError as error:
                raise _wrong(f"--output {output}: {_reason(error)}") from error
        with translation.override(options["language"]):
            report = _examine(path, policy, values, output)
            _write(self.stdout, self._page(report, options))
        if _fails(report, options["fail_on"]):
            sys.exit(1)

    def _page(self, report: Report, options: Mapping[str, Any]) -> bytes:
        match options["format"]:
            case "json":
                return json_text(to_json(report, translation.gettext))
            case "sarif":
                language = translation.to_locale(options["language"]).replace("_", "-")
                pages = _address_of_rules()
                return json_text(to_sarif(report, translation.gettext, language, pages=pages))
        terminal = self.stdout.isatty()
        plain = options["no_color"] or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        text = to_text(
            report,
            translation.gettext,
            width=shutil.get_terminal_size().columns if terminal else None,
            colour=options["force_color"] or (terminal and not plain),
        )
        return text.encode()

    def _complain(self, words: str) -> None:
        """One line on standard error, whatever ``words`` hold."""
        _write(self.stderr, f"{safe_text(words)}\n".encode())


def _write(stream: OutputWrapper, data: bytes) -> None:
    """Write UTF-8 in one go. A reader that has seen enough is no error."""
    binary = getattr(stream, "buffer", None)
    try:
        if binary is None:
            stream.write(data.decode(), ending="")
        else:
            binary.write(data)
            binary.flush()
    except BrokenPipeError:
        # What is still in the buffer would fail once more when Python closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _examine(
    path: Path, policy: Policy, values: Sequence[Mapping[str, Any]], output: Path | None
) -> Report:
    try:
        examination = examine(path, policy, values)
    except PackageRefused as refused:
        raise CommandError(refusal_line(refused, translation.gettext)) from refused
    if output:
        try:
            examination.write(output)
        except OSError as error:
            words = gettext("--output %(file)s cannot be written: %(reason)s")
            raise _wrong(words % {"file": output, "reason": _reason(error)}) from error
    return examination.report


def _fails(report: Report, fail_on: str) -> bool:
    if fail_on == "never":
        return False
    least = Severity(fail_on).weight
    return any(finding.severity.weight >= least for finding in report.findings)


def _severities(given: Sequence[str]) -> dict[str, Severity]:
    """Severities by rule, the last of a rule winning. CommandError: no such rule or severity."""
    known = {check.ID for check in CHECKS}
    severities: dict[str, Severity] = {}
    for each in given:
        rule, _equals, word = each.partition("=")
        if rule not in known:
            words = gettext(
                "--severity %(each)s: there is no rule %(rule)s; list_rules prints them all"
            )
            raise _wrong(words % {"each": each, "rule": repr(rule)})
        if word not in set(Severity):
            words = gettext("--severity %(each)s: write %(rule)s= and one of %(severities)s")
            facts = {"each": each, "rule": rule, "severities": ", ".join(Severity)}
            raise _wrong(words % facts)
        severities[rule] = Severity(word)
    return severities


def _read_each(
    option: str, parse: Callable[[str], object], options: Mapping[str, Any]
) -> tuple[str, ...]:
    """What was given with ``option``, as ``parse`` spells it. CommandError: it cannot be read."""
    given: Sequence[str] = options[option.removeprefix("--").replace("-", "_")]
    try:
        return tuple(str(parse(each)) for each in given)
    except UnknownCluster as unknown:
        raise _wrong(f"{option}: {unknown.words.text(gettext)}") from unknown


def _address_of_rules() -> str:
    """Where the portal's pages of rules are; "" where the settings do not give its address."""
    origins: list[str] = settings.CSRF_TRUSTED_ORIGINS
    return f"{origins[0]}{reverse('rules')}" if origins else ""


def _policy(registry: str, organization: str, severities: Mapping[str, Severity]) -> Policy:
    """The portal's policy for this target. CommandError: it could hold no image."""
    host = _HOST.fullmatch(registry)
    # Without one of these, an image's first part is read as a folder of docker.io.
    names_a_host = any(sign in registry for sign in ".:") or registry == "localhost"
    if not host or not names_a_host or not 0 < int(host["port"] or 443) < 65536:
        words = gettext(
            "%(registry)s is not a registry: give a host name such as registry.example.com,"
            " with :port where it needs one"
        )
        raise _wrong(words % {"registry": repr(registry)})
    if not _ORGANIZATION.fullmatch(organization):
        words = gettext(
            "%(organization)s is not an organisation of a registry: give lower-case letters,"
            " digits and single . _ - between them"
        )
        raise _wrong(words % {"organization": repr(organization)})
    return Policy(registry=registry, organization=organization, severities=severities)


def _check_path(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise _wrong(f"{path}: {_reason(error)}") from error
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise _wrong(gettext("%(path)s is neither a file nor a folder") % {"path": path})
    if not os.access(path, os.R_OK):
        raise _wrong(gettext("%(path)s may not be read by this user") % {"path": path})


def _check_output(output: Path, inputs: Sequence[Path]) -> None:
    """Refuse what would destroy something or cannot work, before the work begins."""
    folder = output.parent
    if not folder.is_dir():
        words = gettext("--output %(file)s: the folder %(folder)s does not exist")
        raise _wrong(words % {"file": output, "folder": folder})
    if output.exists():
        if not output.is_file():
            words = gettext("--output %(file)s is there already and is not a file")
            raise _wrong(words % {"file": output})
        if any(output.samefile(source) for source in inputs):
            words = gettext("--output %(file)s would overwrite what is read: give another name")
            raise _wrong(words % {"file": output})
    path = inputs[0]
    if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
        words = gettext("--output %(file)s lies inside %(path)s: give a place outside of it")
        raise _wrong(words % {"file": output, "path": path})
    if not os.access(folder, os.W_OK):
        words = gettext("--output %(file)s: the folder %(folder)s may not be written by this user")
        raise _wrong(words % {"file": output, "folder": folder})


def _read_values(file: Path, policy: Policy) -> Mapping[str, Any]:
    """The values in ``file``, typed as Helm types them; an empty file holds none."""
    limit = policy.limits.chart_file_bytes
    try:
        with file.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        words = gettext("--values %(file)s cannot be read: %(reason)s")
        raise _wrong(words % {"file": file, "reason": _reason(error)}) from error
    if len(data) > limit:
        words = gettext("--values %(file)s is larger than %(limit)s bytes")
        raise _wrong(words % {"file": file, "limit": limit})
    try:
        values = YamlSource.parse(data, str(file), policy.limits).tree
    except YamlBroken as broken:
        place = f"{file}:{broken.line}:{broken.column}"
        raise _wrong(f"--values {place}: {broken.message.text(gettext)}") from broken
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        words = gettext("--values %(file)s must hold a mapping of keys to values")
        raise _wrong(words % {"file": file})
    return values


def _traceback(crash: BaseException) -> list[str]:
    """The traceback in lines; an error may quote the package, so it is made safe as well."""
    text = "".join(traceback.format_exception(crash))
    return [safe_text(line) for line in text.splitlines()]


def _check_sandbox() -> None:
    """CommandError: a layer of the sandbox that the settings require is not there."""
    required: list[str] = settings.PORTAL_REQUIRE_SANDBOX
    missing = set(required) - set(sandbox_layers()) if required else ()
    if missing:
        words = gettext("PORTAL_REQUIRE_SANDBOX: the sandbox lacks %(layers)s")
        raise _wrong(words % {"layers": ", ".join(sorted(missing))})


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _wrong(words: str) -> CommandError:
    return CommandError(f"check_package: {words}")
