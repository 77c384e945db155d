"""Django's settings: every variable of the environment, in one table, loud when wrong.

A fresh machine needs none of them: the defaults are the demo. With ``PORTAL_DEMO=no`` the
secrets are the administrator's to give, and a missing one stops the start.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import SimpleLazyObject
from environ import Env

from osc_portal.secret_key import stored_key
from reviews.pipeline.core.clusters import ClusterVersion, parse_api
from reviews.pipeline.core.policy import SANDBOX_LAYERS, Limits, Policy

BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment: its default as one would write it, and its meaning.

    ``also`` is a usual name under which it is heard, too, where its own is not set.
    """

    default: str
    meaning: str
    also: str = ""


# The prefix keeps other programs' DEBUG or SECRET_KEY from deciding anything here.
VARIABLES = {
    "PORTAL_DEMO": Variable("yes", "`no` for real work: then `PORTAL_SECRET_KEY` must be given"),
    "PORTAL_DEBUG": Variable("no", "`yes` shows errors in full; refused outside demo mode"),
    "PORTAL_SECRET_KEY": Variable(
        "", "signs sessions, 50 or more random characters; the demo makes its own"
    ),
    "PORTAL_HOSTS": Variable(
        "localhost,127.0.0.1,[::1]", "host names the portal answers to, separated by commas"
    ),
    "PORTAL_DATA": Variable("var", "folder of everything the portal keeps"),
    "PORTAL_PORT": Variable("8000", "port of `make run`, on this machine only; or `PORT`", "PORT"),
    "PORTAL_DEMO_PASSWORD": Variable(
        "",
        "password of the demo's accounts, else one is made; or `DEMO_PASSWORD`",
        "DEMO_PASSWORD",
    ),
    "PORTAL_ORIGINS": Variable(
        "",
        "public addresses of the portal behind a proxy: `https://portal.example.com`",
    ),
    "PORTAL_PROXIES": Variable(
        "0", "how many of your proxies are in front of the portal and pass on the visitor's address"
    ),
    "PORTAL_HTTPS": Variable(
        "no",
        "`yes` where people reach the portal by `https://` only: secure cookies, HSTS, links in"
        " mails; your proxy must set `X-Forwarded-Proto`",
    ),
    "PORTAL_DATABASE_URL": Variable(
        "",
        "where the records are, `postgres://USER:PASSWORD@HOST/NAME`; empty: SQLite in"
        " `PORTAL_DATA`; or `DATABASE_URL`",
        "DATABASE_URL",
    ),
    "PORTAL_BROKER_URL": Variable(
        "",
        "Redis or Valkey that queues the jobs, `redis://HOST:6379/0`; empty: `make run` starts"
        " its own; or `BROKER_URL`",
        "BROKER_URL",
    ),
    "PORTAL_EMAIL_URL": Variable(
        "consolemail://", "where mail goes, `smtp+tls://USER:PASSWORD@HOST:587`; the demo prints it"
    ),
    "PORTAL_EMAIL_FROM": Variable("osc-portal@localhost", "sender of the portal's mail"),
    "PORTAL_ADDRESS": Variable(
        "",
        "address of the portal in mails, `https://portal.example.com`; empty: the first of"
        " `PORTAL_ORIGINS`, else this machine",
    ),
    "PORTAL_DAILY_MAIL_HOUR": Variable(
        "0", "hour (UTC) at which daily mails are sent; 0 is eight in the morning in Beijing"
    ),
    "PORTAL_ADMINS": Variable(
        "", "mail addresses that errors of the portal are sent to, separated by commas"
    ),
    "PORTAL_SECURITY_CONTACT": Variable(
        "",
        "where weaknesses are reported to, `mailto:` or `https://`, in `/.well-known/security.txt`",
    ),
    "PORTAL_LOG_FORMAT": Variable(
        "text",
        "log on standard error: `text` from warnings on, or `json` with every request and job",
    ),
    "PORTAL_LOG_FILE": Variable(
        "",
        "file that gets all log lines as JSON, too; `make run` has `log/portal.log` in"
        " `PORTAL_DATA`",
    ),
    "PORTAL_THREADS": Variable("4", "how many pages the web server works on at once"),
    "PORTAL_WORKERS": Variable("2", "how many packages `make run` processes at once"),
    "PORTAL_ARCHIVE_WORKERS": Variable(
        "1", "how many packages' image archives `make run` reads at once"
    ),
    "PORTAL_PUBLISH_WORKERS": Variable("1", "how many releases `make run` publishes at once"),
    "PORTAL_NICENESS": Variable(
        "10",
        "how far work on packages stands back, so that pages answer while it goes on: from 0, not"
        " at all, to 19 (`man 2 nice`)",
    ),
    "PORTAL_LEASE_SECONDS": Variable(
        "60", "seconds after which the job of a worker that died is taken over"
    ),
    "PORTAL_RETENTION": Variable(
        "",
        "days after which originals are removed: `withdrawn=30,refused=90,superseded=180`; empty:"
        " never",
    ),
    "PORTAL_ATTACHMENTS": Variable(
        "mib=20,number=10",
        "what may be attached to a revision: MiB of a file (at most 100), number of files",
    ),
    "PORTAL_DISK_RESERVE": Variable(
        "1024", "MiB that should be free on the disk; with less the portal reports itself not ready"
    ),
    "PORTAL_METRICS_TOKEN": Variable(
        "",
        "opens `/metrics` and the details of `/readyz`: `Authorization: Bearer TOKEN`; empty: open"
        " only to this machine",
    ),
    "PORTAL_LIMITS": Variable(
        "", "limits other than the defaults: `upload_bytes=1073741824,analysis_renders=100`"
    ),
    "PORTAL_REQUIRE_SANDBOX": Variable(
        "",
        "layers of the sandbox without which no worker starts: `landlock,seccomp`; all are in"
        " SECURITY.md",
    ),
    "PORTAL_QUOTAS": Variable(
        "stored_gib=1000,running=200,hourly=1000",
        "what one organisation may have: GiB of packages, packages that wait or are processed,"
        " uploads within an hour",
    ),
    "PORTAL_REGISTRY": Variable(
        Policy().registry, "registry that images are redirected to: `host` or `host:port`"
    ),
    "PORTAL_ORGANIZATION": Variable(Policy().organization, "organisation in that registry"),
    "PORTAL_PUBLISH_TARGET": Variable(
        "layout",
        "where the images of releases are stored: `layout`, an OCI image layout in `registry` of"
        " `PORTAL_DATA`; `no`: nowhere; or a registry, `https://HOST` (the admin has more)",
    ),
    "PORTAL_PUBLISH_USER": Variable("", "user of that registry"),
    "PORTAL_PUBLISH_PASSWORD": Variable("", "the user's password or token"),
    "PORTAL_PUBLISH_DIALECT": Variable(
        "docker", "which manifests that registry takes: `docker` (also SWR) or `oci`"
    ),
    "PORTAL_PUBLISH_COMPRESSION": Variable(
        "gzip", "what becomes of plain layers there: `gzip`, or with `oci` also `none`"
    ),
    "PORTAL_PUBLISH_CHARTS": Variable("no", "`yes` pushes the chart there, too"),
    "PORTAL_PUBLISH_CA": Variable(
        "", "file with the certificates of its authority (PEM); empty: those of the system"
    ),
    "PORTAL_PUBLISH_KEY": Variable(
        "", "file with a private key (ECDSA P-256, PEM) that signs images for `cosign verify`"
    ),
    "PORTAL_PUBLISH_PATIENCE": Variable(
        "600",
        "seconds without progress after which a publication is ended and tried again",
    ),
    "PORTAL_KUBE_VERSIONS": Variable(
        ",".join(Policy().cluster_versions),
        "versions of Kubernetes that services are sold for, from `v1.25` to `v1.37`, separated by"
        " commas",
    ),
    "PORTAL_API_VERSIONS": Variable(
        "",
        "APIs of these clusters beyond Kubernetes' own: `monitoring.coreos.com/v1`,"
        " separated by commas",
    ),
}
_YES_OR_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_REMOVED = ("withdrawn", "refused", "superseded")
_REGISTRY = re.compile(
    r"(?:https?://)?(?=[^/]*[.:]|localhost)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?/?")
