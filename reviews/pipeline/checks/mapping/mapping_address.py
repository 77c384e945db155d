"""Every entry of a chart's mapping says in `address` where the address is written.

**What.** `address` is a map with at least one of the keys `fullAddress`, `repository`,
`prefixAddress`, `repo`, `endpoint` and `tag`, each with the path of a value in `values.yaml`.

**Why.** The platform writes the new address to these values and to no other. An image without them
is pushed, and the chart goes on asking for the old one.

**How to fix it.** Name the values that decide the image:

    address:
      fullAddress: image
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.address_parts import ADDRESS_KEYS
from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import changed, mapped_chart, with_address

ID = "OSC-MAP-007"
NAME = "mapping-address"
TITLE = _("An entry of the mapping does not say where the address is written")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
GOOD: tuple[Example, ...] = (
    mapped_chart(),
    mapped_chart(with_address("{repositroy: image.repository}")),
)
BAD: tuple[Example, ...] = (
    changed("  address:\n", "  adress:\n").expecting(
        Expected(
            "OSC-MAP-007",
            "error",
            "demo/images/mapping.yaml:2:3",
            message=Message("The entry %(name)s has no address.", {"name": "etcd"}),
            help=Message(
                "Write below “address” the paths of the values that decide the"
                " image, each with one of these keys: %(keys)s.",
                {
                    "keys": (
                        "fullAddress",
                        "repository",
                        "prefixAddress",
                        "repo",
                        "endpoint",
                        "tag",
                    )
                },
            ),
        )
    ),
    mapped_chart(with_address("{}")).expecting(
        Expected(
            "OSC-MAP-007",
            "error",
            "demo/images/mapping.yaml:4:3",
            message=Message(
                "“address” of the entry %(name)s must be a map with paths, but here is a %(kind)s.",
                {"name": "etcd", "kind": Message("map without keys", {})},
            ),
            help=Message(
                "Write below “address” the paths of the values that decide the"
                " image, each with one of these keys: %(keys)s.",
                {
                    "keys": (
                        "fullAddress",
                        "repository",
                        "prefixAddress",
                        "repo",
                        "endpoint",
                        "tag",
                    )
                },
            ),
        )
    ),
    mapped_chart(with_address("")).expecting(
        Expected(
            "OSC-MAP-007",
            "error",
            "demo/images/mapping.yaml:4:3",
            message=Message(
                "“address” of the entry %(name)s must be a map with paths, but here is a %(kind)s.",
                {"name": "etcd", "kind": Message("null", {})},
            ),
            help=Message(
                "Write below “address” the paths of the values that decide the"
                " image, each with one of these keys: %(keys)s.",
                {
                    "keys": (
                        "fullAddress",
                        "repository",
                        "prefixAddress",
                        "repo",
                        "endpoint",
                        "tag",
                    )
                },
            ),
        )
    ),
    mapped_chart(with_address("image.repository")).expecting(
        Expected(
            "OSC-MAP-007",
            "error",
            "demo/images/mapping.yaml:4:3",
            message=Message(
                "“address” of the entry %(name)s must be a map with paths, but here is a %(kind)s.",
                {"name": "etcd", "kind": Message("text", {})},
            ),
            help=Message(
                "Write below “address” the paths of the values that decide the"
                " image, each with one of these keys: %(keys)s.",
                {
                    "keys": (
                        "fullAddress",
                        "repository",
                        "prefixAddress",
                        "repo",
                        "endpoint",
                        "tag",
                    )
                },
            ),
        )
    ),
    mapped_chart(with_address("[fullAddress]")).expecting(
        Expected(
            "OSC-MAP-007",
            "error",
            "demo/images/mapping.yaml:4:3",
            message=Message(
                "“address” of the entry %(name)s must be a map with paths, but here is a %(kind)s.",
                {"name": "etcd", "kind": Message("list", {})},
            ),
            help=Message(
                "Write below “address” the paths of the values that decide the"
                " image, each with one of these keys: %(keys)s.",
                {
                    "keys": (
                        "fullAddress",
                        "repository",
                        "prefixAddress",
                        "repo",
                        "endpoint",
                        "tag",
                    )
                },
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Entries without a map of addresses; unknown keys in it are another rule's."""
    if facts.mapping is None or facts.chart is None:
        return
    for entry in facts.mapping.entries:
        if entry.address_parts:
            continue
        part = entry.parts.get("address")
        words = _("The entry %(name)s has no address.", name=entry.image)
        if part is not None:
            words = _(
                "“address” of the entry %(name)s must be a map with paths, but here is a %(kind)s.",
                name=entry.image,
                kind=part.kind_without_keys,
            )
        yield Problem(
            words,
            _(
                "Write below “address” the paths of the values that decide the image, each with"
                " one of these keys: %(keys)s.",
                keys=tuple(ADDRESS_KEYS),
            ),
            part.key_place if part is not None else entry.place,
        )
