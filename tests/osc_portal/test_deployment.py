"""The deployment of compose.yaml, with the same processes and settings, without containers.

PostgreSQL and docker-registry are Debian's, Valkey is that of its wheel. One package is walked from
the upload until its images were read back; then the workers of a second installation take over.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from reviews.management.broker import broker_command
from tests.bench.visitors import Visitor
from tests.osc_portal.composed import GIVEN, HOUSE, OURS, SERVICES, Installation
from tests.publishing import shipping_both
from tests.registry import docker_registry
from tests.registry.docker_registry import DockerRegistry
from tests.reviews import postgres
from tests.reviews.running import data_folder, until

PROGRAMS = postgres.programs()
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed")
TOKEN = "a token for those who operate it"
WORKERS = ("worker", "archive-worker", "publication-worker")
PEOPLE = "f.petra(); f.rita(); f.organisation()"
APPROVE = "f.approve(f.decided(Submission.objects.latest('pk')))"
STATES = "SELECT state FROM reviews_submission ORDER BY id"


@dataclass
class Deployment:
    """A portal as compose.yaml has it, and what it uses."""

    here: Installation
    database: str
    registry: DockerRegistry
    port: int

    def ask(self, query: str) -> list[Any]:
        """The rows of a query; of one column, only that."""
        with closing(psycopg.connect(self.database)) as connection:
            rows = connection.execute(query).fetchall()
        return [row[0] if len(row) == 1 else row for row in rows]

    def wait(self, query: str, wanted: list[Any]) -> None:
        until(lambda: self.ask(query), wanted)

    def get(self, path: str) -> str:
        """What programs read, with the token."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own
            return str(answer.read().decode())

    def submit(self, version: str) -> str:
        """Upload the package as a browser behind a proxy does; the id of the request."""

        async def upload() -> str:
            headers = (
                "X-Forwarded-Proto: https\r\nX-Forwarded-For: 203.0.113.7\r\n"
                f"Origin: https://127.0.0.1:{self.port}\r\n"
            )
            partner = Visitor(self.port, headers)
            await partner.sign_in("petra", "the password of petra")
            fields = {"organisation": "1", "service": "harbour", "version": version, "note": ""}
            reply = await partner.upload(fields, shipping_both())
            assert reply.status == 201, reply.body
            return reply.header("X-Request-ID")

        return asyncio.run(upload())

    def make(self, code: str) -> None:
        """Run ``code`` with the factories ``f``, in place of people at their pages."""
        given = "import django; django.setup(); from tests import factories as f\n"
        given += "from reviews.models import Submission\n"
        environment = self.here.environment("web")
        environment["DJANGO_SETTINGS_MODULE"] = "osc_portal.settings"
        script = [sys.executable, "-W", "ignore", "-c", given + code]
        subprocess.run(script, cwd=HOUSE, env=environment, check=True)


@pytest.fixture
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    assert PROGRAMS is not None
    folder = tmp_path_factory.mktemp("docker-registry")
    with (
        postgres.running(PROGRAMS) as database,
        docker_registry.running(folder) as registry,
        data_folder() as place,
        _broker() as broker,
    ):
        port = postgres.free_port()
        given = GIVEN | {
            "PORTAL_HOSTS": "127.0.0.1",
            "PORTAL_METRICS_TOKEN": TOKEN,
            "PORTAL_REGISTRY": registry.registry,
            "PORTAL_PUBLISH_TARGET": registry.address,
        }
        moved = {
            "postgres://portal:letters@database/portal": database,
            "redis://broker:6379/0": broker,
            "0.0.0.0": "127.0.0.1",  # noqa: S104 - it is replaced
            "8000": str(port),
        }
        data = place / "data"
        data.mkdir()
        here = Installation(_copy(tmp_path_factory.mktemp("one")), data, given, moved)
        running = Deployment(here, database, registry, port)
        try:
            here.run("migrations", OURS["migrations"]["command"])
            running.make(PEOPLE)
            here.start("web", *WORKERS, "scheduler")
            yield running
        finally:
            here.kill()


@contextmanager
def _broker() -> Iterator[str]:
    """The broker with the options of compose.yaml; its address."""
    port = postgres.free_port()
    with data_folder() as folder:
        program = broker_command(folder / "unused.sock")[0]
        place = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
        quiet = ["--logfile", str(folder / "log")]
        server = subprocess.Popen([program, *SERVICES["broker"]["command"][1:], *place, *quiet])
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait()


