"""A backup is made while the portal works, and what is restored has lost nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from reviews.actions import attaching
from reviews.actions.attached_files import AttachedFile
from reviews.actions.attachment_facts import Declared
from reviews.management.backup import _NAMES as NAMES
from reviews.models import RenderedManifests
from tests import factories
from tests.reviews import postgres
from tests.reviews.running import HOUSE, RunningPortal, data_folder
from tests.reviews.vulnerability_reports.samples import trivy

MANY = 30
# The first keep the workers busy, and the others, which are refused quickly, wait behind them.
SUBMIT_AND_BACK_UP = (
    f"[len([factories.submitted(None if n < 3 else b'no archive %d' % n, f'1.0.{{n}}')"
    f" for n in range({MANY})]), Revision.objects.filter(finished_at__isnull=True).count(),"
    " __import__('reviews.management.backup', fromlist=['']).back_up("
    "__import__('pathlib').Path(FOLDER)).files]"
)
ORIGINALS = "sorted(Revision.objects.values_list('submission__title', 'sha256', 'original'))"
LOG = "list(__import__('reviews.models').models.Event.objects.order_by('pk').values_list('pk', 'verb', 'submission'))"
SHORT_LEASE = {"PORTAL_LEASE_SECONDS": "15"}  # how long the job of a lost worker waits for another


def manage(portal: RunningPortal, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=HOUSE,
        env=portal.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Iterator[list[dict[str, str]]]:
    """The variables of two portals, each with a database of its own."""
    if request.param == "sqlite":
        yield [{}, {}]
        return
    programs = postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.running(programs) as address:
        with psycopg.connect(address, autocommit=True) as server:
            server.execute("CREATE DATABASE another")
        yield [
            {"PORTAL_DATABASE_URL": address},
            {"PORTAL_DATABASE_URL": address.removesuffix("portal") + "another"},
        ]


def _finished(portal: RunningPortal) -> Any:
    return portal.ask(
        "[Revision.objects.filter(finished_at__isnull=True).count(),"
        " sorted(set(Submission.objects.values_list('state', flat=True)))]"
    )


def test_a_backup_with_submissions_in_flight_loses_nothing(
    databases: list[dict[str, str]], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    with data_folder() as data, data_folder(is_empty=True) as other:
        portal = RunningPortal(data, databases[0] | SHORT_LEASE).start()
        _all, unfinished, _files = portal.ask(
            SUBMIT_AND_BACK_UP.replace("FOLDER", repr(str(folder)))
        )
        originals = portal.ask(ORIGINALS)
        assert manage(portal, "backup", str(folder)) == (
            1,
            f"CommandError: {folder} is there already and not empty: nothing is overwritten\n",
        )
        assert portal.stop() == 0
        log = portal.ask(LOG)

        restored = RunningPortal(other, databases[1] | SHORT_LEASE)
        status, words = manage(restored, "restore", str(folder))
        assert (status, words[:22]) == (0, "restored: all records,")
        kept = restored.ask(LOG)
        in_flight = restored.ask("Revision.objects.filter(finished_at__isnull=True).count()")
        assert manage(restored, "restore", str(folder))[0] == 1

        assert unfinished > 0
        assert in_flight > 0
        assert kept == log[: len(kept)]
        assert restored.ask(ORIGINALS) == originals
        restored.start()
        restored.wait("Revision.objects.filter(finished_at__isnull=True).count()", 0)
        assert _finished(restored) == [0, ["in_review", "refused"]]
        ends = [pk for _number, verb, pk in restored.ask(LOG) if verb in {"finish", "refuse"}]
        assert len(ends) == len(set(ends)) == MANY + 1
        # New rows get new numbers.
        restored.ask("factories.submitted(b'one more', '2.0.0').pk")
        assert restored.stop() == 0


@pytest.fixture(scope="module")
def portal() -> Iterator[RunningPortal]:
    """A portal that does not run, with one submission."""
    with data_folder() as data:
        portal = RunningPortal(data)
        portal.ask("factories.submitted().pk")
        yield portal


def test_a_damaged_or_foreign_backup_is_refused_and_leaves_nothing_behind(
    portal: RunningPortal, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    assert manage(portal, "backup", str(folder))[0] == 0
    manifest = json.loads((folder / "backup.json").read_text())
    (stored,) = [path for path in (folder / "files").rglob("*") if path.is_file()]

    def refusal(**changes: object) -> str:
        (folder / "backup.json").write_text(json.dumps(manifest | changes))
        with data_folder(is_empty=True) as empty:
            status, words = manage(RunningPortal(empty), "restore", str(folder))
            left = [path.name for path in empty.rglob("*") if path.is_file()]
        assert status == 1
        assert [name for name in left if name != "portal.sqlite3"] == []
        return words

    assert "this portal has sqlite and reads format 1" in refusal(database="postgresql")
    fewer = manifest["migrations"][:-1]
    assert "another version of the portal made the backup" in refusal(migrations=fewer)
    assert "is damaged" in refusal(records={"records.sqlite3": "0" * 64})
    content = stored.read_bytes()
    stored.write_bytes(content[:-1] + b"!")
    assert "is damaged: its hash is not its name" in refusal()
    stored.unlink()
    assert "is missing" in refusal()
    (folder / "backup.json").unlink()
    with data_folder(is_empty=True) as empty:
        words = manage(RunningPortal(empty), "restore", str(folder))[1]
    assert "it is no complete backup" in words


def test_a_backup_is_for_its_owner_only(portal: RunningPortal, tmp_path: Path) -> None:
    folder = tmp_path / "backup"

    manage(portal, "backup", str(folder))

    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.django_db
def test_attachments_and_rendered_manifests_are_in_a_backup() -> None:
    submission = factories.in_review()
    assert submission.current is not None
    attached = attaching.attach(
        by=factories.petra(),
        submission=submission,
        revision=1,
        kind="vulnerabilities",
        file=AttachedFile("trivy.json", [trivy("LOW")]),
        declared=Declared(),
    )

    named = set()
    with connection.cursor() as cursor:
        for statement in NAMES:
            cursor.execute(statement)
            named |= {name for (name,) in cursor.fetchall()}

    kept = RenderedManifests.objects.get(revision=submission.current)
    assert named == {
        submission.current.original,
        submission.current.report,
        attached.stored,
        kept.stored,
    }
