"""The log and the decisions are written once: the database refuses to alter or delete a row.

And there is a group of reviewers, whose members decide.
"""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("reviews_event", "reviews_decision")
DEEDS = ("UPDATE", "DELETE")


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION reviews_written_once() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is written once', TG_TABLE_NAME; END $$",
            params=None,
        )
    for table in TABLES:
        for deed in DEEDS:
            name = f"{table}_no_{deed.lower()}"
            if vendor == "postgresql":
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION reviews_written_once()"
                )
            else:
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is written once'); END"
                )


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for table in TABLES:
        for deed in DEEDS:
            on = f" ON {table}" if vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER {table}_no_{deed.lower()}{on}")
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION reviews_written_once()")


def make_group(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias).get_or_create(
        name="reviewers"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_records"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunPython(guard, unguard),
        migrations.RunPython(make_group, migrations.RunPython.noop),
    ]
