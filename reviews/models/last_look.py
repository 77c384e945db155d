"""Which revision of a submission each account has opened last, and who reviews it just now."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from .submission import Submission


class LastLook(models.Model):
    """The newest revision that a user has opened: its ``number``, and that of the one before.

    ``before`` is the newest one that was opened before it, None where there is none: so that who
    opens a new revision a second time still reads what has changed since. It is written when a
    newer revision is opened for the first time, and is no part of the log. ``at`` is when its
    review page was last open before the user, None where it never was.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="last_looks"
    )
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="last_looks")
    number = models.PositiveIntegerField()
    before = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "submission"), name="one_last_look_each"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} at {self.submission_id} rev {self.number}"
