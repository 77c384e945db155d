"""One package under examination: rendered, traced, checked, rewritten and proven."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from ..archive.members import Form
from ..checks.registry import PACKAGE_CHECKS
from ..checks.runner import run_checks
from ..core.findings import Edit, Finding
from ..core.messages import Message, _
from ..core.policy import Limits, Policy
from ..core.refusal import limit_of_seconds, too_much_work
from ..facts.model import Facts
from ..image_archives.archive_tags import ArchiveTags
from ..package.helm import Chart, packed_chart
from ..package.layout import Kind, Package
from ..package.operator import SOURCE_ANNOTATION
from ..package.osc import OscPackage
from ..package.source_annotation import SOURCE_SET
from ..proof.by_parsing import verify_by_parsing
from ..proof.by_rendering import Proof, failing_change_sets, verify
from ..proof.instance_versions import prove_instance_images, tried_instances
from ..rendering import ChartRejected, Engine, LintMessage, RenderStopped
from ..report.model import STAGES
from ..rewrite import Rewriting, RewrittenFile, apply_edits
from ..tracing.cluster_reads import cluster_reads
from ..tracing.experiment.asked import asked_values
from ..tracing.experiment.conditions import labels_of, tree_of
from ..tracing.experiment.reconsider import reconsider
from ..tracing.experiment.renderer import ChartRenderer, Observation, Scenario, merged
from ..tracing.experiment.trace import Tracing, trace
from ..tracing.in_clusters import look_in_clusters
from ..tracing.instance_versions import instance_images, unknown_instances
from ..tracing.mapping_trial.trial import try_mapping
from ..tracing.model import Trace
from ..tracing.pull_secrets.experiment import pull_secrets
from ..tracing.redirect.chart_plan import plan
from ..tracing.redirect.osc_places import set_again
from ..tracing.redirect.place_plan import plan_places, united
from ..tracing.unrendered import unrendered_images
from ..yaml.source import Path as YamlPath
from ..yaml.source import YamlBroken, YamlSource
from .judging import judged_facts
from .valid_after import refused_after

_SOURCE_ANNOTATIONS: Mapping[Kind, YamlPath] = {
    Kind.OPERATOR: SOURCE_ANNOTATION,
    Kind.OSC: ("source",),
}


@dataclass
class Clock:
    """Seconds spent in each stage of the report; no stage begins after ``most`` seconds."""

    progress: Callable[[str], None] | None = None
    most: float = math.inf
    begun: float = field(default_factory=perf_counter)
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time until the block ends for ``name``. PackageRefused: it is too late."""
        if perf_counter() - self.begun > self.most:
            raise too_much_work(limit_of_seconds(self.most))
        if self.progress is not None and name != "total":
            self.progress(name)
        started = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += perf_counter() - started