def _copy(folder: Path) -> Path:
    """An installation: what the image has of the project, and nothing else."""
    lines = (HOUSE / "Dockerfile").read_text(encoding="utf-8").splitlines()
    for name in [name for line in lines if line.startswith("COPY ") for name in line.split()[1:-1]]:
        source = HOUSE / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / name)
    return folder


def test_the_deployment_works_and_a_second_installation_takes_over(
    deployment: Deployment, tmp_path: Path
) -> None:
    """One test, so that no second process of pytest starts it all once more."""
    _a_package_walks_from_the_upload_to_the_registry(deployment)
    _everything_is_well_as_the_health_checks_of_the_containers_ask(deployment)
    _a_worker_of_a_second_installation_takes_over(deployment, tmp_path)


def _a_package_walks_from_the_upload_to_the_registry(deployment: Deployment) -> None:
    until(lambda: _answers(deployment), wanted=True)
    request_id = deployment.submit("1.0.0")
    deployment.wait(STATES, ["in_review"])
    deployment.wait("SELECT count(*) FROM reviews_inspection WHERE finished_at IS NOT NULL", [1])

    deployment.make(APPROVE)

    deployment.wait(STATES, ["released"])
    assert deployment.registry.tags("osc-opensource/web") == ["1.4.0"]
    attempts = ("revision", "inspection", "release", "publication")
    done = [deployment.ask(f"SELECT attempts FROM reviews_{each}") for each in attempts]  # noqa: S608 - ours
    # A publication that ended has its attempts back.
    assert done == [[1], [1], [1], [0]]
    read_back = "SELECT count(*) FROM reviews_publication WHERE read_at IS NOT NULL"
    assert deployment.ask(read_back) == [1]
    analysed = [
        line
        for line in deployment.here.lines("worker")
        if line.get("task") == "reviews.tasks.analyse" and "request_id" in line
    ]
    assert {line["request_id"] for line in analysed} == {request_id}
    errors = [
        line
        for service in deployment.here.processes
        for line in deployment.here.lines(service)
        if line["level"] in {"ERROR", "CRITICAL"}
    ]
    assert errors == []


def _answers(deployment: Deployment) -> bool:
    try:
        return deployment.get("/healthz") == '{"status": "alive"}'
    except OSError:
        return False


def _everything_is_well_as_the_health_checks_of_the_containers_ask(
    deployment: Deployment,
) -> None:
    until(lambda: _facts(deployment), {})

    checks = [each["healthcheck"]["test"][1:] for each in OURS.values() if "healthcheck" in each]
    by_address = [words for words in checks if "--only" not in words]
    asked = ",".join(words[-1] for words in checks if "--only" in words)
    for words in [*by_address, ["python", "manage.py", "health", "--only", asked]]:
        deployment.here.run("web", words)
    metrics = deployment.get("/metrics")
    assert 'osc_portal_health{fact="broker"} 1.0' in metrics
    assert "osc_portal_jobs_oldest_waiting_seconds" in metrics


def _facts(deployment: Deployment) -> dict[str, str]:
    """What is not ok."""
    try:
        facts: dict[str, str] = json.loads(deployment.get("/readyz"))["facts"]
    except urllib.error.HTTPError as not_ready:
        facts = json.load(not_ready)["facts"]
    return {name: words for name, words in facts.items() if words != "ok"}


def _a_worker_of_a_second_installation_takes_over(deployment: Deployment, tmp_path: Path) -> None:
    """They share the database, the broker and the folder, as on another machine."""
    here = deployment.here
    there = Installation(_copy(tmp_path), here.data, here.given, here.moved, name="there")
    try:
        there.start("worker")
        deployment.wait("SELECT count(*) FROM reviews_heartbeat WHERE name LIKE '%@there'", [1])
        assert here.stop("worker") == {"worker": 0}
        before = deployment.ask(STATES)

        request_id = deployment.submit("2.0.0")
        deployment.wait(STATES, [*before, "in_review"])
        deployment.wait("SELECT count(*) FROM reviews_inspection WHERE finished_at IS NULL", [0])
        deployment.make(APPROVE)
        deployment.wait(STATES, [*before, "released"])

        lines = [each for each in there.lines("worker") if each["message"].endswith(" is done")]
        done = [(each["task"].rpartition(".")[2], each["request_id"]) for each in lines]
        # What the others made of the same package: its archives were read, its images pushed.
        assert done[0] == ("analyse", request_id)
        assert {task for task, _request_id in done} >= {"analyse", "release"}
        assert there.stop("worker") == {"worker": 0}
    finally:
        there.kill()
