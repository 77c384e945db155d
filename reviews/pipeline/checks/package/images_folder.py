"""The folder of image archives is called `images`, exactly so.

**What.** `image`, `Images` and `imgs` in the service's folder are other folders.

**Why.** The platform looks for image archives and `mapping.yaml` in `images` and nowhere else. The
package would count as one without images, and its installation would pull from outside.

**How to fix it.** Rename the folder to `images` and zip the service's folder again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.layout import entries
from ..examples.charts import Example, service_package
from ..examples.expected import Expected

ID = "OSC-PKG-007"
NAME = "images-folder"
TITLE = _("The folder of image archives is not called “images”")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
GOOD: tuple[Example, ...] = (service_package(more={"images/mapping.yaml": "instance: []\n"}),)
BAD: tuple[Example, ...] = (
    service_package(more={"Images/mapping.yaml": "instance: []\n"}).expecting(
        Expected(
            "OSC-PKG-007",
            "error",
            "demo/Images",
            message=Message("The platform reads “images”, not “%(name)s”.", {"name": "Images"}),
            help="Rename the folder to “images”.",
        )
    ),
    service_package(more={"image/mapping.yaml": "instance: []\n"}).expecting(
        Expected(
            "OSC-PKG-007",
            "error",
            "demo/image",
            message=Message("The platform reads “images”, not “%(name)s”.", {"name": "image"}),
            help="Rename the folder to “images”.",
        )
    ),
)

_NEARLY = {"images", "image", "imgs", "img"}


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A folder whose name was meant to be ``images``."""
    package = facts.package
    if package.top is None:
        return
    for name, is_folder in entries(package.upload, package.top).items():
        if is_folder and name != "images" and name.lower() in _NEARLY:
            yield Problem(
                _("The platform reads “images”, not “%(name)s”.", name=name),
                _("Rename the folder to “images”."),
                Place(package.upload.address(package.top + name)),
            )
