"""Nothing but images renders differently after the rewrite.

**What.** The portal renders the package before and after and compares every field of every
manifest. What differs beside the images is listed here. What is random by design (generated
passwords and certificates) is known and left out, and so are checksums and labels that follow from
a rewritten value. A change that follows from a rewritten value is for information; one of a name or
a selector, and one that nobody can explain, is a warning.

**Why.** A value that decides an image may also decide something else: a host name, a condition, a
display text. The service could behave differently from what its maker tested.

**How to fix it.** Look at the change. If it is not meant, give the other place a value of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import SOURCE_ANNOTATION_CAUSE, Facts, OtherChange
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "PORTAL-009"
NAME = "unexpected-change"
TITLE = _("Something beside images renders differently after the rewrite")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

_IMAGE = pod("{{ .Values.image }}")
_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:3"
_ANNOTATED = _IMAGE.replace("  name: demo\n", "  name: demo\n  annotations:\n    %s\n", 1)
_SELECTING = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: demo}
spec:
  selector: {matchLabels: {app: {{ .Values.image | replace ":" "." | replace "/" "." }}}}
  template:
    metadata: {labels: {app: {{ .Values.image | replace ":" "." | replace "/" "." }}}}
    spec:
      containers:
        - name: demo
          image: {{ .Values.image }}
"""
_FIXED = {"values.yaml": f"image: {_OURS}\n"}
GOOD: tuple[Example, ...] = (
    bare_chart("image: quay.io/coreos/etcd:3\n", _IMAGE, fixed=_FIXED),
    bare_chart(
        "image: quay.io/coreos/etcd:3\n",
        _ANNOTATED % "checksum/config: {{ .Values.image | sha256sum }}",
        fixed=_FIXED,
    ),
    bare_chart("image: quay.io/coreos/etcd:3\n", _SELECTING),  # it is not edited
)
BAD: tuple[Example, ...] = (
    bare_chart(
        "image: quay.io/coreos/etcd:3\n",
        _ANNOTATED % 'mirror: "{{ hasPrefix "quay.io" .Values.image }}"',
        fixed=_FIXED,
    ).expecting(
        Expected(
            "PORTAL-009",
            "info",
            "demo/templates/pod.yaml",
            message=Message(
                "%(kind)s %(name)s also changes at “%(path)s”, from %(before)s to"
                " %(after)s. That follows from %(cause)s.",
                {
                    "kind": "Pod",
                    "name": "demo",
                    "path": "metadata.annotations.mirror",
                    "before": "true",
                    "after": "false",
                    "cause": "image",
                },
            ),
            help=Message(
                "Give this field a value of its own if it is not meant to change with %(cause)s.",
                {"cause": "image"},
            ),
        )
    ),
)

_CHECKSUM = re.compile(r"[0-9a-fA-F]{32,128}|sha256:[0-9a-f]{64}")
_LONGEST = 120
_LEAD = 20


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every other change that matters to what runs, with its cause where it is known."""
    # Several renders may show one change; it is reported once.
    distinct: dict[object, OtherChange] = {}
    for each in facts.other_changes:
        distinct.setdefault((each.template, each.kind, each.name, each.path), each)
    for change in distinct.values():
        if change.cause is None:
            yield Problem(
                _message(change),
                _("Compare the two manifests and find out what decides this field."),
                Place(change.template),
            )
        elif _is_identity(change):
            yield Problem(
                _message(change),
                _(
                    "Make names and selectors without %(cause)s: Kubernetes does not let them"
                    " change, so instances that run already cannot be upgraded.",
                    cause=change.cause,
                ),
                Place(change.template),
            )
        elif change.cause != SOURCE_ANNOTATION_CAUSE and not _is_harmless(change):
            yield Problem(
                _message(change),
                _(
                    "Give this field a value of its own if it is not meant to change with"
                    " %(cause)s.",
                    cause=change.cause,
                ),
                Place(change.template),
                severity=Severity.INFO,
            )


def _is_identity(change: OtherChange) -> bool:
    """Whether it is a resource's name, or what a workload finds its pods by."""
    return change.path == "metadata.name" or change.path.startswith("spec.selector.matchLabels")


def _is_harmless(change: OtherChange) -> bool:
    """Whether it is a label, a checksum or a hash, which say that something changed."""
    path = change.path.lower()
    if any(word in path for word in ("label", "checksum", "hash")):
        return True
    texts = (change.before or "", change.after or "")
    return all(_CHECKSUM.fullmatch(text) for text in texts)


def _message(change: OtherChange) -> Message:
    names = {
        "kind": change.kind,
        "name": change.name,
        "path": change.path,
        "before": _short(change.before, change.after),
        "after": _short(change.after, change.before),
    }
    if change.cause is None:
        return _(
            "%(kind)s %(name)s also changes at “%(path)s”, from %(before)s to %(after)s, and"
            " nothing explains why.",
            **names,
        )
    return _(
        "%(kind)s %(name)s also changes at “%(path)s”, from %(before)s to %(after)s. That follows"
        " from %(cause)s.",
        **names,
        cause=change.cause,
    )


def _short(text: str | None, other: str | None) -> str:
    """``text`` on one line; of a long one the part from a little before it differs."""
    if text is None:
        return "nothing"
    line = " ".join(text.split())
    if len(line) <= _LONGEST:
        return line
    pairs = zip(line, " ".join((other or "").split()), strict=False)
    same = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))
    start = max(0, same - _LEAD)
    lead, rest = "…" if start else "", line[start : start + _LONGEST]
    return f"{lead}{rest}{'…' if start + _LONGEST < len(line) else ''}"
