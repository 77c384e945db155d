"""`images/mapping.yaml` is one map, in the one file that the platform reads.

**What.** The mapping is in the folder `images`, is called `mapping.yaml`, and is one YAML
document whose outermost level is a map. That it parses is asked by OSC-YAML-001, that it is not
called `mapping.yml` by OSC-YAML-004.

**Why.** A mapping under another name or in another folder is read by nobody, and of several
documents in one file only the first is. The images then keep their old addresses.

**How to fix it.** Put the mapping into `images/mapping.yaml`, beginning with the key `instance`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...mapping.entries import ImageMapping
from ..examples.charts import Example
from ..examples.expected import Expected
from ..examples.mappings import MAPPING, mapped_chart

ID = "OSC-MAP-002"
NAME = "mapping-file"
TITLE = _("The mapping is not one map in images/mapping.yaml")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
AFTER = ("OSC-YAML-001", "OSC-YAML-004")

_MAPPING = "demo/images/mapping.yaml"
_LIKELY = re.compile(rb"^instances?[ \t]*:", re.MULTILINE)


def _elsewhere(name: str) -> Example:
    files = dict(mapped_chart().files)
    files[name] = files.pop(_MAPPING)
    return Example(files)


GOOD: tuple[Example, ...] = (
    mapped_chart(),
    mapped_chart("---\n" + MAPPING),
    Example({**mapped_chart().files, "demo/images/notes.yaml": MAPPING}),
)
BAD: tuple[Example, ...] = (
    mapped_chart("").expecting(
        Expected(
            "OSC-MAP-002",
            "error",
            "demo/images/mapping.yaml:1:1",
            message=Message(
                "The outermost level must be a map, but here is a %(found)s.", {"found": "null"}
            ),
            help="Begin with the key “instance” and put the list of images below it.",
        )
    ),
    mapped_chart("- image: etcd\n  tag: '3'\n").expecting(
        Expected(
            "OSC-MAP-002",
            "error",
            "demo/images/mapping.yaml:1:1",
            message=Message(
                "The outermost level must be a map, but here is a %(found)s.",
                {"found": Message("list", {})},
            ),
            help="Begin with the key “instance” and put the list of images below it.",
        )
    ),
    mapped_chart(MAPPING + "---\n" + MAPPING).expecting(
        Expected(
            "OSC-MAP-002",
            "error",
            "demo/images/mapping.yaml:11:1",
            message=("A second document begins here; only the first one of a file is read."),
            help="Put all entries into one list below “instance”.",
        )
    ),
    _elsewhere("demo/images/etcd-mapping.yaml").expecting(
        Expected(
            "OSC-MAP-002",
            "error",
            "demo/images/etcd-mapping.yaml",
            message=(
                "This reads like the mapping, but the platform looks for it in"
                " images/mapping.yaml only."
            ),
            help=Message("Call it %(name)s.", {"name": "demo/images/mapping.yaml"}),
        )
    ),
    _elsewhere("demo/mapping.yaml").expecting(
        Expected(
            "OSC-MAP-002",
            "error",
            "demo/mapping.yaml",
            message=(
                "This reads like the mapping, but the platform looks for it in"
                " images/mapping.yaml only."
            ),
            help=Message("Call it %(name)s.", {"name": "demo/images/mapping.yaml"}),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """A root that is no map, further documents, and mappings that nobody reads."""
    if facts.mapping is not None:
        yield from _of_the_file(facts.mapping)
    elif facts.package.mapping is None and facts.package.top is not None:
        yield from _elsewhere_in(facts)


def _of_the_file(mapping: ImageMapping) -> Iterator[Problem]:
    root = mapping.source.root
    if not isinstance(mapping.source.tree, dict):
        at = Place(mapping.file, root.line if root else 1, root.column if root else 1)
        found = _("list") if isinstance(mapping.source.tree, list) else _("text")
        yield Problem(
            _(
                "The outermost level must be a map, but here is a %(found)s.",
                found=found if mapping.source.tree is not None else "null",
            ),
            _("Begin with the key “instance” and put the list of images below it."),
            at,
        )
    elif mapping.source.documents > 1:
        second = mapping.source.roots[1]
        yield Problem(
            _("A second document begins here; only the first one of a file is read."),
            _("Put all entries into one list below “instance”."),
            Place(mapping.file, second.line, second.column),
        )


def _elsewhere_in(facts: Facts) -> Iterator[Problem]:
    """Files that read like the mapping but are not where it is looked for."""
    package = facts.package
    for member in package.upload.files():
        name = member.name.removeprefix(package.top or "")
        near = name.startswith("images/") or name == "mapping.yaml"
        if near and name.endswith((".yaml", ".yml")) and _LIKELY.search(member.content or b""):
            yield Problem(
                _(
                    "This reads like the mapping, but the platform looks for it in"
                    " images/mapping.yaml only."
                ),
                _("Call it %(name)s.", name=f"{package.top}images/mapping.yaml"),
                Place(package.upload.address(member.name)),
            )
