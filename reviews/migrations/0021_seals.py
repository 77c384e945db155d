"""Seals on the log, which are written once as the log is."""

from importlib import import_module

import django.utils.timezone
from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

write_once = import_module("reviews.migrations.0020_write_once")


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    write_once.guard_table(schema_editor, "reviews_seal", ("id", "first"))


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    write_once.unguard_table(schema_editor, "reviews_seal")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0020_write_once")]
    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("first", models.PositiveBigIntegerField(unique=True)),
                ("last", models.PositiveBigIntegerField()),
                ("events", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("previous", models.CharField(blank=True, max_length=64)),
            ],
            options={"ordering": ("pk",), "abstract": False, "base_manager_name": "objects"},
        ),
        migrations.RunPython(guard, unguard),
    ]
