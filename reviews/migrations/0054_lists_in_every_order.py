"""The list of an organisation is found by an index in every order, and so is that of a kind."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("reviews", "0053_uploaders")]

    operations = [
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["organisation", "title"], name="organisation_by_title"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["organisation", "errors"], name="organisation_by_errors"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["kind", "waiting_since"], name="kind_by_age"),
        ),
    ]
