"""`images/mapping.yaml` lists the images below `instance`.

**What.** The key `instance` (or `instances`, as the guide calls it for operators) holds a list with
at least one entry, and every entry is a map. Only one of the two names is used.

**Why.** The platform goes through this list. What is not an entry of it is not replaced.

**How to fix it.** Write `instance:` and below it one item for each image, each beginning with a
dash: `- image: etcd`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, Parameter, _
from ...core.policy import Policy
from ...core.suggestions import nearest
from ...facts.model import Facts
from ...mapping.entries import INSTANCE_KEYS, ImageMapping
from ...mapping.parts import Part
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import MAPPING, changed, mapped_chart

ID = "OSC-MAP-003"
NAME = "mapping-list"
TITLE = _("The mapping has no list of images")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0012.html"
AFTER = ("OSC-MAP-002",)
GOOD: tuple[Example, ...] = (mapped_chart(), changed("instance", "instances"))
BAD: tuple[Example, ...] = (
    changed("instance", "Instance").expecting(
        Expected(
            "OSC-MAP-003",
            "error",
            "demo/images/mapping.yaml:1:1",
            message="There is no key “instance”, and so no list of images.",
            help=Message("Probably “%(found)s” was meant to be “instance”.", {"found": "Instance"}),
        )
    ),
    mapped_chart("instance: []\n").expecting(
        Expected(
            "OSC-MAP-003",
            "error",
            "demo/images/mapping.yaml:1:1",
            message=Message("The list “%(name)s” is empty.", {"name": "instance"}),
            help="Write one item for each image, each beginning with “- image:”.",
        )
    ),
    mapped_chart("instance:\n").expecting(
        Expected(
            "OSC-MAP-003",
            "error",
            "demo/images/mapping.yaml:1:1",
            message=Message(
                "“%(name)s” must hold a list, but here is a %(kind)s.",
                {"name": "instance", "kind": Message("null", {})},
            ),
            help="Write one item for each image, each beginning with “- image:”.",
        )
    ),
    mapped_chart("instance: etcd\n").expecting(
        Expected(
            "OSC-MAP-003",
            "error",
            "demo/images/mapping.yaml:1:1",
            message=Message(
                "“%(name)s” must hold a list, but here is a %(kind)s.",
                {"name": "instance", "kind": Message("text", {})},
            ),
            help="Write one item for each image, each beginning with “- image:”.",
        )
    ),
    mapped_chart("instance:\n  image: etcd\n  tag: '3'\n").expecting(
        Expected(
            "OSC-MAP-003",
            "error",
            "demo/images/mapping.yaml:1:1",
            message=Message(
                "“%(name)s” must hold a list, but here is a %(kind)s.",
                {"name": "instance", "kind": Message("map", {})},
            ),
            help=("Put a dash in front of the first key, and indent the others like it."),
        )
    ),
    mapped_chart(MAPPING + "- etcd.tar\n").expecting(
        Expected(
            "OSC-MAP-003",
            "error",
            "demo/images/mapping.yaml:10:3",
            message=Message(
                "An entry of %(list)s must be a map, but here is a %(kind)s.",
                {"list": "instance", "kind": Message("text", {})},
            ),
            help=("Write the entry as a map: “- image: …”, and its other keys below “image”."),
        )
    ),
    mapped_chart(MAPPING + MAPPING.replace("instance", "instances")).expecting(
        Expected(
            "OSC-MAP-003",
            "warning",
            "demo/images/mapping.yaml:10:1",
            message=Message(
                "“%(first)s” and “%(second)s” are both there; the guide uses the"
                " two names for one list, and which of them the platform reads is"
                " not known.",
                {"first": "instance", "second": "instances"},
            ),
            help="Put all entries into one list.",
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A list that is missing, empty, none, or there twice; items that are no entries."""
    mapping = facts.mapping
    if mapping is None or not isinstance(mapping.source.tree, dict):
        return
    if not mapping.instances and facts.chart is not None:
        yield _missing(mapping)
    for part in mapping.instances:
        if part.kind != "list" or not part.value:
            yield Problem(_wrong(part), _remedy(part), part.key_place)
    if len(mapping.instances) > 1:
        yield _twice(*mapping.instances[:2])
    for stray in mapping.strays:
        yield Problem(
            _("An entry of %(list)s must be a map, but here is a %(kind)s.", **_words(stray)),
            _("Write the entry as a map: “- image: …”, and its other keys below “image”."),
            stray.place,
        )


def _missing(mapping: ImageMapping) -> Problem:
    meant = next((each for each in mapping.unknown if nearest(each.name, INSTANCE_KEYS)), None)
    remedy = _("Write “instance:” and below it one item for each image.")
    if meant is not None:
        remedy = _("Probably “%(found)s” was meant to be “instance”.", found=meant.name)
    return Problem(
        _("There is no key “instance”, and so no list of images."),
        remedy,
        meant.key_place if meant is not None else Place(mapping.file, 1, 1),
    )


def _wrong(part: Part) -> Message:
    if part.kind == "list":
        return _("The list “%(name)s” is empty.", name=part.name)
    return _(
        "“%(name)s” must hold a list, but here is a %(kind)s.", name=part.name, kind=part.kind_name
    )


def _remedy(part: Part) -> Message:
    if part.kind == "map":
        return _("Put a dash in front of the first key, and indent the others like it.")
    return _("Write one item for each image, each beginning with “- image:”.")


def _twice(first: Part, second: Part) -> Problem:
    return Problem(
        _(
            "“%(first)s” and “%(second)s” are both there; the guide uses the two names for one"
            " list, and which of them the platform reads is not known.",
            first=first.name,
            second=second.name,
        ),
        _("Put all entries into one list."),
        second.key_place,
        severity=Severity.WARNING,
    )


def _words(stray: Part) -> dict[str, Parameter]:
    return {"list": str(stray.path[0]), "kind": stray.kind_name}
