"""The examples in `alm-examples` have the images of the instances.

**What.** At least one example of a ClusterServiceVersion that has examples names an image. (For
information only where the operator's container gets whole images in variables or arguments.)

**Why.** The platform distinguishes the images of the operator, in `spec.install`, from the images
that provide the service, and looks for these in `alm-examples`. Where no example names one, the
operator chooses the image itself, and then from an address that nobody has rewritten, unless it is
given one in a variable of its container.

**How to fix it.** Let the resource have a field for its image and give it in the example. Where
the instances have no image of their own, write this to the reviewer.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.operator import ALM_EXAMPLES, DEPLOYMENTS, Manifest
from ...yaml.embedded_json import JsonBroken, JsonInYaml
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, OURS, operator_package

ID = "OSC-OPR-008"
NAME = "instance-image"
TITLE = _("An example lacks the image of its instance")
SEVERITY = Severity.WARNING
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
GOOD: tuple[Example, ...] = (operator_package(),)
_WITHOUT_IMAGE = CSV.replace(f'"image": "{OURS}/demo:1.0.0"', '"size": 3')
_IMAGE_LINE = f"                image: {OURS}/demo-operator:1.0.0\n"
BAD: tuple[Example, ...] = (
    operator_package(
        csv=_WITHOUT_IMAGE.replace(
            _IMAGE_LINE, f"{_IMAGE_LINE}                args: ['--image={OURS}/demo:1.0.0']\n"
        )
    ).expecting(
        Expected(
            "OSC-OPR-008",
            "info",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:6:19",
            message=Message(
                "No example of %(csv)s names the image of an instance.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help=("Give the image in the examples, if the instances have one of their own."),
        )
    ),
    operator_package(csv=_WITHOUT_IMAGE).expecting(
        Expected(
            "OSC-OPR-008",
            "warning",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:6:19",
            message=Message(
                "No example of %(csv)s names the image of an instance.",
                {"csv": "demo-operator.v1.0.0"},
            ),
            help=("Give the image in the examples, if the instances have one of their own."),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every CSV whose examples name no image at all."""
    operator, places = facts.operator, facts.places
    if operator is None or places is None:
        return
    named = {
        (each.file, each.string.index)
        for each in (
            *places.fields,
            *places.parts,
            *places.inside,
            *places.unreadable,
            *(image.name for image in places.composed),
        )
        if each.string.yaml_path == ALM_EXAMPLES
    }
    given = {
        (each.file, each.string.index)
        for each in places.fields
        if each.string.yaml_path[: len(DEPLOYMENTS)] == DEPLOYMENTS and each.use.position == "other"
    }
    for csv in operator.csvs:
        if _has_examples(csv) and (csv.file, csv.index) not in named:
            yield Problem(
                _("No example of %(csv)s names the image of an instance.", csv=csv.title),
                _("Give the image in the examples, if the instances have one of their own."),
                csv.place(ALM_EXAMPLES),
                severity=Severity.INFO if (csv.file, csv.index) in given else None,
            )


def _has_examples(csv: Manifest) -> bool:
    """Whether there are examples that can be read."""
    leaf = csv.source.leaf_at(ALM_EXAMPLES)
    if leaf is None or not isinstance(leaf.value, str) or "{" not in leaf.text:
        return False
    try:
        JsonInYaml.parse(csv.source, leaf)
    except JsonBroken:
        return False
    return True
