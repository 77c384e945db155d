"""The journey of a package through the workshop: an archive in, a report out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from .checks import CHECKS, RULES_VERSION, run_checks
from .diff import unified
from .facts import Facts
from .findings import Edit, Finding
from .image_places import ImagePlaces
from .messages import Message, _
from .package.helm import Chart, packed_chart, read_chart
from .package.layout import Kind, Package, is_read, open_package
from .package.mapping import ImageMapping, read_mapping
from .package.operator import SOURCE_MARK, Operator, read_operator
from .package.osc import OscPackage, read_osc
from .package.version_definition import VersionDefinition
from .policy import Limits, Policy
from .provenance.laboratory import Laboratory, Observation, State, merged
from .provenance.operator_places import operator_places
from .provenance.osc_places import osc_places, set_again
from .provenance.places import plan_places, united
from .provenance.plan import plan
from .provenance.trace import Status, TracedImage, Tracing, trace
from .rendering import ChartRejected, Engine, LintMessage, RenderStopped, engine_version
from .report import (
    STAGES,
    ChartFacts,
    ImageSource,
    ImageStatus,
    ImageUse,
    OtherChange,
    PackageFacts,
    Report,
    ReportedImage,
    Rewrite,
    Role,
    Unreached,
    Verification,
)
from .report import Kind as ReportedKind
from .rewrite import Rewriting, RewrittenFile, apply
from .unpack import Form, read_upload, sha256_of
from .verify import Proof, culprits, verify
from .verify_by_parsing import verify_by_parsing
from .yaml_source import Path as YamlPath
from .yaml_source import YamlBroken, YamlSource

_SOURCE_MARKS: Mapping[Kind, YamlPath] = {Kind.OPERATOR: SOURCE_MARK, Kind.OSC: ("source",)}


@dataclass(frozen=True)
class Examination:
    """A finished examination: the report, and the rewriting that it proposes."""

    path: Path
    report: Report
    rewriting: Rewriting

    def write(self, destination: Path) -> None:
        """Write the container that came in, with every proposed edit applied.

        Raises ValueError when ``destination`` is the package itself, OSError when it cannot
        be written.
        """
        self.rewriting.write(self.path, destination)


@dataclass(frozen=True, slots=True)
class Released:
    """What the proof of a release has shown: each original image with its target."""

    images: Mapping[str, str]
    renders: int


class NotProven(Exception):  # noqa: N818 - it is a verdict on the release, not an error of ours
    """With the approved edits the package does not render what was approved; ``words`` say why."""

    def __init__(self, words: Message) -> None:
        super().__init__(str(words))
        self.words = words


def examine(
    path: Path,
    policy: Policy,
    values: Sequence[Mapping[str, Any]] = (),
    progress: Callable[[str], None] | None = None,
    previous_versions: tuple[VersionDefinition, ...] = (),
    name: str | None = None,
) -> Examination:
    """Examine the package at ``path`` under ``policy``.

    ``values`` are extra values under which to render, later ones winning. ``progress`` is told
    the name of each stage as it begins. ``previous_versions`` are the instance versions of the
    release before (see ``released_versions``), where one is known. ``name`` is what people call
    the file, where it is stored under another name. Raises PackageRefused when the package
    cannot be processed at all, FileNotFoundError when there is none, EngineBroken when the
    engine itself fails.
    """
    clock = _Clock(progress)
    with Engine(policy.limits) as engine, clock.stage("total"):
        with clock.stage("unpack"):
            package = _opened(path, policy.limits)
        work = _Work(path, policy, values, engine, package, clock, previous_versions, name)
        return work.examine()


def released_versions(path: Path, limits: Limits) -> tuple[VersionDefinition, ...]:
    """The instance version definitions of the package at ``path``, for ``examine`` of the next.

    Empty for packages of the other kinds. Raises like ``examine``.
    """
    package = _opened(path, limits)
    if package.kind is not Kind.OSC:
        return ()
    return read_osc(package.deploy, limits).version_definitions


def release(
    path: Path,
    edits: Sequence[Edit],
    policy: Policy,
    destination: Path,
    *,
    expected: Mapping[str, str],
    known_changes: Sequence[OtherChange] = (),
) -> Released:
    """Write the package at ``path`` with exactly ``edits`` to ``destination``, proven once more.

    ``expected`` maps each original image that the edits move to its target: these and no others
    must render so. ``known_changes`` are what else may render differently. Nothing is written
    unless all is proven: NotProven. ValueError: the edits do not fit the package. Otherwise
    raises like ``examine`` and ``Examination.write``.
    """
    # What one machine proved must not fall because another one is busier.
    limits = replace(
        policy.limits, analysis_render_seconds=policy.limits.analysis_render_seconds * 4
    )
    policy = replace(policy, limits=limits)
    with Engine(limits) as engine:
        work = _Work(path, policy, (), engine, _opened(path, limits), _Clock())
        rewriting = work.release(edits, expected, known_changes)
        rewriting.write(path, destination)
        return Released(dict(expected), engine.renders)


@dataclass
class _Clock:
    """Seconds spent in each stage of the report."""

    tell: Callable[[str], None] | None = None
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time until the block ends for ``name``."""
        if self.tell is not None and name != "total":
            self.tell(name)
        started = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += perf_counter() - started


