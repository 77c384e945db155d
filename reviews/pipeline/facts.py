"""What was read, rendered and traced: all that a check may look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from .image_places import ImagePlaces
from .package.helm import Chart
from .package.layout import Package
from .package.mapping import ImageMapping
from .package.operator import Operator
from .package.osc import OscPackage
from .package.source_mark import SourceMark, source_marks
from .package.version_definition import VersionDefinition
from .provenance.trace import Trace
from .rendering import ChartRejected, LintMessage
from .workloads import Pointer
from .yaml_source import YamlBroken


@dataclass(frozen=True, slots=True)
class Change:
    """Something beside an image that renders differently after the rewrite.

    ``before`` and ``after`` are None where it is absent. Data of a Secret is given as a hash.
    ``cause`` names the rewritten values from which it follows, None when nobody knows.
    """

    template: str
    kind: str
    name: str
    pointer: Pointer
    before: str | None
    after: str | None
    cause: str | None


@dataclass(frozen=True)
class Facts:
    """One package as it is known before anything is rewritten.

    ``chart`` is None for the other kinds, but for an OSC-format package (``osc``) of Helm type,
    whose chart it is. ``operator`` and
    ``places``, where a package that no engine renders names images, are None for charts.
    ``previous_versions`` are the instance version definitions of the release
    before, where one is known. ``render_failure`` is why the chart does not
    render with its default values (a ``RenderStopped`` when it did not finish within its
    limits), None when it does. ``rendered_with`` names the values file that was given
    instead, when only such a render succeeded. ``broken`` lists YAML files that do not
    parse. ``mapping`` is None where the package has none. ``other_changes`` are what the
    proof saw render differently beside images; empty before it.
    """

    package: Package
    chart: Chart | None = None
    mapping: ImageMapping | None = None
    broken: tuple[tuple[str, YamlBroken], ...] = ()
    lint: tuple[LintMessage, ...] = ()
    render_failure: ChartRejected | None = None
    rendered_with: str | None = None
    trace: Trace = field(default_factory=Trace)
    other_changes: tuple[Change, ...] = ()
    operator: Operator | None = None
    places: ImagePlaces | None = None
    osc: OscPackage | None = None
    previous_versions: tuple[VersionDefinition, ...] = ()

    @property
    def source_marks(self) -> tuple[SourceMark, ...]:
        """The documents that must say whose the package is."""
        return tuple(source_marks(self.chart, self.operator, self.osc))
