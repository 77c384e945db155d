"""What was read, rendered and traced: all that a check may look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..manifests.image_pieces import ImagePlaces
from ..manifests.workloads import Document
from ..mapping.entries import ImageMapping
from ..package.catalogue import Annotations, annotations_of
from ..package.chart_values import ValueLeaf, effective_leaves
from ..package.helm import Chart
from ..package.identity import Identity, identity_of
from ..package.layout import Package
from ..package.operator import Operator
from ..package.osc import OscPackage
from ..package.source_annotation import SourceAnnotation, source_annotations
from ..package.version_definition import VersionDefinition
from ..rendering import ChartRejected, LintMessage
from ..tracing.in_clusters import InClusters
from ..tracing.instance_versions import InstanceImage, UnknownInstance
from ..tracing.mapping_trial.trial import MappingTrial
from ..tracing.model import Trace
from ..tracing.pull_secrets.experiment import PullSecrets
from ..tracing.redirect.hard_coded import HardCoded, hard_coded
from ..yaml.source import Path, YamlBroken, YamlSource
from .image_coverage import ImageCoverage
from .manifest_faults import ManifestFaults

SOURCE_ANNOTATION_CAUSE = "annotations.source"
"""The cause of what a template makes of the source annotation that the portal writes."""


@dataclass(frozen=True, slots=True)
class OtherChange:
    """Something beside an image that renders differently after the edits.

    ``template`` is the address of the file, ``path`` leads to the field inside the resource.
    ``before`` and ``after`` are its text, None where it is absent, a hash in a Secret. ``cause``
    names the rewritten values from which it follows; None means that nobody knows, and then the
    rewrite is not proven harmless.
    """

    template: str
    kind: str
    name: str
    path: str
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
    before, where one is known, ``published_versions`` those of all releases whose images are in the
    registry. ``file`` is the name under which the package was uploaded,
    ``documents`` what the chart renders as it is, ``pull_secrets`` with what the pods of every
    render pull. ``render_failure`` is why the chart does not
    render with its default values (a ``RenderStopped`` when it did not finish within its
    limits), None when it does. ``rendered_with`` names the values file that was given
    instead, when only such a render succeeded; ``rendered_under`` are values that were given
    because the chart asks for them, one ``path=value`` each. ``broken`` lists YAML files that do
    not parse. ``mapping`` is None where the package has none, ``mapping_trial`` is what came of
    playing it through, None where no chart renders. ``other_changes`` are what the proof saw
    render differently beside images; empty before it. ``instance_images`` are what instances pull
    when they are moved to another version, ``unknown_instances`` the definitions of which that is
    not known. ``coverage`` is what the package
    ships against what it needs, None before its image archives were read; ``trace`` is then empty.
    ``clusters`` is what the chart renders in the clusters that it is sold for, ``manifests`` what
    their API servers would refuse of it.
    """

    package: Package
    chart: Chart | None = None
    mapping: ImageMapping | None = None
    broken: tuple[tuple[str, YamlBroken], ...] = ()
    lint: tuple[LintMessage, ...] = ()
    render_failure: ChartRejected | None = None
    rendered_with: str | None = None
    rendered_under: tuple[str, ...] = ()
    trace: Trace = field(default_factory=Trace)
    other_changes: tuple[OtherChange, ...] = ()
    instance_images: tuple[InstanceImage, ...] = ()
    unknown_instances: tuple[UnknownInstance, ...] = ()
    operator: Operator | None = None
    places: ImagePlaces | None = None
    osc: OscPackage | None = None
    previous_versions: tuple[VersionDefinition, ...] = ()
    published_versions: tuple[VersionDefinition, ...] = ()
    file: str = ""
    documents: tuple[Document, ...] = ()
    mapping_trial: MappingTrial | None = None
    pull_secrets: PullSecrets = field(default_factory=PullSecrets)
    coverage: ImageCoverage | None = None
    clusters: InClusters = field(default_factory=InClusters)
    manifests: ManifestFaults = field(default_factory=ManifestFaults)

    @cached_property
    def identity(self) -> Identity:
        """What the package calls itself."""
        return identity_of(self.chart, self.operator, self.osc)

    @cached_property
    def hard_coded(self) -> tuple[HardCoded, ...]:
        """What templates hard-code of the images; empty without a chart."""
        return () if self.chart is None else hard_coded(self.chart, self.trace.images)

    @cached_property
    def leaves(self) -> Mapping[Path, ValueLeaf]:
        """The values of the chart that are in force, by path; empty without a chart."""
        return effective_leaves(self.chart) if self.chart is not None else {}

    @cached_property
    def annotations(self) -> tuple[Annotations, ...]:
        """The annotations that the catalogue reads, of charts and operators."""
        return tuple(annotations_of(self.chart, self.operator, self.osc))

    @cached_property
    def own_yaml(self) -> tuple[YamlSource, ...]:
        """The YAML files that parse and that the package's makers wrote, templates left out."""
        return tuple({source.file: source for source in self._own_yaml()}.values())

    def _own_yaml(self) -> Iterator[YamlSource]:
        if self.mapping is not None:
            yield self.mapping.source
        if self.osc is not None:
            yield from self.osc.sources.values()
        if self.operator is not None:
            yield from (each.source for each in self.operator.manifests)
        if self.chart is not None:
            found = (self.chart.metadata, self.chart.values)
            yield from (source for source in found if source is not None)

    def data_of(self, address: str) -> bytes | None:
        """The bytes of the file at ``address`` in one of the archives that were opened."""
        archives = [self.package.upload, self.package.deploy]
        archives += [each.archive for each in self.chart.walk()] if self.chart else []
        for archive in sorted(archives, key=lambda each: -len(each.where)):
            member = archive.get(address.removeprefix(archive.where))
            if address.startswith(archive.where) and member is not None:
                return member.content
        return None

    @property
    def source_annotations(self) -> tuple[SourceAnnotation, ...]:
        """The documents that must say whose the package is."""
        return tuple(source_annotations(self.chart, self.operator, self.osc))

    def address_of(self, template: str) -> str:
        """The address of a template that the engine names by alias; of other files, their own."""
        return template if self.chart is None else template_address(self.chart, template)


def template_address(root: Chart, template: str) -> str:
    """The address of a template that the engine names by alias; of other files, their own."""
    if not template.startswith(f"{root.engine_path}/"):
        return template
    chart, name = root.source_of(template)
    return chart.address(name)
