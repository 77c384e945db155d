"""What is counted for the metrics, by all processes on all machines: totals that only grow."""

from __future__ import annotations

import json
import logging

from django.db import DatabaseError, models, transaction
from django.db.models import F

logger = logging.getLogger(__name__)


class Tally(models.Model):
    """One total. ``labels`` are those of the metric, as JSON with their names in order."""

    name = models.CharField(max_length=80)
    labels = models.CharField(max_length=200, default="{}")
    value = models.FloatField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("name", "labels"), name="one_tally_of_a_name"),
        )

    def __str__(self) -> str:
        return f"{self.name}{self.labels} {self.value:g}"

    @property
    def label_values(self) -> dict[str, str]:
        """The value of each label by its name."""
        return dict(json.loads(self.labels))


def count(name: str, amount: float = 1, **labels: str) -> None:
    """Add to a total. What is measured never fails because it could not be counted."""
    text = json.dumps(labels, sort_keys=True)
    found = Tally.objects.filter(name=name, labels=text)
    try:
        with transaction.atomic():
            if not found.update(value=F("value") + amount):
                Tally.objects.bulk_create([Tally(name=name, labels=text)], ignore_conflicts=True)
                found.update(value=F("value") + amount)
    except DatabaseError:
        logger.warning("%s could not be counted", name, exc_info=True)
