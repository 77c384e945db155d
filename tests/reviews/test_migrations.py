"""Records written by an earlier version are kept when the tables change."""

from __future__ import annotations

import importlib
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.apps import apps

from reviews.models import Tally
from tests.reviews.running import HOUSE

NOW = "2026-11-01 12:00:00"


def _migrate(data: Path, *target: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", *target],
        cwd=HOUSE,
        env=os.environ | {"PORTAL_DATA": str(data), "PORTAL_DATABASE_URL": ""},
        check=True,
    )


def _insert(records: sqlite3.Connection, table: str, **given: object) -> int | None:
    """A row with the values that are given; a text or number that is not null is empty."""
    columns = records.execute(f"PRAGMA table_info(reviews_{table})").fetchall()
    row = {
        name: "" if "char" in kind or "text" in kind else 0
        for _at, name, kind, is_needed, _default, is_key in columns
        if is_needed and not is_key
    } | given
    places = ", ".join("?" * len(row))
    statement = f"INSERT INTO reviews_{table} ({', '.join(row)}) VALUES ({places})"  # noqa: S608 - our own table
    return records.execute(statement, tuple(row.values())).lastrowid


def test_when_a_run_was_queued_and_what_was_downloaded_is_kept(tmp_path: Path) -> None:
    _migrate(tmp_path)
    _migrate(tmp_path, "reviews", "0003")
    with closing(sqlite3.connect(tmp_path / "portal.sqlite3")) as records, records:
        user = records.execute(
            "INSERT INTO auth_user (username, password, is_superuser, is_staff, is_active,"
            " first_name, last_name, email, date_joined) VALUES ('petra', '', 0, 0, 1, '', '', '', ?)",
            (NOW,),
        ).lastrowid
        organisation = _insert(records, "organisation", name="Acme")
        service = _insert(records, "service", organisation_id=organisation, name="etcd")
        submission = _insert(
            records,
            "submission",
            service_id=service,
            organisation_id=organisation,
            submitted_by_id=user,
            submitted_at=NOW,
            waiting_since=NOW,
            state="received",
        )
        _insert(
            records,
            "revision",
            submission_id=submission,
            uploaded_by_id=user,
            uploaded_at=NOW,
            policy="{}",
            timings="{}",
            rung_at=NOW,
        )
        detail = json.dumps({"goods": "original", "file": "etcd.zip"})
        _insert(records, "event", submission_id=submission, at=NOW, verb="download", detail=detail)

    _migrate(tmp_path)

    with closing(sqlite3.connect(tmp_path / "portal.sqlite3")) as records:
        assert records.execute("SELECT queued_at FROM reviews_revision").fetchall() == [(NOW,)]
        ((kept,),) = records.execute("SELECT detail FROM reviews_event").fetchall()
        assert json.loads(kept) == {"artifact": "original", "file": "etcd.zip"}
        with pytest.raises(sqlite3.IntegrityError, match="reviews_event is written once"):
            records.execute("UPDATE reviews_event SET verb = 'view'")
        uploaders = "SELECT organisation_id, user_id FROM reviews_uploader"
        assert records.execute(uploaders).fetchall() == [(organisation, user)]


@pytest.mark.django_db
def test_what_was_counted_keeps_its_labels() -> None:
    before = ["", 'job="analyse",outcome="done"', r'logger="a \"quoted\"\\\nname"', '{"job": "x"}']
    Tally.objects.bulk_create(Tally(name="t", labels=each, value=2) for each in before)

    importlib.import_module("reviews.migrations.0027_tally_labels").as_json(apps, None)

    assert [each.label_values for each in Tally.objects.order_by("pk")] == [
        {},
        {"job": "analyse", "outcome": "done"},
        {"logger": 'a "quoted"\\\nname'},
        {"job": "x"},
    ]
