"""What is counted for the metrics, by all processes on all machines: totals that only grow."""

from __future__ import annotations

import logging

from django.db import DatabaseError, models, transaction
from django.db.models import F

logger = logging.getLogger(__name__)


class Tally(models.Model):
    """One total. ``labels`` are those of the metric, as Prometheus writes them."""

    name = models.CharField(max_length=80)
    labels = models.CharField(max_length=200, blank=True)
    value = models.FloatField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("name", "labels"), name="one_tally_of_a_name"),
        )

    def __str__(self) -> str:
        return f"{self.name}{{{self.labels}}} {self.value:g}"


def count(name: str, amount: float = 1, **labels: str) -> None:
    """Add to a total. What is measured never fails because it could not be counted."""
    text = written_labels(labels)
    found = Tally.objects.filter(name=name, labels=text)
    try:
        with transaction.atomic():
            if not found.update(value=F("value") + amount):
                Tally.objects.bulk_create([Tally(name=name, labels=text)], ignore_conflicts=True)
                found.update(value=F("value") + amount)
    except DatabaseError:
        logger.warning("%s could not be counted", name, exc_info=True)


def written_labels(labels: dict[str, str]) -> str:
    """Labels as Prometheus writes them, without the braces."""
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(labels.items()))


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
