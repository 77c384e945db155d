"""Images of an OSC-format package are in lifecycle.yaml and the csd files.

**What.** No other file of the package names an image that is pulled: no default in a
CustomResourceDefinition, no file in `manifests/vendor`. A package that brings a chart has the
chart's images in `raw/values.yaml`, which other rules look after.

**Why.** The platform stores the images in its own registry and rewrites `lifecycle.yaml` and the
csd files. An image elsewhere keeps its old address, and the customer's cluster cannot pull it on
the day of deployment.

**How to fix it.** Give the operator's images in `lifecycle.yaml` and those of the instances in
`defaultConfiguration`, and let the operator take them from there; remove the default.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...tracing.model import ImageStatus
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CRD, OSC_METADATA, osc_package

ID = "OSC-FMT-034"
NAME = "osc-outside-image"
TITLE = _("An image is outside lifecycle.yaml and the csd files")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
_STRING = "                  type: string\n"
_DEFAULT = "                  default: quay.io/demo/demo:1\n"
_DESCRIPTION = "                  description: Such as quay.io/demo/demo:1\n"
GOOD: tuple[Example, ...] = (
    osc_package(crd=OSC_CRD.replace(_STRING, _STRING + _DESCRIPTION, 1)),
    osc_package(metadata=OSC_METADATA + "containerImage: quay.io/demo/demo:1\n"),
)
BAD: tuple[Example, ...] = (
    osc_package(crd=OSC_CRD.replace(_STRING, _STRING + _DEFAULT, 1)).expecting(
        Expected(
            "OSC-FMT-034",
            "error",
            "demo/manifests/demo_crd.yaml:24:28",
            message=Message(
                "%(path)s names %(image)s. The platform rewrites lifecycle.yaml and"
                " the csd files only, so this image cannot be pulled.",
                {
                    "path": (
                        "spec.versions[0].schema.openAPIV3Schema.properties.spec.properties"
                        ".image.default"
                    ),
                    "image": "quay.io/demo/demo:1",
                },
            ),
            help=("Give the image in lifecycle.yaml or in the csd file's defaultConfiguration."),
            image="quay.io/demo/demo:1",
        )
    ),
    osc_package(more={"manifests/vendor/redis.yaml": "image: quay.io/demo/redis:7\n"}).expecting(
        Expected(
            "OSC-FMT-034",
            "error",
            "demo/manifests/vendor/redis.yaml:1:8",
            message=Message(
                "%(path)s names %(image)s. The platform rewrites lifecycle.yaml and"
                " the csd files only, so this image cannot be pulled.",
                {"path": "image", "image": "quay.io/demo/redis:7"},
            ),
            help=("Give the image in lifecycle.yaml or in the csd file's defaultConfiguration."),
            image="quay.io/demo/redis:7",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every place in another file that names an image which must move."""
    if facts.osc is None or facts.places is None:
        return
    moving = {
        image.original for image in facts.trace.images if image.status is ImageStatus.HARDCODED
    }
    for place in facts.places.outside:
        if place.image in moving:
            yield Problem(
                _(
                    "%(path)s names %(image)s. The platform rewrites lifecycle.yaml and the csd"
                    " files only, so this image cannot be pulled.",
                    path=place.path,
                    image=place.image,
                ),
                _("Give the image in lifecycle.yaml or in the csd file's defaultConfiguration."),
                place.place,
                image=place.image,
            )
