"""``manage.py run_portal``: the whole portal on this machine, behind ``make run``.

Broker, workers, scheduler and web server under one supervisor. Everything is kept in the data
folder, which one portal at a time may use. Ctrl-C stops all.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import connections
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from reviews.management import demo
from reviews.management.broker import NoBroker, answers, broker_command
from reviews.management.localized import LocalizedCommand
from reviews.management.supervision import CannotRun, Program, Supervisor

HOST = "127.0.0.1"
# One loop waits for all visitors; HTTP/2 and WebSockets are the proxy's, if anybody's.
WEB_SERVER = (
    *("--interface", "asginl", "--http", "1", "--no-ws"),
    *("--http1-header-read-timeout", "10000"),  # milliseconds
    *("--backlog", "4096", "--backpressure", "4096"),
)
_LONG_LOG = 50_000_000  # bytes
_FINISH = 20.0  # seconds for what a worker is at; the rest is taken over at the next start


class Command(LocalizedCommand):
    help = _("Run the portal: web server, worker, scheduler and broker, until Ctrl-C.")
    # The checks look into the database, whose folder may not be there yet.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port", type=int, default=settings.PORTAL_PORT, help=gettext("0: any")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        data: Path = settings.DATA_DIR
        data.mkdir(parents=True, exist_ok=True)
        # Where charts are rendered as another user, that one sees neither key nor records.
        data.chmod(0o700)
        with _alone_in(data):
            port = _free_port(options["port"])
            password = self._prepare()
            log = _log_file(data)
            os.environ["PORTAL_LOG_FILE"] = str(log)
            os.environ["PORTAL_PORT"] = str(port)  # for the links in mails
            supervisor = Supervisor(_programs(port), self._say)
            for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(sign, supervisor.request_stop)
            self._run(supervisor, port, password, log)

    def _prepare(self) -> str:
        call_command("migrate", verbosity=0, interactive=False)
        password = demo.make_accounts() if settings.DEMO else ""
        # The processes that are started next must not inherit an open connection.
        connections.close_all()
        return password

    def _run(self, supervisor: Supervisor, port: int, password: str, log: Path) -> None:
        try:
            supervisor.start()
            if not supervisor.stopping:
                if settings.DEMO:
                    demo.submit_package()
                self._welcome(port, password, log)
            supervisor.watch()
        except CannotRun as failure:
            raise CommandError(str(failure)) from failure
        finally:
            self._say(gettext("stopping"))
            supervisor.stop()
            self._say(gettext("stopped"))

    def _welcome(self, port: int, password: str, log: Path) -> None:
        address = f"http://{HOST}:{port}"
        self._say(gettext("ready: %(address)s") % {"address": f"{address}/"})
        if settings.DEMO:
            names = ", ".join(demo.ACCOUNTS)
            words = gettext("sign in as %(names)s; the password of each is: %(password)s")
            self._say(words % {"names": names, "password": password})
        self._say(gettext("log: %(log)s") % {"log": log})
        words = gettext("health: %(health)s; metrics: %(metrics)s")
        self._say(words % {"health": f"{address}/readyz", "metrics": f"{address}/metrics"})
        words = gettext("everything is kept in %(folder)s; Ctrl-C stops the portal")
        self._say(words % {"folder": settings.DATA_DIR})

    def _say(self, words: str) -> None:
        self.stdout.write(f"OSC Portal: {words}")
        self.stdout.flush()


def _log_file(data: Path) -> Path:
    """Where the processes write their log; a long one is moved aside first."""
    log = Path(os.environ.get("PORTAL_LOG_FILE") or data / "log" / "portal.log").absolute()
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.is_file() and log.stat().st_size > _LONG_LOG:
        log.replace(log.with_name(f"{log.name}.1"))
    return log


def _programs(port: int) -> list[Program]:
    python = sys.executable
    celery_app = ":".join(settings.CELERY_APP.rsplit(".", 1))
    # Celery warns whoever runs it as root; in a container that is how it is.
    celery = [python, "-W", "ignore:You're running the worker", "-m", "celery", "-q"]
    worker = [*celery, "-A", celery_app, "worker", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle"]
    archives, publications = settings.ARCHIVE_QUEUE, settings.PUBLICATION_QUEUE
    beat = [*celery, "-A", celery_app, "beat", "--loglevel", "WARNING", "--pidfile="]
    web = [python, "-m", "granian", *WEB_SERVER, "--host", HOST, "--port", str(port)]
    web += ["--log-level", "warning", ":".join(settings.ASGI_APPLICATION.rsplit(".", 1))]
    unhurried = ((signal.SIGTERM, _FINISH), (signal.SIGQUIT, 5.0))
    programs = [
        Program(
            gettext("the worker"),
            [*worker, *_serving(_queues(), "packages", settings.PORTAL_WORKERS)],
            stop_signals=unhurried,
        ),
        Program(
            gettext("the archive worker"),
            [*worker, *_serving(archives, archives, settings.PORTAL_ARCHIVE_WORKERS)],
            stop_signals=unhurried,
        ),
        Program(
            gettext("the publication worker"),
            [*worker, *_serving(publications, publications, settings.PORTAL_PUBLISH_WORKERS)],
            stop_signals=unhurried,
        ),
        Program(gettext("the scheduler"), beat),
        Program(gettext("the web server"), web, is_ready=lambda: _listens(port)),
    ]
    return [_broker(), *programs] if settings.OWNS_BROKER else programs


def _broker() -> Program:
    path: Path = settings.BROKER_SOCKET
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        command = broker_command(path)
    except NoBroker as missing:
        raise CommandError(str(missing)) from missing
    return Program(gettext("the broker"), command, is_ready=lambda: answers(path))


def _serving(queues: str, name: str, processes: int) -> list[str]:
    """Options of a worker; ``name`` is what distinguishes it from the other one."""
    return ["--queues", queues, "--hostname", f"{name}@%h", "--concurrency", str(processes)]


def _queues() -> str:
    """All but the queues of image archives and publications, which have workers of their own."""
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    all_of_them = {settings.CELERY_TASK_DEFAULT_QUEUE, *routed}
    return ",".join(sorted(all_of_them - {settings.ARCHIVE_QUEUE, settings.PUBLICATION_QUEUE}))


@contextmanager
def _alone_in(data: Path) -> Iterator[None]:
    """Hold the data folder. CommandError: another portal does."""
    descriptor = os.open(data / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        words = gettext(
            "a portal is running with the data in %(folder)s already: stop that one, or give this"
            " one another folder with PORTAL_DATA"
        )
        raise CommandError(words % {"folder": data}) from None
    try:
        yield
    finally:
        os.close(descriptor)


def _free_port(port: int) -> int:
    """``port``, or a free one for 0. CommandError: something listens there already."""
    with closing(socket.socket()) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as taken:
            words = gettext(
                "port %(port)s cannot be used (%(reason)s): choose another, such as"
                " make run PORT=%(other)s"
            )
            facts = {"port": port, "reason": taken.strerror, "other": port + 1}
            raise CommandError(words % facts) from taken
        return int(trial.getsockname()[1])


def _listens(port: int) -> bool:
    with closing(socket.socket()) as trial:
        trial.settimeout(1)
        return trial.connect_ex((HOST, port)) == 0