_LEAST_KEY_LENGTH = 50  # Django's own deployment check asks for as many


def _text(name: str) -> str:
    variable = VARIABLES[name]
    heard = (os.environ.get(each, "").strip() for each in (name, variable.also) if each)
    return next(filter(None, heard), variable.default)


def _flag(name: str) -> bool:
    text = _text(name)
    if text.lower() not in _YES_OR_NO:
        raise ImproperlyConfigured(f"{name} is {text!r}: write yes or no")
    return _YES_OR_NO[text.lower()]


def _list(name: str) -> list[str]:
    return [part.strip() for part in _text(name).split(",") if part.strip()]


def _number(name: str, least: int, most: int) -> int:
    text = _text(name)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise ImproperlyConfigured(f"{name} is {text!r}: write a number from {least} to {most}")
    return int(text)


def _one_of(name: str, *words: str) -> str:
    text = _text(name)
    if text not in words:
        raise ImproperlyConfigured(f"{name} is {text!r}: write {' or '.join(words)}")
    return text


def _publish_target() -> str:
    text = _text("PORTAL_PUBLISH_TARGET")
    if text not in {"layout", "no"} and not _REGISTRY.fullmatch(text):
        shown = "an address with a login" if "@" in text else repr(text)
        raise ImproperlyConfigured(
            f"PORTAL_PUBLISH_TARGET is {shown}: write layout, no, or the address of a registry,"
            " https://HOST or https://HOST:PORT"
        )
    return text


