"""Every YAML file reads the same for everybody.

**What.** `Chart.yaml`, `values.yaml` (also those of sub-charts), `images/mapping.yaml` and the YAML
files of an OSC-format package outside `raw` parse, are written in UTF-8 without a byte order mark,
are not indented by tabs, and name no key twice in one map.

**Why.** A file that does not parse stops the installation. A duplicate key is worse: Helm
silently takes the last one, many editors and tools show the first, and the reader believes what
he sees. A byte order mark is skipped by Helm and stumbled over by others.

**How to fix it.** Remove the earlier of two equal keys, or merge them. Indent by spaces. Save
the file as UTF-8 without BOM. A finding in a sub-chart's file is a warning: fix
it where that chart is made.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Place, Problem, Severity
from ...core.messages import Message, _
from ...core.policy import Policy
from ...facts.model import Facts
from ...yaml.source import DuplicateKey, YamlBroken, YamlSource, dotted
from ..examples.charts import CHART, Example, bare_chart, service_package
from ..examples.expected import Expected
from ..examples.osc_packages import OSC_CSD, osc_package

ID = "OSC-YAML-001"
NAME = "valid-yaml"
TITLE = _("A YAML file does not read the same for everybody")
SEVERITY = Severity.ERROR
SOURCE: str | None = None
AFTER = ("OSC-YAML-002",)
GOOD: tuple[Example, ...] = (
    bare_chart("# \N{BYTE ORDER MARK} inside a comment\na: {b: 1}\nc: {b: 1}\n"),
    bare_chart("a:\t1 # a tab that indents nothing\n"),
)
BAD: tuple[Example, ...] = (
    bare_chart("a: 1\nb: 2\na: 3\n").expecting(
        Expected(
            "OSC-YAML-001",
            "error",
            "demo/values.yaml:3:1",
            message=Message(
                "The key %(path)s is there twice, in line %(first)d and here. Helm"
                " takes this one, the last, and says nothing; whoever reads the"
                " file from the top believes the other.",
                {"path": "a", "first": 1},
            ),
            help="Keep one of the two, or merge them into one.",
        )
    ),
    bare_chart("image:\n\ttag: 1\n").expecting(
        Expected(
            "OSC-YAML-001",
            "error",
            "demo/values.yaml:2:1",
            message=("There is a tab here where YAML takes only spaces. Indent with spaces."),
            help=(
                "Fix the line and check the file with any YAML tool; indent with"
                " spaces, never with tabs."
            ),
        )
    ),
    bare_chart("a: [1\n").expecting(
        Expected(
            "OSC-YAML-001",
            "error",
            "demo/values.yaml:2:1",
            message=("A list [...] or a map {...} is not closed, or a comma is missing. Close it."),
            help=(
                "Fix the line and check the file with any YAML tool; indent with"
                " spaces, never with tabs."
            ),
        )
    ),
    bare_chart("\N{BYTE ORDER MARK}a: 1\n").expecting(
        Expected(
            "OSC-YAML-001",
            "warning",
            "demo/values.yaml:1:1",
            message=(
                "The file begins with a byte order mark, which some YAML readers take for text."
            ),
            help="Save the file as UTF-8 without BOM.",
        )
    ),
    bare_chart(metadata=CHART + "name: demo\n").expecting(
        Expected(
            "OSC-YAML-001",
            "error",
            "demo/Chart.yaml:13:1",
            message=Message(
                "The key %(path)s is there twice, in line %(first)d and here. Helm"
                " takes this one, the last, and says nothing; whoever reads the"
                " file from the top believes the other.",
                {"path": "name", "first": 2},
            ),
            help="Keep one of the two, or merge them into one.",
        )
    ),
    bare_chart(
        more={
            "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
            "charts/sub/values.yaml": "a: 1\na: 2\n",
        }
    ).expecting(
        Expected(
            "OSC-YAML-001",
            "warning",
            "demo/charts/sub/values.yaml:2:1",
            message=Message(
                "The key %(path)s is there twice, in line %(first)d and here. Helm"
                " takes this one, the last, and says nothing; whoever reads the"
                " file from the top believes the other.",
                {"path": "a", "first": 1},
            ),
            help="Keep one of the two, or merge them into one.",
        )
    ),
    service_package(more={"images/mapping.yaml": "instance: []\ninstance: []\n"}).expecting(
        Expected(
            "OSC-YAML-001",
            "error",
            "demo/images/mapping.yaml:2:1",
            message=Message(
                "The key %(path)s is there twice, in line %(first)d and here. Helm"
                " takes this one, the last, and says nothing; whoever reads the"
                " file from the top believes the other.",
                {"path": "instance", "first": 1},
            ),
            help="Keep one of the two, or merge them into one.",
        )
    ),
    osc_package(csd=OSC_CSD + "kind: CustomServiceDefinition\n").expecting(
        Expected(
            "OSC-YAML-001",
            "error",
            "demo/manifests/demo_csd.yaml:31:1",
            message=Message(
                "The key %(path)s is there twice, in line %(first)d and here. Helm"
                " takes this one, the last, and says nothing; whoever reads the"
                " file from the top believes the other.",
                {"path": "kind", "first": 2},
            ),
            help="Keep one of the two, or merge them into one.",
        )
    ),
    osc_package(lifecycle="install: [1\n").expecting(
        Expected(
            "OSC-YAML-001",
            "error",
            "demo/lifecycle.yaml:2:1",
            message=("A list [...] or a map {...} is not closed, or a comma is missing. Close it."),
            help=(
                "Fix the line and check the file with any YAML tool; indent with"
                " spaces, never with tabs."
            ),
        )
    ),
)


def check(facts: Facts, _policy: Policy, /) -> Iterator[Problem]:
    """Files that do not parse, byte order marks, and duplicate keys."""
    for file, error in facts.broken:
        yield _broken(file, error)
    for source, is_own in _sources(facts):
        if is_own and source.data.startswith(b"\xef\xbb\xbf"):
            yield _byte_order_mark(source)
        for duplicate in source.duplicates:
            yield _duplicate(source, duplicate, is_own=is_own)


def _sources(facts: Facts) -> Iterator[tuple[YamlSource, bool]]:
    """Every file that parses, once, and whether the package's makers wrote it."""
    found: dict[str, tuple[YamlSource, bool]] = {}
    if facts.mapping is not None:
        found[facts.mapping.source.file] = (facts.mapping.source, True)
    for source in facts.osc.sources.values() if facts.osc is not None else ():
        found[source.file] = (source, True)
    for each in facts.chart.walk() if facts.chart is not None else ():
        for read in (each.metadata, each.values):
            if read is not None:
                found.setdefault(read.file, (read, each.is_root))
    yield from found.values()


def _broken(file: str, error: YamlBroken) -> Problem:
    return Problem(
        error.message,
        _(
            "Fix the line and check the file with any YAML tool; indent with spaces, never with"
            " tabs."
        ),
        Place(file, error.line, error.column),
    )


def _byte_order_mark(source: YamlSource) -> Problem:
    return Problem(
        _("The file begins with a byte order mark, which some YAML readers take for text."),
        _("Save the file as UTF-8 without BOM."),
        Place(source.file, 1, 1),
        severity=Severity.WARNING,
    )


def _duplicate(source: YamlSource, duplicate: DuplicateKey, *, is_own: bool) -> Problem:
    return Problem(
        _(
            "The key %(path)s is there twice, in line %(first)d and here. Helm takes this one,"
            " the last, and says nothing; whoever reads the file from the top believes the other.",
            path=dotted(duplicate.path),
            first=duplicate.first_line,
        ),
        _("Keep one of the two, or merge them into one."),
        Place(source.file, duplicate.line, duplicate.column),
        severity=None if is_own else Severity.WARNING,
    )
