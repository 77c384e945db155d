"""What the API server of each cluster version would refuse of all that was rendered.

Every manifest of every render is compared with the schemas of the versions that the render
stands for. A mistake that is seen in several versions, renders or copies is one fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from semver import Version

from ..cluster_schemas.custom import CustomSchemas
from ..cluster_schemas.faults import Fault, FaultKind
from ..cluster_schemas.served import Kind
from ..core.clusters import ClusterVersion
from ..core.findings import Place
from ..manifests.workloads import Document
from ..package.helm import Chart
from ..tracing.experiment.renderer import ChartRenderer
from ..tracing.experiment.settings import settings_of
from ..tracing.in_clusters import InClusters
from ..tracing.model import Trace
from ..versions.constraint import HelmConstraint
from .fault_places import place_in_template
from .one_manifest import duplicate, faults_of, has_schema

_HOOK = "helm.sh/hook"
_MOST_ITEMS = 1_000
# What is wrong whatever the values are.
_OF_ANY_VALUES = frozenset({FaultKind.UNKNOWN_FIELD, FaultKind.UNSERVED, FaultKind.DEPRECATED})
_OF_THE_API = frozenset({FaultKind.UNSERVED, FaultKind.DEPRECATED})
_REFUSED_BY_NONE = frozenset({FaultKind.CUSTOM_FIELD, FaultKind.DEPRECATED})


@dataclass(frozen=True)
class ManifestFault:
    """One mistake, in all that was rendered.

    ``place`` is the template, with the line where it could be found. ``kind`` and ``name`` are
    those of the first manifest that has it, ``versions`` those that refuse it, oldest first;
    ``is_everywhere`` says that these are all. ``shown_by`` names the settings without which it is
    not rendered; ``is_sample`` says that it is an instance that customers begin with,
    ``is_made_anew`` that the operator manager makes it of the fields that it knows.
    """

    fault: Fault
    place: Place
    kind: str
    name: str
    versions: tuple[ClusterVersion, ...]
    is_everywhere: bool
    shown_by: tuple[str, ...] = ()
    is_sample: bool = False
    is_made_anew: bool = False


@dataclass(frozen=True, slots=True)
class VersionTally:
    """How many manifests of the default render one version takes.

    ``is_admitted`` says that ``kubeVersion`` lets it in, ``renders`` that the chart renders there.
    Those without a schema are neither valid nor invalid.
    """

    version: ClusterVersion
    renders: bool
    is_admitted: bool = True
    manifests: int = 0
    valid: int = 0
    invalid: int = 0
    not_validated: int = 0


@dataclass(frozen=True)
class ManifestFaults:
    """The faults, the count for each version, newest first, and what has no schema.

    ``without_schema`` counts the manifests of the default render of the newest version, by
    ``apiVersion`` and ``kind``.
    """

    faults: tuple[ManifestFault, ...] = ()
    tallies: tuple[VersionTally, ...] = ()
    without_schema: Mapping[Kind, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _State:
    """What one render gave, and for which versions it stands.

    ``is_made_up`` says that it was given values that nobody would give, because a condition or
    a refusal asks for some, ``is_asked`` that one of these asks for each of its settings.
    """

    versions: tuple[ClusterVersion, ...]
    documents: Sequence[Document]
    shown_by: tuple[str, ...] = ()
    is_made_up: bool = False
    is_asked: bool = False


def judged(
    renderer: ChartRenderer,
    trace: Trace,
    clusters: InClusters,
    custom: CustomSchemas,
    *,
    is_made_up: bool = False,
) -> ManifestFaults:
    """Compare everything that was rendered with the schemas of all versions.

    ``is_made_up`` says that values were given that nobody would give, so that only fields and
    kinds say something. Raises SchemasMissing, and EngineBroken as ``Engine.parse`` does.
    """
    judging = _Judging(renderer, clusters, custom, is_made_up=is_made_up)
    for state in _states(trace, clusters):
        judging.look(state)
    return judging.result()


def documents_faults(
    renderer: ChartRenderer, documents: Sequence[Document], minor: int
) -> Iterator[Fault]:
    """What Kubernetes 1.``minor`` does not take in some documents, custom resources left out."""
    renderer.parse(document.text for document in documents)
    none = CustomSchemas()
    for document in documents:
        for data in _items(renderer.data(document)):
            yield from faults_of(data, _kind(data), minor, none)


def admits(root: Chart, version: ClusterVersion) -> bool:
    """Whether ``kubeVersion`` of the chart lets in a cluster of ``version``, by its numbers."""
    leaf = root.metadata.leaf_at(("kubeVersion",)) if root.metadata is not None else None
    if leaf is None or not leaf.text:
        return True
    constraint = HelmConstraint.parse(leaf.text)
    return constraint is None or constraint.admits(Version(1, version.minor, version.patch))


def custom_schemas(
    renderer: ChartRenderer, root: Chart, rendered: Iterable[Document]
) -> CustomSchemas:
    """The definitions that the chart brings: in ``crds/`` of any chart, and rendered ones."""
    texts = [
        part
        for chart in root.walk()
        for name, member in chart.files()
        if name.startswith("crds/") and member.content is not None
        for part in member.content.decode("utf-8", "replace").split("\n---")
    ]
    texts += [document.text for document in rendered]
    definitions = [text for text in texts if "kind: CustomResourceDefinition" in text]
    renderer.parse(definitions)
    return CustomSchemas.of(renderer.data_in(text) for text in definitions)


def _states(trace: Trace, clusters: InClusters) -> Iterator[_State]:
    newest = clusters.states[0].versions if clusters.states else ()
    for state in clusters.states:
        if state.observation is not None:
            yield _State(state.versions, tuple(state.observation.documents.values()))
    others = [each for each in trace.scenarios if each[0].cluster is None and each[0].shown_by]
    for scenario, seen in (*others, *clusters.others):
        is_made_up = scenario.is_asked and bool(scenario.values)
        documents = tuple(seen.documents.values())
        is_asked = scenario.is_asked and scenario.cluster is None
        yield _State(newest, documents, scenario.shown_by, is_made_up, is_asked)


@dataclass
class _Judging:
    renderer: ChartRenderer
    clusters: InClusters
    custom: CustomSchemas
    is_made_up: bool
    found: dict[tuple[object, ...], ManifestFault] = field(default_factory=dict)
    counted: dict[ClusterVersion, VersionTally] = field(default_factory=dict)
    without_schema: Counter[Kind] = field(default_factory=Counter)
    _seen: dict[tuple[str, Kind, str, int], tuple[Fault, ...]] = field(default_factory=dict)
    _lines: dict[str, list[str]] = field(default_factory=dict)

    @property
    def root(self) -> Chart:
        return self.renderer.chart

    def look(self, state: _State) -> None:
        """Compare the manifests of one render."""
        self.renderer.parse(document.text for document in state.documents)
        manifests = [
            (document, item)
            for document in state.documents
            for item in _items(self.renderer.data(document))
        ]
        for number, version in enumerate(state.versions):
            if not admits(self.root, version):
                continue
            wrong = self._twice(manifests, version) if not state.shown_by else set()
            tally = VersionTally(version, renders=True)
            for at, (document, data) in enumerate(manifests):
                is_wrong = self._judge(document, data, version, state) or at in wrong
                tally = self._counting(tally, data, is_wrong=is_wrong, is_first=number == 0)
            if not state.shown_by:
                self.counted[version] = tally

    def result(self) -> ManifestFaults:
        """What was found, in the order of the package."""
        listed = sorted(
            (version for state in self.clusters.states for version in state.versions), reverse=True
        )
        shown = set(self.counted)
        return ManifestFaults(
            tuple(
                replace(each, is_everywhere=shown <= set(each.versions))
                for each in self.found.values()
                # What another version has removed already is a matter of that version.
                if each.fault.kind is not FaultKind.DEPRECATED or shown <= set(each.versions)
            ),
            tuple(
                self.counted.get(
                    version,
                    VersionTally(version, renders=False, is_admitted=admits(self.root, version)),
                )
                for version in listed
            ),
            dict(self.without_schema),
        )

    def _counting(
        self, tally: VersionTally, data: dict[str, Any], *, is_wrong: bool, is_first: bool
    ) -> VersionTally:
        kind = _kind(data)
        tally = replace(tally, manifests=tally.manifests + 1)
        if is_wrong:
            return replace(tally, invalid=tally.invalid + 1)
        if not has_schema(kind, self.custom):
            if is_first and self.clusters.states[0].versions[0] == tally.version:
                self.without_schema[kind] += 1
            return replace(tally, not_validated=tally.not_validated + 1)
        return replace(tally, valid=tally.valid + 1)

    def _judge(
        self, document: Document, data: dict[str, Any], version: ClusterVersion, state: _State
    ) -> bool:
        """Note the faults of one manifest; whether one of them is for sure."""
        kind = _kind(data)
        key = (document.text, kind, _name(data), version.minor)
        if key not in self._seen:
            self._seen[key] = tuple(self._faults(data, kind, version.minor))
        is_made_up = self.is_made_up or state.is_made_up
        found = [
            fault for fault in self._seen[key] if not is_made_up or fault.kind in _OF_ANY_VALUES
        ]
        for fault in found:
            self._note(fault, document, data, version, state)
        return any(fault.kind not in _REFUSED_BY_NONE for fault in found)

    def _faults(self, data: dict[str, Any], kind: Kind, minor: int) -> Iterator[Fault]:
        for fault in faults_of(data, kind, minor, self.custom):
            if fault.kind in _OF_THE_API and self._is_asked_for(kind):
                continue
            yield fault

    def _is_asked_for(self, kind: Kind) -> bool:
        """Whether a template asks the cluster for this API before it writes it.

        The engine always serves some APIs that no cluster serves any more.
        """
        return any(api == kind[0] or api == "/".join(kind) for api in self.clusters.reads.apis)

    def _twice(
        self, manifests: Sequence[tuple[Document, dict[str, Any]]], version: ClusterVersion
    ) -> set[int]:
        """The manifests that define what another one of the same render defines already."""
        seen: dict[tuple[str, ...], str] = {}
        wrong = set()
        for at, (document, data) in enumerate(manifests):
            identity = _identity(data)
            if identity is None or document.template.rsplit("/", 1)[-1] == "NOTES.txt":
                continue
            if identity in seen:
                wrong.add(at)
                fault = duplicate(data, _name(data), self._address(seen[identity]))
                state = _State((version,), ())
                self._note(fault, document, data, version, state)
            else:
                seen[identity] = document.template
        return wrong

    def _address(self, template: str) -> str:
        chart, name = self.root.source_of(template)
        return chart.address(name)

    def _note(
        self,
        fault: Fault,
        document: Document,
        data: dict[str, Any],
        version: ClusterVersion,
        state: _State,
    ) -> None:
        chart, name = self.root.source_of(document.template)
        member = chart.member(name)
        content = member.content if member is not None else document.template
        key = (content, fault.cause)
        known = self.found.get(key)
        if known is None:
            kind = _kind(data)[1]
            place = place_in_template(self.root, document, fault.pointer, kind, self._lines)
            settings = state.shown_by
            if not state.is_asked:
                settings = settings_of(self.root, document.template, settings)
            known = ManifestFault(fault, place, kind, _name(data), (), False, settings)
        shown_by = () if not state.shown_by else known.shown_by
        versions = tuple(sorted({*known.versions, version}))
        self.found[key] = replace(known, versions=versions, shown_by=shown_by)


def _items(data: Any) -> Iterator[dict[str, Any]]:
    """The manifests in one document, those of a list one by one."""
    if not isinstance(data, dict) or not (data.get("kind") and data.get("apiVersion")):
        return
    items = data.get("items")
    if data["kind"] == "List" and isinstance(items, list):
        for item in items[:_MOST_ITEMS]:
            yield from _items(item)
    else:
        yield data


def _kind(data: Mapping[str, Any]) -> Kind:
    return str(data.get("apiVersion")), str(data.get("kind"))


def _name(data: Mapping[str, Any]) -> str:
    metadata = data.get("metadata")
    return str(metadata.get("name") or "") if isinstance(metadata, dict) else ""


def _identity(data: Mapping[str, Any]) -> tuple[str, ...] | None:
    """What may be there only once; None for hooks, which come and go."""
    metadata = data.get("metadata")
    if not isinstance(metadata, dict) or not metadata.get("name"):
        return None
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict) and _HOOK in annotations:
        return None
    group = str(data.get("apiVersion")).rpartition("/")[0]
    namespace = str(metadata.get("namespace") or "")
    return group, str(data.get("kind")), namespace, str(metadata["name"])
