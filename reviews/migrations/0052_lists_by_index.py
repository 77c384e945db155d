"""Counts of an organisation's submissions, and the versions of a service, are found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("reviews", "0051_expected_reviewers")]

    operations = [
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["organisation", "state"], name="organisation_by_state"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(fields=["service", "submitted_at"], name="service_by_age"),
        ),
    ]
