"""HTTP to one registry: timeouts, redirects, login and bounded answers, over urllib3.

Nothing of a login is sent to another origin than the registry's, and no error holds a secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, NewConnectionError, SSLError

from ..pipeline.core.messages import Message, _
from .answers import Answer, Passing, fault, said_in
from .errors import PublishError, TargetUnreachable
from .login import Login
from .target import Target

MIB = 1 << 20
MOST_BODY = 4 * MIB  # what registries take for a manifest
_MOST_TOKEN = 1 * MIB
_MOST_REDIRECTS = 5
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 60.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Body = bytes | Iterable[bytes | memoryview]


class Transport:
    """Requests to ``target``. A scope is what the token is for: ``repository:NAME:pull,push``."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.base = f"{'https' if target.is_https else 'http'}://{target.registry}"
        ca_file = str(target.ca_file) if target.ca_file else None
        self._pool = urllib3.PoolManager(maxsize=2, ca_certs=ca_file, cert_reqs="CERT_REQUIRED")
        self._login = Login(target, self._get_token)

    def close(self) -> None:
        self._pool.clear()

    def request(
        self,
        method: str,
        path: str,
        *,
        scope: str,
        expected: Iterable[int],
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        seconds: float = _READ_SECONDS,
        most: int = MOST_BODY,
    ) -> Answer:
        """The answer to a request, of which at most ``most`` bytes of the body are read.

        ``path`` is a path, or a URL that the registry gave. A body that is no ``bytes`` can be
        sent only once: then a login that has expired is renewed, and ``Passing`` raised.
        Raises ``Passing``, or what ``fault`` makes of an answer that is not ``expected``.
        """
        url = self._checked(urljoin(self.base + "/", path))
        can_repeat = body is None or isinstance(body, bytes)
        for is_second in (False, True):
            answer = self._follow(method, url, scope, dict(headers or {}), body, seconds, most)
            if answer.status != 401 or is_second:
                break
            challenge = answer.headers.get("www-authenticate", "")
            if not self._login.answer_challenge(challenge, scope):
                break
            if not can_repeat:
                raise Passing(self._words(_("the login has expired")))
        if answer.status in expected:
            return answer
        raise self.unexpected(answer)

    def shown(self, answer: Answer) -> str:
        """What an error says, without secrets."""
        return self._login.scrubbed(said_in(answer.body))

    def unexpected(self, answer: Answer) -> PublishError | Passing:
        """What to raise for ``answer``."""
        if answer.status in _REDIRECTS:
            return TargetUnreachable(
                _(
                    "The registry %(registry)s sends to another address: enter that as the address"
                    " of the target.",
                    registry=self._target.registry,
                )
            )
        return fault(answer, self._target.registry, self._login.scrubbed)

    def _follow(
        self,
        method: str,
        url: str,
        scope: str,
        headers: dict[str, str],
        body: Body | None,
        seconds: float,
        most: int,
    ) -> Answer:
        """The answer at the end of redirects, which only reading follows."""
        for _step in range(_MOST_REDIRECTS):
            own = self._login.header(scope) if self._is_own(url) else {}
            answer = self._once(method, url, headers | own, body, seconds, most)
            if method not in {"GET", "HEAD"} or answer.status not in _REDIRECTS:
                return answer
            url = self._checked(urljoin(url, answer.headers.get("location", "")))
        return answer

    def _once(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: Body | None,
        seconds: float,
        most: int,
    ) -> Answer:
        sent = {"Accept-Encoding": "identity", "User-Agent": "osc-portal", **headers}
        try:
            response = self._pool.request(
                method,
                url,
                body=cast("bytes | Iterable[bytes] | None", body),  # any buffer will do
                headers=sent,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
                timeout=_timeout(body, seconds),
            )
            content = b"" if method == "HEAD" else response.read(most + 1)
            if len(content) > most:
                response.close()
            else:
                response.drain_conn()
            response.release_conn()
        except (HTTPError, OSError) as error:
            raise Passing(self._words(_reason(error))) from None
        if len(content) > most and response.status < 400:
            raise Passing(self._words(_("it sends more than was asked for")))
        names = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, names, content[:most], url)

    def _get_token(self, url: str, headers: dict[str, str]) -> Answer:
        """Redirects are not followed: the password is for this address alone."""
        return self._once("GET", url, headers, None, _READ_SECONDS, _MOST_TOKEN)

    def _checked(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise TargetUnreachable(self._words(_("it gives an address that cannot be followed")))
        if parts.scheme == "http" and self._target.is_https:
            raise TargetUnreachable(
                self._words(
                    _(
                        "it sends on to an unencrypted address. Behind a proxy it needs to know"
                        " that it is reached by https (X-Forwarded-Proto, or http.host of its"
                        " configuration)"
                    )
                )
            )
        return url

    def _is_own(self, url: str) -> bool:
        return _origin(url) == _origin(self.base)

    def _words(self, why: Message) -> Message:
        return _(
            "The registry %(registry)s cannot be used: %(why)s.",
            registry=self._target.registry,
            why=why,
        )


def _timeout(body: Body | None, seconds: float) -> urllib3.Timeout:
    """Sending waits as long as connecting may: a registry that writes to its disk takes nothing."""
    is_streamed = body is not None and not isinstance(body, bytes)
    return urllib3.Timeout(connect=seconds if is_streamed else _CONNECT_SECONDS, read=seconds)


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _reason(error: Exception) -> Message:
    """What went wrong with a connection, without the URL, in which secrets may be."""
    if isinstance(error, NewConnectionError):
        return _("nobody answers at this address")
    if isinstance(error, SSLError):
        return _(
            "its certificate is not accepted. Where an authority of your own has issued it, enter"
            " the file with that authority's certificate"
        )
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return _("it did not answer in time")
    if isinstance(error, LocationParseError):
        return _("its address is not valid")
    return _("the connection was cut off")