def _address() -> str:
    """Where people find the portal, without a slash at the end."""
    origins = _list("PORTAL_ORIGINS")
    text = _text("PORTAL_ADDRESS") or (origins[0] if origins else f"http://127.0.0.1:{PORTAL_PORT}")
    if not _ADDRESS.fullmatch(text):
        raise ImproperlyConfigured(
            f"PORTAL_ADDRESS is {text!r}: write https://HOST or https://HOST:PORT"
        )
    return text.rstrip("/")


def _limits() -> Limits:
    types = {field.name: float if field.type == "float" else int for field in fields(Limits)}
    given: dict[str, Any] = {}
    for item in _list("PORTAL_LIMITS"):
        name, _equals, text = (part.strip() for part in item.partition("="))
        if name not in types:
            raise ImproperlyConfigured(
                f"PORTAL_LIMITS has no {name!r}: write {', '.join(types)}, each with =NUMBER"
            )
        try:
            given[name] = types[name](text)
        except ValueError:
            given[name] = 0
        if not given[name] > 0:
            raise ImproperlyConfigured(f"PORTAL_LIMITS: {name} is {text!r}: write a number above 0")
    return Limits(**given)


def _retention() -> dict[str, int]:
    given: dict[str, int] = {}
    for item in _list("PORTAL_RETENTION"):
        name, _equals, days = (part.strip() for part in item.partition("="))
        if name not in _REMOVED or not (days.isascii() and days.isdigit() and int(days) > 0):
            raise ImproperlyConfigured(
                f"PORTAL_RETENTION is {item!r}: write {', '.join(_REMOVED)}, each with =DAYS"
            )
        given[name] = int(days)
    return given


def _clusters(name: str, parse: Callable[[str], object]) -> tuple[str, ...]:
    given = tuple(_list(name))
    try:
        for each in given:
            parse(each)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error
    return given


def _quotas() -> dict[str, int]:
    given: dict[str, int] = {}
    defaults = VARIABLES["PORTAL_QUOTAS"].default.split(",")
    for item in [*defaults, *_list("PORTAL_QUOTAS")]:
        name, _equals, number = (part.strip() for part in item.partition("="))
        known = [default.partition("=")[0] for default in defaults]
        if name not in known or not (number.isascii() and number.isdigit() and int(number) > 0):
            raise ImproperlyConfigured(
                f"PORTAL_QUOTAS is {item!r}: write {', '.join(known)}, each with =NUMBER above 0"
            )
        given[name] = int(number)
    return given


