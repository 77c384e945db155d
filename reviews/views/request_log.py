"""Each request has an id: in its log lines, in the jobs it queues, and in its response."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from time import monotonic

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import get_template
from django.views.decorators.csrf import requires_csrf_token

from .. import logs
from ..storage import is_disk_full

logger = logging.getLogger(__name__)
_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")


class RequestLogMiddleware:
    """Gives each request its id and logs what became of it.

    A proxy may give the id with ``X-Request-ID``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _ID.fullmatch(given) else logs.new_request_id()
        with logs.bound(request_id=request_id):
            started = monotonic()
            response = self._get_response(request)
            fields = {
                "method": request.method,
                "path": _path(request),
                "status": response.status_code,
                "seconds": round(monotonic() - started, 3),
                # Only if the page has asked who is there: a log line costs no query.
                "user": getattr(getattr(request, "_cached_user", None), "pk", None),
            }
            logger.info("%s %s", request.method, fields["path"], extra={"fields": fields})
        response["X-Request-ID"] = request_id
        return response


@requires_csrf_token
def server_error(_request: HttpRequest) -> HttpResponse:
    """The page after an internal error, with the id under which the log has it.

    On a full disk it is another one: every change is one transaction and every upload becomes
    a file at its end, so that nothing of the request was kept.
    """
    status = 507 if is_disk_full(sys.exception()) else 500
    found = {"request_id": logs.context().get("request_id", "")}
    return HttpResponse(_page(f"{status}.html", found), status=status)


def _page(template: str, context: dict[str, object]) -> bytes:
    """A page without the frame, which asks the database who is there."""
    return get_template(template).render(context).encode()


def _path(request: HttpRequest) -> str:
    """The path, without the token of a link that sets a password."""
    match = request.resolver_match
    return match.route if match is not None and "token" in match.kwargs else request.path