@dataclass
class _Work:
    """One package on the bench."""

    path: Path
    policy: Policy
    values: Sequence[Mapping[str, Any]]
    engine: Engine
    package: Package
    clock: _Clock
    previous_versions: tuple[VersionDefinition, ...] = ()
    name: str | None = None
    lab: Laboratory | None = None
    tracing: Tracing | None = None

    def examine(self) -> Examination:
        """All stages after unpacking."""
        facts = self._traced(self._inspect())
        facts, findings, rewriting, proof = self._settle(facts)
        report = self._report(facts, findings, rewriting, proof)
        return Examination(self.path, report, rewriting)

    def release(
        self,
        edits: Sequence[Edit],
        expected: Mapping[str, str],
        known_changes: Sequence[OtherChange],
    ) -> Rewriting:
        """The package with ``edits``. NotProven: it does not render what is expected."""
        facts = self._traced(self._inspect())
        facts = self._without_the_unexpected(facts, expected)
        moved = {
            image.original: image.target
            for image in facts.trace.images
            if image.status is Status.REDIRECTED
        }
        for original, goal in expected.items():
            if moved.get(original) != goal:
                raise NotProven(
                    _("%(image)s is no longer found to lead to %(goal)s", image=original, goal=goal)
                )
        rewriting = apply(self.package, edits)
        proof = self._verify(facts, rewriting)
        if proof is not None:
            _require(proof, known_changes)
        return rewriting

    def _without_the_unexpected(self, facts: Facts, expected: Mapping[str, str]) -> Facts:
        """The facts with every image given up whose edits were not approved."""
        given_up = {
            image.original: _("its edits were not approved")
            for image in facts.trace.images
            if image.status is Status.REDIRECTED and image.original not in expected
        }
        return self._planned(facts, given_up) if given_up else facts

    def _inspect(self) -> Facts:
        with self.clock.stage("inspect"):
            limits = self.policy.limits
            osc = self._read_osc()
            chart = osc.chart if osc is not None else self._read_chart()
            mapping = read_mapping(self.package.upload, self.package.mapping, limits)
            found = mapping if isinstance(mapping, ImageMapping) else None
            operator = self._read_operator()
            broken = (
                *(osc.broken if osc else ()),
                *(operator.broken if operator else ()),
                *_broken(self.package, chart, mapping),
            )
            return Facts(
                self.package,
                chart,
                found,
                broken,
                operator=operator,
                places=_places(operator, osc, limits),
                osc=osc,
                previous_versions=self.previous_versions,
                file=self.name or self.path.name,
            )

    def _read_chart(self) -> Chart | None:
        is_helm = self.package.kind is Kind.HELM
        return read_chart(self.package.deploy, self.policy.limits) if is_helm else None

    def _read_operator(self) -> Operator | None:
        is_operator = self.package.kind is Kind.OPERATOR
        return read_operator(self.package.deploy, self.policy.limits) if is_operator else None

    def _read_osc(self) -> OscPackage | None:
        if self.package.kind is not Kind.OSC:
            return None
        osc = read_osc(self.package.deploy, self.policy.limits)
        if osc.chart is not None and osc.chart.archive.where.endswith("!/"):
            self.package = replace(self.package, opened=(osc.chart.archive,))
        return osc

    def _traced(self, facts: Facts) -> Facts:
        """The facts with the fate of every image, by experiment where an engine renders it."""
        if facts.chart is not None:
            facts = self._render_and_trace(facts, facts.chart)
        with self.clock.stage("trace"):
            return self._planned(facts)

    def _planned(self, facts: Facts, given_up: Mapping[str, Message] | None = None) -> Facts:
        """The facts with the plan for every image; ``given_up`` are not to be redirected."""
        traces = []
        if self.tracing is not None:
            traces.append(plan(self.tracing, self.policy, facts.mapping, given_up))
        if facts.places is not None:
            traces.append(plan_places(facts.places, self.policy, facts.mapping, given_up))
        whole = united(traces)
        if facts.osc is not None and facts.places is not None:
            again = tuple(set_again(facts.osc, whole.changes, facts.places))
            whole = replace(whole, replacements=(*whole.replacements, *again))
        return replace(facts, trace=whole)

    def _render_and_trace(self, facts: Facts, chart: Chart) -> Facts:
        archive = self._chart_archive(chart)
        with self.clock.stage("render"):
            base, facts = self._base_render(facts, chart, archive)
        if base is None or self.lab is None:
            return facts
        with self.clock.stage("trace"):
            others = [] if self._given() else list(self._own_values(facts, chart))
            self.tracing = trace(self.lab, base, others)
            self._install_samples(facts)
            return replace(facts, documents=tuple(base.documents.values()))

    def _install_samples(self, facts: Facts) -> None:
        """Have the proof also render what the sample instances of the csd files install."""
        if self.lab is None or self.tracing is None or facts.osc is None or self._given():
            return
        seen = {name for state, _seen in self.tracing.states for name in state.shown_by}
        for file, values in facts.osc.sample_values.items():
            if file not in seen:
                state = State(values, (file,), is_file=True)
                try:
                    observation = self.lab.observe(state, budgeted=False)
                except ChartRejected as error:
                    words = _("the chart does not render with it: %(words)s", words=error.words)
                    self.tracing.unreached.append((file, words))
                else:
                    self.tracing.states.append((state, observation))

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
                self.lab = Laboratory(self.engine, chart, archive, values)
                return self.lab.observe(State(), budgeted=False), replace(
                    facts, render_failure=failure, rendered_with=name
                )
            except ChartRejected as error:
                failure = failure or error
                if isinstance(error, RenderStopped):
                    break
        self.lab = None
        return None, replace(facts, render_failure=failure)

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

    def _settle(self, facts: Facts) -> tuple[Facts, tuple[Finding, ...], Rewriting, Proof | None]:
        """Check, rewrite and verify until everything that is still proposed is proven."""
        given_up: dict[str, Message] = {}
        while True:
            with self.clock.stage("check"):
                findings = run_checks(facts, self.policy, CHECKS)
            with self.clock.stage("rewrite"):
                rewriting = apply(self.package, _edits(findings))
            with self.clock.stage("verify"):
                proof = self._verify(facts, rewriting)
                fresh = self._unproven(facts, findings, proof)
            if not fresh.keys() - given_up.keys():
                break
            given_up |= fresh
            with self.clock.stage("trace"):
                facts = self._planned(facts, given_up)
        changes = tuple(proof.changes) if proof else ()
        facts = replace(facts, lint=self._lint(facts, proof), other_changes=changes)
        with self.clock.stage("check"):
            findings = run_checks(facts, self.policy, CHECKS)
        if set(_edits(findings)) != set(_edits_of(rewriting)):
            raise AssertionError("the proof has changed what is proposed")
        return facts, findings, rewriting, proof

    def _unproven(
        self, facts: Facts, findings: Sequence[Finding], proof: Proof | None
    ) -> Mapping[str, Message]:
        """The originals whose edits must be given up, with the reason."""
        if proof is None:
            return {}
        if proof.rendered or self.lab is None or facts.chart is None:
            return proof.failed | self._new_lint_errors(facts, proof)
        chart = facts.chart

        def archive_with(change_sets: Collection[str]) -> bytes:
            chosen = [f for f in findings if f.change_set is None or f.change_set in change_sets]
            rewriting = apply(self.package, _edits(chosen))
            return packed_chart(chart, rewriting.by_archive(chart))

        guilty = culprits(self.lab, facts.trace, archive_with)
        named = {
            image: reason
            for change in facts.trace.changes
            for image in change.images
            if change.change_set in guilty and (reason := proof.failed.get(image))
        }
        return named or proof.failed

    def _new_lint_errors(self, facts: Facts, proof: Proof) -> dict[str, Message]:
        """Every moved original, when lint finds an error that it did not find before."""
        if not proof.lint_errors or not facts.trace.changes:
            return {}
        known = {message.text for message in self._lint(facts, proof)}
        new = [message.text for message in proof.lint_errors if message.text not in known]
        if not new:
            return {}
        reason = _("lint finds an error after the rewrite: %(words)s", words=new[0])
        return {image: reason for change in facts.trace.changes for image in change.images}

    def _lint(self, facts: Facts, proof: Proof | None) -> tuple[LintMessage, ...]:
        """What lint says of the original.

        The rewritten chart was linted by the proof; an original is asked only where that
        found an error, or where there was nothing to prove. Edits of images and annotations
        mend nothing that lint could find.
        """
        if facts.chart is None or (proof is not None and proof.rendered and not proof.lint_errors):
            return ()
        with self.clock.stage("render"):
            try:
                return self.engine.lint(self._chart_archive(facts.chart), self._given())
            except RenderStopped:
                return ()
            except ChartRejected as error:
                return (LintMessage("error", "", error.words),)

    def _verify(self, facts: Facts, rewriting: Rewriting) -> Proof | None:
        proof = None
        if self.lab is not None and facts.chart is not None:
            archive = packed_chart(facts.chart, rewriting.by_archive(facts.chart))
            samples = _samples_after(facts.osc, rewriting, self.policy.limits)
            proof = verify(self.lab, facts.trace, archive, samples)
        if facts.places is not None:
            parsed = verify_by_parsing(
                facts.places,
                facts.trace,
                [file for file in rewriting.files if not _is_of_chart(file, facts.chart)],
                _SOURCE_MARKS[self.package.kind],
                self.policy.limits,
            )
            proof = parsed if proof is None else proof.joined(parsed)
        return proof

    def _report(
        self,
        facts: Facts,
        findings: tuple[Finding, ...],
        rewriting: Rewriting,
        proof: Proof | None,
    ) -> Report:
        images = tuple(_reported(image) for image in facts.trace.images)
        self.clock.seconds["total"] = sum(
            seconds for name, seconds in self.clock.seconds.items() if name != "total"
        )
        return Report(
            package=self._package_facts(facts),
            images=images,
            findings=findings,
            rewrites=tuple(
                Rewrite(file.address, unified(file.before or b"", file.after, file.address))
                for file in rewriting.files
            ),
            verification=self._verification(facts, proof, images),
            timings=dict(self.clock.seconds),
            engine=engine_version(),
            rules=RULES_VERSION,
        )

    def _package_facts(self, facts: Facts) -> PackageFacts:
        chart = facts.chart
        charts = [] if chart is None else list(chart.walk())
        service, version = (chart.name, chart.version) if chart else ("", "")
        if facts.osc is not None:
            service, version = facts.osc.written("name"), facts.osc.written("version")
        if facts.operator is not None:
            service, version = facts.operator.service or "", facts.operator.version or ""
        return PackageFacts(
            file=facts.file,
            sha256=None if self.path.is_dir() else sha256_of(self.path),
            kind=ReportedKind(self.package.kind.value),
            service=service or None,
            version=version or None,
            charts=tuple(ChartFacts(each.name, each.version or None, each.path) for each in charts),
        )

    def _verification(
        self, facts: Facts, proof: Proof | None, images: Sequence[ReportedImage]
    ) -> Verification:
        changes = proof.changes if proof else []
        return Verification(
            rendered=bool(proof and proof.rendered),
            renders=self.engine.renders,
            images_total=len({image.original for image in images}),
            images_redirected=sum(image.status is ImageStatus.REDIRECTED for image in images),
            other_changes=tuple(
                OtherChange(
                    change.template,
                    change.kind,
                    change.name,
                    ".".join(map(str, change.pointer)),
                    change.before,
                    change.after,
                    change.cause,
                )
                for change in changes
            ),
            unreached=tuple(
                Unreached(image.original, image.reason)
                for image in facts.trace.images
                if image.status is Status.UNVERIFIED and image.reason is not None
            )
            + tuple(Unreached(what, words) for what, words in facts.trace.unreached),
        )


