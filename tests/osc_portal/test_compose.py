"""compose.yaml and the Dockerfile fit the portal; nothing here can start a container."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from osc_portal.settings import VARIABLES

HOUSE = Path(__file__).resolve().parents[2]
COMPOSED: dict[str, Any] = yaml.safe_load((HOUSE / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSED["services"]
OURS = {name: each for name, each in SERVICES.items() if "build" in each}
GIVEN = {"PORTAL_SECRET_KEY": "a long and random key " * 3, "DATABASE_PASSWORD": "letters"}


def filled(text: str) -> str:
    """What Compose makes of ``${NAME:-default}`` and ``${NAME:?complaint}``."""
    return re.sub(
        r"\$\{(\w+)(?::-([^}]*))?(?::\?[^}]*)?\}", lambda m: GIVEN.get(m[1], m[2] or ""), text
    )


def environment(service: str) -> dict[str, str]:
    return {name: filled(text) for name, text in OURS[service]["environment"].items()}


def option(service: str, name: str) -> str:
    command: list[str] = SERVICES[service]["command"]
    return command[command.index(name) + 1]


def test_the_portal_is_all_its_processes() -> None:
    assert set(OURS) == {
        "migrations",
        "web",
        "worker",
        "archive-worker",
        "publication-worker",
        "scheduler",
    }
    assert set(SERVICES) - set(OURS) == {"database", "broker"}


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_one_of_the_settings(service: str) -> None:
    assert [name for name in OURS[service]["environment"] if name not in VARIABLES] == []


def test_every_queue_has_workers_and_archives_have_their_own() -> None:
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    served = option("worker", "--queues").split(",")

    alone = [settings.ARCHIVE_QUEUE, settings.PUBLICATION_QUEUE]
    assert [option(f"{name}-worker", "--queues") for name in ("archive", "publication")] == alone
    assert sorted([*served, *alone]) == sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *routed})


def test_the_portal_starts_with_this_environment() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    show = (
        "from django.conf import settings as s; d = s.DATABASES['default'];"
        "print(s.DEMO, s.OWNS_BROKER, d['ENGINE'], d['HOST'], d['PASSWORD'], s.CELERY_BROKER_URL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", show],
        cwd=HOUSE,
        env=kept | environment("web") | {"DJANGO_SETTINGS_MODULE": "osc_portal.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == [
        "False",
        "False",
        "django.db.backends.postgresql",
        "database",
        "letters",
        "redis://broker:6379/0",
    ]


@pytest.mark.parametrize("service", ["web", "worker", "archive-worker", "scheduler"])
def test_the_programs_know_their_options(service: str) -> None:
    program, *options = OURS[service]["command"]
    module = [sys.executable, "-m", program]
    done = subprocess.run(
        [*module, *options, "--help"], cwd=HOUSE, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_image_is_built_of_files_that_are_there() -> None:
    lines = (HOUSE / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [name for line in lines if line.startswith("COPY ") for name in line.split()[1:-1]]
    ignored = (HOUSE / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert [name for name in copied if not (HOUSE / name).exists()] == []
    assert sorted(copied) == sorted(line[1:] for line in ignored if line.startswith("!"))


def test_every_process_of_the_portal_has_a_health_check() -> None:
    checks = {
        name: each["healthcheck"]["test"] for name, each in OURS.items() if name != "migrations"
    }
    facts = {
        name: set(check[check.index("--only") + 1].split(","))
        for name, check in checks.items()
        if "--only" in check
    }

    assert "/healthz" in checks.pop("web")[-1]
    assert set(checks) == set(facts)
    assert facts == {
        "worker": {f"queue:{name}" for name in option("worker", "--queues").split(",")},
        "archive-worker": {f"queue:{settings.ARCHIVE_QUEUE}"},
        "publication-worker": {f"queue:{settings.PUBLICATION_QUEUE}"},
        "scheduler": {"scheduler"},
    }
