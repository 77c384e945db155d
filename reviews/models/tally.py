"""What is counted for the metrics, by all processes on all machines: totals that only grow."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import DatabaseError, connection, models, transaction

logger = logging.getLogger(__name__)

# One statement, whatever the number of totals; SQLite and PostgreSQL both know it.
_ADD = (
    "INSERT INTO reviews_tally (name, labels, value) VALUES {rows} ON CONFLICT (name, labels)"
    " DO UPDATE SET value = reviews_tally.value + excluded.value"
)


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


@dataclass(frozen=True, slots=True)
class Counted:
    """What is added to one total."""

    name: str
    amount: float = 1
    labels: Mapping[str, str] = field(default_factory=dict)


def count(name: str, amount: float = 1, **labels: str) -> None:
    """Add to a total. What is measured never fails because it could not be counted."""
    count_all([Counted(name, amount, labels)])


def count_all(amounts: Iterable[Counted]) -> None:
    """Add to several totals at once, as ``count`` does to one."""
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for each in amounts:
        sums[each.name, json.dumps(dict(each.labels), sort_keys=True)] += each.amount
    # In one order, so that no two processes wait for each other.
    rows = [(*key, value) for key, value in sorted(sums.items())]
    if not rows:
        return
    marks = ", ".join(["(%s, %s, %s)"] * len(rows))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ADD.format(rows=marks), [each for row in rows for each in row])
    except DatabaseError:
        logger.warning(
            "%s could not be counted", [key for key, _labels, _value in rows], exc_info=True
        )