def _attachments() -> dict[str, int]:
    most = {"mib": 100, "number": 100}
    given: dict[str, int] = {}
    default = VARIABLES["PORTAL_ATTACHMENTS"].default.split(",")
    for item in [*default, *_list("PORTAL_ATTACHMENTS")]:
        name, _equals, text = (part.strip() for part in item.partition("="))
        is_number = text.isascii() and text.isdigit() and len(text) < 9
        if name not in most or not (is_number and 0 < int(text) <= most[name]):
            raise ImproperlyConfigured(
                f"PORTAL_ATTACHMENTS is {item!r}: write mib and number, each with =NUMBER from 1 to"
                " 100"
            )
        given[name] = int(text)
    return given


DEMO = _flag("PORTAL_DEMO")
DEBUG = _flag("PORTAL_DEBUG")
DATA_DIR = BASE_DIR / _text("PORTAL_DATA")
ALLOWED_HOSTS = _list("PORTAL_HOSTS")

if DEBUG and not DEMO:
    raise ImproperlyConfigured("PORTAL_DEBUG=yes shows secrets to visitors: only with the demo")
if not DEMO and len(_text("PORTAL_SECRET_KEY")) < _LEAST_KEY_LENGTH:
    raise ImproperlyConfigured(
        f"PORTAL_DEMO=no needs PORTAL_SECRET_KEY: {_LEAST_KEY_LENGTH} or more random characters"
    )

