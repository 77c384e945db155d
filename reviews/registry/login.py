"""Login at a registry: none, Basic, or a token from the place that the registry names.

Source: the distribution project's "Token Authentication Specification". A user's password goes to
the registry itself and to its token service, and nowhere else; never unencrypted where the
registry is reached by https.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from ..pipeline.core.messages import Message, _
from .answers import Answer, Passing
from .errors import Denied
from .target import Target

_FIELD = re.compile(r'([a-zA-Z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_HIDDEN = "•••"

Get = Callable[[str, dict[str, str]], Answer]
"""Gets a URL with these headers, once and without redirects. Raises ``Passing``."""


class Login:
    """What is sent as ``Authorization``, learned from the registry's own challenges."""

    def __init__(self, target: Target, get: Get) -> None:
        self._target = target
        self._get = get
        self._uses_basic = False
        self._tokens: dict[str, str] = {}

    def header(self, scope: str) -> dict[str, str]:
        """The headers for a request that needs ``scope``; empty before a challenge."""
        if scope in self._tokens:
            return {"Authorization": f"Bearer {self._tokens[scope]}"}
        return {"Authorization": self._basic()} if self._uses_basic else {}

    def answer_challenge(self, challenge: str, scope: str) -> bool:
        """Do what ``WWW-Authenticate`` asks for; whether another attempt makes sense.

        Raises ``Denied`` and ``Passing``.
        """
        kind, _space, rest = challenge.strip().partition(" ")
        if kind.lower() == "bearer":
            before = self._tokens.pop(scope, None)
            self._tokens[scope] = self._fetch_token(_fields(rest), scope)
            return before != self._tokens[scope]
        if kind.lower() == "basic" and self._target.user and not self._uses_basic:
            self._uses_basic = True
            return True
        return False

    def scrubbed(self, text: str) -> str:
        """``text`` without the password and the tokens, in whatever form they were sent."""
        secrets = [*self._tokens.values()]
        if self._target.password:
            secrets += [self._basic().partition(" ")[2], self._target.password]
        for secret in sorted(secrets, key=len, reverse=True):
            text = text.replace(secret, _HIDDEN)
        return text

    def _basic(self) -> str:
        pair = f"{self._target.user}:{self._target.password}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii")

    def _fetch_token(self, challenge: dict[str, str], scope: str) -> str:
        realm = urlsplit(challenge.get("realm", ""))
        if realm.scheme not in {"http", "https"} or not realm.hostname:
            raise self._denied(_("it names no place for tokens"))
        if realm.scheme == "http" and self._target.is_https and self._target.user:
            raise self._denied(_("it asks for the password over an unencrypted connection"))
        asked = [("scope", each) for each in scope.split()]
        if challenge.get("service"):
            asked.append(("service", challenge["service"]))
        if self._target.user:
            asked.append(("account", self._target.user))
        query = "&".join(part for part in (realm.query, urlencode(asked)) if part)
        headers = {"Authorization": self._basic()} if self._target.user else {}
        answer = self._get(realm._replace(query=query, fragment="").geturl(), headers)
        return self._token_in(answer)

    def _token_in(self, answer: Answer) -> str:
        if answer.status == 429 or answer.status >= 500:
            raise Passing(
                _(
                    "The token service of %(registry)s answered %(status)d.",
                    registry=self._target.registry,
                    status=answer.status,
                )
            )
        if answer.status != 200:
            raise self._denied(_("its token service answered %(status)d", status=answer.status))
        try:
            fields = json.loads(answer.body)
            token = fields.get("token") or fields.get("access_token")
        except (ValueError, AttributeError, RecursionError):
            token = None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise self._denied(_("its token service gave no token"))
        return token

    def _denied(self, why: Message) -> Denied:
        return Denied(
            _(
                "The login at %(registry)s failed: %(why)s. Check the user and password of the"
                " target.",
                registry=self._target.registry,
                why=why,
            )
        )


def _fields(challenge: str) -> dict[str, str]:
    return {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare
        for name, quoted, bare in _FIELD.findall(challenge)
    }
