"""Image archives are read in a second stage; a proposed package is made when it is asked for."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0002_written_once_and_reviewers"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="revision",
            name="proposed",
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rung_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("lease_owner", models.CharField(blank=True, editable=False, max_length=120)),
                ("lease_until", models.DateTimeField(editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("started_at", models.DateTimeField(editable=False, null=True)),
                ("finished_at", models.DateTimeField(editable=False, null=True)),
                ("failure", models.TextField(blank=True, editable=False)),
                ("bytes_done", models.PositiveBigIntegerField(default=0, editable=False)),
                ("bytes_total", models.PositiveBigIntegerField(default=0, editable=False)),
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspection",
                        to="reviews.revision",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=["rung_at"],
                        name="unfinished_inspections",
                    )
                ],
            },
        ),
    ]
