"""No image is put together at run time.

**What.** A registry, or a registry with an organisation, that stands alone in an environment, a
custom resource or a text: the program that reads it knows the names of the images and pulls them
from there. And a variable that reads an annotation of its pod (`fieldRef`) which no manifest sets.

**Why.** What a program puts together is in no file, so it can be neither listed nor redirected nor
proven. Its images are pulled from their old registry on deployment day. A value that the prefix is
made of is not edited for other images, unless both then lead to the target (PORTAL-012).

**How to fix it.** Give each image whole, or as registry, repository and tag, in values of its own.
Or list for the reviewer which images the program pulls, and let a value of its own hold the
prefix, so that it can be set to the target.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, Parameter, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.downward import UnsetAnnotation
from ...tracing.model import CompletedAtRuntime
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "PORTAL-013"
NAME = "completed-at-runtime"
TITLE = _("Images are put together at run time")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
_OPERANDS = """\
---
apiVersion: example.com/v1
kind: Operands
metadata:
  name: demo
spec:
  repository: {{ .Values.operands }}
  version: "1.2"
"""
_READING = """\
      env:
      - name: PROXY
        valueFrom: {fieldRef: {fieldPath: "metadata.annotations['images.demo/proxy']"}}
"""
_SET = f"  annotations: {{images.demo/proxy: {_OURS}/proxy:1}}\n"
_IMAGE = pod("{{ .Values.image }}")
_PARTS = "image: {registry: quay.io, repository: team/demo, tag: '1'}\n"
_FROM_PARTS = pod(
    "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
)
GOOD: tuple[Example, ...] = (
    bare_chart(f"image: {_OURS}/demo:1\noperands: {_OURS}\n", _IMAGE + _OPERANDS),
    bare_chart(
        f"image: {_OURS}/demo:1\n",
        _IMAGE.replace("  name: demo\n", "  name: demo\n" + _SET, 1) + _READING,
    ),
)
BAD: tuple[Example, ...] = (
    bare_chart(f"image: {_OURS}/demo:1\noperands: quay.io/team\n", _IMAGE + _OPERANDS).expecting(
        Expected(
            "PORTAL-013",
            "warning",
            "demo/values.yaml:2:11",
            message=Message(
                "%(kind)s %(name)s names only %(prefix)s, and what reads it"
                " completes that to images at run time (known: %(pieces)s). They"
                " are pulled from there and are not redirected. Decided by:"
                " %(paths)s.",
                {
                    "kind": "Operands",
                    "name": "demo",
                    "prefix": "quay.io/team",
                    "pieces": (
                        Message(
                            "%(role)s %(text)s",
                            {"role": Message("registry", {}), "text": "quay.io/team"},
                        ),
                        Message("%(role)s %(text)s", {"role": Message("tag", {}), "text": "1.2"}),
                    ),
                    "paths": ("operands",),
                    "after": "quay.io/team",
                },
            ),
            help=(
                "Give each image whole, or as registry, repository and tag, in"
                " values of its own. Until then, ask the makers of the program"
                " which images it pulls."
            ),
        )
    ),
    bare_chart(
        _PARTS,
        _FROM_PARTS
        + "      env: [{name: IMAGE_REGISTRY, value: '{{ .Values.image.registry }}/x'}]\n",
    ).expecting(
        Expected(
            "PORTAL-013",
            "warning",
            "demo/values.yaml:1:19",
            message=Message(
                "%(kind)s %(name)s names only %(prefix)s, and what reads it"
                " completes that to images at run time (known: %(pieces)s). They"
                " are pulled from there and are not redirected. Decided by:"
                " %(paths)s.",
                {
                    "kind": "Pod",
                    "name": "demo",
                    "prefix": "quay.io/x",
                    "pieces": (
                        Message(
                            "%(role)s %(text)s",
                            {"role": Message("registry", {}), "text": "quay.io/x"},
                        ),
                    ),
                    "paths": ("image.registry",),
                    "after": "quay.io/x",
                },
            ),
            help=(
                "Give each image whole, or as registry, repository and tag, in"
                " values of its own. Until then, ask the makers of the program"
                " which images it pulls."
            ),
        )
    ),
    bare_chart(
        "image: {registry: quay.io/team, name: demo, tag: '1'}\n",
        pod("{{ .Values.image.registry }}/{{ .Values.image.name }}:{{ .Values.image.tag }}")
        + "      env: [{name: IMAGE_REGISTRY, value: '{{ .Values.image.registry }}'}]\n",
        fixed={"values.yaml": f"image: {{registry: {_OURS}, name: demo, tag: '1'}}\n"},
    ).expecting(
        Expected(
            "PORTAL-013",
            "warning",
            "demo/values.yaml:1:19",
            message=Message(
                "%(kind)s %(name)s names only %(prefix)s, and what reads it"
                " completes that to images at run time (known: %(pieces)s). The"
                " edits for other images make it %(after)s, so the images must be"
                " there, too. Decided by: %(paths)s.",
                {
                    "kind": "Pod",
                    "name": "demo",
                    "prefix": "quay.io/team",
                    "pieces": (
                        Message(
                            "%(role)s %(text)s",
                            {"role": Message("registry", {}), "text": "quay.io/team"},
                        ),
                    ),
                    "paths": ("image.registry",),
                    "after": "swr.cn-east-3.myhuaweicloud.com/osc-opensource",
                },
            ),
            help=(
                "Give each image whole, or as registry, repository and tag, in"
                " values of its own. Until then, ask the makers of the program"
                " which images it pulls."
            ),
        )
    ),
    bare_chart(f"image: {_OURS}/demo:1\n", _IMAGE + _READING).expecting(
        Expected(
            "PORTAL-013",
            "warning",
            "demo/templates/pod.yaml",
            message=Message(
                "The variable %(variable)s of %(kind)s %(name)s reads the"
                " annotation %(annotation)s of its pod, which no manifest sets. If"
                " it is to hold an image, that image is unknown.",
                {
                    "variable": "PROXY",
                    "kind": "Pod",
                    "name": "demo",
                    "annotation": "images.demo/proxy",
                },
            ),
            help=("Set the annotation from a value, or give the variable its value itself."),
        )
    ),
)

_HELP = _(
    "Give each image whole, or as registry, repository and tag, in values of its own. Until then,"
    " ask the makers of the program which images it pulls."
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Prefixes first, then variables that read what nobody sets."""
    for each in facts.trace.completed:
        if not each.is_unrendered:
            yield _of_prefix(facts, each)
    for unset in facts.trace.unset:
        yield _of_variable(facts, unset)