# Lazy, because the command line signs nothing and should leave no file behind.
SECRET_KEY = _text("PORTAL_SECRET_KEY") or SimpleLazyObject(
    lambda: stored_key(DATA_DIR / "secret-key")
)
HTTPS = _flag("PORTAL_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS or not DEMO

PORTAL_REGISTRY = _text("PORTAL_REGISTRY")
PORTAL_ORGANIZATION = _text("PORTAL_ORGANIZATION")
PORTAL_LIMITS = _limits()
PORTAL_KUBE_VERSIONS = _clusters("PORTAL_KUBE_VERSIONS", ClusterVersion.parse)
PORTAL_API_VERSIONS = _clusters("PORTAL_API_VERSIONS", parse_api)
if not PORTAL_KUBE_VERSIONS:
    raise ImproperlyConfigured("PORTAL_KUBE_VERSIONS names no version: write one such as v1.28")
PORTAL_QUOTAS = _quotas()
PORTAL_REQUIRE_SANDBOX = _list("PORTAL_REQUIRE_SANDBOX")
for _layer in PORTAL_REQUIRE_SANDBOX:
    if _layer not in SANDBOX_LAYERS:
        raise ImproperlyConfigured(
            f"PORTAL_REQUIRE_SANDBOX has no {_layer!r}: write {', '.join(SANDBOX_LAYERS)}"
        )
PORTAL_RETENTION = _retention()
PORTAL_ATTACHMENTS = _attachments()
PORTAL_LEASE_SECONDS = _number("PORTAL_LEASE_SECONDS", 1, 3600)
PORTAL_PORT = _number("PORTAL_PORT", 0, 65535)
PORTAL_THREADS = _number("PORTAL_THREADS", 1, 64)
PORTAL_NICENESS = _number("PORTAL_NICENESS", 0, 19)
PORTAL_WORKERS = _number("PORTAL_WORKERS", 1, 64)
PORTAL_ARCHIVE_WORKERS = _number("PORTAL_ARCHIVE_WORKERS", 1, 64)
PORTAL_PUBLISH_WORKERS = _number("PORTAL_PUBLISH_WORKERS", 1, 64)
PORTAL_PUBLISH_TARGET = _publish_target()
PORTAL_PUBLISH_USER = _text("PORTAL_PUBLISH_USER")
PORTAL_PUBLISH_PASSWORD = _text("PORTAL_PUBLISH_PASSWORD")
PORTAL_PUBLISH_DIALECT = _one_of("PORTAL_PUBLISH_DIALECT", "docker", "oci")
PORTAL_PUBLISH_COMPRESSION = _one_of("PORTAL_PUBLISH_COMPRESSION", "gzip", "none")
if PORTAL_PUBLISH_DIALECT == "docker" and PORTAL_PUBLISH_COMPRESSION != "gzip":
    raise ImproperlyConfigured("PORTAL_PUBLISH_COMPRESSION=none needs PORTAL_PUBLISH_DIALECT=oci")
PORTAL_PUBLISH_CHARTS = _flag("PORTAL_PUBLISH_CHARTS")
PORTAL_PUBLISH_CA = _text("PORTAL_PUBLISH_CA")
PORTAL_PUBLISH_KEY = _text("PORTAL_PUBLISH_KEY")
PORTAL_PUBLISH_PATIENCE = _number("PORTAL_PUBLISH_PATIENCE", 1, 24 * 3600)
PORTAL_DISK_RESERVE = _number("PORTAL_DISK_RESERVE", 0, 1_000_000_000)
PORTAL_METRICS_TOKEN = _text("PORTAL_METRICS_TOKEN")
PORTAL_SECURITY_CONTACT = _text("PORTAL_SECURITY_CONTACT")
if PORTAL_SECURITY_CONTACT and not PORTAL_SECURITY_CONTACT.startswith(("mailto:", "https://")):
    raise ImproperlyConfigured(
        f"PORTAL_SECURITY_CONTACT is {PORTAL_SECURITY_CONTACT!r}: write mailto:ADDRESS or https://"
    )
PORTAL_PROXIES = _number("PORTAL_PROXIES", 0, 9)
if HTTPS and not PORTAL_PROXIES:
    raise ImproperlyConfigured(
        "PORTAL_HTTPS=yes needs PORTAL_PROXIES: the proxy that has the certificate, 1 or more"
    )
PORTAL_DEMO_PASSWORD = _text("PORTAL_DEMO_PASSWORD")

INSTALLED_APPS = [
    "reviews.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "reviews.apps.ReviewsConfig",
]
MIDDLEWARE = [
    # Before all else: probes use any host name, need no session and are no visitors.
    "reviews.views.operations.OperationsMiddleware",
    "reviews.views.request_log.RequestLogMiddleware",
    "reviews.views.parameters.ParametersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "reviews.views.compression.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "reviews.views.received.ReceivedUploadMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "reviews.views.caching.NoStoreMiddleware",
    # A page that forgets to ask who is there is closed, not open.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "reviews.views.reading.ReadingMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "osc_portal.urls"
ASGI_APPLICATION = "osc_portal.asgi.application"
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # i18n has a library of its own here, on purpose
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reviews.views.frame.frame",
            ],
            "libraries": {"i18n": "reviews.templatetags.translating"},
        },
    },
]


def _database(url: str) -> dict[str, Any]:
    if "://" not in url:
        raise ImproperlyConfigured(f"PORTAL_DATABASE_URL is {url!r}: write sqlite:///FILE")
    database: dict[str, Any] = Env.db_url_config(url)
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # Without these, transactions of several processes that read first and then write
        # fail with "database is locked" instead of waiting for their turn.
        database["OPTIONS"] = {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        }
    else:
        database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return database


