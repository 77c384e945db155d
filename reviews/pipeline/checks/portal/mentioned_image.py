"""Texts that mention an image are left as they are, and listed.

**What.** A description, a link or another text for people names an image, or the file of a test
tool does. The portal replaces whole references where an image is used, and touches no text.

**Why.** Nobody pulls what a text mentions, and a text that is changed by a machine may become
wrong. You should know all the same that the old address is still there.

**How to fix it.** Nothing has to be done. Change the text if customers would be misled. If the
operator reads this text and pulls from it, give the image in a field of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...manifests.image_places import ImagePlace
from ...package.operator import CSV_KIND
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.operators import CSV, operator_package

ID = "PORTAL-007"
NAME = "mentioned-image"
TITLE = _("Texts that mention an image are left as they are")
SEVERITY = Severity.INFO
AFTER = ("OSC-FMT-017",)  # of a sample instance that is no JSON nothing else is said
SOURCE: str | None = None
_TEXT = "  description: Backs up with quay.io/demo/backup:1 every night.\n"
GOOD: tuple[Example, ...] = (operator_package(),)
BAD: tuple[Example, ...] = (
    operator_package(
        csv=CSV.replace("  displayName: Demo\n", f"  displayName: Demo\n{_TEXT}")
    ).expecting(
        Expected(
            "PORTAL-007",
            "info",
            "demo/1.0.0/demo-operator.v1.0.0.clusterserviceversion.yaml:23:30",
            message=Message(
                "%(path)s mentions %(images)s. It is text and stays as it is.",
                {"path": ("spec.description",), "images": ("quay.io/demo/backup:1",)},
            ),
            help=("Nothing has to be done, unless a program reads this text and pulls from it."),
            images=("quay.io/demo/backup:1",),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """One problem for each text of a CSV and for each other file, with all the images in it."""
    by_text: dict[tuple[str, int, str], list[ImagePlace]] = {}
    for place in facts.places.mentions if facts.places is not None else ():
        path = place.path if place.use.kind == CSV_KIND else ""
        by_text.setdefault((place.file, place.string.index, path), []).append(place)
    for places in by_text.values():
        yield Problem(
            _(
                "%(path)s mentions %(images)s. It is text and stays as it is.",
                path=tuple(dict.fromkeys(each.path for each in places)),
                images=tuple(dict.fromkeys(each.image for each in places)),
            ),
            _("Nothing has to be done, unless a program reads this text and pulls from it."),
            places[0].place,
            images=tuple(dict.fromkeys(each.image for each in places)),
        )