def _opened(path: Path, limits: Limits) -> Package:
    """The package at ``path``; of a bare one everything is read, for it has no image archives."""
    package = open_package(read_upload(path, limits, is_read), limits)
    unread = any(member.content is None for member in package.upload.files())
    if package.is_service_package or not unread:
        return package
    return open_package(read_upload(path, limits, lambda _name: True), limits)


def _require(proof: Proof, known_changes: Sequence[OtherChange]) -> None:
    """NotProven: the proof shows a failure, or a change that nobody knows of."""
    for words in proof.failed.values():
        raise NotProven(words)
    if not proof.rendered and not proof.parsed:
        raise NotProven(_("the chart no longer renders after the rewrite"))
    known = {(each.template, each.kind, each.name, each.path) for each in known_changes}
    for change in proof.changes:
        path = ".".join(map(str, change.pointer))
        if change.cause is None and (change.template, change.kind, change.name, path) not in known:
            raise NotProven(
                _(
                    "%(kind)s %(name)s also changes at %(path)s, and nothing explains why",
                    kind=change.kind,
                    name=change.name,
                    path=path,
                )
            )


def _places(
    operator: Operator | None, osc: OscPackage | None, limits: Limits
) -> ImagePlaces | None:
    """Where files that no engine renders name images; None where a chart is all there is."""
    if osc is not None:
        return osc_places(osc, limits)
    return operator_places(operator) if operator is not None else None


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


def _broken(
    package: Package, chart: Chart | None, mapping: ImageMapping | YamlBroken | None
) -> Iterator[tuple[str, YamlBroken]]:
    """Every YAML file that people wrote and that does not parse, templates left out."""
    charts = [] if chart is None else list(chart.walk())
    seen: set[str] = set()
    for each in charts:
        for file, error in each.broken:
            if file not in seen:
                seen.add(file)
                yield file, error
    if isinstance(mapping, YamlBroken) and package.mapping is not None:
        yield package.upload.address(package.mapping.name), mapping


def _reported(image: TracedImage) -> ReportedImage:
    return ReportedImage(
        original=image.original,
        target=image.target,
        status=ImageStatus(image.status.value),
        sources=tuple(
            ImageSource(each.file, each.path, each.line, each.column, Role(each.role))
            for each in image.sources
        ),
        used_by=tuple(
            dict.fromkeys(
                ImageUse(each.use.template, each.use.kind, each.use.name, each.use.container)
                for each in image.uses
            )
        ),
        shown_by=image.shown_by,
    )
