"""The desk: verbs that change the records.

Every action takes keywords only, runs in one transaction, writes the event of what it did, and
raises ``Objected`` with words for people when it may not be done.
"""

from __future__ import annotations

from ._objected import Objected, Overtaken, Unconfirmed

__all__ = ["Objected", "Overtaken", "Unconfirmed"]
