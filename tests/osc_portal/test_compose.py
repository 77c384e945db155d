"""compose.yaml and the Dockerfile fit the portal; nothing here can start a container."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from osc_portal.settings import VARIABLES
from tests.osc_portal.composed import COMPOSED, HOUSE, OURS, SERVICES, environment, option


def test_the_portal_is_all_its_processes() -> None:
    assert set(OURS) == {
        "migrations",
        "web",
        "worker",
        "archive-worker",
        "publication-worker",
        "scheduler",
    }
    assert set(SERVICES) - set(OURS) == {"database", "broker", "proxy", "registry"}


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


@pytest.mark.parametrize("service", SERVICES)
def test_every_container_is_confined(service: str) -> None:
    container: dict[str, Any] = SERVICES[service]

    confined = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"]}
    assert {name: container[name] for name in confined} == confined
    assert container["mem_limit"]
    assert container["pids_limit"] > 0
    assert "healthcheck" in container or service == "migrations"
    # These two own the volume that Docker makes for them, and have no capability to do more.
    assert ("user" in container) == (service not in {"proxy", "registry"})
    rights = {"proxy": ["NET_BIND_SERVICE"]}
    assert container.get("cap_add", []) == rights.get(service, [])


def test_the_containers_of_the_portal_run_as_the_user_that_their_image_makes() -> None:
    lines = (HOUSE / "Dockerfile").read_text(encoding="utf-8").splitlines()

    assert {each["user"] for each in OURS.values()} == {lines[-1].removeprefix("USER ")}


def test_only_the_web_the_proxy_and_the_registry_can_be_reached_from_elsewhere() -> None:
    reached = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    inside = {name for name, each in SERVICES.items() if each["networks"] == ["inside"]}

    assert reached == {
        "web": ["127.0.0.1:8000:8000"],
        "proxy": ["80:80", "443:443"],
        "registry": ["127.0.0.1:5000:5000"],
    }
    assert inside == {"database", "broker"}
    assert COMPOSED["networks"]["inside"] == {"internal": True}


def test_a_worker_has_memory_for_as_many_analyses_as_it_makes_at_once() -> None:
    bytes_of_each = settings.PORTAL_LIMITS.analysis_memory_bytes
    processes = int(option("worker", "--concurrency"))

    assert int(SERVICES["worker"]["mem_limit"].removesuffix("g")) << 30 > processes * bytes_of_each


def test_what_is_needed_only_somewhere_is_started_only_when_asked_for() -> None:
    assert {name: each["profiles"] for name, each in SERVICES.items() if "profiles" in each} == {
        "proxy": ["proxy"],
        "registry": ["registry"],
    }
