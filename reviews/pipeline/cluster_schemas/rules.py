"""What the API server refuses although the schema takes it: names, labels, selectors.

Sources: the Kubernetes documentation ("Object Names and IDs", "Labels and Selectors",
"Annotations", "CronJob") and apimachinery's ``validation`` package, which has the numbers.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..core.messages import Message, _
from .faults import Fault, FaultKind, Pointer, shown

_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_KEY_NAME = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_LABEL_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_SERVICE_NAME = re.compile(r"[a-z](?:[-a-z0-9]*[a-z0-9])?")
_MOST_LABEL, _MOST_SUBDOMAIN, _MOST_CRON = 63, 253, 52
_MOST_ANNOTATIONS = 256 * 1024
# Their names are parts of paths: all but "/" and "%" is allowed.
_PATH_NAMED = frozenset({"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"})
_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})
_NAMELESS = frozenset({"List", "SubjectAccessReview", "TokenReview"})


def rule_faults(data: dict[str, Any], kind: str) -> Iterator[Fault]:
    """What is wrong with names, labels, annotations and the selector of one manifest.

    ``kind`` is that of the manifest, of Kubernetes' own or another; only the first have selectors
    and data that are looked at.
    """
    metadata = data.get("metadata")
    if kind.endswith("List") or kind in _NAMELESS:
        return
    if isinstance(metadata, dict):
        yield from _name(metadata, kind)
    yield from _of_metadata(metadata, ("metadata",))
    spec = data.get("spec")
    if isinstance(spec, dict):
        yield from _of_spec(spec, kind)
    if kind == "Secret" and isinstance(data.get("data"), dict):
        yield from _secret(data["data"])


def _name(metadata: Mapping[str, Any], kind: str) -> Iterator[Fault]:
    name = metadata.get("name")
    if name is None or name == "":
        if not metadata.get("generateName"):
            yield _fault(
                ("metadata", "name"),
                _("%(kind)s has no name", kind=kind),
                _("Give metadata.name a name."),
            )
        return
    if isinstance(name, str):
        yield from _name_refused(name, kind)


def _name_refused(name: str, kind: str) -> Iterator[Fault]:
    pointer = ("metadata", "name")
    most = _MOST_SUBDOMAIN
    pattern = _SUBDOMAIN
    if kind in _PATH_NAMED:
        if "/" in name or "%" in name or name in {".", ".."}:
            yield _fault(pointer, _bad_name(name, kind), _name_help(kind))
        return
    if kind == "Service":
        most, pattern = _MOST_LABEL, _SERVICE_NAME
    elif kind == "Namespace":
        most, pattern = _MOST_LABEL, _LABEL_NAME
    elif kind == "CronJob":
        most = _MOST_CRON
    elif kind == "Job":
        most = _MOST_LABEL
    if len(name) > most:
        words = _(
            "the name “%(name)s” of %(kind)s has %(count)s characters, and %(most)s are allowed",
            name=name[:80],
            kind=kind,
            count=len(name),
            most=most,
        )
        yield replace(_fault(pointer, words, _name_help(kind)), text=name, most=most)
    elif not pattern.fullmatch(name):
        yield _fault(pointer, _bad_name(name, kind), _name_help(kind))


def _bad_name(name: str, kind: str) -> Message:
    return _("“%(name)s” is no name that %(kind)s may have", name=name[:80], kind=kind)


def _name_help(kind: str) -> Message:
    if kind == "Service":
        return _("Write lower-case letters, digits and “-”, at most 63, beginning with a letter.")
    return _(
        "Write lower-case letters, digits, “-” and “.”, beginning and ending with a letter or"
        ' digit; in a template, “trunc 63 | trimSuffix "-"” keeps names short.'
    )


def _of_metadata(metadata: object, pointer: Pointer) -> Iterator[Fault]:
    if not isinstance(metadata, dict):
        return
    yield from _labels(metadata.get("labels"), (*pointer, "labels"))
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict):
        for key in annotations:
            if not _is_key(str(key), lower=True):
                yield _bad_key((*pointer, "annotations", str(key)), str(key))
        size = sum(len(str(key)) + len(str(value)) for key, value in annotations.items())
        if size > _MOST_ANNOTATIONS:
            yield _fault(
                (*pointer, "annotations"),
                _("the annotations have %(count)s bytes, and 262144 are allowed", count=size),
                _("Put large texts into a ConfigMap."),
            )


def _labels(labels: object, pointer: Pointer) -> Iterator[Fault]:
    if not isinstance(labels, dict):
        return
    for key, value in labels.items():
        where = (*pointer, str(key))
        if not _is_key(str(key)):
            yield _bad_key(where, str(key))
        if not isinstance(value, str):
            continue
        if len(value) > _MOST_LABEL:
            words = _(
                "the label %(label)s has %(count)s characters, and 63 are allowed",
                label=shown(where),
                count=len(value),
            )
            help_ = _('Write a shorter text; in a template, “trunc 63 | trimSuffix "-"” cuts it.')
            yield replace(_fault(where, words, help_), text=value, most=_MOST_LABEL)
        elif not _LABEL_VALUE.fullmatch(value):
            yield _fault(
                where,
                _(
                    "“%(value)s” is no text that the label %(label)s may have",
                    value=value[:80],
                    label=shown(where),
                ),
                _(
                    "Write letters, digits, “-”, “_” and “.”, beginning and ending with a letter or"
                    " digit; in a template, replace what is not allowed, as “+” in versions."
                ),
            )


def _is_key(key: str, *, lower: bool = False) -> bool:
    prefix, slash, name = key.rpartition("/")
    if lower:
        prefix = prefix.lower()
    if slash and not (_SUBDOMAIN.fullmatch(prefix) and len(prefix) <= _MOST_SUBDOMAIN):
        return False
    return len(name) <= _MOST_LABEL and _KEY_NAME.fullmatch(name) is not None


def _bad_key(pointer: Pointer, key: str) -> Fault:
    return _fault(
        pointer,
        _("“%(key)s” is no key of a label or annotation", key=key[:100]),
        _(
            "Write at most 63 letters, digits, “-”, “_” and “.”; before them may stand a domain and"
            " “/”."
        ),
    )


def _of_spec(spec: Mapping[str, Any], kind: str) -> Iterator[Fault]:
    template = spec.get("template")
    if kind == "CronJob":
        job = spec.get("jobTemplate")
        inner = job.get("spec") if isinstance(job, dict) else None
        template = inner.get("template") if isinstance(inner, dict) else None
        yield from _of_pod(template, ("spec", "jobTemplate", "spec", "template"))
    elif kind in _WORKLOADS or kind == "Job":
        yield from _of_pod(template, ("spec", "template"))
    if kind == "Service":
        yield from _labels(spec.get("selector"), ("spec", "selector"))
    if kind in _WORKLOADS:
        yield from _selector(spec, template)


def _of_pod(template: object, pointer: Pointer) -> Iterator[Fault]:
    if not isinstance(template, dict):
        return
    yield from _of_metadata(template.get("metadata"), (*pointer, "metadata"))
    spec = template.get("spec")
    if isinstance(spec, dict):
        yield from _labels(spec.get("nodeSelector"), (*pointer, "spec", "nodeSelector"))


def _selector(spec: Mapping[str, Any], template: object) -> Iterator[Fault]:
    selector = spec.get("selector")
    metadata = template.get("metadata") if isinstance(template, dict) else None
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    wanted = selector.get("matchLabels") if isinstance(selector, dict) else None
    if not isinstance(wanted, dict):
        return
    labels = labels if isinstance(labels, dict) else {}
    for key, value in wanted.items():
        if labels.get(key) != value:
            found = labels.get(key)
            yield Fault(
                FaultKind.SELECTOR,
                ("spec", "selector", "matchLabels", str(key)),
                _(
                    "the selector asks for %(label)s “%(wanted)s”, and the pods have %(found)s",
                    label=str(key),
                    wanted=str(value)[:80],
                    found=f"“{str(found)[:80]}”" if found is not None else _("no such label"),
                ),
                _("Write the same label into spec.template.metadata.labels."),
            )


def _secret(data: Mapping[str, Any]) -> Iterator[Fault]:
    for key, value in data.items():
        if not isinstance(value, str):
            continue
        try:
            b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
        except (binascii.Error, ValueError):
            yield Fault(
                FaultKind.WRONG_VALUE,
                ("data", str(key)),
                # What a Secret holds is never shown.
                _("data.%(key)s of the Secret is not encoded as base64", key=str(key)),
                _("Pipe it through “b64enc”, or write it below stringData as it is."),
            )


def _fault(pointer: Pointer, message: Message, help_: Message) -> Fault:
    return Fault(FaultKind.NAME, pointer, message, help_)