DATABASES = {
    "default": _database(_text("PORTAL_DATABASE_URL") or f"sqlite:///{DATA_DIR}/portal.sqlite3")
}
# Originals, reports and released packages, in files named for their content.
ARCHIVES_DIR = DATA_DIR / "archives"
# The images of releases, where they are published to no registry.
IMAGE_LAYOUT_DIR = DATA_DIR / "registry"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = ["reviews.signing_in.PatientBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
# A language is offered when all of its catalogue is here: half a page of each helps nobody.
# tests/test_catalogue.py and tests/reviews/views/test_chinese_pages.py see to it.
LANGUAGES = [("en", "EN"), ("zh-hans", "中文")]
# Before the words that Django has for the same texts.
LOCALE_PATHS = [BASE_DIR / "reviews" / "locale"]
FORMAT_MODULE_PATH = "osc_portal.formats"
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
# Static files are served from where they lie: nothing has to be collected before a start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    # Only behind a proxy: elsewhere any visitor could claim it.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
CSRF_TRUSTED_ORIGINS = _list("PORTAL_ORIGINS")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

globals().update(Env.email_url_config(_text("PORTAL_EMAIL_URL")))
EMAIL_TIMEOUT = 20  # seconds for each answer of the mail server
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _text("PORTAL_EMAIL_FROM")
PORTAL_ADDRESS = _address()
PORTAL_DAILY_MAIL_HOUR = _number("PORTAL_DAILY_MAIL_HOUR", 0, 23)

EMAIL_SUBJECT_PREFIX = "[OSC Portal] "
ADMINS = [(address, address) for address in _list("PORTAL_ADMINS")]


def _logging() -> dict[str, Any]:
    style = _text("PORTAL_LOG_FORMAT")
    if style not in {"text", "json"}:
        raise ImproperlyConfigured(f"PORTAL_LOG_FORMAT is {style!r}: write text or json")
    handlers: dict[str, dict[str, Any]] = {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": style,
            "level": "INFO" if style == "json" else "WARNING",
        }
    }
    handlers["errors"] = {"class": "reviews.error_metric.ErrorCounter"}
    if _text("PORTAL_LOG_FILE"):
        # Opened again when it was moved aside: all processes write into one file.
        handlers["file"] = {
            "class": "logging.handlers.WatchedFileHandler",
            "filename": str(BASE_DIR / _text("PORTAL_LOG_FILE")),
            "formatter": "json",
            "delay": True,
        }
    if ADMINS:
        handlers["mail"] = {"class": "reviews.logs.MailHandler"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "reviews.logs.JsonFormatter"},
            "text": {"()": "reviews.logs.TextFormatter"},
            "plain": {},
        },
        "handlers": {**handlers, "plain": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"handlers": list(handlers), "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            # Pages that are not there are in the log of requests.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "propagate": True},
            # A command shows its errors to whoever runs it, and needs no database for that.
            "reviews.management": {"handlers": ["plain"], "propagate": False},
        },
    }


LOGGING = _logging()

BROKER_SOCKET = DATA_DIR / "broker" / "broker.sock"
OWNS_BROKER = not _text("PORTAL_BROKER_URL")
CELERY_APP = "osc_portal.celery.app"
CELERY_BROKER_URL = _text("PORTAL_BROKER_URL") or f"redis+socket://{BROKER_SOCKET}"
# The longest work is on 20 GiB of image archives, which are read, hashed and copied.
CELERY_TASK_SOFT_TIME_LIMIT = 30 * 60
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 60
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Shorter than a task, it would start the task a second time while it runs.
    "visibility_timeout": CELERY_TASK_TIME_LIMIT * 2 + 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "upkeep"
# Of workers of its own, so that many gigabytes never stand before an analysis.
ARCHIVE_QUEUE = "archives"
# Of workers of its own, too: it takes as long as the network does.
PUBLICATION_QUEUE = "publications"
CELERY_TASK_ROUTES = {
    "reviews.tasks.analyse": {"queue": "analyses"},
    "reviews.tasks.inspect": {"queue": ARCHIVE_QUEUE},
    "reviews.tasks.release": {"queue": "releases"},
    "reviews.tasks.publish": {"queue": PUBLICATION_QUEUE},
    "reviews.tasks.look_up": {"queue": "releases"},
    "reviews.tasks.send_mails": {"queue": CELERY_TASK_DEFAULT_QUEUE},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 512_000  # kB
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "reviews.tasks.sweep",
        "schedule": timedelta(seconds=min(60, PORTAL_LEASE_SECONDS)),
    },
    "purge": {"task": "reviews.tasks.purge", "schedule": timedelta(hours=1)},
}
