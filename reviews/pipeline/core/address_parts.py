"""What the keys below ``address`` in ``images/mapping.yaml`` mean: pieces of an address.

Source: the provider guide's page on replacing image addresses names six keys; its list of what
each one writes is known to us only in part. ``fullAddress``, ``endpoint`` and ``tag`` are plain
from their names. The other three can be read in several ways, and ``READINGS`` is the one table
of them: ours, not the guide's.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

ADDRESS_KEYS = ("fullAddress", "repository", "prefixAddress", "repo", "endpoint", "tag")
"""The keys in the order of the guide."""


class AddressPiece(StrEnum):
    """A piece of ``host/organization/name:tag``."""

    WHOLE = "host/organization/name:tag"
    ADDRESS = "host/organization/name"
    PREFIX = "host/organization"
    PATH = "organization/name"
    HOST = "host"
    NAME = "name"
    TAG = "tag"

    def of(self, host: str, organization: str, name: str, tag: str) -> str:
        """This piece of the address that the four parts make; without a tag, no colon."""
        address = f"{host}/{organization}/{name}"
        return {
            AddressPiece.WHOLE: f"{address}:{tag}" if tag else address,
            AddressPiece.ADDRESS: address,
            AddressPiece.PREFIX: f"{host}/{organization}",
            AddressPiece.PATH: f"{organization}/{name}",
            AddressPiece.HOST: host,
            AddressPiece.NAME: name,
            AddressPiece.TAG: tag,
        }[self]


Reading = Mapping[str, AddressPiece]
"""One way to understand the keys: each with the piece that it writes."""

_PLAIN: Reading = {
    "fullAddress": AddressPiece.WHOLE,
    "endpoint": AddressPiece.HOST,
    "tag": AddressPiece.TAG,
}
READINGS: tuple[Reading, ...] = (
    {
        **_PLAIN,
        "repository": AddressPiece.PATH,
        "prefixAddress": AddressPiece.ADDRESS,
        "repo": AddressPiece.NAME,
    },
    {
        **_PLAIN,
        "repository": AddressPiece.PATH,
        "prefixAddress": AddressPiece.PREFIX,
        "repo": AddressPiece.NAME,
    },
    {
        **_PLAIN,
        "repository": AddressPiece.ADDRESS,
        "prefixAddress": AddressPiece.PREFIX,
        "repo": AddressPiece.PATH,
    },
)
"""The ways to understand the keys, the likeliest first: the packaging guide's rewritten field
called ``repository`` holds ``organization/name``, and its clickhouse chart needs a key for the
address without its tag."""

AMBIGUOUS_KEYS = frozenset(
    key for key in ADDRESS_KEYS if len({reading[key] for reading in READINGS}) > 1
)
"""The keys that the readings understand differently."""
