"""The portal as a whole, with real processes: it starts, stops, and cannot get stuck."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reviews.running import HOUSE, RunningPortal, data_folder, until, working_for
from tests.shipping import package_with

STATES = "sorted(Submission.objects.values_list('title', 'state'))"
LOOP = (
    '{{- range $i := until 600000 }}{{- $x := printf "%d" $i | sha256sum | sha512sum }}{{- end }}'
)
SHORT_LEASE = {"PORTAL_LEASE_SECONDS": "15"}  # how long a killed worker's job waits for another
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: slow}\nspec:\n  containers:\n  - name: a\n    image: {{ .Values.image }}\n"


def _slow_chart() -> bytes:
    """A chart that takes some seconds to examine, so that one can break in."""
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w:gz") as archive:
        for name, text in {
            "Chart.yaml": "apiVersion: v2\nname: slow\nversion: 1.0.0\n",
            "values.yaml": "image: quay.io/berths/slow:1\n",
            "templates/pod.yaml": LOOP + "\n" + POD,
        }.items():
            member = tarfile.TarInfo(f"slow/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return output.getvalue()


@pytest.fixture
def data() -> Iterator[Path]:
    with data_folder() as folder:
        yield folder


def _submit(portal: RunningPortal, version: str, package: Path) -> None:
    portal.ask(f"factories.submitted(open({str(package)!r}, 'rb').read(), {version!r}).pk")


def _ready(portal: RunningPortal) -> dict[str, object]:
    """What the portal answers; the facts only where one of them is wrong."""
    try:
        with urllib.request.urlopen(f"{portal.address}readyz") as answer:  # noqa: S310 - our own
            content: dict[str, object] = json.load(answer)
    except urllib.error.HTTPError as not_ready:
        content = json.load(not_ready)
    facts = content.pop("facts")
    content.pop("sandbox")  # what the kernel of this machine gives
    assert isinstance(facts, dict)
    wrong = {name: words for name, words in facts.items() if words != "ok"}
    return content | wrong


@pytest.fixture
def empty() -> Iterator[Path]:
    with data_folder(is_empty=True) as folder:
        yield folder


def test_it_starts_shows_the_demo_stops_and_finds_its_data_again(empty: Path) -> None:
    data = empty
    portal = RunningPortal(data).start()
    portal.wait(STATES, [["harbour 1.4.0", "in_review"]])
    with urllib.request.urlopen(f"{portal.address}admin/login/") as page:  # noqa: S310 - our own
        assert page.status == 200
    until(lambda: _ready(portal), {"status": "ready"})
    people = portal.ask("sorted(factories.User.objects.values_list('username', 'is_staff'))")
    assert people == [["admin", True], ["partner", False], ["reviewer", False]]

    refused = subprocess.run(
        [sys.executable, "manage.py", "run_portal", "--port", "0"],
        cwd=HOUSE,
        env=portal.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert portal.stop() == 0

    assert refused.returncode == 1
    assert refused.stderr == (
        f"CommandError: a portal is running with the data in {data} already: stop that one, or"
        " give this one another folder with PORTAL_DATA\n"
    )
    assert working_for(data) == {}
    logged = [json.loads(line) for line in (data / "log" / "portal.log").read_text().splitlines()]
    asked = [line for line in logged if line["message"] == "GET /admin/login/"]
    assert [line["status"] for line in asked] == [200]
    begun = [line for line in logged if line["message"].startswith("reviews.tasks.analyse of ")]
    assert len({line["request_id"] for line in begun}) == 1
    assert [line["message"].rpartition(" ")[2] for line in begun] == ["begins", "done"]
    password = re.findall(r"password of each is: (\S+)", portal.words)
    again = RunningPortal(data).start()
    assert re.findall(r"password of each is: (\S+)", again.words) == password != []
    assert again.ask(STATES) == [["harbour 1.4.0", "in_review"]]
    assert again.stop(signal.SIGTERM) == 0
    assert working_for(data) == {}


def test_nothing_is_left_when_the_supervisor_itself_is_killed(data: Path) -> None:
    portal = RunningPortal(data).start()
    assert portal.process is not None

    portal.process.kill()
    portal.process.wait()

    until(lambda: working_for(data), {})


def test_a_port_that_is_taken_is_shown_before_anything_starts(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "manage.py", "run_portal"],
            cwd=HOUSE,
            env=RunningPortal(data, {"PORT": str(port)}).environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"CommandError: port {port} cannot be used (Address already in use): choose another,"
        f" such as make run PORT={port + 1}\n"
    )


def test_a_killed_worker_and_a_killed_broker_lose_nothing_and_do_nothing_twice(
    data: Path, tmp_path: Path
) -> None:
    package = tmp_path / "slow-1.0.0.tgz"
    package.write_bytes(_slow_chart())
    limits = "render_seconds=300,analysis_render_seconds=1000"  # a busy machine is slow
    portal = RunningPortal(
        data, {"PORTAL_LIMITS": limits, "PORTAL_WORKERS": "1", **SHORT_LEASE}
    ).start()
    portal.wait(STATES, [["harbour 1.4.0", "in_review"]])

    _submit(portal, "killed", package)
    stage = "Revision.objects.get(submission__version='killed').stage not in ('', 'unpack')"
    portal.wait(stage, wanted=True)
    os.killpg(portal.child("packages@"), signal.SIGKILL)
    portal.hear("the worker ended (status -9) and is started again")

    os.killpg(portal.child("valkey"), signal.SIGKILL)
    _submit(portal, "unheard", package)
    portal.hear("the broker ended (status -9) and is started again")

    portal.wait(
        STATES,
        [
            ["harbour 1.4.0", "in_review"],
            ["harbour killed", "in_review"],
            ["harbour unheard", "in_review"],
        ],
    )
    found = (
        "[list(s.events.values_list('verb', flat=True)) for s in Submission.objects.order_by('pk')]"
    )
    examined = ["submit", "start", "finish"]
    assert portal.ask(found) == [[*examined, "inspect"], examined, examined]
    attempts = "Revision.objects.get(submission__version='killed').attempts"
    assert portal.ask(attempts) == 2
    assert portal.ask("Revision.objects.filter(finished_at__isnull=True).count()") == 0
    assert portal.stop() == 0


def test_a_worker_of_archives_that_is_killed_loses_nothing_and_blocks_no_analysis(
    data: Path, tmp_path: Path
) -> None:
    large, small = tmp_path / "large.zip", tmp_path / "small.zip"
    # Large enough that one can break in while it is read.
    large.write_bytes(package_with({"web-1.4.0-x86_64.tar": os.urandom(1 << 20) * 600}))
    small.write_bytes(package_with({}))
    portal = RunningPortal(data, {"PORTAL_WORKERS": "1", **SHORT_LEASE}).start()
    portal.wait("Inspection.objects.filter(finished_at__isnull=False).count()", 1)

    _submit(portal, "large", large)
    with sqlite3.connect(data / "portal.sqlite3") as records:
        begun = "SELECT count(*) FROM reviews_inspection WHERE lease_until IS NOT NULL"
        until(lambda: records.execute(begun).fetchone(), (1,))
    os.killpg(portal.child("archives@"), signal.SIGKILL)
    portal.hear("the archive worker ended (status -9) and is started again")
    _submit(portal, "small", small)

    portal.wait("Submission.objects.get(version='small').state", "in_review")
    portal.wait("Inspection.objects.filter(finished_at__isnull=False).count()", 2)
    found = "list(Submission.objects.get(version='large').events.values_list('verb', flat=True))"
    assert portal.ask(found) == ["submit", "start", "finish", "inspect"]
    assert portal.ask("Inspection.objects.latest('pk').attempts") == 2
    assert portal.stop() == 0
