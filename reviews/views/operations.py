"""What programs ask: whether the portal is alive, whether it is ready, and its metrics.

They are answered before everything else: by any host name, without a session, in one language.
A stranger learns only whether the portal is ready; whoever operates it also learns why not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client.exposition import choose_encoder

from ..queries.health import health_facts, sandbox_of_workers
from ..queries.metrics import PortalMetrics

_Answer = Callable[[HttpRequest], HttpResponse]
_SECURITY = "/.well-known/security.txt"
_VALID = timedelta(days=90)
_LOCAL = ("127.0.0.1", "::1")


class OperationsMiddleware:
    """Answers the addresses that programs ask; all others go on to the pages."""

    def __init__(self, get_response: _Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = ANSWERS.get(request.path_info)
        if answer is None:
            return self._get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = answer(request)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def is_operator(request: HttpRequest) -> bool:
    """Whether the request has the token or, where none is set, comes from this machine itself."""
    token = settings.PORTAL_METRICS_TOKEN
    if token:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    # What a proxy on this machine passes on comes from elsewhere.
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"} & request.headers.keys()
    return not forwarded and request.META.get("REMOTE_ADDR") in _LOCAL


def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers: nothing else is asked, so that a restart would help if it does not."""
    return JsonResponse({"status": "alive"})


def ready(request: HttpRequest) -> HttpResponse:
    """Whether all that the portal needs works: 200 or 503."""
    facts = health_facts()
    is_ready = all(fact.problem is None for fact in facts)
    content: dict[str, object] = {"status": "ready" if is_ready else "not ready"}
    if is_operator(request):
        content["facts"] = {
            fact.name: "ok" if fact.problem is None else str(fact.problem) for fact in facts
        }
        content["sandbox"] = sandbox_of_workers() if facts[0].problem is None else {}
    response = JsonResponse(content, status=200 if is_ready else 503)
    # Not ready is an answer and no error of the portal: the log would have one with each probe.
    vars(response)["_has_been_logged"] = True
    return response


def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics, for those who operate the portal, in the format that is asked for."""
    if not is_operator(request):
        return HttpResponse("Not for this address.\n", status=403, content_type="text/plain")
    write, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(write(PortalMetrics()), content_type=content_type)


def security(_request: HttpRequest) -> HttpResponse:
    """Where weaknesses are reported to (RFC 9116)."""
    contact = settings.PORTAL_SECURITY_CONTACT
    if not contact:
        return HttpResponse("Not found.\n", status=404, content_type="text/plain")
    expires = (timezone.now() + _VALID).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"Contact: {contact}", f"Expires: {expires}", "Preferred-Languages: en, zh"]
    lines += [f"Canonical: {origin}{_SECURITY}" for origin in settings.CSRF_TRUSTED_ORIGINS]
    text = "".join(f"{line}\n" for line in lines)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


ANSWERS: dict[str, _Answer] = {
    "/healthz": alive,
    "/readyz": ready,
    "/metrics": metrics,
    _SECURITY: security,
}
