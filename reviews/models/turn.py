"""Whose turn it is: organisations are served one after the other, however much one sends."""

from __future__ import annotations

from django.db import models

from .organisation import Organisation


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
    last = Turn.objects.filter(job=job).order_by("number").last()
    Turn.objects.update_or_create(
        job=job,
        organisation=organisation,
        defaults={"number": last.number + 1 if last is not None else 1},
    )


def turns_of(job: str) -> dict[int, int]:
    """The number of the last turn of each organisation by its key; who never had one is not in."""
    return dict(Turn.objects.filter(job=job).values_list("organisation_id", "number"))
