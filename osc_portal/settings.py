"""Django's settings: every variable of the environment, in one table, loud when wrong.

A fresh machine needs none of them: the defaults are the demo. With ``PORTAL_DEMO=no`` the
secrets are the administrator's to give, and a missing one stops the start.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import SimpleLazyObject
from environ import Env

from osc_portal.secret_key import stored_key
from reviews.pipeline.policy import Policy

BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment: its default as one would write it, and its meaning."""

    default: str
    meaning: str


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
    "PORTAL_DATABASE_URL": Variable("", "where the records are; empty: SQLite in `PORTAL_DATA`"),
    "PORTAL_REGISTRY": Variable(
        Policy().registry, "registry that images are redirected to: `host` or `host:port`"
    ),
    "PORTAL_ORGANIZATION": Variable(Policy().organization, "organisation in that registry"),
}
_YES_OR_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_LEAST_KEY_LENGTH = 50  # Django's own deployment check asks for as many


def _text(name: str) -> str:
    return os.environ.get(name, "").strip() or VARIABLES[name].default


def _flag(name: str) -> bool:
    text = _text(name)
    if text.lower() not in _YES_OR_NO:
        raise ImproperlyConfigured(f"{name} is {text!r}: write yes or no")
    return _YES_OR_NO[text.lower()]


def _list(name: str) -> list[str]:
    return [part.strip() for part in _text(name).split(",") if part.strip()]


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
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO

PORTAL_REGISTRY = _text("PORTAL_REGISTRY")
PORTAL_ORGANIZATION = _text("PORTAL_ORGANIZATION")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "reviews",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "osc_portal.urls"
WSGI_APPLICATION = "osc_portal.wsgi.application"
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
            ],
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
    return database


DATABASES = {
    "default": _database(_text("PORTAL_DATABASE_URL") or f"sqlite:///{DATA_DIR}/portal.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