_ROLES = {
    "registry": _("registry"),
    "repository": _("repository"),
    "tag": _("tag"),
    "digest": _("digest"),
}


def _piece(role: str, text: str) -> Message:
    return _("%(role)s %(text)s", role=_ROLES.get(role, role), text=text)


def _of_prefix(facts: Facts, each: CompletedAtRuntime) -> Problem:
    use = each.uses[0].use
    deciding = [source for source in each.sources if source.role != "tag"] or list(each.sources)
    paths = tuple(dict.fromkeys(source.path for source in deciding if source.path))
    place = Place(facts.address_of(use.template))
    if deciding:
        place = Place(deciding[0].file, deciding[0].line, deciding[0].column)
    names: dict[str, Parameter] = {
        "kind": use.kind,
        "name": use.name,
        "prefix": each.prefix,
        "pieces": tuple(_piece(role, text) for role, text in each.pieces.items()),
        "paths": paths,
        "after": each.after,
    }
    if each.after != each.prefix:
        return Problem(
            _(
                "%(kind)s %(name)s names only %(prefix)s, and what reads it completes that to"
                " images at run time (known: %(pieces)s). The edits for other images make it"
                " %(after)s, so the images must be there, too. Decided by: %(paths)s.",
                **names,
            ),
            _HELP,
            place,
        )
    if not paths:
        return Problem(
            _(
                "%(kind)s %(name)s names only %(prefix)s, and what reads it completes that to"
                " images at run time (known: %(pieces)s). They are pulled from there and are not"
                " redirected. A template hard-codes it.",
                **names,
            ),
            _HELP,
            place,
        )
    return Problem(
        _(
            "%(kind)s %(name)s names only %(prefix)s, and what reads it completes that to images"
            " at run time (known: %(pieces)s). They are pulled from there and are not redirected."
            " Decided by: %(paths)s.",
            **names,
        ),
        _HELP,
        place,
    )


def _of_variable(facts: Facts, unset: UnsetAnnotation) -> Problem:
    return Problem(
        _(
            "The variable %(variable)s of %(kind)s %(name)s reads the annotation %(annotation)s of"
            " its pod, which no manifest sets. If it is to hold an image, that image is unknown.",
            variable=unset.variable,
            kind=unset.kind,
            name=unset.name,
            annotation=unset.annotation,
        ),
        _("Set the annotation from a value, or give the variable its value itself."),
        Place(facts.address_of(unset.template)),
    )
