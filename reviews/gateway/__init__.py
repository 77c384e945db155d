"""The gateway: the ASGI application in front of Django, which alone waits for slow visitors.

Bodies are received here, in one event loop, where waiting costs no thread; Django's threads get
requests that are there in full. Whoever uploads is known before the body is read.
"""

from __future__ import annotations

from .application import Gateway

__all__ = ["Gateway"]
