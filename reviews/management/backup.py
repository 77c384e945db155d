"""A backup of the whole portal, made while it works: the records, and every file that they name.

Files are written before the records that name them and never altered, so that the files copied
after a snapshot of the records are all there. Only removals have to wait meanwhile.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext

from .. import storage
from .backup_files import BackupRefused, back_up_images, copy_named, restore_images

__all__ = ["BackupRefused", "Summary", "back_up", "restore"]
FORMAT = 1
_MANIFEST = "backup.json"
_RECORDS = "records"
_FILES = "files"
_IMAGES = "images"
_NAMES = (
    "SELECT original FROM reviews_revision WHERE purged_at IS NULL",
    "SELECT report FROM reviews_revision WHERE report <> ''",
    "SELECT archive FROM reviews_release WHERE archive <> ''",
    "SELECT stored FROM reviews_renderedmanifests",
    "SELECT stored FROM reviews_attachment WHERE purged_at IS NULL",
    "SELECT lock FROM reviews_publication WHERE lock <> ''",
    "SELECT bill FROM reviews_publication WHERE bill <> ''",
)
"""Which files the records name. What was purged is gone already."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How many files there were, and how many bytes they have."""

    files: int
    size: int


def back_up(folder: Path) -> Summary:
    """Write a backup into ``folder``. BackupRefused: it is there and not empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        words = gettext("%(folder)s is there already and not empty: nothing is overwritten")
        raise BackupRefused(words % {"folder": folder})
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / _RECORDS).mkdir()
    with storage.removals_paused(wait=True):
        tables, names = _save_records(folder / _RECORDS)
        sizes = {
            name: copy_named(storage.local_path(name), folder / _FILES / name) for name in names
        }
        images = back_up_images(folder / _IMAGES)
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "database": connection.vendor,
        "migrations": sorted(map(list, MigrationLoader(connection).applied_migrations)),
        "tables": tables,
        "records": {path.name: storage.hash_of(path) for path in (folder / _RECORDS).iterdir()},
        "files": sizes,
        "images": images,
    }
    # Last of all: a backup that was broken off has none.
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return _summary(manifest)


def _summary(manifest: dict[str, Any]) -> Summary:
    sizes = [*manifest["files"].values(), *manifest["images"].values()]
    return Summary(len(sizes), sum(sizes))


def restore(folder: Path) -> Summary:
    """Bring back the portal of a backup, where there is none.

    BackupRefused: there are records or files already, the backup is incomplete or damaged, or
    another version or another kind of database made it. Nothing is left behind then.
    """
    manifest = _manifest(folder)
    _require_nothing_there()
    kept = Path(settings.ARCHIVES_DIR)
    try:
        for name in manifest["files"]:
            copy_named(folder / _FILES / name, storage.local_path(name))
            storage.local_path(name).chmod(0o440)
        restore_images(folder / _IMAGES, manifest["images"])
        _load_records(folder / _RECORDS, manifest["tables"])
    except BaseException:
        shutil.rmtree(kept, ignore_errors=True)
        shutil.rmtree(settings.IMAGE_LAYOUT_DIR, ignore_errors=True)
        raise
    return _summary(manifest)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        words = gettext("%(folder)s has no %(file)s: it is no complete backup")
        raise BackupRefused(words % {"folder": folder, "file": _MANIFEST}) from error
    if manifest["format"] != FORMAT or manifest["database"] != connection.vendor:
        words = gettext(
            "the backup is one of %(database)s in format %(format)s; this portal has %(ours)s and"
            " reads format %(read)s"
        )
        made = {"database": manifest["database"], "format": manifest["format"]}
        raise BackupRefused(words % {**made, "ours": connection.vendor, "read": FORMAT})
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    made_with = {f"{app}.{name}" for app, name in manifest["migrations"]}
    if known != made_with:
        others = ", ".join(sorted(known ^ made_with)[:5])
        words = gettext(
            "another version of the portal made the backup (migrations %(others)s): restore it with"
            " that version, then upgrade"
        )
        raise BackupRefused(words % {"others": others})
    for name, sha256 in manifest["records"].items():
        if storage.hash_of(folder / _RECORDS / name) != sha256:
            words = gettext("%(file)s of the backup is damaged")
            raise BackupRefused(words % {"file": f"{_RECORDS}/{name}"})
    return manifest


def _require_nothing_there() -> None:
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    if connection.introspection.table_names():
        raise BackupRefused(gettext("the database has tables already: nothing is overwritten"))
    kept = Path(settings.ARCHIVES_DIR)
    if kept.exists() and any(path.is_file() for path in kept.rglob("[!.]*")):
        raise BackupRefused(_taken(kept))
    images = Path(settings.IMAGE_LAYOUT_DIR)
    if images.exists() and any(images.iterdir()):
        raise BackupRefused(_taken(images))


def _taken(folder: Path) -> str:
    return gettext("%(folder)s has files already: nothing is overwritten") % {"folder": folder}


def _save_records(folder: Path) -> tuple[dict[str, list[str]], list[str]]:
    """Write a snapshot of all records; the columns of each table, and the files they name."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(folder / "records.sqlite3")) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            names = {row[0] for query in _NAMES for row in copy.execute(query)}
        return {}, sorted(names)
    with _snapshot() as cursor:
        tables = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            described = connection.introspection.get_table_description(cursor, table)
            tables[table] = [column.name for column in described]
            with (
                (folder / table).open("wb") as file,
                cursor.copy(f"COPY {_columns(table, tables[table])} TO STDOUT") as rows,
            ):
                for row in rows:
                    file.write(row)
        names = set()
        for query in _NAMES:
            cursor.execute(query)
            names |= {row[0] for row in cursor.fetchall()}
    return tables, sorted(names)


@contextmanager
def _snapshot() -> Iterator[Any]:
    """A cursor that sees the records as they are now, whatever is written meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield cursor


def _load_records(folder: Path, tables: dict[str, list[str]]) -> None:
    if connection.vendor == "sqlite":
        connection.close()
        shutil.copyfile(folder / "records.sqlite3", connection.settings_dict["NAME"])
        return
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic(), connection.cursor() as cursor:
        # What the migrations wrote is in the backup, too. References are checked at the end.
        _set_triggers(cursor, tables, "DISABLE")
        cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, tables))}")
        for table, columns in tables.items():
            with (
                (folder / table).open("rb") as file,
                cursor.copy(f"COPY {_columns(table, columns)} FROM STDIN") as rows,
            ):
                while piece := file.read(1 << 20):
                    rows.write(piece)
            if "id" in columns:
                _continue_numbers(cursor, table)
        # All references are there now, and have to be looked at before a table is altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _set_triggers(cursor, tables, "ENABLE")


def _set_triggers(cursor: Any, tables: dict[str, list[str]], deed: str) -> None:
    """Let the owner of the tables fill them, and nobody alter them afterwards."""
    for table in tables:
        cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} {deed} TRIGGER USER")


def _continue_numbers(cursor: Any, table: str) -> None:
    """Let the next row of a table have the number after the last."""
    quoted = connection.ops.quote_name(table)
    numbers = "pg_get_serial_sequence(%s, 'id'), COALESCE(MAX(id), 1), MAX(id) IS NOT NULL"
    cursor.execute(f"SELECT setval({numbers}) FROM {quoted}", [quoted])  # noqa: S608 - our own


def _columns(table: str, columns: list[str]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(map(quote, columns))})"
