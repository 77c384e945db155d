"""The folder `images` has no folders in it.

**What.** Image archives and `mapping.yaml` are directly in `images`.

**Why.** `mapping.yaml` names archives by their bare file names, so one in a folder cannot be named,
and a `mapping.yaml` in a folder is not read.

**How to fix it.** Move the files up. Where two would have one name, put the version into it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.layout import entries, is_junk
from ..examples.charts import Example, service_package
from ..examples.expected import Expected

ID = "OSC-PKG-010"
NAME = "flat-images"
TITLE = _("The folder “images” has folders in it")
SEVERITY = Severity.WARNING
SOURCE: str | None = None
GOOD: tuple[Example, ...] = (service_package(more={"images/mapping.yaml": "instance: []\n"}),)
BAD: tuple[Example, ...] = (
    service_package(more={"images/x86_64/demo-1.0.0-x86_64.tar": "an image\n"}).expecting(
        Expected(
            "OSC-PKG-010",
            "warning",
            "demo/images/x86_64",
            message=Message(
                "mapping.yaml cannot name what is in the folder “%(name)s”.", {"name": "x86_64"}
            ),
            help="Move its files up into “images”.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Each folder in ``images``."""
    package = facts.package
    if package.top is None:
        return
    folder = f"{package.top}images/"
    for name, is_folder in entries(package.upload, folder).items():
        if is_folder and not is_junk(f"{name}/x"):
            yield Problem(
                _("mapping.yaml cannot name what is in the folder “%(name)s”.", name=name),
                _("Move its files up into “images”."),
                Place(package.upload.address(folder + name)),
            )
