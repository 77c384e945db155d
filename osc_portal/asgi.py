"""The portal as an ASGI application: the gateway, and behind it Django in a few threads."""

from __future__ import annotations

import os
import resource

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osc_portal.settings")
_pages = get_wsgi_application()

from django.conf import settings  # noqa: E402 - the applications are loaded first

from reviews.gateway import Gateway  # noqa: E402 - as above

_MOST_FILES = 65_536


def _allow_many_connections() -> None:
    """Each visitor is one open file: take as many as the system lets this process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


_allow_many_connections()
application = Gateway(_pages, settings.PORTAL_THREADS)
