"""Files that are found by their names have exactly these names.

**What.** `Chart.yaml`, `values.yaml`, `values.schema.json` and `templates` of a chart,
`images/mapping.yaml` of a service package, `metadata.yaml` and `lifecycle.yaml` of an OSC-format
package are spelled exactly so: not `value.yaml`, not `mapping.yml`.

**Why.** Nobody looks for another name. The file is packed, delivered and never read, and nothing
says so.

**How to fix it.** Rename the file. Where the right one is there as well, merge the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...archive.members import Archive
from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...package.layout import entries
from ..examples.charts import Example, bare_chart, service_package
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_METADATA, osc_package

ID = "OSC-YAML-004"
NAME = "fixed-names"
TITLE = _("A file that is found by its name is misspelt")
SEVERITY = Severity.ERROR
SOURCE: str | None = "https://support.huaweicloud.com/accessg-osc/osc_sp_0005.html"
GOOD: tuple[Example, ...] = (
    bare_chart(more={"docs/value.yaml": "a: 1\n"}),
    service_package(more={"images/mapping.yaml": "instance: []\n"}),
    osc_package(),
)
BAD: tuple[Example, ...] = (
    bare_chart(more={"value.yaml": "a: 1\n"}).expecting(
        Expected(
            "OSC-YAML-004",
            "error",
            "demo/value.yaml",
            message=Message(
                "Nothing reads “%(found)s”; the name must be “%(wanted)s”.",
                {"found": "value.yaml", "wanted": "values.yaml"},
            ),
            help=Message("Rename it to %(wanted)s.", {"wanted": "values.yaml"}),
        )
    ),
    service_package(more={"images/mapping.yml": "instance: []\n"}).expecting(
        Expected(
            "OSC-YAML-004",
            "error",
            "demo/images/mapping.yml",
            message=Message(
                "Nothing reads “%(found)s”; the name must be “%(wanted)s”.",
                {"found": "mapping.yml", "wanted": "mapping.yaml"},
            ),
            help=Message("Rename it to %(wanted)s.", {"wanted": "mapping.yaml"}),
        )
    ),
    service_package(more={"images/Mapping.yaml": "instance: []\n"}).expecting(
        Expected(
            "OSC-YAML-004",
            "error",
            "demo/images/Mapping.yaml",
            message=Message(
                "Nothing reads “%(found)s”; the name must be “%(wanted)s”.",
                {"found": "Mapping.yaml", "wanted": "mapping.yaml"},
            ),
            help=Message("Rename it to %(wanted)s.", {"wanted": "mapping.yaml"}),
        )
    ),
    osc_package(without=("metadata.yaml",), more={"metadata.yml": OSC_METADATA}).expecting(
        Expected(
            "OSC-YAML-004",
            "error",
            "demo/metadata.yml",
            message=Message(
                "Nothing reads “%(found)s”; the name must be “%(wanted)s”.",
                {"found": "metadata.yml", "wanted": "metadata.yaml"},
            ),
            help=Message("Rename it to %(wanted)s.", {"wanted": "metadata.yaml"}),
        )
    ),
)

_CHART = {
    "values.yaml": ("value.yaml", "values.yml", "value.yml"),
    "values.schema.json": ("value.schema.json", "values.schema.yaml", "values-schema.json"),
    "templates": ("template",),
}
_OSC = {
    "metadata.yaml": ("metadata.yml", "meta.yaml"),
    "lifecycle.yaml": ("lifecycle.yml",),
    "manifests": ("manifest",),
}
_IMAGES = {"mapping.yaml": ("mapping.yml", "mappings.yaml", "mapping.yaml.txt")}


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Names that were meant to be one of these."""
    package = facts.package
    if package.top is not None:
        yield from _misspelt(package.upload, f"{package.top}images/", _IMAGES)
    if facts.osc is not None:
        yield from _misspelt(facts.osc.archive, facts.osc.root, _OSC)
    if facts.chart is not None:
        yield from _misspelt(facts.chart.archive, facts.chart.root, _CHART)


def _misspelt(
    archive: Archive, folder: str, names: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    nearly = {each: wanted for wanted, others in names.items() for each in (*others, wanted)}
    for found in entries(archive, folder):
        wanted = nearly.get(found.lower())
        if wanted is not None and found != wanted:
            yield Problem(
                _(
                    "Nothing reads “%(found)s”; the name must be “%(wanted)s”.",
                    found=found,
                    wanted=wanted,
                ),
                _("Rename it to %(wanted)s.", wanted=wanted),
                Place(archive.address(folder + found)),
            )
