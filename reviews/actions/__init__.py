"""What people do: verbs that change the records.

Every action takes keywords only, runs in one transaction, writes the event of what it did, and
raises ``ActionDenied`` with words for people when it may not be done.
"""

from __future__ import annotations

from .errors import ActionDenied, ConfirmationRequired, QuotaExceeded, StaleState, UnreadMessages

__all__ = ["ActionDenied", "ConfirmationRequired", "QuotaExceeded", "StaleState", "UnreadMessages"]
