"""The annotation `containerImage` shows an image that the platform can have.

**What.** `metadata.annotations.containerImage` is an image reference (not the address of a web
page), and not a digest alone.

**Why.** It is shown to people and pulled by nobody, so it stops no deployment. The portal rewrites
it like the others; an address of a page it leaves, and a digest may be another one after the image
was pushed again.

**How to fix it.** Write the image with its tag, as in the Deployment.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.references import ImageReference, NotAReference
from ...package.operator import ANNOTATIONS
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, OURS, operator_package

ID = "OSC-OPR-016"
NAME = "shown-image"
TITLE = _("containerImage shows an image that the platform cannot have")
SEVERITY = Severity.INFO
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
_PATH = (*ANNOTATIONS, "containerImage")


def _with_image(image: str) -> str:
    line = f"    containerImage: {image}\n"
    return CSV.replace("    categories:", f"{line}    categories:")


GOOD: tuple[Example, ...] = (
    operator_package(),
    operator_package(csv=_with_image(f"{OURS}/demo-operator:1.0.0")),
)
BAD: tuple[Example, ...] = (
    operator_package(csv=_with_image("https://quay.io/repository/demo/demo-operator")).expecting(
        Expected(
            "OSC-OPR-016",
            "info",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:16:21",
            message=Message(
                "containerImage is %(text)s, which is not an image and is left as it is.",
                {"text": "https://quay.io/repository/demo/demo-operator"},
            ),
            help="Write the image with its tag, as in the Deployment.",
        )
    ),
    operator_package(
        csv=_with_image(f"{OURS}/demo-operator@sha256:" + "0123456789abcdef" * 4)
    ).expecting(
        Expected(
            "OSC-OPR-016",
            "info",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:16:21",
            message=Message(
                "containerImage shows %(text)s by its digest alone.",
                {
                    "text": (
                        "swr.cn-east-3.myhuaweicloud.com/osc-opensource/demo-operator@sha25"
                        "6:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                    )
                },
            ),
            help="Write the image with its tag, as in the Deployment.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every annotation that is no reference, or a digest alone."""
    for csv in facts.operator.csvs if facts.operator is not None else ():
        text = csv.text(_PATH)
        if text and (message := _objection(text)):
            yield Problem(
                message,
                _("Write the image with its tag, as in the Deployment."),
                csv.place(_PATH),
            )


def _objection(text: str) -> Message | None:
    try:
        reference = ImageReference.parse(text)
    except NotAReference:
        return _(
            "containerImage is %(text)s, which is not an image and is left as it is.", text=text
        )
    if reference.digest and not reference.tag:
        return _("containerImage shows %(text)s by its digest alone.", text=text)
    return None
