"""What the API server would refuse in one manifest, by all that is known of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..cluster_schemas.custom import CustomSchemas
from ..cluster_schemas.faults import Fault, FaultKind
from ..cluster_schemas.removed import Deprecated, Unserved, deprecated, unserved
from ..cluster_schemas.rules import rule_faults
from ..cluster_schemas.served import Kind, is_own, kinds
from ..cluster_schemas.validators import schema_faults
from ..core.messages import Message, _


def faults_of(
    data: dict[str, Any],
    kind: Kind,
    minor: int,
    custom: CustomSchemas,
    *,
    is_sample: bool = False,
) -> Iterator[Fault]:
    """What Kubernetes 1.``minor`` does not take in one manifest.

    ``custom`` are the definitions that come with it. Of a sample only these are asked, for its
    name and labels are the customer's.
    """
    if custom.defines(kind):
        yield from custom.faults(data, kind)
    elif (why := unserved(kind, minor)) is not None:
        yield _unserved_fault(kind, why)
        return
    elif kind in kinds(minor):
        yield from schema_faults(data, kind, minor)
        if (after := deprecated(kind, minor)) is not None:
            yield _deprecated_fault(kind, after)
    if not is_sample:
        yield from rule_faults(data, kind[1] if is_own(kind[0]) else "")


def has_schema(kind: Kind, custom: CustomSchemas) -> bool:
    """Whether a manifest of this kind can be compared with anything."""
    return is_own(kind[0]) or custom.can_validate(kind)


def duplicate(data: Mapping[str, Any], name: str, first: str) -> Fault:
    """The fault of a manifest called ``name`` that the template at ``first`` has already."""
    return Fault(
        FaultKind.DUPLICATE,
        ("metadata", "name"),
        _(
            "%(kind)s “%(name)s” is defined by %(file)s already",
            kind=str(data.get("kind")),
            name=name[:100],
            file=first,
        ),
        _("Give one of them another name, or remove it."),
    )


def _deprecated_fault(kind: Kind, after: Deprecated) -> Fault:
    api, name = kind
    words: dict[str, str | int] = {"kind": name, "api": api}
    if after.removed is not None:
        words["minor"] = after.removed
        message = _("Kubernetes 1.%(minor)s removes %(kind)s of %(api)s", **words)
    else:
        words["minor"] = after.since or 0
        message = _("Kubernetes 1.%(minor)s deprecates %(kind)s of %(api)s", **words)
    help_ = _("Find another way before these versions come; Kubernetes has nothing in its place.")
    if after.replacement:
        help_ = _("Use %(api)s instead, once all these versions serve it.", api=after.replacement)
    return Fault(FaultKind.DEPRECATED, ("apiVersion",), message, help_)


def _unserved_fault(kind: Kind, why: Unserved) -> Fault:
    api, name = kind
    words: dict[str, str] = {"kind": name, "api": api}
    if why.removed is not None:
        message: Message = _(
            "Kubernetes 1.%(minor)s removed %(kind)s of %(api)s", minor=why.removed, **words
        )
    elif why.added is not None:
        message = _(
            "Kubernetes has %(kind)s of %(api)s from 1.%(minor)s on", minor=why.added, **words
        )
    else:
        message = _("Kubernetes has no %(kind)s of %(api)s", **words)
    help_ = _("Remove it; Kubernetes has nothing in its place.")
    if why.replacement:
        help_ = _(
            "Write “apiVersion: %(api)s”, and the fields of that version.", api=why.replacement
        )
    elif why.removed is None:
        help_ = _("Correct apiVersion and kind, or write it only where the cluster has it.")
    return Fault(FaultKind.UNSERVED, ("apiVersion",), message, help_)
