"""Images in environments, arguments, ConfigMaps and custom resources come from values.

**What.** An image that a template hard-codes where no pod names it: in an environment variable or
an argument, in a ConfigMap, in a custom resource; or as the `default:` of a field in a custom
resource definition. It is an error where the field's name says that it is an image
(`RELATED_IMAGE_…`, `--sidecar-image=`, `agentImage:`), else a warning.

**Why.** Such texts are read by an operator, which then starts pods with them. The platform rewrites
`values.yaml` only, so they keep their old address, and the pods fail long after the deployment
looked successful.

**How to fix it.** Introduce a value for the image and let the template read it. Files in `crds/`
are no templates: leave the default out there, and set the field in the custom resource from a
value. Dismiss the finding where nothing pulls the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, Parameter, Series, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.crd_defaults import crd_defaults
from ...package.helm import Chart
from ...tracing.redirect.hard_coded import Extent, HardCoded
from ..examples.charts import Example, bare_chart, pod
from ..examples.expected import Expected

ID = "OSC-HELM-012"
NAME = "image-outside-pods"
TITLE = _("An image outside of pods does not come from values")
SEVERITY = Severity.WARNING
SOURCE: str | None = None

_OURS = "swr.cn-east-3.myhuaweicloud.com/osc-opensource"
_CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: demo\ndata:\n  agent: %s\n"
_DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: demos.example.com
spec:
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        properties:
          image:
            type: string
            %s: quay.io/team/agent:1
"""
GOOD: tuple[Example, ...] = (
    bare_chart("agent: quay.io/team/agent:1\n", _CONFIG % "{{ .Values.agent }}"),
    bare_chart(f"agent: {_OURS}/agent:1\n", _CONFIG % "{{ .Values.agent }}"),
    bare_chart(more={"crds/demo.yaml": _DEFINITION % "example"}),
)
BAD: tuple[Example, ...] = (
    bare_chart(template=_CONFIG % "quay.io/team/agent:1").expecting(
        Expected(
            "OSC-HELM-012",
            "warning",
            "demo/templates/pod.yaml:6:10",
            message=Message(
                "The template hard-codes %(text)s outside of a pod's image fields"
                " (%(images)s). If it is pulled, it is pulled from its old address,"
                " for the platform rewrites values.yaml only.",
                {"text": "quay.io/team/agent:1", "images": ("quay.io/team/agent:1",)},
            ),
            help=Message(
                "Write %(values)s into %(file)s and let the line read: %(line)s",
                {
                    "values": Series(
                        (
                            "pod.image.repository: quay.io/team/agent",
                            'pod.image.tag: "1"',
                        )
                    ),
                    "file": "demo/values.yaml",
                    "line": (
                        "agent: {{ .Values.pod.image.repository }}:{{ .Values.pod.image.tag }}"
                    ),
                },
            ),
            image="quay.io/team/agent:1",
            images=("quay.io/team/agent:1",),
        )
    ),
    bare_chart(
        template=pod(f"{_OURS}/operator:1")
        + "      env: [{name: RELATED_IMAGE_AGENT, value: quay.io/team/agent:1}]\n"
    ).expecting(
        Expected(
            "OSC-HELM-012",
            "error",
            "demo/templates/pod.yaml:9:48",
            message=Message(
                "The template hard-codes %(text)s in a field that is called an"
                " image (%(images)s). What reads the field pulls it from its old"
                " address, for the platform rewrites values.yaml only.",
                {"text": "quay.io/team/agent:1", "images": ("quay.io/team/agent:1",)},
            ),
            help=Message(
                "Write %(values)s into %(file)s and let the line read: %(line)s",
                {
                    "values": Series(
                        (
                            "main.image.repository: quay.io/team/agent",
                            'main.image.tag: "1"',
                        )
                    ),
                    "file": "demo/values.yaml",
                    "line": (
                        "env: [{name: RELATED_IMAGE_AGENT, value: {{"
                        " .Values.main.image.repository }}:{{ .Values.main.image.tag }}}]"
                    ),
                },
            ),
            image="quay.io/team/agent:1",
            images=("quay.io/team/agent:1",),
        )
    ),
    bare_chart(more={"crds/demo.yaml": _DEFINITION % "default"}).expecting(
        Expected(
            "OSC-HELM-012",
            "warning",
            "demo/crds/demo.yaml:13:22",
            message=Message(
                "The definition of a custom resource gives %(image)s as a default."
                " Where an instance leaves the field out, the image is pulled from"
                " its old address.",
                {"image": "quay.io/team/agent:1"},
            ),
            help=(
                "Leave the default out, and set the field in the custom resource"
                " from a value of values.yaml."
            ),
            image="quay.io/team/agent:1",
        )
    ),
)

_HELP_FOR_CRD = _(
    "Leave the default out, and set the field in the custom resource from a value of values.yaml."
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Literals in templates that no pod names, then defaults of custom resource definitions."""
    chart = facts.chart
    if chart is None:
        return
    for each in facts.hard_coded:
        if not each.is_pulled and each.extent is not Extent.FALLBACK:
            yield _of_template(chart, each)
    for place, image in crd_defaults(chart):
        yield Problem(
            _(
                "The definition of a custom resource gives %(image)s as a default. Where an"
                " instance leaves the field out, the image is pulled from its old address.",
                image=image,
            ),
            _HELP_FOR_CRD,
            place,
            image=image,
        )


def _of_template(chart: Chart, each: HardCoded) -> Problem:
    names: dict[str, Parameter] = {"text": each.text, "images": tuple(each.images)}
    if not (_is_field_of_images(each) or _is_called_an_image(chart, each.place)):
        words = _(
            "The template hard-codes %(text)s outside of a pod's image fields (%(images)s). If it"
            " is pulled, it is pulled from its old address, for the platform rewrites values.yaml"
            " only.",
            **names,
        )
        return Problem(
            words,
            each.remedy,
            each.place,
            image=each.images[0],
            images=each.images,
            by_hand=each.by_hand,
        )
    words = _(
        "The template hard-codes %(text)s in a field that is called an image (%(images)s). What"
        " reads the field pulls it from its old address, for the platform rewrites values.yaml"
        " only.",
        **names,
    )
    return Problem(
        words,
        each.remedy,
        each.place,
        image=each.images[0],
        images=each.images,
        severity=Severity.ERROR,
        by_hand=each.by_hand,
    )


def _is_field_of_images(each: HardCoded) -> bool:
    """Whether a resource has the whole text in a field whose name says so (``imageName``)."""
    uses = (traced.use for traced in each.uses)
    return any(
        use.text == use.image and not use.pieces and "image" in str(use.pointer[-1]).lower()
        for use in uses
        if use.pointer
    )


def _is_called_an_image(chart: Chart, place: Place) -> bool:
    """Whether the key, the argument or the variable in front of the text says so."""
    for each in chart.walk():
        for name, text in each.templates():
            if each.address(name) != place.file:
                continue
            lines = text.split("\n")[: place.line or 1]
            before = lines[-1][: (place.column or 1) - 1].lower()
            if before.strip().lstrip("- ").startswith("value:"):
                before += next((line.lower() for line in reversed(lines[:-1]) if line.strip()), "")
            return "image" in before
    return False
