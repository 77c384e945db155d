"""The value that the mapping names holds the piece that the key means.

**What.** Where no render shows what the mapping does to an image, because the image is behind a
feature that no render reached or the chart does not render, the portal compares the present text of
the value with the key: `endpoint` holds a registry, `tag` a tag, `fullAddress` a whole image, and
`repository`, `prefixAddress` and `repo` a part of one. It warns only where the text has another
shape under every reading of these keys that it knows.

**Why.** A registry written in place of a whole image leaves an address without a name.

**How to fix it.** Use the key of the piece that the value holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.address_parts import AddressPiece, Reading
from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.references import ImageReference, NotAReference, is_host, is_valid_tag
from ...mapping.entries import MappingEntry
from ...tracing.experiment.markers import printed
from ...tracing.mapping_trial.written import Address, addresses_of
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import HOST, mapped_chart

ID = "OSC-MAP-010"
NAME = "mapping-shape"
TITLE = _("A value holds another piece of the address than its key in the mapping says")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

_VALUES = f"""\
licence: none
image: {HOST}/osc-opensource/etcd:3
metrics:
  image: quay.io/demo/exporter
  tag: v1
"""
_MAPPING = """\
instance:
- image: etcd
  tag: "3"
  address: {fullAddress: image}
  package: {x86_64: etcd.tar}
- image: exporter
  tag: v1
  address: %s
  package: {x86_64: exporter.tar}
"""
_IMAGE = (
    '{{ if regexMatch "^[a-z]{4}-[0-9]{4}$" .Values.licence }}'
    "{{ .Values.metrics.image }}:{{ .Values.metrics.tag }}{{ else }}{{ .Values.image }}{{ end }}"
)


def _package(address: str) -> Example:
    return mapped_chart(_MAPPING % address, _VALUES, _IMAGE)


GOOD: tuple[Example, ...] = (
    _package("{prefixAddress: metrics.image, tag: metrics.tag}"),
    mapped_chart(),
    _package("{repository: metrics.image, tag: metrics.tag}"),
)
BAD: tuple[Example, ...] = (
    _package("{endpoint: metrics.image, tag: metrics.tag}").expecting(
        Expected(
            "OSC-MAP-010",
            "warning",
            "demo/images/mapping.yaml:8:23",
            message=Message(
                "The entry for %(name)s writes %(piece)s to %(path)s, which holds"
                " “%(text)s” now. No render has shown what comes of it.",
                {
                    "name": "exporter",
                    "piece": "host",
                    "path": "metrics.image",
                    "text": "quay.io/demo/exporter",
                },
            ),
            help=("Use the key of the piece that the value holds, or name another value."),
        )
    ),
    _package("{tag: metrics.image}").expecting(
        Expected(
            "OSC-MAP-010",
            "warning",
            "demo/images/mapping.yaml:8:18",
            message=Message(
                "The entry for %(name)s writes %(piece)s to %(path)s, which holds"
                " “%(text)s” now. No render has shown what comes of it.",
                {
                    "name": "exporter",
                    "piece": "tag",
                    "path": "metrics.image",
                    "text": "quay.io/demo/exporter",
                },
            ),
            help=("Use the key of the piece that the value holds, or name another value."),
        )
    ),
    _package(
        "{fullAddress: metrics.tag, repo: metrics.image, repository: metrics.image}"
    ).expecting(
        Expected(
            "OSC-MAP-010",
            "warning",
            "demo/images/mapping.yaml:8:26",
            message=Message(
                "The entry for %(name)s writes %(piece)s to %(path)s, which holds"
                " “%(text)s” now. No render has shown what comes of it.",
                {
                    "name": "exporter",
                    "piece": "host/organization/name:tag",
                    "path": "metrics.tag",
                    "text": "v1",
                },
            ),
            help=("Use the key of the piece that the value holds, or name another value."),
        )
    ),
)


def check(facts: Facts, policy: Policy, /) -> Iterator[Problem]:
    """Entries that no render shows, and whose values have other shapes under every reading."""
    chart, mapping = facts.chart, facts.mapping
    if chart is None or mapping is None:
        return
    trial = facts.mapping_trial
    known = set(trial.right + trial.idle) if trial is not None else set()
    known |= {each.entry for each in trial.wrong} if trial is not None else set()
    by_entry: dict[MappingEntry, list[Address]] = {}
    for address in addresses_of(mapping, chart, facts.trace, facts.leaves):
        if address.entry not in known and not address.is_dead:
            by_entry.setdefault(address.entry, []).append(address)
    for addresses in by_entry.values():
        misfits = [_misfits(facts, addresses, reading) for reading in policy.mapping_readings]
        if misfits and all(misfits):
            yield _problem(addresses[0].entry, min(misfits, key=len))


def _misfits(
    facts: Facts, addresses: list[Address], reading: Reading
) -> list[tuple[Address, AddressPiece, str]]:
    """The addresses whose values do not hold the piece of their keys, with what they hold."""
    found = []
    for each in addresses:
        leaf = facts.leaves.get(each.path)
        text = "" if leaf is None else printed(leaf)
        piece = reading.get(each.key)
        if text and piece is not None and not _fits(piece, text):
            found.append((each, piece, text))
    return found


def _fits(piece: AddressPiece, text: str) -> bool:
    """Whether ``text`` can be this piece of an address, of whatever registry."""
    if piece is AddressPiece.HOST:
        return "/" not in text
    if piece is AddressPiece.TAG:
        return is_valid_tag(text)
    if piece is AddressPiece.NAME:
        return "/" not in text and ":" not in text
    if is_host(text) and "/" not in text and not _has_tag(text):
        return False
    try:
        reference = ImageReference.parse(text)
    except NotAReference:
        return False
    if piece is AddressPiece.WHOLE:
        return not _is_version(text)
    is_open = not reference.tag and not reference.digest
    return is_open and (piece is not AddressPiece.PATH or not reference.registry)


def _has_tag(text: str) -> bool:
    """Whether a colon parts a name and a tag, and no host and port."""
    name, colon, tag = text.partition(":")
    return bool(colon) and "." not in name and not tag.isdigit()


def _is_version(text: str) -> bool:
    return text.lstrip("v")[:1].isdigit() and "/" not in text and ":" not in text


def _problem(entry: MappingEntry, misfits: list[tuple[Address, AddressPiece, str]]) -> Problem:
    address, piece, text = misfits[0]
    return Problem(
        _(
            "The entry for %(name)s writes %(piece)s to %(path)s, which holds “%(text)s” now. No"
            " render has shown what comes of it.",
            name=entry.image,
            piece=piece.value,
            path=str(address.part.value),
            text=text[:200],
        ),
        _("Use the key of the piece that the value holds, or name another value."),
        address.part.place,
    )
