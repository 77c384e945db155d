"""Who has uploaded for which organisation, so that nobody has to read all its revisions for that."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def _note_uploaders(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Those of the revisions that are there."""
    uploads = apps.get_model("reviews", "Revision").objects.order_by()
    uploader = apps.get_model("reviews", "Uploader")
    pairs = uploads.values_list("submission__organisation", "uploaded_by").distinct()
    uploader.objects.bulk_create(
        uploader(organisation_id=organisation, user_id=user) for organisation, user in pairs
    )


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0052_lists_by_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Uploader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="uploaders", to="reviews.organisation")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "user"), name="one_uploader_each")],
            },
        ),
        migrations.RunPython(_note_uploaders, migrations.RunPython.noop),
    ]
