"""Records that are written once: neither the program nor the database lets them be altered."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, Self

from django.db import models


class WrittenOnce(Exception):  # noqa: N818 - it says what the record is
    """Somebody tried to alter or delete a record that is written once: an internal error."""


class _WrittenOnceQuerySet(models.QuerySet[Any]):
    def update(self, **_values: Any) -> NoReturn:
        raise WrittenOnce(f"{self.model.__name__} is never altered")

    def delete(self) -> NoReturn:
        raise WrittenOnce(f"{self.model.__name__} is never deleted")


class AppendOnly(models.Model):
    """A record whose table also has triggers: rows are only added (see the migrations)."""

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(_WrittenOnceQuerySet)()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the record. WrittenOnce: it was written before."""
        if self.pk is not None:
            raise WrittenOnce(f"{type(self).__name__} {self.pk} is never altered")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise WrittenOnce(f"{type(self).__name__} {self.pk} is never deleted")
