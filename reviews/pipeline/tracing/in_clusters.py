"""Renders a chart in every cluster that it is sold for, as far as these may render otherwise.

One render serves all versions that answer the chart's questions alike. APIs beyond Kubernetes' own
that templates ask for are given like features that are switched on, and an upgrade is rendered
where templates distinguish it from an installation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ..cluster_schemas.served import apis as served_apis
from ..cluster_schemas.served import is_own
from ..core.clusters import Cluster, ClusterVersion
from ..core.messages import _
from ..core.policy import Policy
from ..rendering import BudgetSpent, ChartRejected
from .cluster_reads import ClusterReads, VersionTest
from .experiment.renderer import CLUSTER, UPGRADE, ChartRenderer, Observation, Scenario
from .experiment.trace import Tracing

# Renders with features and foreign APIs together.
_MOST_FEATURES = 2


@dataclass(frozen=True)
class VersionState:
    """What the chart renders with its default values on ``versions``, newest first.

    ``observation`` is None where it does not render there, and ``refusal`` then has the engine's
    words, or is "" where the budget did not allow to look.
    """

    versions: tuple[ClusterVersion, ...]
    observation: Observation | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class MisreadVersion:
    """A version that templates take for a pre-release, so that they render otherwise there.

    ``tests`` are the comparisons that admit its numbers, and not the version as CCE writes it.
    """

    version: ClusterVersion
    tests: tuple[VersionTest, ...]


@dataclass
class InClusters:
    """What the renders in all clusters have shown.

    ``states`` are those with the default values, ``others`` what foreign APIs and an upgrade show
    on the newest version. ``misread`` is a version that CCE writes otherwise than Helm takes it.
    """

    reads: ClusterReads = field(default_factory=ClusterReads)
    states: list[VersionState] = field(default_factory=list)
    others: list[tuple[Scenario, Observation]] = field(default_factory=list)
    misread: MisreadVersion | None = None


def base_cluster(policy: Policy) -> Cluster:
    """The newest cluster version of the policy, for which everything is rendered."""
    return cluster_of(policy.clusters[0], policy)


def cluster_of(version: ClusterVersion, policy: Policy, *, is_labelled: bool = False) -> Cluster:
    """What templates see of a cluster of ``version``; ``is_labelled`` as CCE writes it."""
    given = tuple(sorted({*served_apis(version.minor), *policy.api_versions}))
    return Cluster(str(version) if is_labelled else version.number, given)


def look_in_clusters(
    tracing: Tracing, base: Observation, reads: ClusterReads, policy: Policy
) -> InClusters:
    """Render and trace in all clusters of ``policy``; ``base`` is the render in the newest.

    What is shown is added to ``tracing``.
    """
    looking = _Looking(tracing, base, reads, policy)
    for step in (looking.versions, looking.upgrade, looking.foreign_apis, looking.labelled):
        try:
            step()
        except BudgetSpent:
            why = _("the budget of renders for other clusters is spent")
            tracing.unreached.append(("clusters", why))
            break
    looking.complete()
    return looking.found


def version_label(versions: Sequence[ClusterVersion], listed: Sequence[ClusterVersion]) -> str:
    """What shows an image that only ``versions`` show, of those ``listed``, newest first.

    ``cluster:>=1.28``, ``cluster:<1.28``, else each: ``cluster:1.28,1.29``.
    """
    chosen = [each in versions for each in listed]
    count = sum(chosen)
    if all(chosen[:count]):
        return f"{CLUSTER}>={listed[count - 1].short}"
    if all(chosen[-count:]):
        return f"{CLUSTER}<{listed[-count - 1].short}"
    return CLUSTER + ",".join(each.short for each in reversed(listed) if each in versions)


@dataclass
class _Looking:
    tracing: Tracing
    base: Observation
    reads: ClusterReads
    policy: Policy
    found: InClusters = field(default_factory=InClusters)

    def __post_init__(self) -> None:
        self.found.reads = self.reads
        self.listed = self.policy.clusters
        self.as_it_is = self.base
        if self.reads.is_any and self.renderer.is_keyless:
            # What is made without keys is compared with what is made without keys.
            with suppress(ChartRejected):
                self.base = self.renderer.search(Scenario(), budgeted=False, is_whole=True)

    @property
    def renderer(self) -> ChartRenderer:
        return self.tracing.renderer

    def versions(self) -> None:
        """Render once for all versions that answer alike."""
        groups = list(self._alike().values())
        self.found.states = [VersionState(groups[0], self.base)]
        wholes = {self._questions(groups[0][0]): self.base}
        for group in groups[1:]:
            questions = self._questions(group[0])
            cluster = cluster_of(group[0], self.policy)
            scenario = Scenario(
                {}, (version_label(group, self.listed),), is_asked=True, cluster=cluster
            )
            try:
                if questions in wholes:
                    seen = self.renderer.search_like(scenario, wholes[questions])
                else:
                    seen = self.renderer.search(scenario, is_whole=True)
            except ChartRejected as error:
                self.found.states.append(VersionState(group, None, error.words))
                continue
            wholes.setdefault(questions, seen)
            self._add(VersionState(group, seen), scenario)

    def complete(self) -> None:
        """Note the chart as it is, and the versions for which the budget left nothing."""
        if self.found.states:
            self.found.states[0] = replace(self.found.states[0], observation=self.as_it_is)
        seen = {version for state in self.found.states for version in state.versions}
        left = tuple(version for version in self.listed if version not in seen)
        if left:
            self.found.states.append(VersionState(left, None))

    def _alike(self) -> dict[tuple[object, ...], tuple[ClusterVersion, ...]]:
        groups: dict[tuple[object, ...], tuple[ClusterVersion, ...]] = {}
        for version in self.listed:
            answers = self.reads.answers(version, self._served(version))
            groups[answers] = (*groups.get(answers, ()), version)
        return groups

    def _questions(self, version: ClusterVersion) -> tuple[object, ...]:
        """What decides about the templates that searches for images leave out.

        Where only others print the version, that are the answers to what is compared.
        """
        printing = self.reads.printing
        is_elsewhere = printing is not None and self.renderer.are_searched(printing)
        reads = replace(self.reads, prints_version=False) if is_elsewhere else self.reads
        return reads.answers(version, self._served(version))

    def _served(self, version: ClusterVersion) -> frozenset[str]:
        """What a version serves, which is only read where somebody asks."""
        return served_apis(version.minor) if self.reads.apis else frozenset()

    def _add(self, state: VersionState, scenario: Scenario) -> None:
        """Keep a state, together with the versions that render the same."""
        seen = state.observation
        for number, other in enumerate(self.found.states):
            if seen and other.observation and _is_same(seen, other.observation):
                versions = sorted((*other.versions, *state.versions), reverse=True)
                self.found.states[number] = replace(other, versions=tuple(versions))
                return
        self.found.states.append(state)
        if seen is not None and not _names_same(seen, self.base):
            self._trace(scenario, seen)

    def _trace(self, scenario: Scenario, seen: Observation) -> None:
        """Trace a state, and have the proof render it, also where its images are known."""
        with suppress(ChartRejected):
            actual = self.renderer.to_prove(scenario, seen, is_whole=True)
            self.tracing.look(scenario, actual)
            if all(known is not scenario for known, _seen in self.tracing.scenarios):
                self.tracing.scenarios.append((scenario, actual))

    def upgrade(self) -> None:
        """Render as an upgrade, where templates ask."""
        if self.reads.reads_release:
            cluster = replace(cluster_of(self.listed[0], self.policy), is_upgrade=True)
            self._try(Scenario({}, (UPGRADE,), is_asked=True, cluster=cluster))

    def foreign_apis(self) -> None:
        """Give the APIs that templates ask for, alone where one of them shows images."""
        apis = [
            api
            for api in self.reads.showing_apis
            if not is_own(api) and api not in self.policy.api_versions
        ]
        if not apis:
            return
        together = self._with_apis(apis)
        seen = self._seen(together)
        shows = seen is not None and _images(seen) != _images(self.base)
        if len(apis) > 1 and (seen is None or shows):
            for api in apis:
                self._try(self._with_apis([api]))
        if seen is not None:
            self._keep(together, seen)
        features = [each for each, _seen in self.tracing.scenarios if _is_feature(each)]
        for feature in features[:_MOST_FEATURES]:
            self._try(self._with_apis(apis, feature))

    def _with_apis(self, apis: Sequence[str], below: Scenario | None = None) -> Scenario:
        below = below or Scenario()
        cluster = cluster_of(self.listed[0], self.policy)
        return replace(
            below,
            shown_by=(*below.shown_by, *(f"{CLUSTER}{api}" for api in apis)),
            is_asked=True,
            cluster=replace(cluster, apis=(*cluster.apis, *_with_versions(apis))),
        )

    def labelled(self) -> None:
        """Render as CCE writes a version, where a comparison takes it for a pre-release."""
        for state in self.found.states:
            for version in state.versions:
                tests = tuple(_misreading(self.reads.tests, version))
                if tests and state.observation is not None:
                    self._look_labelled(version, tests, state.observation)
                    return

    def _look_labelled(
        self, version: ClusterVersion, tests: tuple[VersionTest, ...], plain: Observation
    ) -> None:
        cluster = cluster_of(version, self.policy, is_labelled=True)
        scenario = Scenario({}, (f"{CLUSTER}{version}",), is_asked=True, cluster=cluster)
        seen = self._seen(scenario)
        if seen is None or not self._differs(_unlabelled(seen, version), plain):
            return
        self.found.misread = MisreadVersion(version, tests)
        self._look(scenario, seen)

    def _differs(self, seen: Observation, plain: Observation) -> bool:
        """Whether the renders differ, beside what differs from render to render anyway."""
        differing = {
            key
            for key in seen.documents.keys() | plain.documents.keys()
            if seen.documents.get(key) != plain.documents.get(key)
        }
        if not differing:
            return False
        again = self.renderer.again(Scenario())
        random = {
            key
            for key, document in self.base.documents.items()
            if again.documents.get(key) != document
        }
        return bool(differing - random)

    def _try(self, scenario: Scenario) -> None:
        seen = self._seen(scenario)
        if seen is not None:
            self._keep(scenario, seen)

    def _keep(self, scenario: Scenario, seen: Observation) -> None:
        self.found.others.append((scenario, seen))
        self._look(scenario, seen)

    def _look(self, scenario: Scenario, seen: Observation) -> None:
        """Trace what is new in a state that others may show as well."""
        known = {(each.use.key, each.use.text) for each in self.tracing.uses}
        if _images(seen) <= known:
            return
        with suppress(ChartRejected):
            self.tracing.look(scenario, self.renderer.to_prove(scenario, seen, is_whole=True))

    def _seen(self, scenario: Scenario) -> Observation | None:
        try:
            return self.renderer.search(scenario, is_whole=True)
        except ChartRejected:
            return None


def _misreading(tests: Sequence[VersionTest], version: ClusterVersion) -> Iterator[VersionTest]:
    """The comparisons that admit the numbers of ``version``, and not how CCE writes it."""
    for test in tests:
        if version.label and test.admits(version) and not test.admits(version, labelled=True):
            yield test


def _with_versions(apis: Sequence[str]) -> Iterator[str]:
    """The APIs; to one with a kind also belongs its group and version."""
    for api in apis:
        yield api
        if api.count("/") > 1:
            yield api.rpartition("/")[0]


def _is_feature(scenario: Scenario) -> bool:
    return bool(scenario.values) and not scenario.is_file and scenario.cluster is None


def _texts(seen: Observation) -> Mapping[object, str]:
    return {key: document.text for key, document in seen.documents.items()}


def _is_same(one: Observation, other: Observation) -> bool:
    """Whether two renders gave the same manifests."""
    return _texts(one) == _texts(other)


def _unlabelled(seen: Observation, version: ClusterVersion) -> Observation:
    """The render with the numbers alone where it prints the version as CCE writes it."""
    documents = {
        key: replace(document, text=document.text.replace(str(version), version.number))
        for key, document in seen.documents.items()
    }
    return replace(seen, documents=documents)


def _images(seen: Observation) -> set[object]:
    return {(use.key, use.text) for use in seen.uses}


def _names_same(one: Observation, other: Observation) -> bool:
    """Whether the documents that name images are the same in two renders."""

    def naming(seen: Observation) -> dict[object, str]:
        keys = {(use.template, use.index) for use in seen.uses}
        return {key: seen.documents[key].text for key in keys}

    return naming(one) == naming(other)
