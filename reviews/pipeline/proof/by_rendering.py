"""Prove the rewrite: render again, and compare everything with what was rendered before.

An image is redirected when it equals its target in every scenario that was rendered. Whatever
else differs is either random by design (the original rendered twice differs there too),
follows from a rewritten value (it differs when those values alone are marked), or is
unexplained, and then the edits of that place are not proven.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ..core.messages import Message, _
from ..facts.model import SOURCE_ANNOTATION_CAUSE, OtherChange, template_address
from ..manifests.workloads import Document, Pointer, Use, at
from ..package.chart_values import ValueLeaf
from ..rendering import ChartRejected, LintMessage, RenderStopped
from ..tracing.experiment.harm import Harm
from ..tracing.experiment.markers import is_same
from ..tracing.experiment.renderer import ChartRenderer, DocumentKey, Observation, Scenario
from ..tracing.model import ImageStatus, Trace
from .causes import causes, paths_of
from .differences import Place, checksums, differences, differing_places
from .harms import is_broken
from .pieces import beside_pieces, led_astray


@dataclass
class Proof:
    """What rendering the rewritten chart has shown.

    ``failed`` maps an original to why it is not proven, ``lint_errors`` are those of the
    rewritten chart, ``harms`` what edited values make wrong beside the images that they are edited
    for. ``parsed`` says that there is no chart to render and that the files were
    parsed and compared instead. ``after`` are the documents of each scenario after the rewrite.
    """

    rendered: bool = True
    parsed: bool = False
    failed: dict[str, Message] = field(default_factory=dict)
    changes: list[OtherChange] = field(default_factory=list)
    harms: list[Harm] = field(default_factory=list)
    lint_errors: list[LintMessage] = field(default_factory=list)
    after: list[tuple[Scenario, Mapping[DocumentKey, Document]]] = field(default_factory=list)

    def joined(self, other: Proof) -> Proof:
        """This proof together with that of another part of the package."""
        failed, changes = self.failed | other.failed, [*self.changes, *other.changes]
        return replace(self, failed=failed, changes=changes)


def verify(
    renderer: ChartRenderer,
    trace: Trace,
    rewritten: bytes,
    values_after: Mapping[str, Mapping[str, Any]] | None = None,
    annotated: bytes | None = None,
) -> Proof:
    """Render ``rewritten`` in every scenario of ``trace`` and compare.

    ``rewritten`` is the chart's archive with all proposed edits. ``values_after`` maps the name
    of a file that shows a scenario to its values after the rewrite; ``annotated`` is the archive
    with the edit of the source annotation alone, where there is one. The proof is never refused
    for want of budget: it renders each scenario once, and again only to explain what else differs.
    """
    proof = Proof()
    try:
        scenarios = [_after(scenario, values_after or {}) for scenario, _before in trace.scenarios]
        edited = {change.leaf for change in trace.changes}
        after = renderer.rewritten(rewritten, scenarios, edited)
    except ChartRejected as error:
        reason = _("the chart no longer renders after the rewrite: %(words)s", words=error.words)
        failed = {image: reason for change in trace.changes for image in change.images}
        return Proof(rendered=False, failed=failed)
    known: dict[object, Sequence[ValueLeaf]] = {}
    random: set[Place] = set()
    for (scenario, before), documents in zip(trace.scenarios, after, strict=True):
        proof.after.append((scenario, documents))
        comparison = _Comparison(
            renderer,
            trace,
            scenario,
            before,
            documents,
            proof,
            annotated=annotated,
            known=known,
            random=random,
        )
        with renderer.within(scenario.cluster):
            comparison.run()
    proof.lint_errors = _lint_errors(renderer, rewritten)
    return proof


def failing_change_sets(
    renderer: ChartRenderer, trace: Trace, archive_with: Callable[[Collection[str]], bytes]
) -> set[str]:
    """The change sets without which the rewritten chart would render.

    ``archive_with`` gives the chart rewritten by some change sets alone. Empty where every
    one renders by itself, so that only together they fail.
    """

    def renders(names: Collection[str]) -> bool:
        try:
            for scenario, _observation in trace.scenarios:
                renderer.rewritten(archive_with({*names, *harmless}), [scenario])
        except ChartRejected:
            return False
        return True

    def search(names: list[str]) -> set[str]:
        if not names or renders(names):
            return set()
        if len(names) == 1:
            return set(names)
        middle = len(names) // 2
        return search(names[:middle]) | search(names[middle:])

    harmless = {trace.guard_change_set} if trace.guard_change_set else set()
    names = sorted({change.change_set for change in trace.changes} - harmless)
    return search(names)


def _after(scenario: Scenario, values: Mapping[str, Mapping[str, Any]]) -> Scenario:
    """The scenario as it is after the rewrite, which may have edited the file that shows it."""
    if not scenario.is_file:
        return scenario
    return replace(scenario, values=values.get(scenario.shown_by[0], scenario.values))


def _lint_errors(renderer: ChartRenderer, archive: bytes) -> list[LintMessage]:
    """What lint calls an error; nothing where it does not finish, for it rendered just now."""
    cheap = renderer.without_keys(archive)
    if cheap is not None and not _errors(renderer, cheap):
        return []
    return _errors(renderer, archive)


def _errors(renderer: ChartRenderer, archive: bytes) -> list[LintMessage]:
    try:
        messages = renderer.engine.lint(archive, renderer.given or None)
    except RenderStopped:
        return []
    except ChartRejected as error:
        return [LintMessage("error", "", error.words)]
    return [message for message in messages if message.severity == "error"]


@dataclass
class _Comparison:
    """The renders of one scenario before and after.

    ``known`` are the values from which a change of an earlier scenario follows, by the change;
    ``random`` the places that were seen to differ from render to render.
    """

    renderer: ChartRenderer
    trace: Trace
    scenario: Scenario
    before: Observation
    after: Mapping[DocumentKey, Document]
    proof: Proof
    pieced: Mapping[DocumentKey, Sequence[tuple[Use, str]]] = field(default_factory=dict)
    annotated: bytes | None = None
    known: dict[object, Sequence[ValueLeaf]] = field(default_factory=dict)
    random: set[Place] = field(default_factory=set)
    unexplained: list[tuple[DocumentKey, Pointer, OtherChange]] = field(default_factory=list)

    def run(self) -> None:
        """Compare every document and every image."""
        expected, self.pieced = self._expected(), self._pieced()
        documents = self.renderer.compared(self.scenario, self.before.documents)
        for key in [*documents, *(self.after.keys() - documents)]:
            before, after = documents.get(key), self.after.get(key)
            texts_differ = before is None or after is None or before.text != after.text
            is_awaited = key in expected or key in self.pieced
            if texts_differ or (is_awaited and before is not None):
                self._document(before, after, expected.get(key, {}))
        self._explain()

    def _expected(self) -> dict[tuple[str, int], dict[Pointer, str]]:
        """For every document: what each string that holds redirected images must become."""
        targets: dict[tuple[tuple[str, int], Pointer], list[tuple[Use, str]]] = {}
        for use, target in self._redirected():
            if not use.pieces:
                string = ((use.template, use.index), use.pointer)
                targets.setdefault(string, []).append((use, target))
        result: dict[tuple[str, int], dict[Pointer, str]] = {}
        for (key, pointer), parts in targets.items():
            text = parts[0][0].text
            for use, goal in sorted(parts, key=lambda part: part[0].start, reverse=True):
                text = text[: use.start] + goal + text[use.end :]
            result.setdefault(key, {})[pointer] = text
        return result

    def _redirected(self) -> Iterator[tuple[Use, str]]:
        """The uses of this scenario that values redirect, with their targets."""
        redirected = {
            (each.use.key, each.use.text): image.target
            for image in self.trace.images
            if image.status is ImageStatus.REDIRECTED
            for each in image.uses
            if each.is_controlled
        }
        for use in self.before.uses:
            target = redirected.get((use.key, use.text))
            if target is not None:
                yield use, target

    def _pieced(self) -> dict[DocumentKey, list[tuple[Use, str]]]:
        """For every document: the images in pieces, and what each must become."""
        found: dict[DocumentKey, list[tuple[Use, str]]] = {}
        for use, target in self._redirected():
            if use.pieces:
                found.setdefault((use.template, use.index), []).append((use, target))
        return found

    def _document(
        self, before: Document | None, after: Document | None, expected: Mapping[Pointer, str]
    ) -> None:
        old = self.renderer.data(before) if before else None
        new = self.renderer.data(after) if after else None
        pieced = self.pieced.get((before.template, before.index), ()) if before else ()
        right = []
        for use, target in pieced:
            found = self.renderer.string_of(use, after) if after else None
            if found == target:
                right.append(use)
            else:
                self._fail(before, use.pointer, target, found)
        beside = {piece.pointer for use in right for piece in use.pieces if piece.inner}
        for pointer, text in expected.items():
            if pointer in beside and self._is_right_inside(pointer, text, new, right):
                continue
            if not _is_as_expected(text, at(new, pointer)):
                self._fail(before, pointer, text, at(new, pointer))
        kind, name = _named(new if isinstance(new, dict) else old)
        key = ((before or after or _NOWHERE).template, (before or after or _NOWHERE).index)
        if old is None and new is None:
            if before is None or after is None or before.text != after.text:
                self._add(key, (), kind, name, _text(before), _text(after))
            return
        for pointer, was, now in beside_pieces(self.renderer, differences(old, new), right):
            if expected.get(pointer) == now:
                continue
            shown: tuple[str | None, str | None]
            if pointer in expected and _is_as_expected(expected[pointer], now):
                shown = checksums(str(was), str(now))
            else:
                shown = (_shown(was), _shown(now))
            self._add(key, pointer, kind, name, *shown)

    def _is_right_inside(self, pointer: Pointer, text: str, new: Any, right: Sequence[Use]) -> bool:
        """Whether a text with images in pieces is what it should be beside these."""
        inside = [(pointer, text, at(new, pointer))]
        left = beside_pieces(self.renderer, inside, right)
        return all(is_same(str(was), str(now)) for _place, was, now in left)

    def _add(
        self,
        key: DocumentKey,
        pointer: Pointer,
        kind: str,
        name: str,
        before: str | None,
        after: str | None,
    ) -> None:
        """Note a change of a document that is still to be explained."""
        template, _index = key
        if kind == "Secret" and pointer[:1] in _SECRET_DATA:
            before, after = _hash(before), _hash(after)
        address = template_address(self.renderer.chart, template)
        path = ".".join(map(str, pointer))
        change = OtherChange(address, kind, name, path, before, after, cause=None)
        self.unexplained.append((key, pointer, change))

    def _fail(
        self, document: Document | None, pointer: Pointer, wanted: str, found: object
    ) -> None:
        for image in self.trace.images:
            for each in image.uses:
                same = document is not None and each.use.template == document.template
                if same and each.use.pointer == pointer and image.status is ImageStatus.REDIRECTED:
                    self.proof.failed[image.original] = _(
                        "after the rewrite it renders %(found)s instead of %(wanted)s",
                        found=_("nothing") if found is None else str(found),
                        wanted=wanted,
                    )

    def _explain(self) -> None:
        if not self.unexplained:
            return
        if not self._is_known_as_random():
            self.random |= self._random()
        left = [each for each in self.unexplained if (each[0][0], each[1]) not in self.random]
        if not left:
            return
        places = {
            (key[0], pointer) for key, pointer, change in left if (key, change) not in self.known
        }
        derived = causes(
            self.renderer, self.scenario, self.before.documents, self.trace.changes, places
        )
        annotated = self._annotated() if places - derived.keys() else set()
        for key, pointer, change in left:
            place = (key[0], pointer)
            leaves = self.known.get((key, change)) or derived.get(place, ())
            if leaves:
                self.known[key, change] = leaves
            cause = paths_of(leaves) or (SOURCE_ANNOTATION_CAUSE if place in annotated else None)
            self.proof.changes.append(replace(change, cause=cause))
            self.proof.harms.extend(self._harms(key, pointer, change, leaves))

    def _harms(
        self, key: DocumentKey, pointer: Pointer, change: OtherChange, leaves: Sequence[ValueLeaf]
    ) -> Iterator[Harm]:
        """What is wrong with the change that follows from ``leaves``."""
        document = self.after.get(key)
        data = self.renderer.data(document) if document is not None else None
        before = self.before.documents.get(key)
        was = at(self.renderer.data(before), pointer) if before is not None else None
        if is_broken(change.kind, pointer, was, at(data, pointer)):
            yield from (
                _harm(leaf, None, change, change.path, change.before, change.after)
                for leaf in leaves
            )
        yield from self._pieces_astray(pointer, document, change, leaves)
        for use in (each for each in self.before.uses if not each.pieces):
            is_here = (use.template, use.index) == key and use.pointer[: len(pointer)] == pointer
            now = at(data, use.pointer)
            if not is_here or now == use.text or now == self._right(use):
                continue
            for leaf in leaves if self._is_image(use) else ():
                if not self._is_own(use, leaf):
                    path = ".".join(map(str, use.pointer))
                    yield _harm(leaf, use, change, path, use.text, _shown(now))

    def _pieces_astray(
        self,
        pointer: Pointer,
        document: Document | None,
        change: OtherChange,
        leaves: Sequence[ValueLeaf],
    ) -> Iterator[Harm]:
        """The images in pieces, and the prefixes, that are wrong now."""
        if document is None:
            return
        uses = [use for use in self.before.uses if use.pieces]
        for use, now in led_astray(self.renderer, self.trace, uses, pointer, document):
            for leaf in leaves if use.is_prefix or self._is_image(use) else ():
                if not self._is_own(use, leaf):
                    path = ".".join(map(str, use.pointer))
                    yield _harm(leaf, use, change, path, use.text, now)

    def _right(self, use: Use) -> str:
        """The whole string that holds ``use`` when all images in it come from their targets."""
        text = use.text
        inside = [
            other
            for other in self.before.uses
            if (other.template, other.index, other.pointer)
            == (use.template, use.index, use.pointer)
        ]
        for each in sorted(inside, key=lambda other: other.start, reverse=True):
            goal = self._targets.get(each.image, each.image)
            text = text[: each.start] + goal + text[each.end :]
        return text

    def _is_image(self, use: Use) -> bool:
        """Whether it is an image for sure, and a valid one."""
        return use.image in self._targets

    @cached_property
    def _targets(self) -> Mapping[str, str]:
        return {
            image.original: image.original if image.status is ImageStatus.EXTERNAL else image.target
            for image in self.trace.images
            if image.uses[0].spans is not None
        }

    def _is_own(self, use: Use, leaf: ValueLeaf) -> bool:
        """Whether the image is redirected, and by this leaf among others: the edit is for it."""
        return any(
            image.status is ImageStatus.REDIRECTED
            and any(part.leaf == leaf for part in each.contributions)
            for image in self.trace.images
            for each in image.uses
            if (each.use.key, each.use.text) == (use.key, use.text)
        )

    def _annotated(self) -> set[Place]:
        """Where the chart differs when it has the source annotation, and nothing else is edited."""
        if self.annotated is None:
            return set()
        try:
            (documents,) = self.renderer.rewritten(self.annotated, [self.scenario])
        except ChartRejected:
            return set()
        places = differing_places(self.renderer, self.before.documents, documents)
        return {place for place, _now in places}

    def _is_known_as_random(self) -> bool:
        """Whether all that is to be explained has differed before, and none of it is an image."""
        images = {((use.template, use.index), use.pointer) for use in self.before.uses}
        return all(
            (key[0], pointer) in self.random and (key, pointer) not in images
            for key, pointer, _change in self.unexplained
        )

    def _random(self) -> set[Place]:
        """Where another render of the original differs from the first."""
        try:
            templates = {key[0] for key, _pointer, _change in self.unexplained}
            other = self.renderer.again(self.scenario, templates)
        except ChartRejected:
            return set()
        places = differing_places(self.renderer, self.before.documents, other.documents, templates)
        return {place for place, _now in places}


def _is_as_expected(expected: str, found: object) -> bool:
    """Whether it is what is expected, but for checksums, which follow from what is edited."""
    return isinstance(found, str) and is_same(found, expected)


def _harm(
    leaf: ValueLeaf,
    use: Use | None,
    change: OtherChange,
    path: str,
    before: str | None,
    after: str | None,
) -> Harm:
    return Harm(
        leaf, use, change.template, change.kind, change.name, path, before or "", after or ""
    )


def _named(data: Any) -> tuple[str, str]:
    if not isinstance(data, dict):
        return "", ""
    metadata = data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return str(data.get("kind") or ""), str(name or "")


def _text(document: Document | None) -> str | None:
    return document.text if document else None


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)


def _hash(text: str | None) -> str | None:
    return None if text is None else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


_NOWHERE = Document("", 0, "")
# Data of a Secret is never given, only whether it is the same.
_SECRET_DATA: frozenset[Pointer] = frozenset({("data",), ("stringData",), ()})
