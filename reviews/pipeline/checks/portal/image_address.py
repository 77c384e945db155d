"""A value that decides an image's address points to the platform's registry.

**What.** For every value that provides the registry or the organisation of an image the portal
proposes one edit, found and proven by rendering: after it, the image renders as
`registry/organisation/name:tag` of the platform. Values that belong together (registry and
repository of one image, one registry for five images) form a change set and are decided together.

An operator has no templates: each reference in its ClusterServiceVersion is replaced where it is
written, also in the JSON of `alm-examples`, and the file is parsed before and after to prove that
nothing else became another. All places of one image form a change set. The annotation
`containerImage` is rewritten with the others, although the packaging guide's sample leaves it: the
catalogue shows it as the operator's image, and the old address would name one that the customer's
cluster does not run. It starts no container, so that nothing depends on it.

**Why.** The platform stores the package's images in its own registry, whose address the partner
cannot know before. What is not rewritten is not found there on the day of deployment.

**What you need to do.** Nothing: the portal makes the change in the released package when the
reviewer approves it. Tags stay as they are written. Where an image has a tag and a digest the
digest is dropped, because the platform's own push has another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import DONE_ON_APPROVAL, Edit, Place, Problem, Severity
from ...core.messages import Listed, Message, Parameter, _, listed
from ...core.policy import Policy
from ...facts.model import Facts
from ...tracing.experiment.markers import printed
from ...tracing.model import LeafChange, Replacement
from ...yaml.source import dotted
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "PORTAL-002"
NAME = "image-address"
TITLE = _("The address of an image is rewritten")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"

_DIGEST = "sha256:" + "0123456789abcdef" * 4
_THREE = pod(
    '"{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"'
)
_OURS = "swr.cn-east-3.myhuaweicloud.com"
GOOD: tuple[Example, ...] = (
    bare_chart(
        f"image:\n  registry: {_OURS}\n  repository: osc-opensource/etcd\n  tag: '3.5'\n", _THREE
    ),
    bare_chart("mirror: docker.io/bitnami/etcd:3.5\n"),
)
BAD: tuple[Example, ...] = (
    bare_chart(
        "image:\n  registry: docker.io # the hub\n  repository: bitnami/etcd\n  tag: '3.5'\n",
        _THREE,
        fixed={
            "values.yaml": (
                f"image:\n  registry: {_OURS} # the hub\n"
                "  repository: osc-opensource/etcd\n  tag: '3.5'\n"
            )
        },
    ).expecting(
        Expected(
            "PORTAL-002",
            "info",
            "demo/values.yaml:2:13",
            message=Message(
                "%(path)s decides the registry of %(images)s: %(before)s becomes %(after)s.",
                {
                    "path": "image.registry",
                    "images": Listed(("docker.io/bitnami/etcd:3.5",)),
                    "before": "docker.io",
                    "after": "swr.cn-east-3.myhuaweicloud.com",
                },
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            image="docker.io/bitnami/etcd:3.5",
            images=("docker.io/bitnami/etcd:3.5",),
            change_set="image:image.registry",
            edit=Edit(
                "demo/values.yaml",
                start=19,
                end=28,
                before="docker.io",
                after="swr.cn-east-3.myhuaweicloud.com",
            ),
        ),
        Expected(
            "PORTAL-002",
            "info",
            "demo/values.yaml:3:15",
            message=Message(
                "%(path)s decides the repository of %(images)s: %(before)s becomes %(after)s.",
                {
                    "path": "image.repository",
                    "images": Listed(("docker.io/bitnami/etcd:3.5",)),
                    "before": "bitnami/etcd",
                    "after": "osc-opensource/etcd",
                },
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            image="docker.io/bitnami/etcd:3.5",
            images=("docker.io/bitnami/etcd:3.5",),
            change_set="image:image.registry",
            edit=Edit(
                "demo/values.yaml",
                start=53,
                end=65,
                before="bitnami/etcd",
                after="osc-opensource/etcd",
            ),
        ),
    ),
    bare_chart(
        f"image: 'quay.io/coreos/etcd:v3.5@{_DIGEST}'\n",
        pod("{{ .Values.image }}"),
        fixed={"values.yaml": f"image: '{_OURS}/osc-opensource/etcd:v3.5'\n"},
    ).expecting(
        Expected(
            "PORTAL-002",
            "info",
            "demo/values.yaml:1:8",
            message=Message(
                "%(path)s decides %(images)s: %(before)s becomes %(after)s. The"
                " digest is dropped, for the platform's own push has another one;"
                " the tag decides.",
                {
                    "path": "image",
                    "images": Listed(
                        (
                            (
                                "quay.io/coreos/etcd:v3.5@sha256:0123456789abcdef0123456789abcdef01"
                                "23456789abcdef0123456789abcdef"
                            ),
                        )
                    ),
                    "before": (
                        "quay.io/coreos/etcd:v3.5@sha256:0123456789abcdef0123456789abcdef01"
                        "23456789abcdef0123456789abcdef"
                    ),
                    "after": "swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:v3.5",
                },
            ),
            help=(
                "You need not do anything: when the reviewer approves this, the"
                " portal makes the change in the released package."
            ),
            image=(
                "quay.io/coreos/etcd:v3.5@sha256:0123456789abcdef0123456789abcdef01"
                "23456789abcdef0123456789abcdef"
            ),
            images=(
                (
                    "quay.io/coreos/etcd:v3.5@sha256:0123456789abcdef0123456789abcdef01"
                    "23456789abcdef0123456789abcdef"
                ),
            ),
            change_set="image:image",
            edit=Edit(
                "demo/values.yaml",
                start=7,
                end=105,
                before=(
                    "'quay.io/coreos/etcd:v3.5@sha256:0123456789abcdef0123456789abcdef0"
                    "123456789abcdef0123456789abcdef'"
                ),
                after="'swr.cn-east-3.myhuaweicloud.com/osc-opensource/etcd:v3.5'",
            ),
        )
    ),
)

_A_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each value of the root chart, each reference written out, that changes."""
    for change in facts.trace.changes:
        if change.is_override:
            continue
        yield Problem(
            _message(facts, change),
            DONE_ON_APPROVAL,
            _place(change),
            image=change.images[0] if change.images else None,
            images=change.images,
            change_set=change.change_set,
            edit=change.edit,
        )
    for each in facts.trace.replacements:
        yield Problem(
            _replacement_message(each),
            DONE_ON_APPROVAL,
            each.place.place,
            image=each.images[0] if each.images else each.place.image,
            images=each.images,
            change_set=each.change_set,
            edit=each.edit,
        )