@dataclass
class Session:
    """One package under examination.

    ``values`` are extra values to render with, later ones winning. ``is_thorough`` as in
    ``ChartRenderer``.
    """

    path: Path
    policy: Policy
    values: Sequence[Mapping[str, Any]]
    engine: Engine
    package: Package
    clock: Clock
    renderer: ChartRenderer | None = None
    tracing: Tracing | None = None
    is_thorough: bool = False

    def traced(self, facts: Facts) -> Facts:
        """The facts with the status of every image, by experiment where an engine renders it."""
        if facts.chart is not None:
            facts = self._render_and_trace(facts, facts.chart)
        with self.clock.stage("trace"):
            facts = self.planned(facts)
        with self.clock.stage("validate"):
            return judged_facts(facts, self.renderer, self.policy)

    def planned(self, facts: Facts, excluded: Mapping[str, Message] | None = None) -> Facts:
        """The facts with the plan for every image; ``excluded`` are not to be redirected."""
        traces = []
        archives = ArchiveTags.of(facts.package) if facts.package.image_archives else None
        if self.tracing is not None:
            traces.append(plan(self.tracing, self.policy, facts.mapping, excluded, archives))
        if self.renderer is None and facts.chart is not None and facts.render_failure is not None:
            reason = _("the chart does not render")
            images = unrendered_images(facts.chart, self.policy, facts.mapping, reason)
            traces.append(Trace(images=images))
        if facts.places is not None:
            traces.append(plan_places(facts.places, self.policy, facts.mapping, excluded, archives))
        whole = united(traces)
        if facts.osc is not None and facts.places is not None:
            again = tuple(set_again(facts.osc, whole.changes, facts.places))
            whole = replace(whole, replacements=(*whole.replacements, *again))
        return replace(facts, trace=whole)

    def _render_and_trace(self, facts: Facts, chart: Chart) -> Facts:
        archive = self._chart_archive(chart)
        with self.clock.stage("render"):
            base, facts = self._base_render(facts, chart, archive)
        if base is None or self.renderer is None:
            return facts
        with self.clock.stage("trace"):
            others = [] if self._given() else list(self._own_values(facts, chart))
            self.tracing = trace(self.renderer, base, others)
            self._install_samples(facts)
        with self.clock.stage("clusters"):
            reads = cluster_reads(chart)
            clusters = look_in_clusters(self.tracing, base, reads, self.policy)
            documents = tuple(base.documents.values())
            return replace(facts, documents=documents, clusters=clusters)

    def _install_samples(self, facts: Facts) -> None:
        """Have the proof also render what the sample instances of the csd files install."""
        if self.renderer is None or self.tracing is None or facts.osc is None or self._given():
            return
        seen = {name for scenario, _seen in self.tracing.scenarios for name in scenario.shown_by}
        for file, values in facts.osc.sample_values.items():
            if file not in seen:
                scenario = Scenario(values, (file,), is_file=True)
                try:
                    observation = self.renderer.observe(scenario, budgeted=False)
                except ChartRejected as error:
                    words = _("the chart does not render with it: %(words)s", words=error.words)
                    self.tracing.unreached.append((file, words))
                else:
                    self.tracing.scenarios.append((scenario, observation))

    def _chart_archive(self, chart: Chart) -> bytes:
        """The chart's archive as it came in, where it came in as one."""
        is_deploy = chart.archive is self.package.deploy
        if is_deploy and self.package.deploy.form is Form.TGZ and chart.root:
            if self.package.holders:
                return self.package.holders[-1][1].content or b""
            return self.path.read_bytes()
        return packed_chart(chart)

    def _given(self) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for each in self.values:
            given = merged(given, each)
        return given

    def _base_render(
        self, facts: Facts, chart: Chart, archive: bytes
    ) -> tuple[Observation | None, Facts]:
        """The chart as it is: with the values given, else with one of its own ci values."""
        failure: ChartRejected | None = None
        for name, values in self._ways_to_render(facts, chart):
            try:
                self.renderer = ChartRenderer(
                    self.engine, chart, archive, values, is_thorough=self.is_thorough
                )
                return self.renderer.observe(Scenario(), budgeted=False), replace(
                    facts, render_failure=failure, rendered_with=name
                )
            except ChartRejected as error:
                failure = failure or error
                if isinstance(error, RenderStopped):
                    break
        self.renderer = None
        facts = replace(facts, render_failure=failure)
        if self.values or isinstance(failure, RenderStopped):
            return None, facts
        return self._render_as_asked(facts, chart, archive)

    def _render_as_asked(
        self, facts: Facts, chart: Chart, archive: bytes
    ) -> tuple[Observation | None, Facts]:
        """The chart with what its refusals ask for, a word or an item for each value."""
        try:
            values = asked_values(self.engine, chart, archive)
            if values is not None:
                given_by = labels_of(values)
                self.renderer = ChartRenderer(
                    self.engine,
                    chart,
                    archive,
                    tree_of(values),
                    given_by,
                    is_thorough=self.is_thorough,
                )
                base = self.renderer.observe(Scenario(), budgeted=False)
                return base, replace(facts, rendered_under=given_by)
        except ChartRejected:
            self.renderer = None
        return None, facts

    def _ways_to_render(
        self, facts: Facts, chart: Chart
    ) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
        given = self._given()
        yield None, given
        if not given:
            yield from self._own_values(facts, chart)

    def _own_values(self, facts: Facts, chart: Chart) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The values files that the chart brings for its own tests, and sample instances."""
        for name, member in chart.files():
            if name.startswith("ci/") and name.endswith(("values.yaml", "values.yml")):
                try:
                    source = YamlSource.parse(
                        member.content or b"", chart.address(name), self.policy.limits
                    )
                except YamlBroken:
                    continue
                if isinstance(source.tree, dict):
                    yield name, source.tree
        if facts.osc is not None:
            yield from facts.osc.sample_values.items()

    def settle(self, facts: Facts) -> tuple[Facts, tuple[Finding, ...], Rewriting, Proof | None]:
        """Check, rewrite and verify until everything that is still proposed is proven."""
        excluded: dict[str, Message] = {}
        if self.renderer is not None and facts.mapping is not None:
            with self.clock.stage("trace"):
                trial = try_mapping(self.renderer, facts.mapping, facts.trace, self.policy)
                facts = replace(facts, mapping_trial=trial)
        if self.renderer is not None and self.tracing is not None:
            with self.clock.stage("trace"):
                facts = replace(
                    facts, pull_secrets=pull_secrets(self.renderer, self.tracing.scenarios)
                )
        while True:
            with self.clock.stage("check"):
                findings = run_checks(facts, self.policy, PACKAGE_CHECKS)
            with self.clock.stage("rewrite"):
                rewriting = apply_edits(self.package, _edits(findings))
            with self.clock.stage("verify"):
                proof = self.verify(facts, rewriting, findings)
            with self.clock.stage("trace"):
                if self._goes_another_way(proof):
                    facts = self.planned(facts, excluded)
                    continue
            with self.clock.stage("verify"):
                fresh = self._unproven(facts, findings, proof)
            if not fresh.keys() - excluded.keys():
                break
            excluded |= fresh
            with self.clock.stage("trace"):
                facts = self.planned(facts, excluded)
        changes = tuple(proof.changes) if proof else ()
        with self.clock.stage("verify"):
            facts = self._with_instances(facts, rewriting)
        facts = replace(facts, lint=self._lint(facts, proof), other_changes=changes)
        with self.clock.stage("check"):
            findings = run_checks(facts, self.policy, PACKAGE_CHECKS)
        if set(_edits(findings)) != set(_edits_of(rewriting)):
            raise AssertionError("the proof has changed what is proposed")
        return facts, findings, rewriting, proof

    def _with_instances(self, facts: Facts, rewriting: Rewriting) -> Facts:
        """The facts with what instances pull in their other versions, rendered for charts."""
        if facts.osc is None:
            return facts
        images = instance_images(facts.osc, facts.trace.images, facts.published_versions)
        unknown = unknown_instances(facts.osc, facts.trace.images)
        if self.renderer is not None and facts.chart is not None:
            rewritten = packed_chart(facts.chart, rewriting.by_archive(facts.chart))
            images = prove_instance_images(self.renderer, images, rewritten)
            unknown = tried_instances(self.renderer, facts.osc, unknown)
        return replace(facts, instance_images=images, unknown_instances=unknown)

    def _goes_another_way(self, proof: Proof | None) -> bool:
        """Whether what edited values would make wrong leads to another plan."""
        if proof is None or self.tracing is None or not proof.harms:
            return False
        return reconsider(self.tracing, proof.harms)

    def _unproven(
        self, facts: Facts, findings: Sequence[Finding], proof: Proof | None
    ) -> Mapping[str, Message]:
        """The originals whose edits must be left out, with the reason."""
        if proof is None:
            return {}
        if proof.rendered or self.renderer is None or facts.chart is None:
            return proof.failed | self._new_lint_errors(facts, proof)
        chart = facts.chart

        def archive_with(change_sets: Collection[str]) -> bytes:
            chosen = [f for f in findings if f.change_set is None or f.change_set in change_sets]
            rewriting = apply_edits(self.package, _edits(chosen))
            return packed_chart(chart, rewriting.by_archive(chart))

        failing = failing_change_sets(self.renderer, facts.trace, archive_with)
        named = {
            image: reason
            for change in facts.trace.changes
            for image in change.images
            if change.change_set in failing and (reason := proof.failed.get(image))
        }
        return named or proof.failed

    def _new_lint_errors(self, facts: Facts, proof: Proof) -> dict[str, Message]:
        """Every moved original, when lint finds an error that it did not find before."""
        if not proof.lint_errors or not facts.trace.changes:
            return {}
        known = {message.text for message in self._lint(facts, proof)}
        if self.renderer is not None and facts.chart is not None and self.renderer.given:
            # The rewritten chart was linted with what the chart needs to render at all.
            archive = self._chart_archive(facts.chart)
            known |= {message.text for message in self._linted(archive, self.renderer.given)}
        new = [message.text for message in proof.lint_errors if message.text not in known]
        if not new:
            return {}
        reason = _("lint finds an error after the rewrite: %(words)s", words=new[0])
        return {image: reason for change in facts.trace.changes for image in change.images}

    def _lint(self, facts: Facts, proof: Proof | None) -> tuple[LintMessage, ...]:
        """What lint says of the original.

        The rewritten chart was linted by the proof; an original is linted only where that
        found an error, or where there was nothing to prove. Edits of images and annotations
        fix nothing that lint could find.
        """
        if facts.chart is None or (proof is not None and proof.rendered and not proof.lint_errors):
            return ()
        return self._linted(self._chart_archive(facts.chart), self._given())

    def _linted(self, archive: bytes, values: Mapping[str, Any]) -> tuple[LintMessage, ...]:
        with self.clock.stage("render"):
            try:
                return self.engine.lint(archive, values)
            except RenderStopped:
                return ()
            except ChartRejected as error:
                return (LintMessage("error", "", error.words),)

    def verify(
        self, facts: Facts, rewriting: Rewriting, findings: Sequence[Finding] = ()
    ) -> Proof | None:
        proof = None
        if self.renderer is not None and facts.chart is not None:
            archive = packed_chart(facts.chart, rewriting.by_archive(facts.chart))
            samples = _samples_after(facts.osc, rewriting, self.policy.limits)
            annotated = self._annotated(facts.chart, findings)
            proof = verify(self.renderer, facts.trace, archive, samples, annotated)
            for original, words in refused_after(self.renderer, facts, proof).items():
                proof.failed.setdefault(original, words)
        if facts.places is not None:
            parsed = verify_by_parsing(
                facts.places,
                facts.trace,
                [file for file in rewriting.files if not _is_of_chart(file, facts.chart)],
                _SOURCE_ANNOTATIONS[self.package.kind],
                self.policy.limits,
            )
            proof = parsed if proof is None else proof.joined(parsed)
        return proof

    def _annotated(self, chart: Chart, findings: Sequence[Finding]) -> bytes | None:
        """The chart's archive with the source annotation alone, where it is to be written."""
        marks = [each for each in findings if each.edit and each.change_set == SOURCE_SET]
        if not marks:
            return None
        return packed_chart(chart, apply_edits(self.package, _edits(marks)).by_archive(chart))


def _samples_after(
    osc: OscPackage | None, rewriting: Rewriting, limits: Limits
) -> Mapping[str, Mapping[str, Any]]:
    """The values of the sample instances with the edits applied, by file."""
    if osc is None:
        return {}
    after = {
        name: YamlSource.parse(file.after, file.address, limits)
        for name, source in osc.sources.items()
        for file in rewriting.files
        if file.address == source.file
    }
    return replace(osc, sources={**osc.sources, **after}).sample_values


def _is_of_chart(file: RewrittenFile, chart: Chart | None) -> bool:
    return chart is not None and file.address.startswith(chart.address(""))


def _edits(findings: Sequence[Finding]) -> list[Edit]:
    return list(dict.fromkeys(finding.edit for finding in findings if finding.edit is not None))


def _edits_of(rewriting: Rewriting) -> list[Edit]:
    return [edit for file in rewriting.files for edit in file.edits]
