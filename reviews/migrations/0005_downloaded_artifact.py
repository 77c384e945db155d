"""What was downloaded is called ``artifact`` in the log, where it was called ``goods``."""

from importlib import import_module

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WRITTEN_ONCE = import_module("reviews.migrations.0002_written_once_and_reviewers")


def rename(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor, old: str, new: str) -> None:
    events = apps.get_model("reviews", "Event")._default_manager.using(schema_editor.connection.alias)
    # The log is written once: its triggers are taken away for this and set again.
    WRITTEN_ONCE.unguard(apps, schema_editor)
    for event in events.filter(verb="download").iterator():
        if old in event.detail:
            detail = {new if name == old else name: each for name, each in event.detail.items()}
            events.filter(pk=event.pk).update(detail=detail)
    WRITTEN_ONCE.guard(apps, schema_editor)


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rename(apps, schema_editor, "goods", "artifact")


def backwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rename(apps, schema_editor, "artifact", "goods")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0004_queued_at")]
    operations = [migrations.RunPython(forwards, backwards)]
