"""What became of kinds that a version of Kubernetes does not serve.

Source: the "Deprecated API Migration Guide" of the Kubernetes documentation,
https://kubernetes.io/docs/reference/using-api/deprecation-guide/ , for what was removed up to
v1.25; later removals, and what came later, are read in the schemas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..core.clusters import NEWEST_MINOR, OLDEST_MINOR
from .served import Kind, group_of, is_own, kinds


@dataclass(frozen=True, slots=True)
class Unserved:
    """A kind that a version does not serve.

    ``removed`` is the minor version that removed it, ``added`` the first that serves it; both
    are None for a kind that no version has. ``replacement`` is the ``apiVersion`` to write instead,
    "" where there is none.
    """

    removed: int | None = None
    added: int | None = None
    replacement: str = ""


_APPS = ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "ControllerRevision")
_RBAC = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
_WEBHOOKS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
_REVIEWS = ("SubjectAccessReview", "LocalSubjectAccessReview", "SelfSubjectAccessReview")
_STORAGE = ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment")
_GONE = (
    (16, "extensions/v1beta1", _APPS, "apps/v1"),
    (16, "apps/v1beta1", _APPS, "apps/v1"),
    (16, "apps/v1beta2", _APPS, "apps/v1"),
    (16, "extensions/v1beta1", ("NetworkPolicy",), "networking.k8s.io/v1"),
    (16, "extensions/v1beta1", ("PodSecurityPolicy",), ""),
    (22, "extensions/v1beta1", ("Ingress",), "networking.k8s.io/v1"),
    (22, "networking.k8s.io/v1beta1", ("Ingress", "IngressClass"), "networking.k8s.io/v1"),
    (22, "admissionregistration.k8s.io/v1beta1", _WEBHOOKS, "admissionregistration.k8s.io/v1"),
    (22, "apiextensions.k8s.io/v1beta1", ("CustomResourceDefinition",), "apiextensions.k8s.io/v1"),
    (22, "apiregistration.k8s.io/v1beta1", ("APIService",), "apiregistration.k8s.io/v1"),
    (22, "authentication.k8s.io/v1beta1", ("TokenReview",), "authentication.k8s.io/v1"),
    (22, "authorization.k8s.io/v1beta1", _REVIEWS, "authorization.k8s.io/v1"),
    (22, "certificates.k8s.io/v1beta1", ("CertificateSigningRequest",), "certificates.k8s.io/v1"),
    (22, "coordination.k8s.io/v1beta1", ("Lease",), "coordination.k8s.io/v1"),
    (22, "rbac.authorization.k8s.io/v1beta1", _RBAC, "rbac.authorization.k8s.io/v1"),
    (22, "rbac.authorization.k8s.io/v1alpha1", _RBAC, "rbac.authorization.k8s.io/v1"),
    (22, "scheduling.k8s.io/v1beta1", ("PriorityClass",), "scheduling.k8s.io/v1"),
    (22, "storage.k8s.io/v1beta1", _STORAGE, "storage.k8s.io/v1"),
    (25, "batch/v1beta1", ("CronJob",), "batch/v1"),
    (25, "discovery.k8s.io/v1beta1", ("EndpointSlice",), "discovery.k8s.io/v1"),
    (25, "events.k8s.io/v1beta1", ("Event",), "events.k8s.io/v1"),
    (25, "autoscaling/v2beta1", ("HorizontalPodAutoscaler",), "autoscaling/v2"),
    (25, "policy/v1beta1", ("PodDisruptionBudget",), "policy/v1"),
    (25, "policy/v1beta1", ("PodSecurityPolicy",), ""),
    (26, "autoscaling/v2beta2", ("HorizontalPodAutoscaler",), "autoscaling/v2"),
    (25, "node.k8s.io/v1beta1", ("RuntimeClass",), "node.k8s.io/v1"),
)
# Still served, and no version is known to remove them.
_DISCOURAGED = {
    ("v1", "Endpoints"): (33, "discovery.k8s.io/v1"),
    ("v1", "ComponentStatus"): (19, ""),
}
_REMOVED = {
    (api, kind): Unserved(minor, None, replacement)
    for minor, api, named, replacement in _GONE
    for kind in named
}


@dataclass(frozen=True, slots=True)
class Deprecated:
    """A kind that a version serves and that should not be used any more.

    ``removed`` is the minor version that removes it, ``since`` the one that deprecated it where
    none is known to remove it. ``replacement`` as in ``Unserved``.
    """

    removed: int | None = None
    since: int | None = None
    replacement: str = ""


def deprecated(kind: Kind, minor: int) -> Deprecated | None:
    """What becomes of ``kind`` after Kubernetes 1.``minor``; None where it stays."""
    api, name = kind
    if not is_own(api) or kind not in kinds(minor):
        return None
    if kind in _DISCOURAGED:
        since, replacement = _DISCOURAGED[kind]
        return Deprecated(since=since, replacement=replacement)
    if "alpha" not in api and "beta" not in api:
        return None
    later = (each for each in _minors() if each > minor and kind not in kinds(each))
    removed = next(later, None)
    if removed is None:
        return None
    known = _REMOVED.get(kind)
    replacement = known.replacement if known else _replacement(api, name, removed)
    return Deprecated(removed=removed, replacement=replacement)


def unserved(kind: Kind, minor: int) -> Unserved | None:
    """Why Kubernetes 1.``minor`` does not serve ``kind``.

    None where it does, and where the kind is none of Kubernetes' own, so that a definition of
    a custom resource may bring it.
    """
    api, name = kind
    if kind in kinds(minor) or not is_own(api):
        return None
    if kind in _REMOVED:
        return _REMOVED[kind]
    having = [each for each in _minors() if kind in kinds(each)]
    later = [each for each in having if each > minor]
    replacement = _replacement(api, name, minor)
    if later and not any(each < minor for each in having):
        return Unserved(added=later[0], replacement=replacement)
    if having:
        return Unserved(removed=having[-1] + 1, replacement=replacement)
    return Unserved(replacement=replacement)


def _replacement(api: str, name: str, minor: int) -> str:
    """The same kind in another version of its group, the most stable first."""
    group = group_of(api)
    same = [other for other, kind in kinds(minor) if kind == name and group_of(other) == group]
    return min(same, key=lambda each: (len(each), each), default="")


@cache
def _minors() -> tuple[int, ...]:
    return tuple(range(OLDEST_MINOR, NEWEST_MINOR + 1))
