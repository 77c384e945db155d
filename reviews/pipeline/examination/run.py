"""The journeys of a package: an archive in, a report out; edits in, a release out.

A report is made in two stages. The first reads everything but the image archives, so that it
takes no longer when they hold many gigabytes; the second reads these, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..archive.reading import sha256_of
from ..archive.writing import Written
from ..checks.registry import RULES_VERSION
from ..checks.runner import in_order
from ..core.findings import Edit
from ..core.messages import Message, _
from ..core.policy import Limits, Policy
from ..facts.model import Facts, OtherChange
from ..facts.read import open_package, read_facts
from ..mapping.entries import parse_mapping
from ..mapping.proposal import MAPPING
from ..package.layout import Kind
from ..package.osc import read_osc
from ..package.version_definition import VersionDefinition
from ..proof.by_rendering import Proof
from ..rendering import Engine
from ..report.model import Report
from ..report.remedies import remedies
from ..report.rendered import RenderedChanges
from ..rewrite import Rewriting, apply_edits
from ..tracing.in_clusters import base_cluster
from ..tracing.mapping_trial.required import wanted_entries
from ..tracing.mapping_trial.trial import try_mapping
from ..tracing.model import ImageStatus
from .archives import inspected
from .assembly import assemble
from .rendered import rendered_changes
from .session import Clock, Session


@dataclass(frozen=True)
class Examination:
    """A finished examination: the report, and the rewriting that it proposes.

    ``rendered`` are the manifests that the edits change, None where none were rendered.
    """

    path: Path
    report: Report
    rewriting: Rewriting
    rendered: RenderedChanges | None = None

    def write(self, destination: Path) -> None:
        """Write the container that came in, with every proposed edit applied.

        Raises ValueError when ``destination`` is the package itself, OSError when it cannot
        be written.
        """
        self.rewriting.write(self.path, destination)


@dataclass(frozen=True, slots=True)
class Released:
    """What the proof of a release has shown: each original image with its target.

    ``written`` has the hashes of what was read and of the release itself.
    """

    images: Mapping[str, str]
    renders: int
    written: Written


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
    published_versions: tuple[VersionDefinition, ...] = (),
    name: str | None = None,
    archives: bool = True,
    sha256: str | None = None,
) -> Examination:
    """Examine the package at ``path`` under ``policy``.

    ``values`` are extra values under which to render, later ones winning. ``progress`` gets
    the name of each stage as it begins. ``previous_versions`` are the instance versions of the
    release before (see ``released_versions``), where one is known, ``published_versions`` those
    whose images earlier releases have published. ``name`` is what people call the file, where it
    is stored under another name. Without ``archives`` the image archives of a
    package that has some are left to ``inspect_archives``, and its hash is taken to be ``sha256``.
    Raises PackageRefused when the package cannot be processed at all, FileNotFoundError when there
    is none, EngineBroken when the engine itself fails.
    """
    clock = Clock(progress, policy.limits.analysis_seconds)
    with Engine(policy.limits, base_cluster(policy)) as engine:
        with clock.stage("unpack"):
            package = open_package(path, policy.limits)
        with clock.stage("inspect"):
            facts = read_facts(
                package,
                policy.limits,
                file=name or path.name,
                previous_versions=previous_versions,
                published_versions=published_versions,
            )
        session = Session(path, policy, values, engine, facts.package, clock)
        if not package.image_archives and not path.is_dir():
            sha256 = sha256_of(path)
        facts, findings, rewriting, proof = session.settle(session.traced(facts))
        report = assemble(
            facts,
            findings,
            rewriting,
            proof,
            renders=engine.renders,
            seconds=clock.seconds,
            rules=RULES_VERSION,
            sha256=sha256,
        )
        report = replace(report, wanted=wanted_entries(facts.trace, policy))
    rendered = rendered_changes(facts, proof)
    if package.image_archives and not archives:
        return Examination(path, _with_remedies(report, facts, policy), rewriting, rendered)
    report = inspected(path, facts, report, policy)
    report = replace(report, findings=in_order(report.findings))
    report = _with_remedies(report, facts, policy)
    if len(report.edits) > sum(len(file.edits) for file in rewriting.files):
        rewriting = apply_edits(facts.package, report.edits)
    return Examination(path, report, rewriting, rendered)


def _with_remedies(report: Report, facts: Facts, policy: Policy) -> Report:
    found = remedies(report.findings, facts.data_of, facts.own_yaml, policy.limits)
    return replace(report, remedies=found)


def inspect_archives(
    path: Path,
    report: Report,
    policy: Policy,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """The second stage for a ``report`` that ``examine`` made without the archives.

    ``progress`` gets how many bytes of the upload were read, and of how many. The findings of
    ``report`` keep their positions; what the archives show comes after them. The report's hash
    is then that of the file at ``path``. Raises like ``examine``.
    """
    facts = read_facts(open_package(path, policy.limits), policy.limits, file=report.package.file)
    return inspected(path, facts, report, policy, progress)


def released_versions(path: Path, limits: Limits) -> tuple[VersionDefinition, ...]:
    """The instance version definitions of the package at ``path``, for ``examine`` of the next.

    Empty for packages of the other kinds. Raises like ``examine``.
    """
    package = open_package(path, limits)
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
        policy.limits,
        analysis_render_seconds=policy.limits.analysis_render_seconds * 4,
        cluster_seconds=policy.limits.cluster_seconds * 4,
    )
    policy = replace(policy, limits=limits)
    with Engine(limits, base_cluster(policy)) as engine:
        facts = read_facts(open_package(path, limits), limits, file=path.name)
        session = Session(path, policy, (), engine, facts.package, Clock(), is_thorough=True)
        rewriting = _proven(session, facts, edits, expected, known_changes)
        written = rewriting.write(path, destination)
        return Released(dict(expected), engine.renders, written)


def _proven(
    session: Session,
    facts: Facts,
    edits: Sequence[Edit],
    expected: Mapping[str, str],
    known_changes: Sequence[OtherChange],
) -> Rewriting:
    """The package with ``edits``. NotProven: it does not render what is expected."""
    facts = _without_the_unexpected(session, session.traced(facts), expected)
    moved = {
        image.original: image.target
        for image in facts.trace.images
        if image.status is ImageStatus.REDIRECTED
    }
    for original, goal in expected.items():
        if moved.get(original) != goal:
            raise NotProven(
                _("%(image)s is no longer found to lead to %(goal)s", image=original, goal=goal)
            )
    rewriting = apply_edits(facts.package, edits)
    proof = session.verify(facts, rewriting)
    if proof is not None:
        _require(proof, known_changes)
    _require_mapping(session, facts, rewriting)
    return rewriting


def _without_the_unexpected(session: Session, facts: Facts, expected: Mapping[str, str]) -> Facts:
    """The facts with every image excluded whose edits were not approved."""
    excluded = {
        image.original: _("its edits were not approved")
        for image in facts.trace.images
        if image.status is ImageStatus.REDIRECTED and image.original not in expected
    }
    return session.planned(facts, excluded) if excluded else facts


def _require(proof: Proof, known_changes: Sequence[OtherChange]) -> None:
    """NotProven: the proof shows a failure, or a change that nobody knows of."""
    for words in proof.failed.values():
        raise NotProven(words)
    if not proof.rendered and not proof.parsed:
        raise NotProven(_("the chart no longer renders after the rewrite"))
    known = {(each.template, each.kind, each.name, each.path) for each in known_changes}
    for change in proof.changes:
        found = (change.template, change.kind, change.name, change.path)
        if change.cause is None and found not in known:
            raise NotProven(
                _(
                    "%(kind)s %(name)s also changes at %(path)s, and nothing explains why",
                    kind=change.kind,
                    name=change.name,
                    path=change.path,
                )
            )


def _require_mapping(session: Session, facts: Facts, rewriting: Rewriting) -> None:
    """NotProven: the mapping that the edits write does not bring every image to its address."""
    package = facts.package
    if session.renderer is None or not package.is_service_package:
        return
    address = package.upload.address(f"{package.top}{MAPPING}")
    for file in rewriting.files:
        if file.address != address:
            continue
        mapping = parse_mapping(file.after, address, session.policy.limits)
        trial = try_mapping(session.renderer, mapping, facts.trace, session.policy)
        if trial.refused:
            raise NotProven(
                _("the chart does not render with the mapping: %(words)s", words=trial.refused)
            )
        for wrong in trial.wrong:
            raise NotProven(
                _(
                    "with the mapping, %(image)s would render as %(rendered)s and not as %(goal)s",
                    image=wrong.original,
                    rendered=wrong.rendered,
                    goal=wrong.goal,
                )
            )
