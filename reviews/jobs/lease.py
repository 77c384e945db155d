"""Who works on a run: a lease, acquired before the work, renewed meanwhile, checked at the end."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ..models import Run
from ..models.run import MOST_ATTEMPTS, not_leased

logger = logging.getLogger(__name__)
_Run = TypeVar("_Run", bound=Run)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one run for a while."""

    model: type[Run]
    pk: int
    owner: str

    def renew(self, **changes: Any) -> bool:
        """Keep the lease for another while and write ``changes``. False: it was lost."""
        return bool(self._mine().update(lease_until=_end(), **changes))

    def finish(self, **changes: Any) -> bool:
        """The work is done: write ``changes``. False: the lease was lost, nothing is written."""
        now = timezone.now()
        return bool(self._mine().update(lease_until=None, finished_at=now, **changes))

    def give_back(self, failure: str, **changes: Any) -> bool:
        """The work crashed: it may be done again, when the sweep queues it after a while."""
        now = timezone.now()
        return bool(
            self._mine().update(lease_until=None, queued_at=now, failure=failure, **changes)
        )

    def abandon(self, **changes: Any) -> bool:
        """Trying again would not help: write ``changes``. False: the lease was lost."""
        return bool(self._mine().update(lease_until=None, attempts=MOST_ATTEMPTS, **changes))

    def _mine(self) -> QuerySet[Run]:
        return _rows(self.model).filter(
            pk=self.pk, lease_owner=self.owner, finished_at__isnull=True
        )


def acquire(model: type[Run], pk: int, most: int = MOST_ATTEMPTS) -> Lease | None:
    """The lease on a run; None: it is leased, finished, or was tried ``most`` times."""
    now = timezone.now()
    lease = Lease(model, pk, f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(8)}")
    acquired = (
        free(model)
        .filter(pk=pk, attempts__lt=most)
        .update(
            lease_owner=lease.owner,
            lease_until=_end(),
            attempts=F("attempts") + 1,
            started_at=now,
        )
    )
    return lease if acquired else None


def free(model: type[_Run]) -> QuerySet[_Run]:
    """Unfinished runs that nobody works on now."""
    return _rows(model).filter(not_leased(), finished_at__isnull=True)


def waiting(model: type[_Run], named: int | None = None) -> QuerySet[_Run]:
    """Runs that may be begun now: new ones, those that rested since a crash, and ``named``."""
    rested = Q(queued_at__lte=timezone.now() - patience_with_queue())
    may_begin = Q(attempts=0) | Q(pk=named) | rested
    return free(model).filter(may_begin, attempts__lt=MOST_ATTEMPTS)


def overdue(model: type[_Run]) -> QuerySet[_Run]:
    """Runs that nobody has taken for a while since they were queued or given back."""
    now, patience = timezone.now(), patience_with_queue()
    # What seems to be queued in the future was queued before the clock was put back.
    late = Q(queued_at__lte=now - patience) | Q(queued_at__gt=now + patience)
    return free(model).filter(late, attempts__lt=MOST_ATTEMPTS)


def patience_with_queue() -> timedelta:
    """How long a run may be queued until it is queued again."""
    return timedelta(seconds=min(60, settings.PORTAL_LEASE_SECONDS))


@contextmanager
def heartbeat(lease: Lease) -> Iterator[None]:
    """Renew ``lease`` again and again until the block ends."""
    over = threading.Event()
    # In the context of this thread, so that its log lines have the same ids.
    beat = threading.Thread(
        target=copy_context().run, args=(_renew_until, lease, over), daemon=True, name="lease"
    )
    beat.start()
    try:
        yield
    finally:
        over.set()
        beat.join()


def _renew_until(lease: Lease, over: threading.Event) -> None:
    try:
        while not over.wait(settings.PORTAL_LEASE_SECONDS / 3):
            try:
                if not lease.renew():
                    return
            except DatabaseError:
                logger.warning("the lease of %s could not be renewed", lease, exc_info=True)
                connection.close()
    finally:
        connection.close()


def _rows(model: type[_Run]) -> QuerySet[_Run]:
    return model._default_manager.all()  # noqa: SLF001 - Django's own way to a model by variable


def _end() -> Any:
    return timezone.now() + timedelta(seconds=settings.PORTAL_LEASE_SECONDS)
