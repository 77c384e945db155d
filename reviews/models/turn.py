"""Whose turn it is: organisations are served one after the other, however much one sends."""

from __future__ import annotations

from django.db import connection, models

from .organisation import Organisation

# One statement, for every analysis takes a turn; SQLite and PostgreSQL both know it.
_TAKE = (
    "INSERT INTO reviews_turn (job, organisation_id, number)"
    " SELECT %s, %s, COALESCE(MAX(number), 0) + 1 FROM reviews_turn WHERE job = %s"
    " ON CONFLICT (job, organisation_id) DO UPDATE SET number = excluded.number"
)


class Turn(models.Model):
    """When the work of an organisation was last begun by a job.

    ``number`` only grows from turn to turn of a job; it is no time, which clocks could turn back.
    """

    job = models.CharField(max_length=20)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="turns")
    number = models.PositiveBigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("job", "organisation"), name="one_turn_each"),
        )
        indexes = (models.Index(fields=("job", "number"), name="turns_by_number"),)

    def __str__(self) -> str:
        return f"{self.job} {self.number}: {self.organisation}"


def take_turn(job: str, organisation: Organisation) -> None:
    """Put the organisation behind all others that wait for the job."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [job, organisation.pk, job])


def turns_of(job: str) -> dict[int, int]:
    """The number of the last turn of each organisation by its key; who never had one is not in."""
    return dict(Turn.objects.filter(job=job).values_list("organisation_id", "number"))
