"""What happened is never altered: log, decisions, comments, and releases that are finished.

The triggers of 0002 knew UPDATE and DELETE. SQLite replaces a row by INSERT without either, and
PostgreSQL empties a table by TRUNCATE. SQLite makes a table anew, without its triggers, when a later
migration alters a column: such a migration calls ``guard`` again.
"""

from importlib import import_module

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WRITTEN_ONCE = ("reviews_event", "reviews_decision", "reviews_comment")
RELEASE = "reviews_release"
FINAL = ("revision_id", "approved_by_id", "edits", "archive", "sha256", "size", "finished_at")
"""The columns of a release that are final once it is finished."""


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers; those that are there already are made anew."""
    unguard(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        function(schema_editor, "reviews_written_once", "% is written once")
        function(schema_editor, "reviews_is_final", "% is final once it is finished")
    for table in WRITTEN_ONCE:
        guard_table(schema_editor, table)
    _guard_release(schema_editor)


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the triggers."""
    for table in (*WRITTEN_ONCE, RELEASE):
        unguard_table(schema_editor, table)


def as_before(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Leave the triggers that 0002 made."""
    unguard(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        for name in ("reviews_written_once", "reviews_is_final"):
            schema_editor.execute(f"DROP FUNCTION {name}()")
    import_module("reviews.migrations.0002_written_once_and_reviewers").guard(apps, schema_editor)


def function(schema_editor: BaseDatabaseSchemaEditor, name: str, words: str) -> None:
    schema_editor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{words}', TG_TABLE_NAME; END $$",
        params=None,
    )


def guard_table(
    schema_editor: BaseDatabaseSchemaEditor, table: str, unique: tuple[str, ...] = ("id",)
) -> None:
    """Let rows of ``table`` only be added; ``unique`` are the columns by which one is replaced."""
    words = f"{table} is written once"
    for deed in ("UPDATE", "DELETE"):
        _trigger(schema_editor, table, deed, "", "reviews_written_once", words)
    _against_replacing(schema_editor, table, words, unique)


def unguard_table(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
    for deed in ("update", "delete", "insert", "truncate"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{deed}{on}", params=None)


def _guard_release(schema_editor: BaseDatabaseSchemaEditor) -> None:
    words = f"{RELEASE} is final once it is finished"
    differ = "IS DISTINCT FROM" if schema_editor.connection.vendor == "postgresql" else "IS NOT"
    changed = " OR ".join(f"NEW.{column} {differ} OLD.{column}" for column in FINAL)
    finished = "OLD.finished_at IS NOT NULL"
    for deed, when in (("UPDATE", f"{finished} AND ({changed})"), ("DELETE", finished)):
        _trigger(schema_editor, RELEASE, deed, when, "reviews_is_final", words)
    _against_replacing(schema_editor, RELEASE, words, ("id",))


def _against_replacing(
    schema_editor: BaseDatabaseSchemaEditor, table: str, words: str, unique: tuple[str, ...]
) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION reviews_written_once()",
            params=None,
        )
    else:
        # INSERT OR REPLACE removes the row that is there without a DELETE that triggers see.
        same = " OR ".join(f"{column} = NEW.{column}" for column in unique)
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
        _trigger(schema_editor, table, "INSERT", there, "", words)


def _trigger(
    schema_editor: BaseDatabaseSchemaEditor,
    table: str,
    deed: str,
    when: str,
    function: str,
    words: str,
) -> None:
    condition = f"WHEN ({when}) " if when else ""
    if schema_editor.connection.vendor == "postgresql":
        then = f"EXECUTE FUNCTION {function}()"
    else:
        then = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    schema_editor.execute(
        f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
        f"FOR EACH ROW {condition}{then}",
        params=None,
    )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0010_publications")]
    operations = [
        migrations.AlterModelOptions(
            name="comment",
            options={"base_manager_name": "objects", "ordering": ("pk",)},
        ),
        migrations.RunPython(guard, as_before),
    ]
