"""No image is outside the ClusterServiceVersion.

**What.** A default in a CustomResourceDefinition, a ConfigMap, a Deployment or any other manifest
of the package names an image. (Descriptions and the files of test tools are only listed.)

**Why.** The platform stores the images in its own registry and rewrites
`*.clusterserviceversion.yaml`, and no other file. An image elsewhere keeps its old address, and the
customer's cluster cannot pull it on the day of deployment.

**How to fix it.** Let the operator take the image from a variable of its container, where the CSV
gives it, or from the resource, where `alm-examples` gives it; remove the default.
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
from ..examples.operators import CRD, operator_package

ID = "OSC-OPR-009"
NAME = "outside-image"
TITLE = _("An image is outside the CSV")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0011.html"
_DEFAULT = """\
              image:
                type: string
                default: quay.io/demo/demo:1
"""
_CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: demo}
data:
  sidecar: quay.io/demo/sidecar:1
"""
GOOD: tuple[Example, ...] = (
    operator_package(),
    operator_package(
        crd=CRD.replace(
            "                type: string\n",
            "                type: string\n                description: As quay.io/demo/demo:1\n",
        )
    ),
)
BAD: tuple[Example, ...] = (
    operator_package(crd=CRD[: CRD.index("              image:")] + _DEFAULT).expecting(
        Expected(
            "OSC-OPR-009",
            "error",
            "demo/1.0.0/demos.demo.example.crd.yaml:24:26",
            message=Message(
                "%(path)s names %(image)s. The platform rewrites the"
                " ClusterServiceVersion only, so this image stays at its old"
                " address and cannot be pulled there.",
                {
                    "path": (
                        "spec.versions[0].schema.openAPIV3Schema.properties.spec.properties"
                        ".image.default"
                    ),
                    "image": "quay.io/demo/demo:1",
                },
            ),
            help=(
                "Give the image in the ClusterServiceVersion, as a variable of the"
                " operator's container or in alm-examples, and let the operator"
                " take it from there."
            ),
            image="quay.io/demo/demo:1",
        )
    ),
    operator_package(more={"1.0.0/config.yaml": _CONFIG}).expecting(
        Expected(
            "OSC-OPR-009",
            "error",
            "demo/1.0.0/config.yaml:5:12",
            message=Message(
                "%(path)s names %(image)s. The platform rewrites the"
                " ClusterServiceVersion only, so this image stays at its old"
                " address and cannot be pulled there.",
                {"path": "data.sidecar", "image": "quay.io/demo/sidecar:1"},
            ),
            help=(
                "Give the image in the ClusterServiceVersion, as a variable of the"
                " operator's container or in alm-examples, and let the operator"
                " take it from there."
            ),
            image="quay.io/demo/sidecar:1",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Every place in another file that names an image which must move."""
    if facts.operator is None or facts.places is None:
        return
    moving = {
        image.original for image in facts.trace.images if image.status is ImageStatus.HARDCODED
    }
    for place in facts.places.outside:
        if place.image in moving:
            yield Problem(
                _(
                    "%(path)s names %(image)s. The platform rewrites the ClusterServiceVersion"
                    " only, so this image stays at its old address and cannot be pulled there.",
                    path=place.path,
                    image=place.image,
                ),
                _(
                    "Give the image in the ClusterServiceVersion, as a variable of the operator's"
                    " container or in alm-examples, and let the operator take it from there."
                ),
                place.place,
                image=place.image,
            )