def _replacement_message(replacement: Replacement) -> Message:
    place = replacement.place
    if replacement.role is not None:
        pieces: dict[str, Parameter] = {
            "path": place.path,
            "images": replacement.images,
            "before": place.image,
            "after": replacement.text,
        }
        if _A_DIGEST.search(place.image) and not replacement.text:
            return _without_digest(pieces)
        return _by_role(replacement.role, pieces)
    names = {"path": place.path, "before": place.image, "after": replacement.text}
    if _A_DIGEST.search(place.image) and not _A_DIGEST.search(replacement.text):
        return _(
            "%(path)s names %(before)s, which becomes %(after)s. The digest is dropped, for the"
            " platform's own push has another one; the tag decides.",
            **names,
        )
    return _("%(path)s names %(before)s, which becomes %(after)s.", **names)


def _place(change: LeafChange) -> Place:
    """Where the edit begins, which in a block of text is below the value's own place."""
    leaf, source = change.leaf.leaf, change.leaf.source
    if leaf.style not in {"literal", "folded"}:
        return Place(source.file, leaf.line, leaf.column)
    return Place.at(source.file, source.data, change.edit.start)


def _before(change: LeafChange) -> str:
    if change.leaf.leaf.style in {"literal", "folded"}:
        return change.edit.before or ""
    return "" if change.leaf.leaf.value is None else printed(change.leaf)


def _role(facts: Facts, change: LeafChange) -> str:
    """The one part that the value provides in all its images, "" when these differ."""
    path, file = dotted(change.leaf.path), change.leaf.source.file
    roles = {
        source.role
        for image in facts.trace.images
        if image.original in change.images
        for source in image.sources
        if (source.path, source.file) == (path, file)
    }
    return roles.pop() if len(roles) == 1 else ""


def _message(facts: Facts, change: LeafChange) -> Message:
    before, after = _before(change), change.text
    names: dict[str, Parameter] = {
        "path": dotted(change.leaf.path),
        "images": listed(change.images),
        "before": before,
        "after": after,
    }
    if _A_DIGEST.search(before) and not _A_DIGEST.search(after):
        return _without_digest(names)
    if not before and not after:
        return _(
            "%(path)s is null over a digest of a sub-chart, which Helm before 4.2 removes and Helm"
            " 4.2 keeps. It becomes an empty text, so that the tag of %(images)s decides.",
            **names,
        )
    if not before:
        return _(
            "%(path)s is empty, and a default outside of values.yaml decides that part of"
            " %(images)s. It becomes %(after)s.",
            **names,
        )
    return _by_role(_role(facts, change), names)


def _by_role(role: str | None, names: dict[str, Parameter]) -> Message:
    match role:
        case "registry":
            return _(
                "%(path)s decides the registry of %(images)s: %(before)s becomes %(after)s.",
                **names,
            )
        case "repository":
            return _(
                "%(path)s decides the repository of %(images)s: %(before)s becomes %(after)s.",
                **names,
            )
        case "tag":
            return _(
                "%(path)s decides the tag of %(images)s: %(before)s becomes %(after)s.", **names
            )
        case "reference":
            return _(
                "%(path)s decides the whole address of %(images)s: %(before)s becomes %(after)s.",
                **names,
            )
    return _(
        "%(path)s decides a part of %(images)s: %(before)s becomes %(after)s.",
        **names,
    )


def _without_digest(names: dict[str, Parameter]) -> Message:
    if not names["after"]:
        return _(
            "%(path)s pins %(images)s to the digest %(before)s. It is emptied, for the platform's"
            " own push has another digest; the tag decides.",
            **names,
        )
    return _(
        "%(path)s decides %(images)s: %(before)s becomes %(after)s. The digest is dropped, for the"
        " platform's own push has another one; the tag decides.",
        **names,
    )
