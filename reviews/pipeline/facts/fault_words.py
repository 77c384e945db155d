"""A fault of a manifest as a problem: what, on which versions, with which settings."""

from __future__ import annotations

from collections.abc import Iterator

from ..cluster_schemas.faults import FaultKind
from ..core.findings import Problem, Severity
from ..core.messages import Message, Parameter, _
from ..rendering import RELEASE_NAME
from .manifest_faults import ManifestFault
from .model import Facts

_ALWAYS_LIGHT = frozenset({FaultKind.CUSTOM_FIELD})
# A version that does not know a field drops it, unless it is asked to be strict.
_LIGHT_IF_KNOWN_SOMEWHERE = frozenset({FaultKind.UNKNOWN_FIELD})


def problems_of(facts: Facts, *kinds: FaultKind) -> Iterator[Problem]:
    """The problems of these kinds, in the order in which they were found.

    What the default render shows is an error, what only a feature shows a warning: whoever turns
    it on may have to give more values. So is a field that another listed version knows, and one
    that a sample leaves to the customer. What is only deprecated is refused by nobody, and the
    operator manager drops the fields of a deployment that it does not know.
    """
    for each in facts.manifests.faults:
        if each.fault.kind in kinds:
            yield Problem(_message(each), each.fault.help, each.place, severity=_severity(each))


def _severity(each: ManifestFault) -> Severity:
    kind = each.fault.kind
    if kind is FaultKind.DEPRECATED:
        return Severity.INFO
    is_known = kind in _LIGHT_IF_KNOWN_SOMEWHERE and (not each.is_everywhere or _is_dropped(each))
    is_begun = each.is_sample and each.fault.is_missing
    is_light = kind in _ALWAYS_LIGHT or is_known or is_begun or bool(each.shown_by)
    return Severity.WARNING if is_light or _follows_from_release(each) else Severity.ERROR


def _is_dropped(each: ManifestFault) -> bool:
    """Whether the field never comes to the API server."""
    return each.is_made_anew and each.fault.kind is FaultKind.UNKNOWN_FIELD


def _follows_from_release(each: ManifestFault) -> bool:
    """Whether a text is too long only because of the name that the portal gives the release."""
    text = each.fault.text
    shortest = len(text) - text.count(RELEASE_NAME) * (len(RELEASE_NAME) - 1)
    return RELEASE_NAME in text and shortest <= each.fault.most


def _message(each: ManifestFault) -> Message:
    words: dict[str, Parameter] = {
        "what": each.fault.message,
        "kind": each.kind,
        "name": each.name,
        "versions": tuple(version.short for version in each.versions),
        "settings": each.shown_by,
    }
    if each.is_sample or each.fault.kind is FaultKind.DEPRECATED or _is_dropped(each):
        return _("%(kind)s “%(name)s”: %(what)s.", **_only(words, "what", "kind", "name"))
    if each.is_everywhere and not each.shown_by:
        return _(
            "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
            **_only(words, "what", "kind", "name"),
        )
    if not each.shown_by:
        return _(
            "%(kind)s “%(name)s”: %(what)s. Kubernetes %(versions)s does not take it.",
            **_only(words, "what", "kind", "name", "versions"),
        )
    return _(
        "%(kind)s “%(name)s”: %(what)s. With %(settings)s, Kubernetes %(versions)s does not take"
        " it.",
        **words,
    )


def _only(words: dict[str, Parameter], *names: str) -> dict[str, Parameter]:
    return {name: words[name] for name in names}
