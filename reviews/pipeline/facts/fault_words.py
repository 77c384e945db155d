"""A fault of a manifest as a problem: what, on which versions, with which settings."""

from __future__ import annotations

from collections.abc import Iterator

from ..cluster_schemas.faults import FaultKind
from ..core.findings import Problem, Severity
from ..core.messages import Message, Parameter, _
from ..rendering import RELEASE_NAME
from ..tracing.experiment.renderer import CLUSTER, UPGRADE
from .manifest_faults import ManifestFault
from .model import Facts

_ALWAYS_LIGHT = frozenset({FaultKind.CUSTOM_FIELD})
# A version that does not know a field drops it, unless it is asked to be strict.
_LIGHT_IF_KNOWN_SOMEWHERE = frozenset({FaultKind.UNKNOWN_FIELD})
_MOST_SETTINGS = 6
_ONLY_WHERE_KNOWN = _(
    "Other versions have the field. In the template, write it only where the version has it, with"
    " “semverCompare” and “.Capabilities.KubeVersion.Version”, or leave these versions out with"
    " “kubeVersion” in Chart.yaml."
)


def problems_of(facts: Facts, *kinds: FaultKind) -> Iterator[Problem]:
    """The problems of these kinds, in the order in which they were found.

    What the default render shows is an error, what only a feature shows a warning: whoever turns
    it on may have to give more values. So is a field that another listed version knows, and one
    that a sample leaves to the customer. What is only deprecated is refused by nobody, and the
    operator manager drops the fields of a deployment that it does not know.
    """
    for each in facts.manifests.faults:
        if each.fault.kind in kinds:
            help_ = _ONLY_WHERE_KNOWN if _is_new(facts, each) else each.fault.help
            yield Problem(_message(each), help_, each.place, severity=_severity(each))


def _severity(each: ManifestFault) -> Severity:
    kind = each.fault.kind
    if kind is FaultKind.DEPRECATED:
        return Severity.INFO
    is_known = kind in _LIGHT_IF_KNOWN_SOMEWHERE and (not each.is_everywhere or _is_dropped(each))
    is_begun = each.is_sample and each.fault.is_missing
    is_light = kind in _ALWAYS_LIGHT or is_known or is_begun or bool(each.shown_by)
    return Severity.WARNING if is_light or _follows_from_release(each) else Severity.ERROR


def _is_new(facts: Facts, each: ManifestFault) -> bool:
    """Whether a chart writes a field that other listed versions have, so that its name is right."""
    is_unknown = each.fault.kind is FaultKind.UNKNOWN_FIELD
    return is_unknown and not each.is_everywhere and facts.chart is not None


def _is_dropped(each: ManifestFault) -> bool:
    """Whether the field never comes to the API server."""
    return each.is_made_anew and each.fault.kind is FaultKind.UNKNOWN_FIELD


def _follows_from_release(each: ManifestFault) -> bool:
    """Whether a text is too long only because of the name that the portal gives the release."""
    return _longest_release(each) > 0


def _longest_release(each: ManifestFault) -> int:
    """How many letters the name of a release may have with which a text is not too long; 0: none.

    A text without that name has no such number.
    """
    text = each.fault.text
    times = text.count(RELEASE_NAME)
    others = len(text) - times * len(RELEASE_NAME)
    return max(0, each.fault.most - others) // times if times else 0


def _message(each: ManifestFault) -> Message:
    words: dict[str, Parameter] = {
        "what": each.fault.message,
        "kind": each.kind,
        "name": each.name,
        "versions": tuple(version.short for version in each.versions),
    }
    if longest := _longest_release(each):
        return _(
            "%(kind)s “%(name)s”: %(what)s. This depends on the name of the release: one of at"
            " most %(longest)d letters is taken.",
            **_only(words, "what", "kind", "name"),
            longest=longest,
        )
    if each.is_sample or each.fault.kind is FaultKind.DEPRECATED or _is_dropped(each):
        return _("%(kind)s “%(name)s”: %(what)s.", **_only(words, "what", "kind", "name"))
    if each.is_everywhere and not each.shown_by:
        return _(
            "%(kind)s “%(name)s”: %(what)s. None of the Kubernetes versions takes it.",
            **_only(words, "what", "kind", "name"),
        )
    if not each.shown_by:
        return _(
            "%(kind)s “%(name)s”: %(what)s. Not taken by Kubernetes %(versions)s.",
            **_only(words, "what", "kind", "name", "versions"),
        )
    return _with_settings(each, words)


def _with_settings(each: ManifestFault, words: dict[str, Parameter]) -> Message:
    """The message where a manifest is rendered only with ``shown_by``, of which some are named."""
    settings = tuple(_setting(setting) for setting in each.shown_by[:_MOST_SETTINGS])
    words = words | {"settings": settings, "more": len(each.shown_by) - len(settings)}
    if len(each.shown_by) > len(settings):
        return _(
            "%(kind)s “%(name)s”: %(what)s. With %(settings)s and other settings (%(more)d), it is"
            " not taken by Kubernetes %(versions)s.",
            **words,
        )
    if each.is_everywhere:
        return _(
            "%(kind)s “%(name)s”: %(what)s. With %(settings)s, none of the Kubernetes versions"
            " takes it.",
            **_only(words, "what", "kind", "name", "settings"),
        )
    return _(
        "%(kind)s “%(name)s”: %(what)s. With %(settings)s, it is not taken by Kubernetes"
        " %(versions)s.",
        **_only(words, "what", "kind", "name", "settings", "versions"),
    )


def _setting(setting: str) -> Message | str:
    """A setting as it is written, or in words what is none."""
    if setting == UPGRADE:
        return _("an upgrade of the release")
    if not setting.startswith(CLUSTER):
        return setting
    what = setting.removeprefix(CLUSTER)
    if "/" in what:
        return _("%(api)s in the cluster", api=what)
    return _("Kubernetes %(versions)s", versions=what)


def _only(words: dict[str, Parameter], *names: str) -> dict[str, Parameter]:
    return {name: words[name] for name in names}
